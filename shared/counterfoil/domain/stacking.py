"""How redeemables of one call combine: the walk over the running order, and what stopped it.

Source: domain.md §5.2 to §5.5. The defaults are those of a project that never set any rules.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from counterfoil.domain.allocations import NOTHING, Allocation
from counterfoil.domain.candidates import Candidate, refusal_of, unknown
from counterfoil.domain.effects import effect_of
from counterfoil.domain.errors import DuplicatedRedeemables, Refusal
from counterfoil.domain.stacking_rules import StackingRules as StackingRules  # noqa: PLC0414, TC001  # tests

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from counterfoil.domain.candidates import Redeemable
    from counterfoil.domain.counters import Counter
    from counterfoil.domain.orders import Order
    from counterfoil.domain.payloads import RedeemablePayload


class SkipKey(StrEnum):
    """Why a redeemable was passed over without being wrong."""

    LIMIT = "applicable_redeemables_limit_exceeded"
    PRECEDING = "preceding_validation_failed"


SKIP_MESSAGES: Final = {
    SkipKey.LIMIT: "Applicable redeemables limit exceeded",
    SkipKey.PRECEDING: "Redeemable cannot be applied due to preceding validation failure",
}


@dataclass(frozen=True, slots=True)
class Applicable:
    """It applies: what it took, with the credits of a gift card, and the order around it."""

    candidate: Candidate
    definition: Redeemable
    counter: Counter
    allocation: Allocation
    before: Order
    order: Order
    credits: int = 0


@dataclass(frozen=True, slots=True)
class Inapplicable:
    """It does not apply, and why."""

    candidate: Candidate
    refusal: Refusal


@dataclass(frozen=True, slots=True)
class Skipped:
    """It was not tried."""

    candidate: Candidate
    key: SkipKey


Outcome = Applicable | Inapplicable | Skipped


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Every redeemable's outcome in the order of application, and the order after all of them."""

    outcomes: tuple[Outcome, ...]
    order: Order

    @property
    def applicable(self) -> tuple[Applicable, ...]:
        """Those that apply."""
        return tuple(each for each in self.outcomes if isinstance(each, Applicable))

    @property
    def inapplicable(self) -> tuple[Inapplicable, ...]:
        """Those that do not."""
        return tuple(each for each in self.outcomes if isinstance(each, Inapplicable))

    @property
    def skipped(self) -> tuple[Skipped, ...]:
        """Those that were not tried."""
        return tuple(each for each in self.outcomes if isinstance(each, Skipped))

    @property
    def valid(self) -> bool:
        """Nothing is inapplicable; a skipped redeemable does no harm (domain.md §2.2)."""
        return not self.inapplicable

    @property
    def applied(self) -> Allocation:
        """What all of them took together."""
        total = NOTHING
        for each in self.applicable:
            total = total.plus(each.allocation)
        return total


def require_distinct(redeemables: Sequence[RedeemablePayload]) -> None:
    """Raises DuplicatedRedeemables when one is named twice."""
    seen: set[tuple[str, str]] = set()
    for each in redeemables:
        if (each.object, each.id) in seen:
            raise DuplicatedRedeemables(each.id)
        seen.add((each.object, each.id))


def evaluate(
    candidates: Sequence[Candidate], order: Order, rules: StackingRules, now: datetime
) -> Evaluation:
    """What each candidate does to `order`, one after the other.

    Mode ALL: the first that is inapplicable stops the walk and the rest is skipped. `order` is
    the order after all; each Applicable holds it as it was after its own turn.
    """
    outcomes: list[Outcome] = []
    running = order
    applied = 0
    failed = False
    for candidate in candidates:
        outcome = _turn(candidate, running, now, stopped=_stopped(rules, applied, failed=failed))
        outcomes.append(outcome)
        if isinstance(outcome, Applicable):
            running = outcome.order
            applied += 1
        failed = failed or isinstance(outcome, Inapplicable)
    return Evaluation(tuple(outcomes), running)


def _stopped(rules: StackingRules, applied: int, *, failed: bool) -> SkipKey | None:
    if failed:
        return SkipKey.PRECEDING
    return SkipKey.LIMIT if applied >= rules.applicable_redeemables_limit else None


def _turn(candidate: Candidate, order: Order, now: datetime, stopped: SkipKey | None) -> Outcome:
    if stopped is not None:
        return Skipped(candidate, stopped)
    refusal = refusal_of(candidate, now)
    definition, counter = candidate.definition, candidate.counter
    if refusal is not None or definition is None or counter is None:
        return Inapplicable(candidate, refusal or unknown(candidate.object, candidate.id))
    effect = effect_of(candidate, order)
    if isinstance(effect, Refusal):
        return Inapplicable(candidate, effect)
    after = order.trying(effect.allocation)
    return Applicable(
        candidate, definition, counter, effect.allocation, order, after, effect.credits
    )
