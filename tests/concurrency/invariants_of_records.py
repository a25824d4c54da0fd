"""The same for redemptions, rollbacks and what they count."""

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from counterfoil.domain.allocations import NOTHING, Allocation
from counterfoil.domain.orders import RedemptionEntry
from counterfoil.domain.records import Record, RecordStatus, Result, rollback_id_of
from tests.concurrency.ledger import Ledger

# A redeemable's id and life, and the instant when it ends there.
_Hold = tuple[str, str, int]
REDEEMED: Final = "customer.redemption.succeeded"
ROLLED_BACK: Final = "customer.redemption.rollback.succeeded"


def _calls(ledger: Ledger) -> Iterator[str]:
    """A call succeeded or failed as a whole, and was rolled back as a whole or not at all."""
    for root, found in ledger.calls().items():
        redemptions = [each for each in found if not each.is_rollback]
        undone = [each for each in found if each.id.startswith("rr_")]
        if not redemptions:
            if [each.id[:4] for each in found] != ["rrf_"]:
                yield f"call {root} has rollbacks without redemptions"
            continue
        if len({each.result for each in redemptions}) > 1:
            yield f"call {root} has succeeded and failed"
        first = redemptions[0]
        expected = [first.id, *first.stacked] if first.is_parent else [first.id]
        if [each.id for each in redemptions] != expected:
            yield f"call {root} has {[each.id for each in redemptions]}, not {expected}"
        rolled_back = first.status is RecordStatus.ROLLED_BACK
        due = [rollback_id_of(each) for each in expected] if rolled_back else []
        if sorted(each.id for each in undone) != sorted(due):
            yield f"call {root} is {first.status}, with rollbacks {[each.id for each in undone]}"
        yield from _shares(redemptions)


def _shares(redemptions: Sequence[Record]) -> Iterator[str]:
    """A parent took what its children took."""
    first, *children = redemptions
    if not first.is_parent or first.result is Result.FAILURE:
        return
    together = NOTHING
    for each in children:
        together = together.plus(each.allocation)
    if together != first.allocation:
        yield f"{first.id} took {first.allocation}, its children {together}"


def _entries(ledger: Ledger) -> Iterator[str]:
    """What an order remembers of its redemptions is what their records say."""
    firsts = {
        each.id: each
        for each in ledger.records
        if each.index == 0 and not each.is_rollback and each.result is Result.SUCCESS
    }
    entered: Counter[str] = Counter()
    for order_id, stored in ledger.orders.items():
        for entry in stored.order.redemptions:
            entered[entry.id] += 1
            first = firsts.get(entry.id)
            if first is None or first.order_id != order_id:
                yield f"{order_id} remembers {entry.id}, which is not its redemption"
            else:
                yield from _agreement(entry, first)
    for name in {*firsts, *entered}:
        if entered[name] != 1:
            yield f"redemption {name} is remembered {entered[name]} times"


def _agreement(entry: RedemptionEntry, first: Record) -> Iterator[str]:
    if (entry.rollback_id, entry.stacked) != (first.rollback_id, first.stacked):
        yield f"{entry.id}: order says {entry.rollback_id}, record says {first.rollback_id}"
    if not _within(entry.in_force, first.allocation):
        yield f"{entry.id}: {entry.in_force} in force of {first.allocation}"
    if entry.rollback_id is not None and entry.in_force != NOTHING:
        yield f"{entry.id}: is rolled back and has {entry.in_force} in force"


def _within(held: Allocation, taken: Allocation) -> bool:
    lines = all(amount <= taken.lines.get(line, 0) for line, amount in held.lines.items())
    units = held.units in ({}, taken.units) and held.added in (0, taken.added)
    return held.order <= taken.order and lines and units


def _counters(ledger: Ledger) -> Iterator[str]:
    """Granted less rolled back is what the counter says, and never above the quantity.

    What sessions hold, be they over, is taken too.
    """
    granted = Counter((use.definition.id, use.generation) for use in ledger.uses())
    for name, partition in ledger.collection("V").items():
        definition, counter = partition.get("#"), partition.get("N#0")
        if not {"#", "N#0"} & set(partition):
            continue  # what was done by hand outlives its card
        if definition is None or counter is None:
            yield f"voucher {name} has only {sorted(partition)}"
        elif (definition["dv"], definition["gen"]) != (counter["dv"], counter["gen"]):
            yield f"voucher {name}: its definition is not the one that its counter goes by"
    for name, stored in ledger.vouchers.items():
        due = granted[name, stored.counter.generation]
        held = sum(hold.units for hold in stored.counter.holds)
        if (stored.counter.used, stored.counter.taken) != (due, due + held):
            yield f"voucher {stored.voucher.code} counts {stored.counter}, its records {due}"
        if stored.voucher.quantity is not None and due > stored.voucher.quantity:
            yield f"voucher {stored.voucher.code}: {due} of {stored.voucher.quantity} granted"


def _money(ledger: Ledger) -> Iterator[str]:
    """A card's money is what was done by hand and what live redemptions took, and never below 0."""
    spent: Counter[tuple[str, str]] = Counter()
    for use in ledger.uses():
        spent[use.definition.id, use.generation] += use.credits
    done: dict[tuple[str, str], list[int]] = defaultdict(list)
    for voucher, generation, transaction in ledger.done_by_hand():
        done[voucher, generation].append(transaction.amount)
    for name, stored in ledger.vouchers.items():
        life, money = (name, stored.counter.generation), stored.counter.gift
        if money is None:
            continue
        held = sum(hold.credits for hold in stored.counter.holds)
        added = sum(each for each in done[life] if each > 0)
        due = (-sum(each for each in done[life] if each < 0), spent[life], money.balance - held)
        if (money.subtracted, money.spent, money.available) != due or money.loaded < added:
            yield f"card {stored.voucher.code} has {money}, records {due}, added {added}"
        if min(money.subtracted, money.spent, money.balance, money.available) < 0:
            yield f"card {stored.voucher.code} has {money}"


def _holds(ledger: Ledger) -> Iterator[str]:
    """What a counter holds is what sessions have reserved there, less what lapsed."""
    reserved = _reserved(ledger)
    held: dict[_Hold, list[int]] = {}
    for name, stored in ledger.vouchers.items():
        for hold in stored.counter.holds:
            held[name, stored.counter.generation, hold.until] = [hold.units, hold.credits]
    for place, sums in held.items():
        # Whose key was used again is gone; what it held waits for the next writer.
        forgotten = place[2] <= time.time() * 1000 and not any(reserved[place])
        if sums != reserved[place] and not forgotten:
            yield f"{sums} are held at {place}, {reserved[place]} are reserved"
    now, lives = (
        time.time() * 1000,
        {(n, it.counter.generation) for n, it in ledger.vouchers.items()},
    )
    for place, sums in reserved.items():
        if place[:2] in lives and place[2] > now and any(sums) and place not in held:
            yield f"sessions have reserved {sums} at {place}, nothing is held there"


def _reserved(ledger: Ledger) -> dict[_Hold, list[int]]:
    """Uses and credits of all sessions."""
    sums: dict[_Hold, list[int]] = defaultdict(lambda: [0, 0])
    for session in ledger.sessions:
        for each in session.reservations:
            place = sums[each.id, each.generation, each.until]
            place[0] += each.units
            place[1] += each.credits
    return sums


def _summaries(ledger: Ledger) -> Iterator[str]:
    """A customer's summary is what the records of their redemptions add up to."""
    due: dict[str, Counter[str]] = defaultdict(Counter)
    for each in ledger.records:
        if each.customer_id is not None and (name := _summary_name(each)):
            due[each.customer_id][name] += 1
            if each.use is not None and each.result is Result.SUCCESS:
                due[each.customer_id]["rga"] += each.use.credits
    for customer, partition in ledger.collection("C").items():
        lifetime = partition.get("L", {})
        found = Counter(
            {
                name: int(str(lifetime[name]))
                for name in ("rs", "rf", "rb", "rbf", "rga")
                if name in lifetime
            }
        )
        if found != due[customer]:
            yield f"customer {customer}: summary {found}, records {due[customer]}"


def _summary_name(record: Record) -> str | None:
    """The part of the summary that `record` counts in; a failed call counts once."""
    if record.id.startswith("rrf_"):
        return "rbf"
    if record.id.startswith("rf_"):
        return "rf" if record.index == 0 else None
    if record.is_parent:
        return None
    return "rb" if record.is_rollback else "rs"


def _told(ledger: Ledger) -> Iterator[str]:
    """Every call and every rollback is in exactly one event."""
    told: Counter[tuple[str, bool]] = Counter()
    for key, item in ledger.items.items():
        if "kind" in item and "red" in item:
            told[str(item["red"]), key.sk == "E"] += 1
    for each in ledger.records:
        if each.index:
            continue
        on_order, alone = told[each.id, False], told[each.id, True]
        failed = each.result is Result.FAILURE
        if on_order + alone != 1 or (alone and not failed):
            yield f"{each.id} is told by {on_order} order events and {alone} of its own"
    known = {each.id for each in ledger.records}
    yield from (
        f"an event tells of {red}, which is not there" for red, _ in told if red not in known
    )


def _signatures(ledger: Ledger) -> Iterator[str]:
    """One request makes one call: its holder signs the records of one partition only."""
    signed: dict[str, set[str]] = defaultdict(set)
    for root, partition in ledger.collection("R").items():
        for sk, item in partition.items():
            holder = str(item["by"]).partition("-")[0]
            if not sk.endswith("R") and not (sk == "00" and "rb" in item):
                signed[holder].add(root)
    yield from (
        f"request {holder} made {sorted(roots)}"
        for holder, roots in signed.items()
        if len(roots) > 1
    )


CHECKS: Final[tuple[Callable[[Ledger], Iterator[str]], ...]] = (
    _calls,
    _entries,
    _counters,
    _money,
    _holds,
    _summaries,
    _told,
    _signatures,
)
