"""The lines of an order: what a payload's line becomes, and which earlier line it continues."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, Field

from counterfoil.domain.errors import InvalidAmount
from counterfoil.domain.metadata import Metadata
from counterfoil.domain.money import MAX_AMOUNT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from counterfoil.domain.ids import RequestIds
    from counterfoil.domain.order_payloads import OrderLinePayload


class LineProduct(BaseModel):
    """What the line knows of its product."""

    model_config = ConfigDict(frozen=True)

    id: str | None = None
    source_id: str | None = None
    name: str | None = None
    metadata: Metadata | None = None
    price: int | None = None


class LineSku(BaseModel):
    """What the line knows of its SKU; `sku` is its name."""

    model_config = ConfigDict(frozen=True)

    id: str | None = None
    source_id: str | None = None
    sku: str | None = None
    metadata: Metadata | None = None
    price: int | None = None


class OrderLine(BaseModel):
    """One line; `amount` is None while neither it nor a price is known, and counts as 0.

    Quantity and amount include the units that live redemptions have added. A line that is
    `made_by_units` was not in the cart, and goes with its units.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    product_id: str | None = None
    sku_id: str | None = None
    source_id: str | None = None
    related_object: Literal["product", "sku"] | None = None
    quantity: int | None = None
    initial_quantity: int | None = None
    amount: int | None = None
    price: int | None = None
    product: LineProduct | None = None
    sku: LineSku | None = None
    metadata: Metadata = Field(default_factory=dict)
    made_by_units: bool = False


def lines_of(
    payloads: Sequence[OrderLinePayload], before: Sequence[OrderLine], ids: RequestIds
) -> tuple[OrderLine, ...]:
    """The lines that `payloads` describe, in their order; they replace the lines `before` them.

    A line that names the same SKU, product or source id as one before (or its line id) continues
    it: it keeps that id, and with it the discounts on that line (domain.md §12-A). Lines that
    name nothing continue each other when price and amount are the same.
    """
    lines = [_line(payload, ids.line(index)) for index, payload in enumerate(payloads)]
    if not before:
        return tuple(lines)
    continuation = _Continuation(before)
    same = [
        continuation.same(line, payload.id) for line, payload in zip(lines, payloads, strict=True)
    ]
    alike = (found or continuation.alike(line) for line, found in zip(lines, same, strict=True))
    return tuple(
        line if found is None else line.model_copy(update={"id": found})
        for line, found in zip(lines, alike, strict=True)
    )


def sum_of_lines(lines: Sequence[OrderLine]) -> int | None:
    """The known amounts of `lines` together; None when none is known.

    Raises InvalidAmount above MAX_AMOUNT.
    """
    known = [line.amount for line in lines if line.amount is not None]
    return _bounded(sum(known), ".amount") if known else None


def quantity_of(line: OrderLine) -> int:
    """A line that names no quantity is one unit."""
    return 1 if line.quantity is None else line.quantity


class _Continuation:
    """Hands each earlier line to the first new line that continues it, and to no second one."""

    def __init__(self, before: Sequence[OrderLine]) -> None:
        self._before = before
        self._free = {line.id for line in before}
        self._by_names: dict[_Names, list[str]] = {}
        for line in reversed(before):
            self._by_names.setdefault(_names(line), []).append(line.id)

    def same(self, line: OrderLine, wanted: str | None) -> str | None:
        """The earlier line with the wanted id, or else of the very same names."""
        if wanted in self._free:
            return self._taken([wanted])
        return self._taken(self._by_names.get(_names(line)))

    def alike(self, line: OrderLine) -> str | None:
        """The earlier line that has any of the names.

        The catalogue adds names to a line that needed it; the next payload may bring the price.
        """
        for name in _aliases(line) if self._free else ():
            earlier = self._taken(self._by_any_name.get(name))
            if earlier is not None:
                return earlier
        return None

    @cached_property
    def _by_any_name(self) -> dict[_Names, list[str]]:
        known: dict[_Names, list[str]] = {}
        for line in reversed(self._before):
            for name in _aliases(line):
                known.setdefault(name, []).append(line.id)
        return known

    def _taken(self, candidates: list[str] | None) -> str | None:
        while candidates and self._free:
            earlier = candidates.pop()
            if earlier in self._free:
                self._free.discard(earlier)
                return earlier
        return None


_Names = tuple[str | int | None, ...]


def _names(line: OrderLine) -> _Names:
    """What tells a line's product from others; of a line that names none, its price and amount."""
    sku = line.sku_id or (None if line.sku is None else line.sku.id or line.sku.source_id)
    product = line.product_id
    if product is None and line.product is not None:
        product = line.product.id or line.product.source_id
    names = (sku, product, line.source_id, line.related_object)
    return names if any(names[:3]) else (*names, line.price, line.amount)


def _aliases(line: OrderLine) -> list[_Names]:
    """Every name of the line's SKU, or of its product when it has no SKU."""
    sku, product = line.sku or LineSku(), line.product or LineProduct()
    related = line.related_object
    of_sku = (line.sku_id, sku.id, sku.source_id, line.source_id if related == "sku" else None)
    names = [("sku", name) for name in of_sku if name is not None]
    if names:
        return [*names]
    of_product = (
        *(line.product_id, product.id, product.source_id),
        line.source_id if related == "product" else None,
    )
    return [("product", name) for name in of_product if name is not None]


def _line(payload: OrderLinePayload, line_id: str) -> OrderLine:
    price = payload.unit_price
    quantity = payload.quantity if payload.quantity is not None else payload.initial_quantity
    if quantity is None and price is not None:
        quantity = 1
    return OrderLine(
        id=line_id,
        product_id=payload.product_id,
        sku_id=payload.sku_id,
        source_id=payload.source_id,
        related_object=payload.related_object,
        quantity=quantity,
        initial_quantity=payload.initial_quantity or quantity,
        amount=_amount(payload.amount, price, quantity),
        price=price,
        product=LineProduct(**vars(payload.product)) if payload.product else None,
        sku=LineSku(**vars(payload.sku)) if payload.sku else None,
        metadata=payload.metadata or {},
    )


def _amount(explicit: int | None, price: int | None, quantity: int | None) -> int | None:
    """An explicit amount wins over price times quantity (domain.md §1.5)."""
    if explicit is not None or price is None or quantity is None:
        return explicit
    return _bounded(price * quantity, ".items[].amount")


def _bounded(amount: int, what: str) -> int:
    if amount > MAX_AMOUNT:
        message = f"Property {what} is {amount}; the limit is {MAX_AMOUNT}"
        raise InvalidAmount(message)
    return amount
