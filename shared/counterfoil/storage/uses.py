"""What redemptions and rollbacks do to the counters of what they use.

A record lists exactly which counters its redemption moved; a rollback gives back by that list and
never looks anything up in today's definitions (protocol.md §8).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.domain.vouchers import Voucher
from counterfoil.storage import campaigns, definitions, holds, promotions, vouchers
from counterfoil.storage.definitions import Life, Taking

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from counterfoil.domain.campaign_room import CampaignRoom
    from counterfoil.domain.candidates import Redeemable
    from counterfoil.domain.records import CampaignUse, Record, Use
    from counterfoil.domain.redemptions import Redeemed
    from counterfoil.domain.stacking import Applicable
    from counterfoil.domain.validation_sessions import Reservation, ValidationSession
    from counterfoil.storage.definitions import Place
    from counterfoil.storage.keys import Key
    from counterfoil.storage.plans import Action


def counted_up(project: str, redeemed: Redeemed) -> Iterator[Action]:
    """One more use of what each used, refused at a limit and when a definition has changed.

    A counter sheds what lapsed with it, and what the request's own session held. Several uses of
    one campaign are counted there at once, with their sum.
    """
    taken = list(_used(redeemed.redemptions))
    for (use, sums), outcome in zip(taken, redeemed.evaluation.applicable, strict=True):
        life, place = Life(use.version, use.generation), _place(project, use.definition)
        limit, counter = _limit(outcome), outcome.counter
        taking = Taking(1, limit, use.credits, holds.freed_credits(counter), sums)
        yield definitions.counted_up(place, use.bucket, life, taking)
        yield from holds.freed(place.counter(use.bucket), counter)
    rooms = _rooms(redeemed.evaluation.applicable)
    for campaign, count in _campaigns(use for use, _ in taken):
        life, room = Life(campaign.version, campaign.generation), rooms.get(campaign.id)
        bound = None if room is None else room.bounds[campaign.bucket]
        place = campaigns.place(project, campaign.id)
        yield definitions.counted_up(place, campaign.bucket, life, Taking(count, bound))


def held(
    project: str, applied: Iterable[Applicable], session: ValidationSession
) -> Iterator[Action]:
    """What `session` holds of each of `applied`, refused when there is not as much left."""
    for outcome in applied:
        reservation = session.of(outcome.definition.id)
        if reservation is not None:
            place = _place(project, outcome.definition)
            yield from holds.taken(place, outcome.counter, reservation, _quantity(outcome))


def counter_held(project: str, reservation: Reservation) -> Key:
    """The counter that a session holds something of."""
    if reservation.object == "voucher":
        return vouchers.place(project, reservation.id).counter(reservation.bucket)
    return promotions.place(project, reservation.id).counter(reservation.bucket)


def let_go(project: str, reservation: Reservation) -> Action:
    """What a session held, given back."""
    return holds.let_go(counter_held(project, reservation), reservation)


def counted_down(project: str, redemptions: Iterable[Record]) -> Iterator[Action]:
    """Each use given back, to the bucket and the life that it was taken from."""
    given = list(_used(redemptions))
    for use, sums in given:
        place, taken = _place(project, use.definition), Taking(credits=use.credits, sums=sums)
        yield definitions.counted_down(place, use.bucket, use.generation, taken)
    for campaign, count in _campaigns(use for use, _ in given):
        place = campaigns.place(project, campaign.id)
        yield definitions.counted_down(place, campaign.bucket, campaign.generation, Taking(count))


def _used(redemptions: Iterable[Record]) -> Iterator[tuple[Use, Mapping[str, int]]]:
    """What each used, and what its bucket adds up: of a tier, what its orders came to.

    By the record alone, so that a rollback takes off exactly what the redemption added.
    """
    for record in redemptions:
        if record.use is not None:
            yield record.use, promotions.sums_of(record) if record.use.tier else {}


def _place(project: str, definition: Redeemable) -> Place:
    if isinstance(definition, Voucher):
        return vouchers.place(project, definition.id)
    return promotions.place(project, definition.id)


def _quantity(outcome: Applicable) -> int | None:
    definition = outcome.definition
    return definition.quantity if isinstance(definition, Voucher) else None


def _limit(outcome: Applicable) -> int | None:
    """The quantity, raised by what the same write takes off the counter."""
    quantity = _quantity(outcome)
    return None if quantity is None else quantity + holds.freed_units(outcome.counter)


def _rooms(applied: Iterable[Applicable]) -> dict[str, CampaignRoom]:
    """What the limits of those campaigns leave that have one."""
    found = (each.candidate for each in applied)
    return {each.campaign.id: each.room for each in found if each.campaign and each.room}


def _campaigns(uses: Iterable[Use]) -> Iterator[tuple[CampaignUse, int]]:
    """Each campaign's bucket used, and how often; records of one call know one life of it."""
    counts: dict[CampaignUse, int] = {}
    for use in uses:
        if use.campaign is not None:
            counts[use.campaign] = counts.get(use.campaign, 0) + 1
    yield from counts.items()
