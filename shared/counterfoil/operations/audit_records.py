"""Auditing records: every call that took effect is on its order, and all uses are summed up.

The list of records is walked once. What is younger than any request can be is left for later, for
a record may come into the list after one that is younger.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from counterfoil.domain.audits import Checks
from counterfoil.domain.records import PARENT_INDEX, Result
from counterfoil.domain.timestamps import iso
from counterfoil.operations.audit_sums import CHUNK, read_records, records_in, sums_of
from counterfoil.storage import keys, orders
from counterfoil.storage.keys import Key
from counterfoil.storage.lists import Stretch, Walk, key_of
from counterfoil.storage.marshal import text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from counterfoil.domain.audits import Audit, Difference
    from counterfoil.domain.records import Record
    from counterfoil.operations.audit_sums import Sums
    from counterfoil.operations.call import Call

KIND: Final = "record"
# Longer than any request lasts, and its record then takes to come into the list.
_SETTLED: Final = timedelta(seconds=30)
_BETWEEN: Final = "\n"


def next_chunk(call: Call, audit: Audit) -> tuple[list[Record], str | None]:
    """The next records of the list, and up to where they reach; None at its end."""
    before = iso(call.now - _SETTLED)
    stretch = Stretch(
        "g1", _shards(call), newest_first=False, before=before, beyond=audit.summed_up_to
    )
    entries = Walk(call.store, stretch, CHUNK).entries(0, CHUNK)
    if not entries:
        return [], None
    return read_records(call, [key_of(each) for each in entries]), text(entries[-1]["g1s"])


def summed(call: Call, audit: Audit, found: Sequence[Record]) -> dict[str, dict[str, int]]:
    """The audit's sums with those of more records: those of tiers and campaigns."""
    sums = {name: dict(numbers) for name, numbers in audit.sums.items()}
    for (key, life), numbers in sums_of(call, found).items():
        if key.pk.startswith((f"{call.project}#P#", f"{call.project}#A#")):
            own = sums.setdefault(_BETWEEN.join((*key, life)), {})
            for name, amount in numbers.items():
                own[name] = own.get(name, 0) + amount
    return {name: _nonzero(numbers) for name, numbers in sums.items()}


def sums_now(call: Call, audit: Audit) -> Sums:
    """What all records come to by now, those included that are too young to be walked past."""
    young = list(records_in(call, _shards(call), "g1", audit.summed_up_to))
    found: Sums = {}
    for name, numbers in summed(call, audit, young).items():
        pk, sk, life = name.split(_BETWEEN)
        found[Key(pk, sk), life] = numbers
    return found


def firsts_among(found: Sequence[Record]) -> list[str]:
    """The redemptions among records that their orders must remember."""
    return [
        each.id
        for each in found
        if each.index == PARENT_INDEX and each.result is Result.SUCCESS and not each.is_rollback
    ]


def examine(call: Call, record_ids: Sequence[str]) -> Mapping[str, tuple[Difference, ...] | None]:
    """Where each of these first redemptions is not on its order."""
    wanted = {each: keys.records_named(call.project, each)[0] for each in record_ids}
    items = call.store.get_all([*wanted.values()])
    named = {
        each: text(items[key]["oid"]) for each, key in wanted.items() if "oid" in items.get(key, {})
    }
    own = call.store.get_all([keys.order(call.project, each) for each in named.values()])
    found: dict[str, tuple[Difference, ...] | None] = {}
    for each in record_ids:
        checks = Checks(KIND, each)
        stored = orders.stored(own.get(keys.order(call.project, named.get(each, ""))))
        entries = () if stored is None else stored.order.redemptions
        checks.same("on its order", 1, sum(entry.id == each for entry in entries))
        found[each] = checks.differences
    return found


def _shards(call: Call) -> tuple[str, ...]:
    return tuple(keys.listing(call.project, "R", shard) for shard in range(keys.SHARDS))


def _nonzero(numbers: Mapping[str, int]) -> dict[str, int]:
    return {name: number for name, number in numbers.items() if number}
