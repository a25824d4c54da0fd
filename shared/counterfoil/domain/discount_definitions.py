"""What a payload makes of a discount, of a voucher's as of a promotion tier's (domain.md §4.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, get_args

from counterfoil.domain.discounts import KINDS, AnyDiscount
from counterfoil.domain.errors import InvalidPayload

if TYPE_CHECKING:
    from counterfoil.domain.errors import Invalid
    from counterfoil.domain.voucher_payloads import DiscountPayload

_SUPPORTED: Final = "AMOUNT, PERCENT or FIXED"


def discount_of(payload: DiscountPayload, error: type[Invalid]) -> AnyDiscount:
    """Raises `error` for a type or an effect not supported, InvalidPayload for a lack."""
    kind = KINDS.get(payload.type)
    if kind is None:
        message = f"Discounts of type {payload.type} are not supported yet"
        raise error(f"{message}; supported is {_SUPPORTED}")
    effects = get_args(kind.model_fields["effect"].annotation)
    if payload.effect not in (None, *effects):
        message = f"The effect {payload.effect} of type {payload.type} is not supported yet"
        raise error(f"{message}; supported is {', '.join(effects)}")
    sent = payload.model_dump(include=set(kind.model_fields), exclude_none=True)
    for name, field in kind.model_fields.items():
        if field.is_required() and name not in sent:
            raise InvalidPayload(f"Property .discount should have required property '{name}'")
    return kind.model_validate(sent)


def same_type(
    before: AnyDiscount | None, after: AnyDiscount, named: str, error: type[Invalid]
) -> AnyDiscount:
    """`after`, in place of the discount that `named` has. Raises `error` for another type."""
    own = None if before is None else before.type
    if after.type != own:
        message = f"{named} has a discount of type {own}, which cannot become {after.type}"
        raise error(message)
    return after
