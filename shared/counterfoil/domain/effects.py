"""What one redeemable does to the running order: the seam between stacking and the money.

Source: domain.md §4, §8.7 (the effect comes after every check).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterfoil.domain import discounts
from counterfoil.domain.basis import PLAIN
from counterfoil.domain.candidate_refusals import RefusalCode
from counterfoil.domain.errors import InvalidVoucher, Refusal
from counterfoil.domain.gifts import Card, spend
from counterfoil.domain.vouchers import Voucher

if TYPE_CHECKING:
    from counterfoil.domain.allocations import Allocation
    from counterfoil.domain.basis import Basis
    from counterfoil.domain.candidates import Candidate
    from counterfoil.domain.orders import Order


@dataclass(frozen=True, slots=True)
class Effect:
    """What is taken off the order, and the credits that leave a gift card for it."""

    allocation: Allocation
    credits: int = 0

    @property
    def is_none(self) -> bool:
        """Nothing is taken and nothing is added (domain.md §5.4.5)."""
        return not (self.allocation.has_effect or self.credits)


def effect_of(candidate: Candidate, order: Order, basis: Basis = PLAIN) -> Effect | Refusal:
    """What `candidate`, which can be used, does to `order` as it stands; or why it cannot."""
    definition = candidate.definition
    card = _card(candidate)
    if card is not None:
        spent = spend(card, order, candidate.products, basis)
        return spent if isinstance(spent, Refusal) else Effect(spent, spent.total)
    discount = None if definition is None else definition.discount
    if discount is None:
        details = f"Voucher {candidate.id} has no discount"
        return Refusal(RefusalCode.INVALID_VOUCHER, "invalid voucher", details)
    try:
        taken = discounts.allocate(discount, order, candidate.products, candidate.units, basis)
    except InvalidVoucher as error:
        return Refusal(RefusalCode.INVALID_VOUCHER, "invalid voucher", error.details)
    return Effect(taken)


def _card(candidate: Candidate) -> Card | None:
    """The gift card that `candidate` is; None for what is none."""
    voucher, counter = candidate.definition, candidate.counter
    if not isinstance(voucher, Voucher) or voucher.gift is None:
        return None
    available = 0 if counter is None or counter.gift is None else counter.gift.available
    return Card(voucher.code, voucher.gift.effect, available, candidate.credits)
