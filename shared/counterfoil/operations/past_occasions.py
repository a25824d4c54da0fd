"""The occasions of stored orders: what rules would have looked at when each was created.

Everything is loaded for many orders at once. Customers, segments, collections and catalogue are as
they are now. Purchase history ends with the order, which is not in it. Days that have passed since
are taken from the sums of all time; only of its own day must the orders themselves be looked at,
and only where there are others. Source: domain.md §2.5.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from counterfoil.domain.catalogue import Catalogue
from counterfoil.domain.history_windows import window
from counterfoil.domain.occasions import Occasion
from counterfoil.domain.shoppers import Purchases, Shopper
from counterfoil.domain.timestamps import from_iso, iso, local
from counterfoil.operations import catalogue
from counterfoil.operations.shoppers import asked_by
from counterfoil.storage import customers, history, keys, product_collections, segments

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from counterfoil.domain.backtests import Backtest
    from counterfoil.domain.customers import Customer
    from counterfoil.domain.product_collections import ProductCollection
    from counterfoil.domain.purchase_history import Contribution
    from counterfoil.operations.call import Call
    from counterfoil.storage.history import Purchase
    from counterfoil.storage.keys import Key
    from counterfoil.storage.marshal import Attributes
    from counterfoil.storage.orders import Stored

# Rules look back a hundred years at most, and the calendar has a first day: whatever is created
# before is judged as of this instant.
_EARLIEST: Final = datetime(1900, 1, 1, tzinfo=UTC)


class PastOccasions:
    """What a backtest's rules look at. Nothing is known of an order before it is loaded."""

    def __init__(self, call: Call, backtest: Backtest) -> None:
        self._call = call
        self._needs = needs = backtest.rules.needs
        self._reads_customer = backtest.reads_customer
        collections = [keys.product_collection(call.project, each) for each in needs.collections]
        wanted = [*segments.keys_of(call.project, needs.segments), *collections]
        items = call.store.get_all(wanted, consistent=False)
        self._segments = segments.known(items, call.project, needs.segments)
        self._collections = _collections(call, needs.collections, items)
        asked = asked_by(self._segments.values())
        self._windows = needs.windows | asked.windows
        self._hours = [each for each in sorted(self._windows) if window(each).hours]
        self._asks_last_order = asked.last_order
        self._items: dict[Key, Attributes] = {}
        self._catalogue = Catalogue(call.project, {}, {})
        self._bought: dict[str, list[Purchase]] = {}

    @property
    def missing_collections(self) -> list[str]:
        """The collections of products that the rules name and that do not exist."""
        return sorted(self._needs.collections - self._collections.keys())

    @property
    def asks_days(self) -> bool:
        """Whether each day on which a customer has several orders costs a query."""
        return self._needs.history

    @property
    def asks_markers(self) -> bool:
        """Whether each customer costs queries: hours, and newest orders, are in no sum."""
        return self._reads_customer and bool(self._hours or self._asks_last_order)

    def keys_of(self, known: Stored) -> Iterator[Key]:
        """What must be loaded for one order."""
        order, project = known.order, self._call.project
        if self._needs.products:
            names = catalogue.names_asked(self._call, order.items, {})
            yield from catalogue.keys_of(self._call, names)
        if order.customer_id is None or not self._reads_customer:
            return
        yield keys.customer(project, order.customer_id)
        if self._needs.history:
            day = self._at(known).date()
            yield keys.lifetime(project, order.customer_id)
            yield from history.window_keys(project, order.customer_id, self._windows, day)
            yield from history.keys_since(project, order.customer_id, day, self._last_day(day))
        for each in self._segments.values():
            if each.is_static:
                yield keys.membership(project, order.customer_id, each.id)

    def load(self, known: Sequence[Stored], wanted: Sequence[Key]) -> None:
        """Load `wanted`, which `keys_of` told of each of `known`, and what only that tells of."""
        self._items = self._call.store.get_all(wanted, consistent=False)
        if self._needs.products:
            self._load_owners(known, frozenset(wanted))
        if self._needs.history:
            self._load_markers(known)

    def of(self, known: Stored) -> Occasion:
        """The occasion of a loaded order."""
        return Occasion(
            now=self._at(known),
            project=self._call.project,
            week_start=self._call.week_start,
            shopper=self._shopper(known),
            segments=self._segments,
            collections=self._collections,
            catalogue=self._catalogue,
            counts=False,
        )

    def _at(self, known: Stored) -> datetime:
        return local(max(known.order.created_at, _EARLIEST), self._call.zone)

    def _load_owners(self, known: Sequence[Stored], asked: frozenset[Key]) -> None:
        """The products of SKUs, which only these tell."""
        lines = [line for each in known for line in each.order.items]
        names = catalogue.names_asked(self._call, lines, self._items)
        missing = [key for key in catalogue.keys_of(self._call, names) if key not in asked]
        self._items |= self._call.store.get_all(missing, consistent=False)
        self._catalogue = catalogue.known(self._call, names, self._items)

    def _load_markers(self, known: Sequence[Stored]) -> None:
        """One query or two of each customer, for all of their orders that need one."""
        times: dict[str, list[datetime]] = {}
        for each in known:
            name = each.order.customer_id
            if name is not None and (self.asks_markers or self._has_company(each, name)):
                times.setdefault(name, []).append(self._at(each))
        place = self._call.store, self._call.project
        for name, instants in times.items():
            first, last = min(instants), max(instants)
            start = min((window(each).first_hour(first) for each in self._hours), default=first)
            older = history.newest_before(*place, name, start) if self._asks_last_order else []
            bought = history.bought_between(*place, name, start, _midnight(last))
            self._bought[name] = [*older, *bought]

    def _has_company(self, known: Stored, customer_id: str) -> bool:
        """Whether the customer has another order of that day, which may be a later one."""
        day = self._at(known).date()
        bought = history.bought_on(self._items, self._call.project, customer_id, day)
        return bought.count > (0 if _own(known, customer_id) is None else 1)

    def _shopper(self, known: Stored) -> Shopper | None:
        customer = self._customer(known)
        if customer is None or not self._needs.history:
            return None if customer is None else Shopper(customer)
        project, own = self._call.project, _own(known, customer.id)
        later = self._later_that_day(known, customer.id)
        summary = history.totals(self._items.get(keys.lifetime(project, customer.id)))
        for each in (_purchases(own), later, self._after(known, customer.id)):
            summary = replace(
                summary,
                orders_count=summary.orders_count - each.count,
                orders_amount=summary.orders_amount - each.amount,
            )
        others = self._others(known, customer.id)
        last = others[-1] if others else None
        return Shopper(
            customer,
            summary,
            last_order_at=None if last is None else from_iso(last.created_at),
            last_order_amount=None if last is None else last.amount,
            windows=self._of_days(known, later, customer.id) | self._of_hours(known, others),
            static_segments=segments.joined(
                self._items, project, customer.id, self._needs.segments
            ),
        )

    def _customer(self, known: Stored) -> Customer | None:
        """Who has ordered; nobody who was deleted."""
        name = known.order.customer_id
        if name is None or not self._reads_customer:
            return None
        found = customers.stored(self._items.get(keys.customer(self._call.project, name)))
        return None if found is None or found.customer.deleted else found.customer

    def _others(self, known: Stored, customer_id: str) -> list[Purchase]:
        """Counted orders that are no newer than this one, the oldest first."""
        now = iso(self._at(known))
        bought = self._bought.get(customer_id, [])
        return [
            each for each in bought if each.created_at <= now and each.order_id != known.order.id
        ]

    def _later_that_day(self, known: Stored, customer_id: str) -> Purchases:
        at = self._at(known)
        now, midnight = iso(at), iso(_midnight(at))
        bought = self._bought.get(customer_id, [])
        later = [one.amount for one in bought if now < one.created_at <= midnight]
        return Purchases(len(later), sum(later))

    def _after(self, known: Stored, customer_id: str) -> Purchases:
        """What was bought on the days since the order's own."""
        day = self._at(known).date()
        last = self._last_day(day)
        return history.bought_after(self._items, self._call.project, customer_id, day, last)

    def _last_day(self, day: date) -> date:
        """Until when history may have gone on since `day`."""
        return max(day, self._call.today)

    def _of_days(self, known: Stored, later: Purchases, customer_id: str) -> dict[str, Purchases]:
        today = self._at(known).date()
        project, own = self._call.project, _own(known, customer_id)
        found = history.windows_in(self._items, project, customer_id, self._windows, today)
        for each, bought in found.items():
            first = window(each).first_day(today).isoformat()
            is_in = own is not None and first <= own.day <= today.isoformat()
            mine = _purchases(own if is_in else None)
            found[each] = Purchases(
                bought.count - later.count - mine.count,
                bought.amount - later.amount - mine.amount,
            )
        return found

    def _of_hours(self, known: Stored, others: Sequence[Purchase]) -> dict[str, Purchases]:
        found = {}
        for each in self._hours:
            first = iso(window(each).first_hour(self._at(known)))
            within = [one.amount for one in others if one.created_at >= first]
            found[each] = Purchases(len(within), sum(within))
        return found


def _own(known: Stored, customer_id: str) -> Contribution | None:
    """What the order itself has added to the customer's history."""
    own = known.counted
    return own if own is not None and own.customer_id == customer_id else None


def _purchases(own: Contribution | None) -> Purchases:
    return Purchases() if own is None else Purchases(1, own.amount)


def _midnight(at: datetime) -> datetime:
    """The last instant of the day of `at`, as clocks show it there."""
    return at.replace(hour=23, minute=59, second=59, microsecond=999_999, fold=1)


def _collections(
    call: Call, names: Iterable[str], items: dict[Key, Attributes]
) -> dict[str, ProductCollection]:
    found = (product_collections.stored(items, call.project, each) for each in names)
    return {each.collection.id: each.collection for each in found if each is not None}
