"""Auditing customers: lifetime, months and markers against the orders that count, and the sums of
redemptions against their records.

Whatever moves any of them moves the lifetime in the same transaction, whose numbers of redemptions
and movements only grow: a customer with the same lifetime before and after was seen standing still.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from counterfoil.domain.audits import Checks
from counterfoil.domain.records import Result
from counterfoil.operations.audit_sums import beside, records_in, sums_of
from counterfoil.storage import keys, orders
from counterfoil.storage.counts import USAGE_ITEMS
from counterfoil.storage.marshal import number, text
from counterfoil.storage.store import Question

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from counterfoil.domain.audits import Difference
    from counterfoil.domain.purchase_history import Contribution
    from counterfoil.domain.records import Record
    from counterfoil.operations.call import Call
    from counterfoil.storage.marshal import Attributes

KIND: Final = "customer"
_MOVES: Final = "mv_"
_SUMMARY: Final = ("rs", "rf", "rb", "rga")


def examine(call: Call, customer_ids: Sequence[str]) -> Mapping[str, tuple[Difference, ...] | None]:
    """Where each of the customers differs; None for one that moved meanwhile."""
    return {each: _examined(call, each) for each in customer_ids}


def _examined(call: Call, customer_id: str) -> tuple[Difference, ...] | None:
    own = keys.lifetime(call.project, customer_id)
    items = {text(item["sk"]): item for item in call.store.query(Question(own.pk))}
    markers = {sk: number(it["amt"]) for sk, it in items.items() if sk.startswith(keys.MARKERS)}
    counted = _orders(call, customer_id, markers)
    found = list(records_in(call, (keys.customer_redemptions(call.project, customer_id),), "g3"))
    lifetime = items.get(own.sk, {})
    if (call.store.get(own) or {}) != lifetime:
        return None
    checks = Checks(KIND, customer_id)
    _history(checks, items, markers, counted)
    _months(checks, items, lifetime)
    checks.each("summary", _summary(found), {name: _at(lifetime, name) for name in _SUMMARY})
    _usage(call, checks, items, found, own.pk)
    return checks.differences


def _orders(call: Call, customer_id: str, markers: Mapping[str, int]) -> list[Contribution]:
    """What the orders that the markers name remember to count for with the customer."""
    wanted = [keys.order(call.project, sk.rpartition("#")[2]) for sk in markers]
    found = call.store.get_all(wanted, only=("st", "ca", "hist"))
    known = (orders.counted_in(item) for item in found.values())
    return [each for each in known if each is not None and each.customer_id == customer_id]


def _history(
    checks: Checks,
    items: Mapping[str, Attributes],
    markers: Mapping[str, int],
    counted: Sequence[Contribution],
) -> None:
    """Lifetime, days and markers are what the orders count for."""
    lifetime = items.get("L", {})
    amount = sum(each.amount for each in counted)
    checks.same("lifetime n", len(counted), _at(lifetime, "n"))
    checks.same("lifetime amt", amount, _at(lifetime, "amt"))
    due = {
        keys.marker("", it.customer_id, it.created_at, it.order_id).sk: it.amount for it in counted
    }
    checks.each("marker", due, dict(markers))
    checks.same("markers", len(counted), len(markers))
    _days(checks, items, counted)


def _days(checks: Checks, items: Mapping[str, Attributes], counted: Sequence[Contribution]) -> None:
    """Each day of each month has what the orders of that day count for."""
    days: Counter[str] = Counter()
    for each in counted:
        month, day = each.day[:-3], each.day[-2:]
        days[f"{month} n_{day}"] += 1
        days[f"{month} amt_{day}"] += each.amount
    found = {
        f"{sk.removeprefix(keys.MONTHS)} {name}": number(value)
        for sk, item in items.items()
        if sk.startswith(keys.MONTHS)
        for name, value in item.items()
        if name.startswith(("n_", "amt_"))
    }
    checks.each("month", dict(days), found)


def _months(checks: Checks, items: Mapping[str, Attributes], lifetime: Attributes) -> None:
    """Lifetime and month have counted the same movements of it, of which `hv` counts all."""
    told = {
        name.removeprefix(_MOVES).replace("_", "-"): number(value)
        for name, value in lifetime.items()
        if name.startswith(_MOVES)
    }
    found = {
        sk.removeprefix(keys.MONTHS): _at(item, "mv")
        for sk, item in items.items()
        if sk.startswith(keys.MONTHS)
    }
    checks.each("movements of", told, found)
    checks.holds("hv counts every movement", _at(lifetime, "hv") >= max(told.values(), default=0))


def _summary(found: Iterable[Record]) -> dict[str, int]:
    """What the records of a customer add up to; refused second rollbacks are in no list."""
    due: Counter[str] = Counter()
    for record in found:
        if record.is_parent:
            continue
        if record.result is Result.FAILURE:
            due["rf"] += 1
            continue
        due["rb" if record.is_rollback else "rs"] += 1
        due["rga"] += 0 if record.use is None else record.use.credits
    return dict(due)


def _usage(
    call: Call,
    checks: Checks,
    items: Mapping[str, Attributes],
    found: Iterable[Record],
    partition: str,
) -> None:
    """What the customer has used, of what counts by customer."""
    sums = sums_of(call, found)
    for part in range(USAGE_ITEMS):
        key = keys.usage(call.project, partition.rpartition("#")[2], part)
        due, item = sums.get((key, ""), {}), items.get(key.sk, {})
        checks.each(key.sk, beside(call, due), beside(call, item))


def _at(item: Attributes, name: str) -> int:
    return number(item.get(name, 0))
