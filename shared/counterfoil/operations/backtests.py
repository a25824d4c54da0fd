"""Backtests: a set of rules tried on the orders of a range, page by page (domain.md §2.5).

A backtest decides nothing and writes nothing, so it follows the index, which lags a moment behind.
A page ends early where its orders would make one call read too much: it is resumed all the same.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from counterfoil.domain.backtest_cursors import Asked
from counterfoil.domain.backtests import Backtest, Sums
from counterfoil.domain.errors import InvalidPayload, InvalidValidationRules
from counterfoil.domain.rule_sets import rules_sent
from counterfoil.operations.lists import Between, id_at, places_beyond
from counterfoil.operations.named_rules import get
from counterfoil.operations.past_occasions import PastOccasions
from counterfoil.storage import keys, orders

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import date

    from counterfoil.domain.backtest_cursors import Cursor
    from counterfoil.domain.backtest_payloads import BacktestPayload
    from counterfoil.domain.backtests import Tried
    from counterfoil.operations.call import Call
    from counterfoil.storage.keys import Key
    from counterfoil.storage.orders import Stored

# What a rule that is not stored is called.
DRAFT: Final = "draft"
# Items and lines of one call: a few seconds of the smallest function.
_ROOM: Final = 6_000
# A customer's queries, in items that could be read meanwhile.
_QUERIES: Final = 100
# Of a customer with history, for the orders of the same day that are on another page.
_BEYOND: Final = 10
_AT_ONCE: Final = 100
_SECOND: Final = 2


@dataclass(frozen=True, slots=True)
class Question:
    """Which rule, and which orders; `rule_id` may be `DRAFT`."""

    rule_id: str
    payload: BacktestPayload


@dataclass(frozen=True, slots=True)
class Backtested:
    """One page. `totals` are the sums of all pages so far, `cursor` leads on, None at the end."""

    rule_id: str | None
    backtest: Backtest
    tried: tuple[Tried, ...]
    totals: Sums
    cursor: str | None


def backtest(call: Call, question: Question) -> Backtested:
    """The next page of orders, judged. Raises NotFound, InvalidValidationRules, InvalidPayload."""
    payload = question.payload
    rule_id, text = _rules(call, question)
    asked = Asked.of(call.project, text, payload)
    begun = asked.start(call.now) if payload.cursor is None else asked.read(payload.cursor)
    rules = Backtest.of(text, call.project)
    occasions = PastOccasions(call, rules)
    for each in occasions.missing_collections:
        message = f"The rules name the collection {each[:100]}, which does not exist"
        raise InvalidValidationRules(message)
    page = _page(call, begun, _Room(occasions, asked.statuses), payload.most)
    occasions.load(page.orders, page.wanted)
    tried = tuple(rules.judge(each.order, occasions.of(each)) for each in page.orders)
    totals = begun.sums.plus(Sums.of(tried))
    onward = begun.model_copy(update={"place": page.place, "sums": totals})
    cursor = None if page.place is None else asked.written(onward)
    return Backtested(rule_id, rules, tried, totals, cursor)


def _rules(call: Call, question: Question) -> tuple[str | None, str]:
    """The id of a stored rule, and the text of the set that is to be tried."""
    sent = question.payload.rules
    text = None if sent is None else rules_sent(sent).text
    if question.rule_id != DRAFT:
        rule = get(call, question.rule_id).rule
        return rule.id, rule.rules if text is None else text
    if text is None:
        message = "Property . should have required property 'rules'"
        raise InvalidPayload(message)
    return None, text


@dataclass(frozen=True, slots=True)
class _Page:
    """Orders, what must be loaded for them, and the place of the last if others may follow."""

    orders: tuple[Stored, ...]
    wanted: tuple[Key, ...]
    place: str | None


class _Room:
    """What one call may read, and what it has to read for the orders that were let in."""

    def __init__(self, occasions: PastOccasions, statuses: Collection[str]) -> None:
        self._occasions = occasions
        self._statuses = statuses
        self._left = _ROOM
        self._wanted: dict[Key, None] = {}
        self._customers: set[str | None] = {None}
        self._days: Counter[tuple[str, date]] = Counter()
        self._orders: list[Stored] = []

    def lets_in(self, known: Stored) -> bool:
        """Whether there is room for the order; the first one is let in whatever it needs.

        One of another status has only been read.
        """
        is_wanted = not self._statuses or known.order.status in self._statuses
        keys_of_it = self._occasions.keys_of(known) if is_wanted else ()
        new = {key: None for key in keys_of_it if key not in self._wanted}
        cost = 1 + len(known.order.items) + len(new) + (self._queries(known) if is_wanted else 0)
        if cost > self._left < _ROOM:
            return False
        self._left -= cost
        if is_wanted:
            self._wanted |= new
            self._customers.add(known.order.customer_id)
            self._orders.append(known)
        return True

    def _queries(self, known: Stored) -> int:
        """What is asked for the order beside items: once for a customer, or for their day."""
        name, days = known.order.customer_id, self._days
        if name is None or not self._occasions.asks_days:
            return 0
        is_new = name not in self._customers
        if self._occasions.asks_markers:
            return _QUERIES if is_new else 0
        days[name, known.order.created_at.date()] += 1
        is_second = days[name, known.order.created_at.date()] == _SECOND
        return (_BEYOND if is_new else 0) + (_QUERIES if is_second else 0)

    def page(self, place: str | None) -> _Page:
        """The orders that were let in."""
        return _Page(tuple(self._orders), tuple(self._wanted), place)


def _page(call: Call, begun: Cursor, room: _Room, most: int) -> _Page:
    """Up to `most` orders beyond the cursor, as far as there is room for them."""
    created = Between(begun.after, begun.before)
    places = places_beyond(call, "O", created, begun.place, most + 1)
    reached = None
    for place, known in _stored(call, places[:most]):
        if known is not None and not room.lets_in(known):
            break
        reached = place
    ended = not places or reached == places[-1]
    return room.page(None if ended else reached)


def _stored(call: Call, places: Sequence[str]) -> Iterator[tuple[str, Stored | None]]:
    """The orders of `places`, a hundred in a trip, each read when it is asked for."""
    for first in range(0, len(places), _AT_ONCE):
        some = places[first : first + _AT_ONCE]
        wanted = [keys.order(call.project, id_at(each)) for each in some]
        items = call.store.get_all(wanted, consistent=False)
        for place, key in zip(some, wanted, strict=True):
            yield place, orders.stored(items.get(key))
