"""What must hold among a project's items whenever nobody writes (protocol.md §0-§14).

Every check recounts from the other side: counters from records, history from orders, entries from
records, aliases from source ids. A violation is a sentence.
"""

import json
import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC
from typing import Final

from counterfoil.domain import ids
from counterfoil.domain.orders import Order
from counterfoil.domain.purchase_history import contribution
from counterfoil.domain.timestamps import iso
from counterfoil.storage import keys, segment_keys, transfer_keys
from counterfoil.storage.marshal import Attributes, inflate
from counterfoil.storage.orders import Stored
from tests.concurrency import (
    invariants_of_campaigns,
    invariants_of_counts,
    invariants_of_events,
    invariants_of_products,
    invariants_of_promotions,
    invariants_of_records,
    invariants_of_rules,
    invariants_of_segments,
)
from tests.concurrency.ledger import Ledger

_SORT_KEYS: Final = {
    "O": r"#|E#\d{8}",
    "R": r"[01][0-9a-f]R?|E",
    "V": r"#|N#0|X#[^#]+#vtx_\w+",
    "C": r"#|L|D#\d{4}-\d\d|U#[0-3]|M#[^#]+#ord_\w+|S#seg_\w+",
    "E": r"#|M#\d{4}",
    "I": r"#",
    "SS": r"#|L#.+",
    "H": r"[VN]#[^#]+",
    "HL": r"[^#]+",
    "HR": r"[^#]+",
    "HA": r"#|[DS]#.+",
    "Q": r"[^#]+#(?:v|promo|stack)_\w+",
    "T": r"#",
    "J": r"#|F#\d{4}",
    "EX": r"#",
    "K": r"#|S#[^#]+#sku_\w+",
    "KS": r"#",
    "KC": r"#",
    "Y": r"#|A#asgm_\w+",
    "P": r"#|N#\d+",
    "PS": r"#",
    "A": r"#|N#\d+|M|[BV]#.+|T|T#promo_\w+|S#stack_\w+",
    "YN": r"#",
}
_CREATED: Final = "customer.order.created"
_UPDATED: Final = "customer.order.updated"
_STATUS_EVENTS: Final = {"PAID", "CANCELED", "FULFILLED"}


def violations(ledger: Ledger) -> list[str]:
    """Every invariant that is broken, in words."""
    return [found for check in _CHECKS for found in check(ledger)]


def _unknown_items(ledger: Ledger) -> Iterator[str]:
    known = {
        key
        for letter, pattern in _SORT_KEYS.items()
        for name, partition in ledger.collection(letter).items()
        for key in ((letter, name, sk) for sk in partition if re.fullmatch(pattern, sk))
    }
    singles = {
        keys.settings(ledger.project),
        segment_keys.filters(ledger.project),
        transfer_keys.turn(ledger.project),
    }
    unknown = len(ledger.items) - len(known) - len(singles & set(ledger.items))
    if unknown:
        yield f"{unknown} items belong to no collection"


def _slots(ledger: Ledger) -> Iterator[str]:
    """A source_id belongs to one order: in its own slot, or behind the alias there."""
    orders = ledger.orders
    holders: dict[str, list[str]] = defaultdict(list)
    for order_id, stored in orders.items():
        if stored.order.source_id is not None:
            holders[stored.order.source_id].append(order_id)
    claims = {}
    for source, found in holders.items():
        if len(found) > 1:
            yield f"source_id {source} belongs to {found}"
        slot = ids.order_id(ledger.project, source)
        if slot not in found:
            claims[slot] = found[0]
    yield from _aliases(ledger, claims)
    for slot, partition in ledger.collection("O").items():
        if slot not in orders and not set(partition["#"]) <= {"pk", "sk", "alias"}:
            yield f"slot {slot} holds no order, but {sorted(partition['#'])}"


def _aliases(ledger: Ledger, claims: Mapping[str, str]) -> Iterator[str]:
    stored = {
        slot: str(partition["#"]["alias"])
        for slot, partition in ledger.collection("O").items()
        if "alias" in partition["#"]
    }
    if stored != claims:
        yield f"aliases are {stored}, orders claim {claims}"


def _units(order: Order) -> Iterator[str]:
    """Every unit in force is on its line, and no line that units made is without any."""
    quantities = {line.id: line.quantity or 0 for line in order.items}
    for name, units in order.line_units.items():
        if units.quantity > quantities.get(name, 0):
            yield f"{order.id}: {units} in force on a line of {quantities.get(name)}"
    for line in order.items:
        if line.made_by_units and line.id not in order.line_units:
            yield f"{order.id}: nothing in force holds the line {line.id}, which units made"


def _orders(ledger: Ledger) -> Iterator[str]:
    for order_id, stored in ledger.orders.items():
        item = ledger.items[keys.order(ledger.project, order_id)]
        order = stored.order
        if item["disc"] != sum(entry.in_force.total for entry in order.redemptions):
            yield f"{order_id}: disc {item['disc']!r} is not the sum of what is in force"
        if order.total_amount is not None and order.total_amount < 0:
            yield f"{order_id}: total {order.total_amount}"
        yield from _units(order)
        if stored.fence < stored.version - 1:
            yield f"{order_id}: version {stored.version} with fence {stored.fence}"
        if stored.lapsed(int(time.time() * 1000)) < 0:
            yield f"{order_id}: more sessions have ended than were opened"
        if stored.counted != contribution(order, UTC):
            yield f"{order_id}: remembers {stored.counted} of its history"
        listed = iso(order.created_at), iso(order.updated_at or order.created_at)
        if (item["g1s"], item["g2s"]) != tuple(keys.at(each, order_id) for each in listed):
            yield f"{order_id}: is listed at other times than its own"


def _events(ledger: Ledger) -> Iterator[str]:
    """Versions without gaps; each tells the status that it made, the last one the order's."""
    writers: Counter[str] = Counter()
    for order_id, stored in ledger.orders.items():
        events = ledger.events(order_id)
        numbers = [int(str(event["sk"])[2:]) for event in events]
        if numbers != list(range(1, stored.version + 1)):
            yield f"{order_id}: version {stored.version}, events {numbers}"
            continue
        yield from _told(order_id, stored, events)
        writers.update(str(event["by"]) for event in events)
    yield from (f"plan {by} wrote {count} events" for by, count in writers.items() if count > 1)


def _told(order_id: str, stored: Stored, events: list[Attributes]) -> Iterator[str]:
    before = "CREATED"
    for number, event in enumerate(events):
        kinds, status = event["kind"], str(event["st"])
        expected = [_UPDATED if number else _CREATED]
        if status != before and status in _STATUS_EVENTS:
            expected.append(f"customer.order.{status.lower()}")
        if not isinstance(kinds, list) or [*kinds[: len(expected)]] != expected:
            yield f"{order_id}: event {number + 1} tells {kinds!r}, it was {before}, is {status}"
        before = status
    last = events[-1]
    if (last["st"], last.get("tot")) != (stored.order.status, stored.order.total_amount):
        yield f"{order_id}: its last event tells {last['st']!r}, {last.get('tot')!r}"


def _totals(ledger: Ledger) -> Iterator[str]:
    if ledger.total() != len(ledger.orders):
        yield f"the total is {ledger.total()}, there are {len(ledger.orders)} orders"


def _history(ledger: Ledger) -> Iterator[str]:
    """Lifetime, days and marker items are what the orders count for, and nothing else."""
    due, markers = _counted(ledger)
    found: dict[str, Counter[str]] = {}
    standing: dict[str, int] = {}
    for name, sk, item in _of_customers(ledger):
        if sk == "L":
            found[f"{name}/{sk}"] = Counter(n=_number(item, "n"), amt=_number(item, "amt"))
        elif sk.startswith("D#"):
            found |= {f"{name}/{sk}-{day}": sums for day, sums in _days(item)}
        elif sk.startswith("M#"):
            standing[f"{name}/{sk}"] = _number(item, "amt")
    for name in {*due, *found}:
        if due[name] != found.get(name, Counter()):
            yield f"history {name} is {found.get(name)}, orders make {due[name]}"
    if markers != standing:
        yield f"markers are {standing}, orders make {markers}"
    yield from _movements(ledger)


def _movements(ledger: Ledger) -> Iterator[str]:
    """A lifetime and each month have counted the same movements of the month."""
    told: dict[str, int] = {}
    found: dict[str, int] = {}
    for name, sk, item in _of_customers(ledger):
        if sk == "L":
            of_months = [each for each in item if each.startswith("mv_")]
            told |= {f"{name}/D#{each[3:7]}-{each[8:]}": _number(item, each) for each in of_months}
        elif sk.startswith("D#"):
            found[f"{name}/{sk}"] = _number(item, "mv")
    if told != found:
        yield f"months have moved {found}, lifetimes know of {told}"


def _days(month: Attributes) -> Iterator[tuple[str, Counter[str]]]:
    """What a month's item says of each day that it has anything of."""
    for day in sorted({each[-2:] for each in month if each.startswith(("n_", "amt_"))}):
        yield day, Counter(n=_number(month, f"n_{day}"), amt=_number(month, f"amt_{day}"))


def _counted(ledger: Ledger) -> tuple[dict[str, Counter[str]], dict[str, int]]:
    """Lifetime and days, and markers, as the orders make them."""
    due: dict[str, Counter[str]] = defaultdict(Counter)
    markers: dict[str, int] = {}
    for stored in ledger.orders.values():
        counted = stored.counted
        if counted is not None:
            for sk in ("L", f"D#{counted.day}"):
                due[f"{counted.customer_id}/{sk}"].update(n=1, amt=counted.amount)
            marker = keys.marker("", counted.customer_id, counted.created_at, counted.order_id)
            markers[f"{counted.customer_id}/{marker.sk}"] = counted.amount
    return due, markers


def _customers(ledger: Ledger) -> Iterator[str]:
    profiles = {name for name, sk, _ in _of_customers(ledger) if sk == "#"}
    named = {
        each
        for stored in ledger.orders.values()
        for each in (stored.order.customer_id, stored.order.referrer_id)
        if each is not None
    }
    named.update(name for name, _, _ in _of_customers(ledger))
    yield from (f"customer {name} has no profile" for name in sorted(named - profiles))


def _of_customers(ledger: Ledger) -> Iterator[tuple[str, str, Attributes]]:
    for name, partition in ledger.collection("C").items():
        for sk, item in partition.items():
            yield name, sk, item


def _answers(ledger: Ledger) -> Iterator[str]:
    """What an Idempotency-Key remembers has happened: its plan wrote something else too."""
    plans = {
        str(item["by"])
        for key, item in ledger.items.items()
        if "by" in item and not key.pk.startswith(f"{ledger.project}#I#")
    }
    orders = ledger.orders
    for name, partition in ledger.collection("I").items():
        item = partition["#"]
        answer = json.loads(inflate(item["resp"]))
        if answer.get("object") in {"customer", "voucher", "validation_rules"}:
            continue  # a later change of the same thing has signed over it
        if "valid" in answer:
            continue  # a session is gone when it is used up
        if str(item["by"]) not in plans:
            yield f"answer {name} of plan {item['by']!r} has no effect"
        order = answer if answer.get("object") == "order" else answer.get("order")
        if item["code"] == 200 and order and order.get("id") not in orders:
            yield f"answer {name} is about an unknown order"


def _number(item: Attributes, name: str) -> int:
    value = item.get(name, 0)
    return value if isinstance(value, int) else 0


_CHECKS: Final[tuple[Callable[[Ledger], Iterator[str]], ...]] = (
    _unknown_items,
    _slots,
    _orders,
    _events,
    invariants_of_events.replayed,
    invariants_of_events.owned,
    _totals,
    _history,
    _customers,
    _answers,
    *invariants_of_records.CHECKS,
    *invariants_of_counts.CHECKS,
    *invariants_of_rules.CHECKS,
    *invariants_of_segments.CHECKS,
    *invariants_of_campaigns.CHECKS,
    *invariants_of_promotions.CHECKS,
    *invariants_of_products.CHECKS,
)
