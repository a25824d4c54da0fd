"""Lines of an order on the wire (domain.md §1.5, §4.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from counterfoil.domain.allocations import AddedUnits
from counterfoil.domain.order_lines import quantity_of

if TYPE_CHECKING:
    from counterfoil.api.orders import Document
    from counterfoil.domain.allocations import Allocation
    from counterfoil.domain.order_lines import OrderLine
    from counterfoil.domain.orders import Order

_NAMES: Final = (
    "product_id",
    "sku_id",
    "source_id",
    "related_object",
    "quantity",
    "initial_quantity",
    "price",
)


def line_documents(order: Order, applied: Allocation) -> list[Document]:
    """The lines of `order` with what they hold, and what this request `applied` to them."""
    taken, units = order.line_discounts, order.line_units
    return [
        _line(
            line,
            (taken.get(line.id, 0), units.get(line.id)),
            (applied.lines.get(line.id, 0), applied.units.get(line.id)),
        )
        for line in order.items
    ]


_Part = tuple[int, AddedUnits | None]


def _line(line: OrderLine, held: _Part, applied: _Part) -> Document:
    known: Document = {name: getattr(line, name) for name in _NAMES}
    if line.amount is not None:
        known |= {
            "amount": line.amount,
            "initial_amount": line.amount,
            "subtotal_amount": line.amount - held[0],
        }
    if held[1] is not None:
        known |= _before(line, held[1])
    if applied[1] is not None:
        known |= _applied(applied[1])
    known |= {
        "discount_amount": held[0] or None,
        "applied_discount_amount": applied[0] or None,
        "product": line.product and _given(vars(line.product)),
        "sku": line.sku and _given(vars(line.sku)),
        "metadata": line.metadata or None,
    }
    return {"object": "order_item", "id": line.id, **_given(known)}


def _given(known: Document) -> Document:
    return {name: value for name, value in known.items() if value is not None}


def _before(line: OrderLine, held: AddedUnits) -> Document:
    """What the line was before units were added, and how many units are free."""
    document: Document = {"discount_quantity": held.discounted or None}
    if line.initial_quantity is None:
        document["initial_quantity"] = quantity_of(line) - held.quantity
    if line.amount is not None:
        document["initial_amount"] = line.amount - held.amount
    return document


def _applied(applied: AddedUnits) -> Document:
    return {
        "applied_discount_quantity": applied.discounted or None,
        "applied_quantity": applied.quantity or None,
        "applied_quantity_amount": applied.amount or None,
    }
