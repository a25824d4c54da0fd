"""What validation sessions hold, on the counters: one attribute per instant (protocol.md §10).

`h_<instant>` are uses and `c_<instant>` are credits held until then; the uses are in `taken`, the
credits out of `avail`. Two sessions that end in one millisecond share an attribute.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from counterfoil.domain.holds import Hold
from counterfoil.storage.marshal import number
from counterfoil.storage.plans import Action, Guard

if TYPE_CHECKING:
    from collections.abc import Iterable

    from counterfoil.domain.counters import Counter
    from counterfoil.domain.validation_sessions import Reservation
    from counterfoil.storage.definitions import Place
    from counterfoil.storage.keys import Key
    from counterfoil.storage.marshal import Attributes

_UNITS: Final = "h_"
_CREDITS: Final = "c_"


def on(counter: Attributes) -> tuple[Hold, ...]:
    """The holds on a counter's item, the first to end first; none on most."""
    ends = sorted({int(name[2:], 36) for name in counter if name[:2] in (_UNITS, _CREDITS)})
    return tuple(
        Hold(end, number(counter.get(_units(end), 0)), number(counter.get(_credits(end), 0)))
        for end in ends
    )


def freed_units(counter: Counter) -> int:
    """The uses that `freed` takes off, by which a limit may be passed over in its condition."""
    own = 0 if counter.own is None else counter.own.units
    return own + sum(hold.units for hold in counter.lapsed)


def freed_credits(counter: Counter) -> int:
    """The credits that `freed` gives back."""
    own = 0 if counter.own is None else counter.own.credits
    return own + sum(hold.credits for hold in counter.lapsed)


def freed(key: Key, counter: Counter) -> Iterable[Action]:
    """What a counter sheds with the write that comes to it: what lapsed, and the request's own.

    Each is conditioned on being there still, so nothing is taken off twice.
    """
    for hold in counter.lapsed:
        yield _taken_off(key, hold)
    own = counter.own
    if own is None or not (own.units or own.credits):
        return
    alone = Hold(own.until, own.units, own.credits)
    yield _taken_off(key, alone) if alone in counter.holds else let_go(key, own)


def taken(place: Place, counter: Counter, held: Reservation, limit: int | None) -> Iterable[Action]:
    """A reservation on the counter, refused past `limit` or beyond the credits there are."""
    if not held.units and not held.credits:
        return
    conditions = ["#dv = :dv AND #gen = :gen"]
    values: Attributes = {"dv": counter.version, "gen": counter.generation}
    if limit is not None:
        conditions.append("#taken < :limit")
        values["limit"] = limit + freed_units(counter)
    if held.credits:
        conditions.append("#avail >= :credits")
        values["credits"] = held.credits - freed_credits(counter)
    key = place.counter(held.bucket)
    yield Action(
        key,
        Guard.STATE,
        adds=_adds(held, 1),
        conditions=tuple(conditions),
        values=values,
    )
    yield from freed(key, counter)


def let_go(key: Key, held: Reservation) -> Action:
    """A reservation given back, in the life that it was taken from, while it is there."""
    conditions = ["#gen = :gen"]
    values: Attributes = {"gen": held.generation}
    for name, amount in ((_units(held.until), held.units), (_credits(held.until), held.credits)):
        if amount:
            conditions.append(f"#{name} >= :{name}")
            values[name] = amount
    return Action(
        key,
        Guard.STATE,
        adds=_adds(held, -1),
        conditions=tuple(conditions),
        values=values,
    )


def _taken_off(key: Key, hold: Hold) -> Action:
    """A whole hold, taken off as it was seen: meanwhile another session may have joined it."""
    stored = {_units(hold.until): hold.units, _credits(hold.until): hold.credits}
    return Action(
        key,
        Guard.STATE,
        adds=_nonzero({"taken": -hold.units, "avail": hold.credits, "hv": 1}),
        removes=tuple(stored),
        conditions=tuple(_still(name, amount) for name, amount in stored.items()),
        values=dict(stored),
    )


def _still(name: str, amount: int) -> str:
    same = f"#{name} = :{name}"
    return same if amount else f"attribute_not_exists(#{name}) OR {same}"


def _adds(held: Reservation, sign: int) -> dict[str, int]:
    return _nonzero(
        {
            "taken": sign * held.units,
            _units(held.until): sign * held.units,
            "avail": -sign * held.credits,
            _credits(held.until): sign * held.credits,
            # Every change of what is held raises it, for whoever decides by what is held.
            "hv": 1,
        }
    )


def _nonzero(adds: dict[str, int]) -> dict[str, int]:
    return {name: amount for name, amount in adds.items() if amount}


def _units(until: int) -> str:
    return _UNITS + base36(until)


def _credits(until: int) -> str:
    return _CREDITS + base36(until)


def base36(number_: int) -> str:
    """A whole number in few letters."""
    digits = ""
    while number_:
        number_, digit = divmod(number_, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
    return digits or "0"
