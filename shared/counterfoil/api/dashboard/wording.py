"""Discounts and records in the words of people."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from counterfoil.api.dashboard.pages import money
from counterfoil.domain.discounts import AmountOff, FixedPrice, PercentOff
from counterfoil.domain.unit_discounts import UnitOff

if TYPE_CHECKING:
    from counterfoil.domain.discounts import AnyDiscount
    from counterfoil.domain.records import Record


def discount_words(discount: AnyDiscount) -> str:
    """What a discount is: `10 % off`."""
    match discount:
        case PercentOff(percent_off=percent):
            limit = discount.amount_limit
            most = "" if limit is None else f", {money(limit)} at most"
            return f"{percent.normalize():f} % off{most}"
        case AmountOff(amount_off=off):
            return f"{money(off)} off"
        case FixedPrice(fixed_amount=fixed):
            return f"for {money(fixed)}"
        case UnitOff():
            return _units(discount)
        case _:
            assert_never(discount)


def _units(discount: UnitOff) -> str:
    """Of an effect that is only kept, no more than that."""
    parts = discount.units or ()
    if not parts and discount.unit_type is not None:
        named = discount.sku or discount.product
        name = (named and (named.name or named.source_id)) or discount.unit_type
        return f"{discount.unit_off or 0} \N{MULTIPLICATION SIGN} {name} free"
    return "free units"


def label_of(record: Record) -> str:
    """What was redeemed: a code, the name of a tier, or of a stack that there were several."""
    use = record.use
    if use is not None and use.voucher is not None:
        return use.voucher.code
    if use is not None and use.tier is not None:
        return use.tier.name or use.tier.banner or use.tier.id
    if record.stacked:
        return f"Stack of {len(record.stacked)}"
    return record.related_object_id


def what_of(record: Record) -> str:
    """What kind of thing that was, and what it is worth."""
    use = record.use
    if use is None:
        return "stack" if record.stacked else "redemption"
    if use.voucher is not None and use.voucher.discount is not None:
        return discount_words(use.voucher.discount)
    if use.voucher is not None:
        return f"gift card, {money(use.credits)} of credits" if use.credits else "gift card"
    return "" if use.tier is None else f"promotion, {discount_words(use.tier.discount)}"
