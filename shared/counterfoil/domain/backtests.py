"""What a set of rules would have made of orders that are stored, summed up page by page.

Each order is judged alone, as the cart that it was before any discount, at the instant of its
creation. There is no redemption: a rule that reads what only a redemption has can be neither met
nor failed. Such rules are taken for met and told, so that the others still say something.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Final, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from counterfoil.domain.added_units import shrunk
from counterfoil.domain.candidate_refusals import RefusalCode
from counterfoil.domain.logic import TRUE, Joined, Named
from counterfoil.domain.rule_checks import reads_effect
from counterfoil.domain.rule_evaluation import Compiled, compiled
from counterfoil.domain.rule_facts import Facts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from counterfoil.domain.logic import Logic
    from counterfoil.domain.occasions import Occasion
    from counterfoil.domain.orders import Order
    from counterfoil.domain.rule_sets import Rule

_EXAMPLES: Final = 5
# The request's own metadata and key; what is counted and what is left to pay are told by the rule.
_OF_REDEMPTION: Final = frozenset({"redemption.metadata", "redemption.api_key"})
# Beyond any sum of orders; a bound for what a cursor may say.
_MOST: Final = 10**27

_Sum = Annotated[int, Field(ge=0, le=_MOST)]


class Fault(NamedTuple):
    """The key of the first rule that an order does not meet, and whose refusal that is."""

    rule: str
    code: RefusalCode


@dataclass(frozen=True, slots=True)
class Tried:
    """One order. `amount` is what was to be paid for it, 0 while unknown; no `fault` is a pass."""

    order_id: str
    amount: int
    fault: Fault | None = None


class Sums(BaseModel):
    """Orders that were looked at: how many pass, what they come to, how many fail by which rule."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    looked_at: _Sum = 0
    passed: _Sum = 0
    passed_amount: _Sum = 0
    failed: dict[str, dict[RefusalCode, _Sum]] = Field(default_factory=dict)

    @staticmethod
    def of(tried: Iterable[Tried]) -> Sums:
        """The sums of one page."""
        known = list(tried)
        passed = [each.amount for each in known if each.fault is None]
        faults = Counter(each.fault for each in known if each.fault is not None)
        return Sums(
            looked_at=len(known),
            passed=len(passed),
            passed_amount=sum(passed),
            failed=_by_rule(faults),
        )

    def plus(self, other: Sums) -> Sums:
        """Both together."""
        return Sums(
            looked_at=self.looked_at + other.looked_at,
            passed=self.passed + other.passed,
            passed_amount=self.passed_amount + other.passed_amount,
            failed=_by_rule(self.faults + other.faults),
        )

    @property
    def are_credible(self) -> bool:
        """Whether a further page can be added: no range has orders of more than a tenth of it."""
        return max(self.looked_at, self.passed_amount, *self.faults.values(), 0) <= _MOST // 10

    @property
    def faults(self) -> Counter[Fault]:
        """How many fail, by rule and refusal."""
        return Counter(
            {
                Fault(rule, code): count
                for rule, codes in self.failed.items()
                for code, count in codes.items()
            }
        )


def examples(tried: Iterable[Tried]) -> Mapping[Fault, tuple[str, ...]]:
    """The ids of the first five orders of a page that fail in each way."""
    found: dict[Fault, tuple[str, ...]] = {}
    for each in tried:
        if each.fault is not None:
            known = found.get(each.fault, ())
            found[each.fault] = (*known, each.order_id)[:_EXAMPLES]
    return found


@dataclass(frozen=True, slots=True)
class Backtest:
    """A set of rules made ready to be tried on orders; `ignored` are the keys taken for met."""

    rules: Compiled
    ignored: tuple[str, ...] = ()

    @staticmethod
    def of(text: str, project: str) -> Backtest:
        """That of the set which `RuleSet.text` wrote."""
        rules = compiled(text, project)
        ignored = tuple(key for key, each in rules.checks.items() if _is_unknown(each.rule))
        checks = {key: each for key, each in rules.checks.items() if key not in ignored}
        logic = _taken_for_met(rules.logic, ignored)
        return Backtest(replace(rules, checks=checks, logic=logic), ignored)

    @property
    def reads_customer(self) -> bool:
        """Whether any rule asks who has ordered."""
        names = (each.rule.name.name for each in self.rules.checks.values())
        return any(each.startswith("customer.") for each in names)

    def judge(self, order: Order, occasion: Occasion) -> Tried:
        """What becomes of `order`; the occasion is that of its creation."""
        failing = self.rules.judge(Facts(cart_of(order), occasion)).failing
        fault = None if failing is None else Fault(failing.check.rule.key, failing.code)
        return Tried(order.id, order.total_amount or 0, fault)

    def in_order(self, faults: Iterable[Fault]) -> list[Fault]:
        """`faults` in the order of the rules."""
        places = {key: place for place, key in enumerate(self.rules.checks)}
        return sorted(faults, key=lambda each: (places[each.rule], each.code))


def cart_of(order: Order) -> Order:
    """`order` before any redemption: no discount, and none of the units that came with one."""
    items = shrunk(order.items, order.line_units)
    return order.model_copy(update={"items": items, "redemptions": ()})


def _is_unknown(rule: Rule) -> bool:
    name = rule.name
    return name.counts is not None or name.name in _OF_REDEMPTION or reads_effect(rule)


def _taken_for_met(logic: Logic, keys: Collection[str]) -> Logic:
    """`logic` with the rules `keys` met."""
    if isinstance(logic, Named):
        return TRUE if logic.key in keys else logic
    return Joined(logic.word, tuple(_taken_for_met(part, keys) for part in logic.parts))


def _by_rule(faults: Mapping[Fault, int]) -> dict[str, dict[RefusalCode, int]]:
    """Sorted, so that equal sums are written alike."""
    found: dict[str, dict[RefusalCode, int]] = {}
    for rule, code in sorted(faults):
        found.setdefault(rule, {})[code] = faults[Fault(rule, code)]
    return found
