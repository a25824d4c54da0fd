"""What a discount takes off an order.

A type is one class, with the effects that it knows and what it takes; free units have their own
module. What a discount takes is an Allocation, and nothing after it (stacking, redemption,
rollback) asks which discount it came from.
Formulas are kept and echoed; the static value counts (domain.md §4.1). Source: domain.md §4.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer

from counterfoil.domain.allocations import Allocation
from counterfoil.domain.basis import PLAIN
from counterfoil.domain.item_selection import EVERYTHING, select, unit_price
from counterfoil.domain.money import MAX_AMOUNT, percent_of, prorate
from counterfoil.domain.unit_discounts import NOTHING_KNOWN, UnitOff, allocate_units

if TYPE_CHECKING:
    from collections.abc import Sequence

    from counterfoil.domain.basis import Basis
    from counterfoil.domain.item_selection import Portion, ProductEntry, ProductLists
    from counterfoil.domain.orders import Order
    from counterfoil.domain.unit_discounts import KnownUnits


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

_ORDER: Final = "APPLY_TO_ORDER"
_ITEMS: Final = "APPLY_TO_ITEMS"


class AmountOff(BaseModel):
    """A fixed sum off the order, off every line, off every unit, or split over the lines."""

    model_config = ConfigDict(frozen=True)

    type: Literal["AMOUNT"]
    effect: (
        Literal[
            "APPLY_TO_ORDER",
            "APPLY_TO_ITEMS",
            "APPLY_TO_ITEMS_PROPORTIONALLY",
            "APPLY_TO_ITEMS_PROPORTIONALLY_BY_QUANTITY",
            "APPLY_TO_ITEMS_BY_QUANTITY",
        ]
        | None
    ) = None
    amount_off: AmountOffNumber
    amount_off_formula: str | None = None
    aggregated_amount_limit: AmountOffNumber | None = None

    @property
    def limit(self) -> int | None:
        """The most that it takes off all lines; a split sum is its own limit (domain.md §4.5)."""
        split = (self.effect or _ORDER).startswith("APPLY_TO_ITEMS_PROPORTIONALLY")
        return None if split else self.aggregated_amount_limit

    def of_order(self, left: int) -> int:
        """What it takes off an order with `left` to pay."""
        return min(self.amount_off, left)

    def of_portions(self, portions: Sequence[Portion], left: int) -> list[int]:
        """What it takes off each portion, before limits, of an order with `left` to pay."""
        match self.effect:
            case "APPLY_TO_ITEMS_BY_QUANTITY":
                return [self.amount_off * len(each.units) for each in portions]
            case "APPLY_TO_ITEMS_PROPORTIONALLY":
                return prorate(self._sum(portions, left), [each.amount for each in portions])
            case "APPLY_TO_ITEMS_PROPORTIONALLY_BY_QUANTITY":
                return prorate(self._sum(portions, left), [len(each.units) for each in portions])
            case _:
                return [self._once(each) for each in portions]

    def _sum(self, portions: Sequence[Portion], left: int) -> int:
        return min(self.amount_off, sum(each.left for each in portions), left)

    def _once(self, portion: Portion) -> int:
        if portion.entry.target == "ITEM":
            return self.amount_off
        return self.amount_off * len(portion.units) // portion.quantity


class PercentOff(BaseModel):
    """A percentage off the order or off every line, at most `amount_limit` of each."""

    model_config = ConfigDict(frozen=True)

    type: Literal["PERCENT"]
    effect: Literal["APPLY_TO_ORDER", "APPLY_TO_ITEMS"] | None = None
    percent_off: Percent
    percent_off_formula: str | None = None
    amount_limit: AmountOffNumber | None = None
    aggregated_amount_limit: AmountOffNumber | None = None

    @property
    def limit(self) -> int | None:
        """The most that it takes off all lines."""
        return self.aggregated_amount_limit

    def of_order(self, left: int) -> int:
        """What it takes off an order with `left` to pay."""
        return _at_most(percent_of(left, self.percent_off), self.amount_limit)

    def of_portions(self, portions: Sequence[Portion], _left: int) -> list[int]:
        """What it takes off each portion, before the entries' limits."""
        return [self.of_order(each.left) for each in portions]


class FixedPrice(BaseModel):
    """A price that the order, or every unit of its lines, comes down to."""

    model_config = ConfigDict(frozen=True)

    type: Literal["FIXED"]
    effect: Literal["APPLY_TO_ORDER", "APPLY_TO_ITEMS"] = _ORDER
    fixed_amount: AmountOffNumber
    fixed_amount_formula: str | None = None

    @property
    def limit(self) -> int | None:
        """It knows none."""
        return None

    def of_order(self, left: int) -> int:
        """What it takes off an order with `left` to pay."""
        return max(0, left - self.fixed_amount)

    def of_portions(self, portions: Sequence[Portion], _left: int) -> list[int]:
        """What it takes off each portion, before limits."""
        return [self._down_to_price(each) for each in portions]

    def _down_to_price(self, portion: Portion) -> int:
        own = portion.entry.price
        price = self.fixed_amount if own is None else own
        return max(0, int((unit_price(portion.line) - price) * len(portion.units)))


AnyDiscount = AmountOff | PercentOff | FixedPrice | UnitOff
Discount = Annotated[AnyDiscount, Field(discriminator="type")]
KINDS: Final[dict[str, type[AnyDiscount]]] = {
    "AMOUNT": AmountOff,
    "PERCENT": PercentOff,
    "FIXED": FixedPrice,
    "UNIT": UnitOff,
}


def settled(discount: AnyDiscount, products: ProductLists | None) -> AnyDiscount:
    """`discount` with an effect, which depends on its products when it has none (domain.md §4.1).

    That is decided whenever it is used or told, for its rule may change.
    """
    if discount.effect is not None:
        return discount
    named = products is not None and products.name_products
    return discount.model_copy(update={"effect": _ITEMS if named else _ORDER})


def allocate(
    discount: AnyDiscount,
    order: Order,
    products: ProductLists | None = None,
    units: KnownUnits = NOTHING_KNOWN,
    basis: Basis = PLAIN,
) -> Allocation:
    """What `discount` takes off `order` as it stands, of the lines with `products` only.

    Never more than what is left to pay of the order and of each line. An order without a known
    amount has nothing to take from (domain.md §3.1). None stands for every product. Free units are
    of what they say, whatever `products` are; `units` tell what they cost. Raises
    InvalidVoucher for a discount that cannot be applied to this order.
    """
    discount = settled(discount, products)
    if isinstance(discount, UnitOff):
        return allocate_units(discount, order, units, basis.closed)
    left = order.total_amount or 0
    of_initial = basis.initial and isinstance(discount, PercentOff)
    if discount.effect == _ORDER:
        base = order.initial_amount or 0 if of_initial else left
        return Allocation(order=min(discount.of_order(base), left))
    portions = select(products or EVERYTHING, order, basis.closed, basis.collections)
    wanted = (
        [discount.of_order(each) for each in initial_amounts(portions, order)]
        if of_initial
        else discount.of_portions(portions, left)
    )
    return Allocation(lines=within_limits(portions, wanted, _at_most(left, discount.limit)))


def initial_amounts(portions: Sequence[Portion], order: Order) -> list[int]:
    """What each portion cost before any discount, and without the units added to its line."""
    units = order.line_units
    added = {name: each.amount for name, each in units.items()}
    return [
        each.share_of((each.line.amount or 0) - added.get(each.line.id, 0)) for each in portions
    ]


def within_limits(portions: Sequence[Portion], wanted: Sequence[int], most: int) -> dict[str, int]:
    """`wanted` by line, cut to what the line has left, its entry's limits, and `most` of all."""
    lines: dict[str, int] = {}
    left_of_entries: dict[ProductEntry, int] = {}
    for portion, amount in zip(portions, wanted, strict=True):
        entry = portion.entry
        part = min(_at_most(amount, entry.amount_limit), portion.left, most)
        if entry.aggregated_amount_limit is not None:
            of_entry = left_of_entries.setdefault(entry, entry.aggregated_amount_limit)
            part = min(part, of_entry)
            left_of_entries[entry] = of_entry - part
        most -= part
        if part:
            lines[portion.line.id] = part
    return lines


def _at_most(amount: int, limit: int | None) -> int:
    return amount if limit is None else min(amount, limit)
