"""The audit: what is stored against what the records of what happened add up to.

Lists are walked in slices, so that any shop is gone through by as many invocations as it takes; the
table is never scanned. What differs is looked at again some time later, and only what differs by
the same then is told (docs/decisions/0040).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from counterfoil.domain.audits import (
    LOOKS,
    MOST,
    PHASES,
    SECOND_LOOKS,
    Audit,
    Checks,
    Difference,
    Suspect,
    gaps,
)
from counterfoil.domain.timestamps import iso, millis
from counterfoil.operations import (
    audit_counters,
    audit_customers,
    audit_orders,
    audit_records,
    audit_sessions,
)
from counterfoil.storage import audits, keys, totals
from counterfoil.storage.lists import Stretch, Walk, key_of
from counterfoil.storage.plans import Plan
from counterfoil.storage.store import Question, Refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from counterfoil.operations.call import Call

Found = Mapping[str, tuple[Difference, ...] | None]
Examine = Callable[["Call", Audit, Sequence[str]], Found]

# What a slice takes at its longest, and what keeping its result takes.
_SLICE_SECONDS: Final = 20.0
_KEPT_EVERY: Final = 20
_TOTALS: Final = "totals"
_JSON: Final = "application/json"


@dataclass(frozen=True, slots=True)
class _Walked:
    """A kind of thing by its list: how many are looked at in one slice, and how."""

    letter: str
    chunk: int
    examine: Examine


_WALKED: Final = {
    "order": _Walked("O", 100, lambda call, _, names: audit_orders.examine(call, names)),
    "customer": _Walked("C", 20, lambda call, _, names: audit_customers.examine(call, names)),
    "voucher": _Walked(
        "V", 20, lambda call, _, names: audit_counters.examine_vouchers(call, names)
    ),
    "session": _Walked("SS", 50, lambda call, _, names: audit_sessions.examine(call, names)),
    "promotion_tier": _Walked(
        "P",
        20,
        lambda call, audit, names: audit_counters.examine_tiers(
            call, names, lambda: audit_records.sums_now(call, audit)
        ),
    ),
    "campaign": _Walked(
        "A",
        10,
        lambda call, audit, names: audit_counters.examine_campaigns(
            call, names, lambda: audit_records.sums_now(call, audit)
        ),
    ),
}


def run(call: Call, settle_seconds: int = 60) -> tuple[Difference, ...]:
    """Go on with the day's audit as far as time allows; the differences that were found to be so.

    What differs is looked at again after `settle_seconds` at the soonest, by a later run if need
    be. Raises Unavailable; the next run goes on from what was kept.
    """
    audit = _begun(call)
    if audit.is_over:
        return ()
    found = len(audit.differences)
    with suppress(Overtaken):
        audit = _gone_on(call, audit, settle_seconds)
        if audit.is_over:
            _keep_file(call, audit)  # before it is over for everybody, who then leave it alone
        _kept(call, audit)
    return audit.differences[found:]


def _gone_on(call: Call, audit: Audit, settle_seconds: int) -> Audit:
    """The audit after as many slices as there is time for."""
    slices = 0
    while not audit.is_over and call.store.patience.left() > _SLICE_SECONDS:
        after = next_slice(call, audit, settle_seconds)
        if after is None:
            break
        slices += 1
        audit = after if after.is_over or slices % _KEPT_EVERY else _kept(call, after)
    return audit


def _begun(call: Call) -> Audit:
    """The audit that is on its way, or else a new one, once a day."""
    known = audits.get(call.store, call.project)
    today = call.today.isoformat()
    if known is None:
        return Audit(day=today)
    if known.is_over and known.day < today:
        return Audit(day=today, revision=known.revision)
    return known


def _kept(call: Call, audit: Audit) -> Audit:
    """The audit as it is kept, with its report when it is over.

    Raises Overtaken when another function goes about it.
    """
    plan = Plan()
    plan.add(audits.moved_on(call.project, audit))
    if audit.is_over:
        plan.add(audits.reported(call.project, audit))
    try:
        call.store.commit(plan, call.ids.token(call.trace.next_plan()))
    except Refused as refused:
        raise Overtaken from refused
    return audit.model_copy(update={"revision": audit.revision + 1})


class Overtaken(Exception):  # not a failure: the other one goes on
    """Another function goes about the same audit."""


def next_slice(call: Call, audit: Audit, settle_seconds: int) -> Audit | None:
    """The audit after one slice more; None while what differs has yet to settle."""
    if audit.phase == SECOND_LOOKS:
        return _looked_again(call, audit, settle_seconds)
    phase = PHASES[audit.phase]
    if phase == _TOTALS:
        return _next_phase(_seen(call, audit, phase, examine_totals(call)))
    if phase == audit_records.KIND:
        return _records(call, audit)
    walked = _WALKED[phase]
    shards = tuple(keys.listing(call.project, walked.letter, it) for it in range(keys.SHARDS))
    # Sessions lie by their ends: those that are over have nothing to hold.
    first = iso(call.now) if phase == audit_sessions.KIND else None
    beyond = audit.beyond or first
    stretch = Stretch("g1", shards, newest_first=False, beyond=beyond)
    entries = Walk(call.store, stretch, walked.chunk).entries(0, walked.chunk)
    # By their own keys: a place in the list may be what is wrong.
    names = [key_of(entry).pk.rpartition("#")[2] for entry in entries]
    after = _seen(call, audit, phase, walked.examine(call, audit, names)) if names else audit
    if len(entries) < walked.chunk:
        return _next_phase(after)
    return after.model_copy(update={"beyond": str(entries[-1]["g1s"])})


def _records(call: Call, audit: Audit) -> Audit:
    found, reached = audit_records.next_chunk(call, audit)
    if reached is None:
        return _next_phase(audit)
    firsts = audit_records.firsts_among(found)
    after = _seen(call, audit, audit_records.KIND, audit_records.examine(call, firsts))
    sums = audit_records.summed(call, audit, found)
    return after.model_copy(update={"sums": sums, "summed_up_to": reached})


def _next_phase(audit: Audit) -> Audit:
    return audit.model_copy(update={"phase": audit.phase + 1, "beyond": None})


def _seen(call: Call, audit: Audit, phase: str, found: Found) -> Audit:
    """The audit with one more slice of things that were looked at."""
    now = millis(call.now)
    suspects = [
        Suspect(kind=phase, id=name, differences=differences or (), since=now)
        for name, differences in found.items()
        if differences is None or differences
    ]
    room = max(0, MOST - len(audit.suspects))
    count = audit.examined.get(phase, 0) + len(found)
    return audit.model_copy(
        update={
            "suspects": (*audit.suspects, *suspects[:room]),
            "left_out": audit.left_out + max(0, len(suspects) - room),
            "examined": {**audit.examined, phase: count},
        }
    )


def _looked_again(call: Call, audit: Audit, settle_seconds: int) -> Audit | None:
    """The audit after second looks at what has settled by now; None when nothing has."""
    now = millis(call.now)
    due = [each for each in audit.suspects if each.since + settle_seconds * 1000 <= now]
    if audit.suspects and not due:
        return None
    waiting = [each for each in audit.suspects if each not in due]
    differences, left_out = list(audit.differences), audit.left_out
    for suspect, seen in _again(call, audit, due):
        if seen and gaps(seen) == gaps(suspect.differences):
            differences += seen
        elif seen is None or seen:
            again = suspect.looks + 1
            if again > LOOKS:
                left_out += 1
                continue
            changed = {"differences": seen or (), "since": now, "looks": again}
            waiting.append(suspect.model_copy(update=changed))
    return audit.model_copy(
        update={
            "suspects": tuple(waiting),
            "differences": tuple(differences[:MOST]),
            "left_out": left_out + max(0, len(differences) - MOST),
            "is_over": not waiting,
        }
    )


def _again(
    call: Call, audit: Audit, due: Sequence[Suspect]
) -> Iterator[tuple[Suspect, tuple[Difference, ...] | None]]:
    """Each of the suspects as it is now."""
    for kind in dict.fromkeys(each.kind for each in due):
        own = {each.id: each for each in due if each.kind == kind}
        found = _examined(call, audit, kind, [*own])
        yield from ((own[name], seen) for name, seen in found.items())


def _examined(call: Call, audit: Audit, kind: str, names: Sequence[str]) -> Found:
    if kind == _TOTALS:
        return examine_totals(call)
    if kind == audit_records.KIND:
        return audit_records.examine(call, names)
    return _WALKED[kind].examine(call, audit, names)


def examine_totals(call: Call) -> Found:
    """Whether the parts of the number of orders sum up to what the list of orders has."""
    checks = Checks(_TOTALS, "orders")
    before = totals.of_orders(call.store, call.project)
    shards = (keys.listing(call.project, "O", shard) for shard in range(keys.SHARDS))
    listed = sum(call.store.count(Question(shard, "g1")) for shard in shards)
    if totals.of_orders(call.store, call.project) != before:
        return {"orders": None}
    checks.same("total", listed, before)
    return {"orders": checks.differences}


def _keep_file(call: Call, audit: Audit) -> None:
    """The audit's report as a file. Raises Unavailable."""
    if call.files is None:
        message = "this call has no files"
        raise ValueError(message)
    told = audit.model_dump(mode="json", include={"day", "differences", "examined", "left_out"})
    content = json.dumps({"object": "audit", **told}, indent=2, sort_keys=True) + "\n"
    call.files.put(f"reports/{call.project}/audits/{audit.day}.json", content.encode(), _JSON)
