"""What a gift card pays of an order: credits of one minor unit each (domain.md §4.5, §4.7)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from counterfoil.domain.allocations import Allocation
from counterfoil.domain.basis import PLAIN
from counterfoil.domain.candidate_refusals import RefusalCode
from counterfoil.domain.discounts import within_limits
from counterfoil.domain.errors import Refusal
from counterfoil.domain.item_selection import EVERYTHING, select

if TYPE_CHECKING:
    from counterfoil.domain.basis import Basis
    from counterfoil.domain.item_selection import ProductLists
    from counterfoil.domain.orders import Order


@dataclass(frozen=True, slots=True)
class Card:
    """A gift card about to be spent; `asked` None is as much as is needed."""

    code: str
    effect: Literal["APPLY_TO_ORDER", "APPLY_TO_ITEMS"]
    available: int
    asked: int | None = None


def spend(
    card: Card,
    order: Order,
    products: ProductLists | None = None,
    basis: Basis = PLAIN,
) -> Allocation | Refusal:
    """What `card` pays of `order`, in all exactly the credits that leave it.

    More credits than the order has left to pay stay on the card; more than the card has, and any
    of an empty card while there is something to pay, are refused. Lines that are closed are
    not paid of.
    """
    if card.asked is not None and card.asked > card.available:
        return _exceeded(card)
    if card.effect == "APPLY_TO_ITEMS":
        return _off_lines(card, order, products or EVERYTHING, basis)
    if order.total_amount is None:
        details = "The order needs an amount for a gift card to pay of it"
        return Refusal(RefusalCode.MISSING_AMOUNT, "missing amount", details)
    if _is_empty(card, order.total_amount):
        return _exceeded(card)
    return Allocation(order=min(_most(card), order.total_amount))


def _off_lines(
    card: Card, order: Order, products: ProductLists, basis: Basis
) -> Allocation | Refusal:
    """Line after line as they were sent, until the credits are used up."""
    places = {line.id: place for place, line in enumerate(order.items)}
    selected = select(products, order, basis.closed, basis.collections)
    chosen = [each for each in selected if each.line.amount is not None]
    if not chosen and not basis.closed:
        details = "At least one applicable order item with amount is required"
        code = RefusalCode.MISSING_ORDER_ITEMS_AMOUNT
        return Refusal(code, "missing order items amount", details)
    portions = sorted(chosen, key=lambda each: places[each.line.id])
    wanted = [each.left for each in portions]
    left = min(sum(wanted), order.total_amount or 0)
    if _is_empty(card, left):
        return _exceeded(card)
    return Allocation(lines=within_limits(portions, wanted, min(_most(card), left)))


def _most(card: Card) -> int:
    return card.available if card.asked is None else card.asked


def _is_empty(card: Card, left: int) -> bool:
    return card.asked is None and card.available == 0 and left > 0


def _exceeded(card: Card) -> Refusal:
    return Refusal(RefusalCode.GIFT_AMOUNT_EXCEEDED, "gift amount exceeded", card.code)
