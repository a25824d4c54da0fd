"""What a payload makes of a discount, of a voucher's as of a promotion tier's (domain.md §4.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, get_args

from counterfoil.domain.discounts import KINDS, AnyDiscount
from counterfoil.domain.errors import InvalidPayload
from counterfoil.domain.unit_discounts import NOTHING_KNOWN, UnitOff

if TYPE_CHECKING:
    from counterfoil.domain.errors import Invalid
    from counterfoil.domain.unit_discounts import KnownUnits
    from counterfoil.domain.voucher_payloads import DiscountPayload

_OF_ONE_KIND: Final = ("unit_type", "unit_off")
# What free units need, by effect; those that are only kept need nothing.
_UNITS_NEED: Final = {
    "ADD_MISSING_ITEMS": _OF_ONE_KIND,
    "ADD_NEW_ITEMS": _OF_ONE_KIND,
    "ADD_MANY_ITEMS": ("units",),
}
_DEFAULT_OF_UNITS: Final = "ADD_MISSING_ITEMS"


def discount_of(
    payload: DiscountPayload, error: type[Invalid], units: KnownUnits = NOTHING_KNOWN
) -> AnyDiscount:
    """The discount, with what is known of the `units` that it gives away.

    Raises `error` for an effect not of its type, InvalidPayload for a lack.
    """
    kind = KINDS[payload.type]
    effects = effects_of(kind)
    if payload.effect not in (None, *effects):
        message = f"The effect {payload.effect} of type {payload.type} is not supported yet"
        raise error(f"{message}; supported is {', '.join(effects)}")
    sent = payload.model_dump(include=set(kind.model_fields), exclude_none=True)
    if payload.type == "UNIT":
        sent = _of_units(sent, payload.effect or _DEFAULT_OF_UNITS)
    for name, field in kind.model_fields.items():
        if field.is_required() and name not in sent:
            raise _lack(name)
    discount = kind.model_validate(sent)
    return discount.named(units) if isinstance(discount, UnitOff) else discount


def _of_units(sent: dict[str, object], effect: str) -> dict[str, object]:
    """What counts of a discount of type UNIT: one kind of unit, or a list of kinds."""
    for name in _UNITS_NEED.get(effect, ()):
        if sent.get(name) in (None, []):
            raise _lack(name)
    other = (*_OF_ONE_KIND, "unit_off_formula") if effect == "ADD_MANY_ITEMS" else ("units",)
    return {name: value for name, value in sent.items() if name not in other}


def _lack(name: str) -> InvalidPayload:
    return InvalidPayload(f"Property .discount should have required property '{name}'")


def effects_of(kind: type[AnyDiscount]) -> tuple[str, ...]:
    """The texts of its annotation, be it of one literal or of one that may be absent."""
    annotation = kind.model_fields["effect"].annotation
    parts = get_args(annotation)
    return tuple(
        text for part in parts for text in get_args(part) or (part,) if isinstance(text, str)
    )


def same_type(
    before: AnyDiscount | None, after: AnyDiscount, named: str, error: type[Invalid]
) -> AnyDiscount:
    """`after`, in place of the discount that `named` has. Raises `error` for another type."""
    if before is None:
        raise error(f"{named} has no discount and cannot get one")
    if after.type != before.type:
        message = f"{named} has a discount of type {before.type}, which cannot become {after.type}"
        raise error(message)
    return after
