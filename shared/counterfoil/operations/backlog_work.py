"""The worker's side of counting redemptions that came before a rule that counts them.

The lists of redemptions are walked in the order of time. Some records after the others are counted
in one transaction, which also moves the action on, conditioned on the version that it began with:
so whoever is killed has counted them or has not, and of two at one action one does. Each call's
first record says what was counted of it, so no other action counts that again, and a rollback
either comes first, and is not counted, or gives it back.

Indexes lag. What was committed after the assignment counts itself; what came shortly before may not
be listed yet when the walk ends. So the newest are walked once more when that is sure to be past.
Source: protocol.md §9.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from counterfoil.domain import ids
from counterfoil.domain.async_actions import advanced, finished
from counterfoil.domain.backlogs import places_due
from counterfoil.domain.counts import Place
from counterfoil.domain.records import PARENT_INDEX
from counterfoil.domain.timestamps import iso
from counterfoil.operations.commits import Proposal, commit
from counterfoil.operations.lists import id_at
from counterfoil.storage import assignments, backlogs, keys, records
from counterfoil.storage import async_actions as stored_actions
from counterfoil.storage.async_actions import Stored
from counterfoil.storage.lists import Stretch, Walk, key_of
from counterfoil.storage.plans import Plan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from counterfoil.domain.async_actions import AsyncAction, CountWork
    from counterfoil.domain.records import Record
    from counterfoil.operations.call import Call
    from counterfoil.storage.backlogs import Due
    from counterfoil.storage.keys import Key

# A record is at most four items: its call's first, two of the customer, its counter.
AT_ONCE: Final = 20
_LISTED_AT_ONCE: Final = 100
# What a transaction wants to have left when it begins.
_LOT_SECONDS: Final = 4.5
# Clocks differ, and a request that was decided before the assignment may last.
_MARGIN: Final = timedelta(minutes=1)
_BY_KEY: Final = frozenset({Place.API_KEY})


def go_on(call: Call, found: Stored, work: CountWork) -> None:
    """The next slice of the action: some records, a few in each transaction."""
    lots = _next(call, found.action, work)
    if not lots:
        _turn(call, found, work)
    for count, lot in enumerate(lots):
        if count and call.store.patience.left() < _LOT_SECONDS:
            return
        moved = _count(call, found, work, lot)
        if moved is None:
            return
        found = moved


@dataclass(frozen=True, slots=True)
class _Lot:
    """Redemptions that are looked at together, and how far the list is walked with them."""

    keys: tuple[Key, ...]
    reached: str


def _next(call: Call, action: AsyncAction, work: CountWork) -> list[_Lot]:
    """The lots of the next entries of the list; none when it is walked to its end."""
    stretch = _stretch(call, action, work)
    entries = Walk(call.store, stretch, _LISTED_AT_ONCE).entries(0, _LISTED_AT_ONCE)
    if not entries:
        return []
    places = [str(entry[f"{stretch.index}s"]) for entry in entries]
    redeemed = [
        (key_of(entry), place)
        for entry, place in zip(entries, places, strict=True)
        if id_at(place).startswith(ids.REDEMPTION)
    ]
    lots = [redeemed[start : start + AT_ONCE] for start in range(0, len(redeemed), AT_ONCE)]
    found = [_Lot(tuple(key for key, _ in lot), lot[-1][1]) for lot in lots]
    last = found.pop().keys if found else ()
    return [*found, _Lot(last, places[-1])]


def _stretch(call: Call, action: AsyncAction, work: CountWork) -> Stretch:
    """The list that has the redemptions, from the first there can be to the last in question."""
    since = min(each.since for each in work.backlogs)
    if work.again:
        since = max(since, action.created_at)
    index, partitions = _partitions(call, work)
    return Stretch(
        index,
        partitions,
        newest_first=False,
        after=iso(since - _MARGIN),
        before=iso(action.created_at + _MARGIN),
        beyond=work.reached,
    )


def _partitions(call: Call, work: CountWork) -> tuple[str, tuple[str, ...]]:
    """A voucher has a list of its own, what is of a tier or a campaign is in that of all."""
    project, (first, *others) = call.project, work.backlogs
    if first.kind == "voucher" and not others:
        return "g2", (keys.voucher_redemptions(project, first.object_id),)
    return "g1", tuple(keys.listing(project, "R", shard) for shard in range(keys.SHARDS))


def _count(call: Call, found: Stored, work: CountWork, lot: _Lot) -> Stored | None:
    """Count what is due of `lot`; the action after that, None when another worker has gone on."""
    wanted = {*lot.keys, *(keys.first_record(key.pk) for key in lot.keys)}
    own = keys.async_action(call.project, found.action.id)
    moved = work.model_copy(update={"reached": lot.reached})

    def propose(by: str) -> Proposal[Stored | None]:
        items = call.store.get_all([own, *wanted])
        plan = Plan()
        if not stored_actions.stands(items, call.project, found):
            return Proposal(plan, None)
        read = records.decoded(item for key, item in items.items() if key in wanted)
        listed = [each for each in read if keys.record(call.project, each) in lot.keys]
        due = _due(call, work, listed)
        firsts = {each.root: each for each in read if each.index == PARENT_INDEX}
        plan.add(*backlogs.counted(call.project, due, firsts, call.periods))
        after = advanced(found.action, call.now, len(due), moved)
        plan.add(stored_actions.changed(call.project, found, after, by))
        return Proposal(plan, Stored(after, found.version + 1))

    return commit(call, propose)


def _due(call: Call, work: CountWork, read: Sequence[Record]) -> Due:
    """Where each of those that were `read` is to be counted, which are still to be."""
    found = [
        (each, backlogs.countable(call.project, each, places_due(each, work.backlogs)))
        for each in read
    ]
    over = _over(call, [each for each, places in found if Place.API_KEY in places])
    left = [(each, places - _BY_KEY if each.id in over else places) for each, places in found]
    return [(each, places) for each, places in left if places]


def _over(call: Call, read: Sequence[Record]) -> set[str]:
    """Those that were counted in a life that is over: its counter is gone, or another's."""
    counters = {each.id: backlogs.counter_of(call.project, each) for each in read}
    items = call.store.get_all([key for key in counters.values() if key is not None])
    return {
        each.id
        for each in read
        if (key := counters[each.id]) is None
        or each.use is None
        or items.get(key, {}).get("gen") != each.use.generation
    }


def _turn(call: Call, found: Stored, work: CountWork) -> None:
    """After the first walk comes the one through the newest, and after that the end."""
    action = found.action
    own = keys.async_action(call.project, action.id)
    assigned = keys.assignment(call.project, work.rule_id, work.assignment_id)
    again = work.model_copy(update={"again": True, "reached": None})
    after = finished(action, call.now) if work.again else advanced(action, call.now, 0, again)

    def propose(by: str) -> Proposal[None]:
        items = call.store.get_all([own, assigned])
        plan = Plan()
        if stored_actions.stands(items, call.project, found):
            plan.add(stored_actions.changed(call.project, found, after, by))
            if after.is_over and assigned in items:
                plan.add(assignments.counting(call.project, work.rule_id, work.assignment_id, -1))
        return Proposal(plan, None)

    commit(call, propose)
