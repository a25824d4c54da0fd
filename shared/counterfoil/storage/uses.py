"""What redemptions and rollbacks do to the counters of what they use.

A record lists exactly which counters its redemption moved; a rollback gives back by that list and
never looks anything up in today's definitions (protocol.md §8).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.storage import campaigns, definitions, promotions, vouchers
from counterfoil.storage.definitions import Life, Place

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from counterfoil.domain.records import CampaignUse, Use
    from counterfoil.storage.plans import Action


def place_of(project: str, use: Use) -> Place:
    """Where the definition of what was used lies."""
    if use.voucher is not None:
        return vouchers.place(project, use.voucher.id)
    return promotions.place(project, use.definition.id)


def counted_up(project: str, uses: Iterable[Use]) -> Iterator[Action]:
    """One more use of each, refused at a limit and when a definition is no longer that one.

    Several uses of one campaign are counted there at once, with their sum.
    """
    taken = list(uses)
    for use in taken:
        quantity = None if use.voucher is None else use.voucher.quantity
        life = Life(use.version, use.generation)
        yield definitions.counted_up(place_of(project, use), use.bucket, life, limit=quantity)
    for campaign, count in _campaigns(taken):
        life = Life(campaign.version, campaign.generation)
        place = campaigns.place(project, campaign.id)
        yield definitions.counted_up(place, campaign.bucket, life, count)


def counted_down(project: str, uses: Iterable[Use]) -> Iterator[Action]:
    """Each use given back, to the bucket and the life that it was taken from."""
    given = list(uses)
    for use in given:
        yield definitions.counted_down(place_of(project, use), use.bucket, use.generation)
    for campaign, count in _campaigns(given):
        place = campaigns.place(project, campaign.id)
        yield definitions.counted_down(place, campaign.bucket, campaign.generation, count)


def _campaigns(uses: Iterable[Use]) -> Iterator[tuple[CampaignUse, int]]:
    """Each campaign used, and how often; records of one call know one life of a campaign."""
    counts: dict[CampaignUse, int] = {}
    for use in uses:
        if use.campaign is not None:
            counts[use.campaign] = counts.get(use.campaign, 0) + 1
    yield from counts.items()
