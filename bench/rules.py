"""Sets of rules over a cart, beside the shortest interpreter that could judge them.

All rules are met, so that none is passed over. Ours works on the order as it is stored and names
lines by SKU or product; `_naive` on the JSON as it was sent, with the four names and two operators
that are asked here and nothing else. A thousand rules are ten full sets, as of ten assigned rules.
"""

from __future__ import annotations

import gc
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from bench.examples import order_document, order_payload
from bench.timing import Series
from counterfoil.domain.catalogue import Catalogue
from counterfoil.domain.customers import Customer
from counterfoil.domain.ids import RequestIds
from counterfoil.domain.occasions import Occasion
from counterfoil.domain.orders import draft
from counterfoil.domain.rule_evaluation import compiled
from counterfoil.domain.rule_facts import Facts
from counterfoil.domain.rule_sets import MAX_RULES, rules_sent
from counterfoil.domain.shoppers import Shopper

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from counterfoil.domain.orders import Order

RULES: Final = (1, 10, 100, 1_000)
LINES: Final = (5, 500)
WARM_UP: Final = 3
_PROJECT: Final = "bench"
_NOW: Final = datetime(2026, 3, 14, 9, 26, tzinfo=UTC)
_GOLD: Final = {"tier": "gold"}
_OPERATORS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "$is": lambda value, wanted: value in wanted,
    "$more_than_or_equal": lambda value, wanted: value >= wanted[0],
}


@dataclass
class Judged:
    """What one size took; `cold` is the reading of the text, once in a process's life."""

    rules: int
    lines: int
    ours: Series = field(default_factory=Series)
    naive: Series = field(default_factory=Series)
    cold: Series = field(default_factory=Series)


def compare(rounds: int) -> Iterator[Judged]:
    """Each size, timed `rounds` times each way in turns after a few that do not count."""
    gc.freeze()  # looking through what was made before would push the rules out of the caches
    for lines in LINES:
        for count in RULES:
            yield _compared(count, lines, rounds)


def _compared(count: int, lines: int, rounds: int) -> Judged:
    firsts = range(0, count, MAX_RULES)
    sets = [_rules(first, min(count - first, MAX_RULES), lines) for first in firsts]
    texts = [rules_sent(each).text for each in sets]
    document: dict[str, Any] = {**order_document("web", lines=lines), "customer": _GOLD}
    document["amount"] = sum(each["price"] * each["quantity"] for each in document["items"])
    order = _order(lines)
    result = Judged(count, lines)
    acts = (
        (result.ours, lambda: _ours(texts, order)),
        (result.naive, lambda: _all(_naive(each, document) for each in sets)),
    )
    for turn in range(rounds + WARM_UP):
        compiled.cache_clear()
        gc.collect()
        _timed(
            result.cold, lambda: _all(bool(compiled(each, _PROJECT).checks) for each in texts), turn
        )
        for series, act in acts if turn % 2 else reversed(acts):
            _timed(series, act, turn)
    return result


def _timed(series: Series, act: Callable[[], None], turn: int) -> None:
    (series if turn >= WARM_UP else Series()).time(act)


def _ours(texts: Sequence[str], order: Order) -> None:
    shopper = Shopper(Customer(id="cust_1", metadata={**_GOLD}, created_at=_NOW))
    catalogue = Catalogue(_PROJECT, {}, {})
    occasion = Occasion(now=_NOW, project=_PROJECT, shopper=shopper, catalogue=catalogue)
    facts = Facts(order, occasion)
    _all(compiled(each, _PROJECT).judge(facts).failing is None for each in texts)


def _naive(rules: Mapping[str, Any], order: Mapping[str, Any]) -> bool:
    def fits(rule: Mapping[str, Any], value: object) -> bool:
        return all(_OPERATORS[name](value, wanted) for name, wanted in rule["conditions"].items())

    def is_met(rule: Mapping[str, Any]) -> bool:
        if rule["name"] == "order.amount":
            return fits(rule, order["amount"])
        if rule["name"] == "order.items.any":
            return any(fits(rule, each["source_id"]) for each in order["items"])
        part = order["customer"] if rule["name"].startswith("customer") else order["metadata"]
        return fits(rule, part.get(rule["property"]))

    return all(is_met(rule) for rule in rules.values())


def _all(met: Iterator[bool]) -> None:
    if not all(met):
        message = "a rule of the benchmark is not met"
        raise RuntimeError(message)


def _rules(first: int, count: int, lines: int) -> dict[str, Any]:
    names = [each["source_id"] for each in order_document("web", lines=lines)["items"]]  # type: ignore[union-attr,index,call-overload]  # JSON
    return {
        str(number): _rule(number, str(names[number % lines]))
        for number in range(first, first + count)
    }


def _rule(number: int, name: str) -> dict[str, Any]:
    kinds: tuple[dict[str, Any], ...] = (
        {"name": "order.amount", "conditions": {"$more_than_or_equal": [number]}},
        {"name": "order.metadata", "property": "channel", "conditions": {"$is": ["web"]}},
        {"name": "customer.metadata", "property": "tier", "conditions": {"$is": ["gold", number]}},
        {"name": "order.items.any", "conditions": {"$is": [name]}},
    )
    return kinds[number % len(kinds)]


def _order(lines: int) -> Order:
    ids = RequestIds(bytes(32), _NOW)
    return draft(order_payload("web", lines=lines), "ord_1", ids, (None, None))
