"""What a payload makes of a voucher's definition, and what it may not ask for yet.

What would restrict a voucher's use and is not supported is refused: a voucher that could be used
where its maker did not want it is worse than none. Source: domain.md §1.9, §2.6, §4.1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, get_args

from counterfoil.domain.availability import misfit_of
from counterfoil.domain.discounts import KINDS, AnyDiscount
from counterfoil.domain.errors import InvalidPayload, InvalidVoucher
from counterfoil.domain.metadata import merged
from counterfoil.domain.vouchers import Voucher

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from counterfoil.domain.voucher_payloads import (
        DiscountPayload,
        VoucherPayload,
        VoucherUpdate,
    )

_SUPPORTED: Final = "DISCOUNT_VOUCHER with a discount of type AMOUNT, PERCENT or FIXED"
_CREATED_WITH: Final = ("gift", "loyalty_card", "category", "category_id")
_CREATED_ONLY_WITH: Final = ("campaign", "campaign_id", "validation_rules")
_CLEARABLE: Final = (
    "start_date",
    "expiration_date",
    "validity_timeframe",
    "validity_day_of_week",
    "validity_hours",
    "additional_info",
)


def draft(payload: VoucherPayload, code: str, voucher_id: str, now: datetime) -> Voucher:
    """A new voucher as `payload` describes it; without `redemption` its uses are unlimited.

    Raises InvalidVoucher for what is not supported, InvalidPayload for a discount without number.
    """
    if payload.type not in (None, "DISCOUNT_VOUCHER"):
        message = f"Vouchers of type {payload.type} are not supported; supported is {_SUPPORTED}"
        raise InvalidVoucher(message)
    _require_supported(payload, (*_CREATED_WITH, *_CREATED_ONLY_WITH))
    if payload.discount is None:
        raise InvalidVoucher(f"A voucher needs a discount; supported is {_SUPPORTED}")
    voucher = Voucher(
        id=voucher_id,
        code=code,
        discount=_discount(payload.discount),
        quantity=None if payload.redemption is None else payload.redemption.quantity,
        active=payload.active is not False,
        metadata=payload.metadata or {},
        created_at=now,
    ).model_copy(update={field: getattr(payload, field) for field in _CLEARABLE})
    _require_possible(voucher)
    return voucher


def updated(voucher: Voucher, payload: VoucherUpdate, now: datetime) -> Voucher:
    """`voucher` with what `payload` names; null clears a date, a recurring time or a text.

    The same object when nothing changes. Raises InvalidVoucher for a discount of another type.
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
        changes["discount"] = _same_type(voucher, _discount(payload.discount))
    return _changed(voucher, changes, now)


def switched(voucher: Voucher, now: datetime, *, active: bool) -> Voucher:
    """`voucher` enabled or disabled; the same object when it is that already."""
    return _changed(voucher, {"active": active}, now)


def _changed(voucher: Voucher, changes: dict[str, object], now: datetime) -> Voucher:
    after = voucher.model_copy(update=changes)
    # Compared as JSON: to Python, metadata of `true` and of 1 would be equal.
    if after.model_dump_json() == voucher.model_dump_json():
        return voucher
    _require_possible(after)
    latest = max(now, voucher.updated_at or voucher.created_at)
    return after.model_copy(update={"updated_at": latest})


def _same_type(voucher: Voucher, discount: AnyDiscount) -> AnyDiscount:
    own = None if voucher.discount is None else voucher.discount.type
    if discount.type != own:
        message = (
            f"Voucher {voucher.code} has a discount of type {own}, "
            f"which cannot become {discount.type}"
        )
        raise InvalidVoucher(message)
    return discount


def _require_supported(payload: VoucherUpdate, fields: Sequence[str]) -> None:
    for field in fields:
        if getattr(payload, field):
            message = f"Property .{field} is not supported yet; supported is {_SUPPORTED}"
            raise InvalidVoucher(message)


def _require_possible(voucher: Voucher) -> None:
    misfit = misfit_of(voucher)
    if misfit is not None:
        raise InvalidVoucher(misfit)


def _discount(payload: DiscountPayload) -> AnyDiscount:
    """Raises InvalidVoucher for a type or effect not supported, InvalidPayload for a lack."""
    kind = KINDS.get(payload.type)
    if kind is None:
        message = f"Discounts of type {payload.type} are not supported yet"
        raise InvalidVoucher(f"{message}; supported is {_SUPPORTED}")
    effects = get_args(kind.model_fields["effect"].annotation)
    if payload.effect not in (None, *effects):
        message = f"The effect {payload.effect} of type {payload.type} is not supported yet"
        raise InvalidVoucher(f"{message}; supported is {', '.join(effects)}")
    sent = payload.model_dump(include=set(kind.model_fields), exclude_none=True)
    for name, field in kind.model_fields.items():
        if field.is_required() and name not in sent:
            raise InvalidPayload(f"Property .discount should have required property '{name}'")
    return kind.model_validate(sent)
