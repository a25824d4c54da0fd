"""What a payload makes of a voucher's definition, and what it may not ask for yet.

What would restrict a voucher's use and is not supported is refused: a voucher that could be used
where its maker did not want it is worse than none. Source: domain.md §1.9, §2.6, §4.1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from counterfoil.domain.availability import misfit_of
from counterfoil.domain.changes import changed
from counterfoil.domain.discount_definitions import discount_of, same_type
from counterfoil.domain.errors import InvalidVoucher
from counterfoil.domain.gift_definitions import gift_after, gift_of
from counterfoil.domain.metadata import merged
from counterfoil.domain.unit_discounts import NOTHING_KNOWN
from counterfoil.domain.vouchers import Voucher

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from counterfoil.domain.counters import GiftBalance
    from counterfoil.domain.discounts import AnyDiscount
    from counterfoil.domain.unit_discounts import KnownUnits
    from counterfoil.domain.voucher_payloads import VoucherPayload, VoucherUpdate

_Kind = Literal["DISCOUNT_VOUCHER", "GIFT_VOUCHER"]
_SUPPORTED: Final = (
    "DISCOUNT_VOUCHER with a discount of type AMOUNT, PERCENT, FIXED or UNIT, "
    "GIFT_VOUCHER with a gift"
)
_CREATED_WITH: Final = ("loyalty_card",)
_CREATED_ONLY_WITH: Final = ("campaign", "campaign_id")
_CLEARABLE: Final = (
    "start_date",
    "expiration_date",
    "validity_timeframe",
    "validity_day_of_week",
    "validity_hours",
    "additional_info",
    "category",
    "category_id",
)


def draft(
    payload: VoucherPayload,
    code: str,
    voucher_id: str,
    now: datetime,
    units: KnownUnits = NOTHING_KNOWN,
) -> Voucher:
    """A new voucher as `payload` describes it; without `redemption` its uses are unlimited.

    Raises InvalidVoucher for what is not supported, InvalidPayload for a discount without number.
    """
    _require_supported(payload, (*_CREATED_WITH, *_CREATED_ONLY_WITH))
    kind = _require_kind(payload)
    voucher = Voucher(
        id=voucher_id,
        code=code,
        type=kind,
        discount=payload.discount and discount_of(payload.discount, InvalidVoucher, units),
        gift=payload.gift and gift_of(payload.gift),
        quantity=None if payload.redemption is None else payload.redemption.quantity,
        active=payload.active is not False,
        metadata=payload.metadata or {},
        created_at=now,
    ).model_copy(update={field: getattr(payload, field) for field in _CLEARABLE})
    _require_possible(voucher)
    return voucher


def updated(
    voucher: Voucher,
    payload: VoucherUpdate,
    now: datetime,
    units: KnownUnits = NOTHING_KNOWN,
    money: GiftBalance | None = None,
) -> Voucher:
    """`voucher` with what `payload` names; null clears a date, a recurring time or a text.

    The same object when nothing changes; `money` is what a gift card has. Raises InvalidVoucher
    for a discount of another type, InvalidGift for another amount.
    """
    _require_supported(payload, _CREATED_WITH)
    changes: dict[str, object] = {
        field: getattr(payload, field) for field in _CLEARABLE if payload.sent(field)
    }
    if payload.active is not None:
        changes["active"] = payload.active
    if payload.metadata:
        changes["metadata"] = merged(voucher.metadata, payload.metadata)
    if payload.discount is not None:
        changes["discount"] = _same_type(
            voucher, discount_of(payload.discount, InvalidVoucher, units)
        )
    if payload.gift is not None:
        changes["gift"] = gift_after(voucher, money, payload.gift)
    return _changed(voucher, changes, now)


def switched(voucher: Voucher, now: datetime, *, active: bool) -> Voucher:
    """`voucher` enabled or disabled; the same object when it is that already."""
    return _changed(voucher, {"active": active}, now)


def _changed(voucher: Voucher, changes: dict[str, object], now: datetime) -> Voucher:
    after = changed(voucher, changes, now, voucher.updated_at or voucher.created_at)
    if after is not voucher:
        _require_possible(after)
    return after


def _require_kind(payload: VoucherPayload) -> _Kind:
    """What a new voucher is; a type left out is that of what comes with it."""
    by_content: _Kind = "DISCOUNT_VOUCHER" if payload.gift is None else "GIFT_VOUCHER"
    if payload.type not in (None, by_content) or (payload.gift and payload.discount):
        kind = payload.type or by_content
        message = f"Vouchers of type {kind} are not supported with this; supported is {_SUPPORTED}"
        raise InvalidVoucher(message)
    if payload.gift is None and payload.discount is None:
        raise InvalidVoucher(f"A voucher needs a discount or a gift; supported is {_SUPPORTED}")
    return by_content


def _same_type(voucher: Voucher, discount: AnyDiscount) -> AnyDiscount:
    named = f"Voucher {voucher.code}"
    return same_type(voucher.discount, discount, named, InvalidVoucher)


def _require_supported(payload: VoucherUpdate, fields: Sequence[str]) -> None:
    for field in fields:
        if getattr(payload, field):
            message = f"Property .{field} is not supported yet; supported is {_SUPPORTED}"
            raise InvalidVoucher(message)


def _require_possible(voucher: Voucher) -> None:
    misfit = misfit_of(voucher)
    if misfit is not None:
        raise InvalidVoucher(misfit)
