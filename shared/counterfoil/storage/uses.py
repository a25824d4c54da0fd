"""What redemptions and rollbacks do to the counters of what they use.

A record lists exactly which counters its redemption moved; a rollback gives back by that list and
never looks anything up in today's definitions (protocol.md §8).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.storage import campaigns, definitions, promotions, vouchers
from counterfoil.storage.definitions import NO_SUMS, Life, Place

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from counterfoil.domain.records import CampaignUse, Record, Use
    from counterfoil.storage.plans import Action


def place_of(project: str, use: Use) -> Place:
    """Where the definition of what was used lies."""
    if use.voucher is not None:
        return vouchers.place(project, use.voucher.id)
    return promotions.place(project, use.definition.id)


def counted_up(project: str, redemptions: Iterable[Record]) -> Iterator[Action]:
    """One more use of what each used, refused at a limit and when a definition has changed.

    Several uses of one campaign are counted there at once, with their sum.
    """
    taken = list(_used(redemptions))
    for use, sums in taken:
        quantity = None if use.voucher is None else use.voucher.quantity
        life, place = Life(use.version, use.generation), place_of(project, use)
        yield definitions.counted_up(place, use.bucket, life, limit=quantity, sums=sums)
    for campaign, count in _campaigns(use for use, _ in taken):
        life = Life(campaign.version, campaign.generation)
        place = campaigns.place(project, campaign.id)
        yield definitions.counted_up(place, campaign.bucket, life, count)


def counted_down(project: str, redemptions: Iterable[Record]) -> Iterator[Action]:
    """Each use given back, to the bucket and the life that it was taken from."""
    given = list(_used(redemptions))
    for use, sums in given:
        place = place_of(project, use)
        yield definitions.counted_down(place, use.bucket, use.generation, sums=sums)
    for campaign, count in _campaigns(use for use, _ in given):
        place = campaigns.place(project, campaign.id)
        yield definitions.counted_down(place, campaign.bucket, campaign.generation, count)


def _used(redemptions: Iterable[Record]) -> Iterator[tuple[Use, Mapping[str, int]]]:
    """What each used, and what its bucket adds up: of a tier, what its orders came to.

    By the record alone, so that a rollback takes off exactly what the redemption added.
    """
    for record in redemptions:
        if record.use is not None:
            yield record.use, promotions.sums_of(record) if record.use.tier else NO_SUMS


def _campaigns(uses: Iterable[Use]) -> Iterator[tuple[CampaignUse, int]]:
    """Each campaign used, and how often; records of one call know one life of a campaign."""
    counts: dict[CampaignUse, int] = {}
    for use in uses:
        if use.campaign is not None:
            counts[use.campaign] = counts.get(use.campaign, 0) + 1
    yield from counts.items()
