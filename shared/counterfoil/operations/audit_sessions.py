"""Auditing live sessions: what each has reserved is held at its counter, and wherever it counts.

A session that is the same before and after the counters were read has held all of it meanwhile, for
whoever takes anything of it changes it in the same transaction.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from counterfoil.domain.audits import Checks
from counterfoil.domain.timestamps import millis
from counterfoil.storage import counts, holds, keys, uses, validation_sessions

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from counterfoil.domain.audits import Difference
    from counterfoil.domain.validation_sessions import Reservation
    from counterfoil.operations.call import Call
    from counterfoil.storage.keys import Key
    from counterfoil.storage.marshal import Attributes

    Items = Mapping[Key, Attributes]

KIND: Final = "session"
# One that ends sooner may be over by some clock, and its holds be taken off.
_LASTS: Final = timedelta(minutes=2)


def examine(call: Call, names: Sequence[str]) -> Mapping[str, tuple[Difference, ...] | None]:
    """Where each of the sessions holds less than it has reserved; None for one that moved."""
    wanted = {each: keys.validation_session(call.project, each) for each in names}
    before = call.store.get_all([*wanted.values()])
    live = {each: list(_reservations(call, before.get(key))) for each, key in wanted.items()}
    items = call.store.get_all([key for each in live.values() for key in _keys_of(call, each)])
    after = call.store.get_all([*wanted.values()])
    found: dict[str, tuple[Difference, ...] | None] = {}
    for each, key in wanted.items():
        checks = Checks(KIND, each)
        for reservation in live[each]:
            _held(call, checks, reservation, items)
        found[each] = checks.differences if before.get(key) == after.get(key) else None
    return found


def _reservations(call: Call, item: Attributes | None) -> Iterator[Reservation]:
    stored = validation_sessions.stored(item)
    if stored is not None and stored.session.ends > millis(call.now + _LASTS):
        yield from stored.session.reservations


def _keys_of(call: Call, reserved: Sequence[Reservation]) -> Iterator[Key]:
    for each in reserved:
        yield uses.counter_held(call.project, each)
        yield from (tab.key for _, tab, _ in uses.tabs_held(call.project, each))


def _held(call: Call, checks: Checks, reserved: Reservation, items: Items) -> None:
    counter = items.get(uses.counter_held(call.project, reserved), {})
    if counter.get("gen") != reserved.generation:
        return  # what it was reserved of is gone
    held = {hold.until: hold for hold in holds.on(counter)}.get(reserved.until)
    if reserved.units or reserved.credits:
        units, credits_ = (0, 0) if held is None else (held.units, held.credits)
        enough = units >= reserved.units and credits_ >= reserved.credits
        checks.holds(f"{reserved.id} is held", enough)
    for place, tab, beside in uses.tabs_held(call.project, reserved):
        is_held = counts.is_held(tab, beside, items.get(tab.key, {}))
        checks.holds(f"{reserved.id} is held at {place.value}", is_held)
