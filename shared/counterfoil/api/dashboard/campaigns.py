"""Campaigns with their use, and one campaign with its vouchers and tiers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from counterfoil.api.dashboard.availability import state_of
from counterfoil.api.dashboard.pages import link, page, to, word
from counterfoil.api.dashboard.paging import ON_A_PAGE, numbered
from counterfoil.api.dashboard.vouchers import voucher_rows
from counterfoil.api.dashboard.wording import discount_words
from counterfoil.operations import campaigns
from counterfoil.operations.campaign_lists import CampaignsWanted, list_campaigns
from counterfoil.operations.campaign_uses import uses_of
from counterfoil.operations.lists import Paging, Times
from counterfoil.operations.promotion_lists import OfCampaign, list_campaign_tiers
from counterfoil.operations.voucher_lists import VouchersWanted, list_vouchers

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from counterfoil.api.dashboard.visits import Visit
    from counterfoil.api.response import Response
    from counterfoil.operations.campaigns import Counted
    from counterfoil.operations.promotion_tiers import Known

_MOST_TIERS: Final = 50


@dataclass(frozen=True, slots=True)
class CampaignRow:
    """`used` are live redemptions of all that belongs to it."""

    id: str
    name: str
    kind: str
    state: str
    vouchers: int
    pending: int
    used: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class TierRow:
    """A promotion tier, with what its live redemptions come to."""

    name: str
    what: str
    state: str
    used: int
    discount: int


def listed(visit: Visit) -> Response:
    """The page."""
    part = numbered(visit, lambda paging: list_campaigns(visit.call, CampaignsWanted(paging)))
    return page(
        visit,
        "campaigns.html",
        section="campaigns",
        part=part,
        rows=_rows(visit, part.entries),
    )


def shown(visit: Visit) -> Response:
    """One campaign; it goes by its name too, and is then shown at its id."""
    counted = campaigns.get(visit.call, visit.named["name"])
    campaign = counted.campaign
    if campaign.id != visit.named["name"]:
        return to(link("campaigns", campaign.id))
    wanted = VouchersWanted(Paging(ON_A_PAGE, 1, "-created_at"), Times(), campaign_id=campaign.id)
    found = list_vouchers(visit.call, wanted)
    (row,) = _rows(visit, [counted])
    return page(
        visit,
        "campaign.html",
        section="campaigns",
        row=row,
        campaign=campaign,
        description=visit.mask.text(campaign.description),
        tiers=[_tier(visit, each) for each in _tiers(visit, counted)],
        tier_total=len(counted.tiers or ()),
        vouchers=voucher_rows(visit, found.entries),
        total=found.total,
        metadata=visit.mask.values(campaign.metadata),
    )


def _rows(visit: Visit, found: Sequence[Counted]) -> list[CampaignRow]:
    used = uses_of(visit.call, (each.campaign.id for each in found))
    return [
        CampaignRow(
            id=each.campaign.id,
            name=visit.mask.text(each.campaign.name) or each.campaign.id,
            kind=word(each.campaign.campaign_type),
            state=state_of(each.campaign, visit.call.local_now),
            vouchers=each.tally.count,
            pending=each.tally.pending,
            used=used[each.campaign.id],
            created_at=each.campaign.created_at,
        )
        for each in found
    ]


def _tiers(visit: Visit, counted: Counted) -> Sequence[Known]:
    """The first of them: each costs a query, for what its redemptions come to."""
    if not counted.tiers:
        return ()
    wanted = OfCampaign(counted.campaign.id, Paging(_MOST_TIERS, 1, "-created_at"))
    return list_campaign_tiers(visit.call, wanted).page.entries


def _tier(visit: Visit, known: Known) -> TierRow:
    tier = known.tier
    return TierRow(
        name=visit.mask.text(tier.name or tier.banner) or tier.id,
        what=discount_words(tier.discount),
        state=state_of(tier, visit.call.local_now),
        used=known.tally.redeemed,
        discount=known.tally.discount,
    )
