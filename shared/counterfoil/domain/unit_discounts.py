"""Free units: a discount that adds units to the cart, or makes those in it free.

The added units cost what others do, and the discount takes that off again, so they change what is
to be paid only by what was in the cart before. Source: domain.md §4.1, §4.6.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from counterfoil.domain import ids
from counterfoil.domain.added_units import made_line
from counterfoil.domain.allocations import NOTHING, AddedUnits, Allocation, MadeLine
from counterfoil.domain.errors import InvalidVoucher
from counterfoil.domain.item_selection import names_of
from counterfoil.domain.money import MAX_AMOUNT
from counterfoil.domain.numbers import MAX_QUANTITY
from counterfoil.domain.order_lines import quantity_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from counterfoil.domain.order_lines import OrderLine
    from counterfoil.domain.orders import Order

MAX_UNITS: Final = 30
UnitCount = Annotated[int, Field(strict=True, ge=0, le=MAX_QUANTITY)]
_ADDED_HERE: Final = ("ADD_MISSING_ITEMS", "ADD_NEW_ITEMS")
_MANY: Final = "ADD_MANY_ITEMS"


@dataclass(frozen=True, slots=True)
class CatalogueItem:
    """A product or SKU that units may be of; `price` None is not known.

    `product_id` is the product's own id, or that of the SKU's product.
    """

    id: str
    source_id: str | None
    name: str | None
    price: int | None
    product_id: str
    is_sku: bool = False


# By what discounts call them: an id or a source id.
KnownUnits = Mapping[str, CatalogueItem]
NOTHING_KNOWN: Final[KnownUnits] = {}


class UnitName(BaseModel):
    """The product or SKU of a discount's units, as clients are shown it."""

    model_config = ConfigDict(frozen=True)

    id: str
    source_id: str | None = None
    name: str | None = None


class FreeUnits(BaseModel):
    """`unit_off` units of the product or SKU `unit_type`.

    `unit_type` is an id or a source id; `product` or `sku` says what it stood for when the
    discount was made.
    """

    model_config = ConfigDict(frozen=True)

    unit_off: UnitCount
    unit_off_formula: str | None = None
    unit_type: str
    effect: Literal["ADD_MISSING_ITEMS", "ADD_NEW_ITEMS"] = "ADD_MISSING_ITEMS"
    product: UnitName | None = None
    sku: UnitName | None = None


class UnitOff(BaseModel):
    """Free units of one kind, or with ADD_MANY_ITEMS those of `units`, one after the other.

    ADD_SAME_ITEMS and REPLACE_ITEMS are kept and echoed only.
    """

    model_config = ConfigDict(frozen=True)

    type: Literal["UNIT"]
    effect: Literal[
        "ADD_MISSING_ITEMS",
        "ADD_NEW_ITEMS",
        "ADD_MANY_ITEMS",
        "ADD_SAME_ITEMS",
        "REPLACE_ITEMS",
    ] = "ADD_MISSING_ITEMS"
    unit_off: UnitCount | None = None
    unit_off_formula: str | None = None
    unit_type: str | None = None
    units: Annotated[tuple[FreeUnits, ...], Field(min_length=1, max_length=MAX_UNITS)] | None = None
    product: UnitName | None = None
    sku: UnitName | None = None

    @property
    def parts(self) -> tuple[FreeUnits, ...]:
        """The units one kind after the other.

        Raises InvalidVoucher for an effect that is only kept.
        """
        if self.effect == _MANY and self.units is not None:
            return self.units
        if self.effect not in _ADDED_HERE:
            message = f"Discounts with the effect {self.effect} cannot be applied yet"
            raise InvalidVoucher(message)
        told = self.model_dump(exclude={"type", "units"}, exclude_none=True)
        return (FreeUnits.model_validate(told),)

    @property
    def unit_types(self) -> tuple[str, ...]:
        """The products and SKUs to look up in the catalogue."""
        types = [self.unit_type, *(each.unit_type for each in self.units or ())]
        return tuple(dict.fromkeys(each for each in types if each is not None))

    def named(self, known: KnownUnits) -> UnitOff:
        """The discount with what the catalogue calls its units; unknown ones have no name."""
        units = self.units and tuple(
            each.model_copy(update=_name(each.unit_type, known)) for each in self.units
        )
        own = {} if self.unit_type is None else _name(self.unit_type, known)
        return self.model_copy(update={"units": units, **own})


def allocate_units(
    discount: UnitOff, order: Order, known: KnownUnits, closed: Collection[str] = frozenset()
) -> Allocation:
    """What `discount` does to `order` as it stands.

    Lines whose ids are `closed` neither get units nor have any made free; what is on them is not
    missing. Raises InvalidVoucher for an effect that is only kept, and for more units or money than
    an order can have.
    """
    total = NOTHING
    for part in discount.parts:
        taken = _Units(part, order, known.get(part.unit_type), closed).allocation()
        total = total.plus(taken)
        order = order.trying(taken)
    return total


class _Units:
    """The free units of one kind on their way into an order."""

    def __init__(
        self, part: FreeUnits, order: Order, item: CatalogueItem | None, closed: Collection[str]
    ) -> None:
        self._part = part
        self._order = order
        self._item = item
        self._made: MadeLine | None = None
        theirs = [line for line in order.items if _is_of(line, part, item)]
        self._standing = sum(quantity_of(line) for line in theirs)
        self._lines = [line for line in theirs if line.id not in closed]

    def allocation(self) -> Allocation:
        """What they do; nothing at all when there are none."""
        wanted = self._part.unit_off
        new = self._part.effect == "ADD_NEW_ITEMS"
        added = wanted if new else max(0, wanted - self._standing)
        if added and not self._lines:
            self._lines = [self._new_line()]
        free = {self._lines[0].id: added} if new and added else self._spread(wanted, added)
        return self._paid(free, added)

    def _spread(self, wanted: int, added: int) -> dict[str, int]:
        """The units that become free: those of the first line with the added ones, and so on."""
        free: dict[str, int] = {}
        for line in self._lines:
            part = min(wanted, quantity_of(line) + added)
            added = 0
            wanted -= part
            if part:
                free[line.id] = part
        return free

    def _paid(self, free: dict[str, int], added: int) -> Allocation:
        """The units and their money, never more than what is left to pay of order and line."""
        taken = self._order.line_discounts
        units: dict[str, AddedUnits] = {}
        lines: dict[str, int] = {}
        cost = 0
        left = self._order.total_amount or 0
        for line in self._lines:
            count = free.get(line.id, 0)
            each = self._units_of(line, added, count)
            added = 0
            cost, left = cost + each.amount, left + each.amount
            worth = (line.amount or 0) - taken.get(line.id, 0) + each.amount
            off = min(count * price_of_unit(line, self._item), worth, left)
            left -= off
            if count:
                units[line.id] = each
            if off:
                lines[line.id] = off
        self._require_bearable(cost)
        return Allocation(lines=lines, units=units, added=cost)

    def _units_of(self, line: OrderLine, added: int, free: int) -> AddedUnits:
        amount = added * price_of_unit(line, self._item)
        quantity = quantity_of(line) + added
        if quantity > MAX_QUANTITY or (line.amount or 0) + amount > MAX_AMOUNT:
            message = f"{added} more units of {self._part.unit_type} are more than a line can have"
            raise InvalidVoucher(message)
        return AddedUnits(quantity=added, amount=amount, discounted=free, made=self._made)

    def _require_bearable(self, cost: int) -> None:
        if (self._order.amount or 0) + cost > MAX_AMOUNT:
            message = f"Units of {self._part.unit_type} would make the order's amount too large"
            raise InvalidVoucher(message)

    def _new_line(self) -> OrderLine:
        """The line that the units make, still empty."""
        self._made = _description(self._part.unit_type, self._item)
        return made_line(_free_id(self._order), self._made, AddedUnits())


def price_of_unit(line: OrderLine, item: CatalogueItem | None) -> int:
    """The line's, else the catalogue's, else the amount's share.

    A line without amount has no money to add to, nor to take.
    """
    if line.amount is None:
        return 0
    if line.price is not None:
        return line.price
    if item is not None and item.price is not None:
        return item.price
    return line.amount // max(1, quantity_of(line))


def _description(unit_type: str, item: CatalogueItem | None) -> MadeLine:
    """What a line of `unit_type` says of itself; what the catalogue does not know is not said."""
    if item is not None:
        sku = item.id if item.is_sku else None
        return MadeLine(product_id=item.product_id, sku_id=sku, price=item.price)
    if unit_type.startswith(ids.SKU):
        return MadeLine(sku_id=unit_type)
    return MadeLine(product_id=unit_type)


def _free_id(order: Order) -> str:
    """An id that no line of the order has, and that none will have after another redemption."""
    stored = [entry.id for entry in order.redemptions if entry.id]
    latest = stored[-1] if stored else ""
    known = {line.id for line in order.items}
    names = (ids.made_line(order.id, latest, number) for number in range(len(known) + 1))
    return next(name for name in names if name not in known)


def _is_of(line: OrderLine, part: FreeUnits, item: CatalogueItem | None) -> bool:
    """Whether `line` has the product or SKU of `part`, by whatever name either knows it."""
    skus, products = names_of(line)
    called = {part.unit_type}
    for each in (item, part.product, part.sku):
        if each is not None:
            called |= {each.id, *filter(None, [each.source_id])}
    if item is not None:
        return not called.isdisjoint(skus if item.is_sku else products)
    return not called.isdisjoint(skus | products)


def _name(unit_type: str, known: KnownUnits) -> Mapping[str, UnitName | None]:
    item = known.get(unit_type)
    if item is None:
        return {"product": None, "sku": None}
    name = UnitName(id=item.id, source_id=item.source_id, name=item.name)
    return {"product": None if item.is_sku else name, "sku": name if item.is_sku else None}
