"""What becomes of one redeemable of a call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterfoil.domain.basis import PLAIN, Basis
from counterfoil.domain.candidate_rules import share_of

if TYPE_CHECKING:
    from counterfoil.domain.allocations import Allocation
    from counterfoil.domain.candidates import Candidate, Redeemable
    from counterfoil.domain.counters import Counter
    from counterfoil.domain.counts import Guard, Share
    from counterfoil.domain.errors import Refusal
    from counterfoil.domain.limits import SkipKey
    from counterfoil.domain.orders import Order
    from counterfoil.domain.rule_traces import Trace


@dataclass(frozen=True, slots=True)
class Applicable:
    """It applies: what it took, with the credits of a gift card, and the order around it.

    `basis` is what the stacking rules made of it. `guards` must still hold when it is redeemed, and
    with `historic` the purchase history of the customer must be what it was. Here and below,
    `trace` is what its rules saw, where that was asked for.
    """

    candidate: Candidate
    definition: Redeemable
    counter: Counter
    allocation: Allocation
    before: Order
    order: Order
    credits: int = 0
    basis: Basis = PLAIN
    guards: tuple[Guard, ...] = ()
    historic: bool = False
    trace: Trace | None = None

    @property
    def share(self) -> Share:
        """What it adds to what is counted."""
        return share_of(self.order.amount, self.allocation.total, self.credits)


@dataclass(frozen=True, slots=True)
class Inapplicable:
    """It does not apply, and why. Here and below, `before` is the order that it was to apply to,
    where that is to be told.
    """

    candidate: Candidate
    refusal: Refusal
    trace: Trace | None = None
    before: Order | None = None


@dataclass(frozen=True, slots=True)
class Skipped:
    """It was passed over, and why."""

    candidate: Candidate
    key: SkipKey
    trace: Trace | None = None
    before: Order | None = None


Outcome = Applicable | Inapplicable | Skipped
