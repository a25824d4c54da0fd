"""Vouchers with their use, and one voucher with what holds it and who redeemed it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterfoil.api.dashboard.availability import state_of
from counterfoil.api.dashboard.dates import moment_of
from counterfoil.api.dashboard.pages import link, page, to
from counterfoil.api.dashboard.paging import ON_A_PAGE, part_of
from counterfoil.api.dashboard.record_rows import record_rows
from counterfoil.api.dashboard.wording import discount_words
from counterfoil.domain.timestamps import millis
from counterfoil.operations import named_vouchers
from counterfoil.operations.lists import Paging, Times
from counterfoil.operations.redemption_lists import (
    VoucherRedemptionsWanted,
    list_voucher_redemptions,
)
from counterfoil.operations.voucher_lists import VouchersWanted, list_vouchers

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from counterfoil.api.dashboard.visits import Visit
    from counterfoil.api.response import Response
    from counterfoil.operations.lists import Page
    from counterfoil.storage.vouchers import Stored


@dataclass(frozen=True, slots=True)
class VoucherRow:
    """`part` is how much of its uses, or of its credits, is gone, in percent."""

    id: str
    code: str
    what: str
    state: str
    campaign: str | None
    campaign_id: str | None
    used: int
    quantity: int | None
    held: int
    balance: int | None
    part: float | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class HeldRow:
    """What sessions hold until then."""

    until: datetime
    uses: int
    credits: int
    is_live: bool


def listed(visit: Visit) -> Response:
    """The page; one campaign's when the address says so."""
    code, campaign = visit.query("code"), visit.query("campaign")

    def read(paging: Paging) -> Page[Stored]:
        wanted = VouchersWanted(paging, Times(), code=code or None, campaign_id=campaign or None)
        return list_vouchers(visit.call, wanted)

    part = part_of(visit, read)
    return page(
        visit,
        "vouchers.html",
        section="vouchers",
        part=part,
        rows=voucher_rows(visit, part.entries),
        code=code,
        campaign=campaign,
    )


def shown(visit: Visit) -> Response:
    """One voucher; it goes by its code too, and is then shown at its id."""
    stored = named_vouchers.get(visit.call, visit.named["name"])
    voucher = stored.voucher
    if voucher.id != visit.named["name"]:
        return to(link("vouchers", voucher.id))
    paging = Paging(ON_A_PAGE, 1, "-created_at")
    found = list_voucher_redemptions(visit.call, VoucherRedemptionsWanted(voucher.id, paging))
    (row,) = voucher_rows(visit, [stored])
    return page(
        visit,
        "voucher.html",
        section="vouchers",
        row=row,
        voucher=voucher,
        gift=stored.counter.gift,
        holds=_holds(visit, stored),
        rows=record_rows(visit, found.page.entries),
        total=found.page.total,
        metadata=visit.mask.values(voucher.metadata),
    )


def voucher_rows(visit: Visit, found: Sequence[Stored]) -> list[VoucherRow]:
    """The rows of vouchers."""
    return [_row(visit, each) for each in found]


def _row(visit: Visit, stored: Stored) -> VoucherRow:
    voucher, counter, mask = stored.voucher, stored.counter, visit.mask
    gift = counter.gift
    what = "gift card" if voucher.discount is None else discount_words(voucher.discount)
    now = millis(visit.call.now)
    return VoucherRow(
        id=voucher.id,
        code=mask.text(voucher.code) or voucher.id,
        what=what,
        state=state_of(voucher, visit.call.local_now),
        campaign=mask.text(voucher.campaign),
        campaign_id=voucher.campaign_id,
        used=counter.used,
        quantity=voucher.quantity,
        held=sum(each.units for each in counter.holds if each.until > now),
        balance=None if gift is None else gift.balance,
        part=_part(stored),
        created_at=voucher.created_at,
    )


def _part(stored: Stored) -> float | None:
    gift, quantity = stored.counter.gift, stored.voucher.quantity
    if gift is not None and gift.loaded:
        return round(100 * (gift.loaded - gift.balance) / gift.loaded, 1)
    if quantity:
        return round(min(100, 100 * stored.counter.used / quantity), 1)
    return None


def _holds(visit: Visit, stored: Stored) -> list[HeldRow]:
    now = millis(visit.call.now)
    return [
        HeldRow(moment_of(each.until), each.units, each.credits, each.until > now)
        for each in stored.counter.holds
    ]
