"""Lines with the units that a redemption adds to them, and without them again.

Taking off what was added leaves the lines exactly as they were (domain.md §12-T).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.domain.order_lines import OrderLine, quantity_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from counterfoil.domain.allocations import AddedUnits, MadeLine

Lines = tuple[OrderLine, ...]


def grown(lines: Lines, units: Mapping[str, AddedUnits]) -> Lines:
    """`lines` with `units` added; the lines that units make come after all others."""
    if not units:
        return lines
    known = {line.id for line in lines}
    made = tuple(
        made_line(name, each.made, each)
        for name, each in units.items()
        if each.made is not None and name not in known
    )
    return (*(_grown(line, units.get(line.id)) for line in lines), *made)


def shrunk(lines: Lines, units: Mapping[str, AddedUnits]) -> Lines:
    """`lines` without `units`, and without the lines that had nothing else."""
    if not units:
        return lines
    left = (_shrunk(line, units.get(line.id)) for line in lines)
    return tuple(line for line in left if line.quantity or not line.made_by_units)


def _grown(line: OrderLine, units: AddedUnits | None) -> OrderLine:
    if units is None or not units.quantity:
        return line
    amount = None if line.amount is None else line.amount + units.amount
    quantity = quantity_of(line) + units.quantity
    return line.model_copy(update={"quantity": quantity, "amount": amount})


def _shrunk(line: OrderLine, units: AddedUnits | None) -> OrderLine:
    if units is None or not units.quantity:
        return line
    amount = None if line.amount is None else line.amount - units.amount
    quantity: int | None = quantity_of(line) - units.quantity
    if line.initial_quantity is None and quantity == 1:
        quantity = None  # the cart's line named none and counted as one unit
    return line.model_copy(update={"quantity": quantity, "amount": amount})


def made_line(name: str, made: MadeLine, units: AddedUnits) -> OrderLine:
    """A line of `units` alone; without a price it has no amount."""
    return OrderLine(
        id=name,
        product_id=made.product_id,
        sku_id=made.sku_id,
        price=made.price,
        amount=None if made.price is None else units.amount,
        quantity=units.quantity,
        initial_quantity=0,
        made_by_units=True,
    )
