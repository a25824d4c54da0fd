"""What a discount takes off an order.

A type or an effect is one case of `allocate`; what it takes is an Allocation, and nothing after
it (stacking, redemption, rollback) asks which discount it came from. Source: domain.md §4.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Literal, assert_never

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer

from counterfoil.domain.allocations import Allocation
from counterfoil.domain.money import MAX_AMOUNT, percent_of

if TYPE_CHECKING:
    from counterfoil.domain.orders import Order


def _whole(value: object) -> object:
    """Clients written in other languages send `1000.0`; a fraction of a minor unit is refused."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _exact(value: object) -> object:
    """A percentage as it was written: 12.35 is not 12.3499999."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return Decimal(str(value)) if number else value


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


AmountOffNumber = Annotated[int, BeforeValidator(_whole), Field(strict=True, ge=0, le=MAX_AMOUNT)]
Percent = Annotated[
    Decimal,
    BeforeValidator(_exact),
    Field(ge=0, le=100, max_digits=9, decimal_places=6, strict=True),
    PlainSerializer(_number),
]


class AmountOff(BaseModel):
    """A fixed sum off; `aggregated_amount_limit` has no say at order level and is echoed."""

    model_config = ConfigDict(frozen=True)

    type: Literal["AMOUNT"]
    effect: Literal["APPLY_TO_ORDER"] = "APPLY_TO_ORDER"
    amount_off: AmountOffNumber
    aggregated_amount_limit: AmountOffNumber | None = None


class PercentOff(BaseModel):
    """A percentage off, at most `amount_limit`."""

    model_config = ConfigDict(frozen=True)

    type: Literal["PERCENT"]
    effect: Literal["APPLY_TO_ORDER"] = "APPLY_TO_ORDER"
    percent_off: Percent
    amount_limit: AmountOffNumber | None = None
    aggregated_amount_limit: AmountOffNumber | None = None


Discount = Annotated[AmountOff | PercentOff, Field(discriminator="type")]


def allocate(discount: AmountOff | PercentOff, order: Order) -> Allocation:
    """What `discount` takes off `order` as it stands; never more than what is left to pay.

    An order without a known amount has nothing to take from (domain.md §3.1).
    """
    left = order.total_amount or 0
    match discount:
        case AmountOff(amount_off=amount_off):
            return Allocation(order=min(amount_off, left))
        case PercentOff(percent_off=percent, amount_limit=limit):
            wanted = percent_of(left, percent)
            return Allocation(order=min(wanted, left if limit is None else min(limit, left)))
        case _:
            assert_never(discount)
