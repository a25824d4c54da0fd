"""Which bucket of its campaign's counter each of a call's uses takes (domain/campaign_room)."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from counterfoil.domain.stacking import Applicable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from counterfoil.domain.stacking import Evaluation, Outcome


def placed(evaluation: Evaluation) -> Evaluation:
    """`evaluation` with each use of a limited campaign in a bucket that has room for it."""
    counts = Counter(
        each.candidate.campaign.id for each in evaluation.applicable if each.candidate.campaign
    )
    places: dict[str, Iterator[int]] = {}
    outcomes = tuple(_placed(outcome, counts, places) for outcome in evaluation.outcomes)
    return replace(evaluation, outcomes=outcomes)


def _placed(outcome: Outcome, counts: Counter[str], places: dict[str, Iterator[int]]) -> Outcome:
    candidate = outcome.candidate
    campaign, counter, room = candidate.campaign, candidate.campaign_counter, candidate.room
    if not isinstance(outcome, Applicable) or campaign is None or counter is None or room is None:
        return outcome
    if campaign.id not in places:
        places[campaign.id] = room.places(counter.bucket, counts[campaign.id])
    bucket = next(places[campaign.id])
    taken = room.taken[bucket]
    moved = replace(counter, bucket=bucket, used=taken, taken=taken)
    return replace(outcome, candidate=replace(candidate, campaign_counter=moved))
