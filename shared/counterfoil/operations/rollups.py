"""The sums of hours: kept ones where they still hold, counted anew where something has moved.

An hour is counted from the lists and the records that it names, so that its cost follows what
happened in it and not the table. Hours that stand together are counted together, as far as they
have few orders; what is counted is kept at once, so whoever runs out of time has not lost it.
"""

from __future__ import annotations

from contextlib import suppress
from itertools import groupby
from typing import TYPE_CHECKING, Final

from counterfoil.domain.rollups import Calendar
from counterfoil.domain.timestamps import millis
from counterfoil.operations import rollup_counts
from counterfoil.storage import rollups
from counterfoil.storage.plans import Plan
from counterfoil.storage.rollups import Counted, mark_of
from counterfoil.storage.store import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from counterfoil.domain.report_periods import Hour
    from counterfoil.domain.rollups import Rollup
    from counterfoil.operations.call import Call
    from counterfoil.storage.rollups import Mark

    Marks = Mapping[datetime, Mark]

# As many orders are counted together at most; an hour alone may have more.
_TOGETHER: Final = 2_000
_HOURS_TOGETHER: Final = 48


def calendar_of(call: Call) -> Calendar:
    """The calendar of the project."""
    return Calendar(call.zone, call.week_start)


def of_hours(call: Call, hours: Sequence[Hour], *, anew: bool = False) -> list[Counted]:
    """What each of `hours`, which follow one another, adds up to; counted `anew`, marked or not.

    Raises Unavailable when the time does not suffice; what was counted by then is kept.
    """
    marks, kept = rollups.known(call.store, call.project, hours)
    found = {
        hour.start: kept[hour.start]
        for hour in hours
        if not anew and _holds(call, hour, marks, kept)
    }
    for stretch in _stretches(hours, found):
        for hour, counted in _counted(call, stretch, marks, kept):
            found[hour.start] = counted
    return [found[hour.start] for hour in hours]


def are_settled(hours: Sequence[Hour], counted: Sequence[Counted], marks: Marks) -> bool:
    """Whether all of `hours` are over and were counted long enough after they last moved."""
    pairs = zip(hours, counted, strict=True)
    return all(each.is_settled(hour, mark_of(hour, marks)) for hour, each in pairs)


def _holds(call: Call, hour: Hour, marks: Marks, kept: Mapping[datetime, Counted]) -> bool:
    counted = kept.get(hour.start)
    return counted is not None and counted.holds(
        hour, mark_of(hour, marks), calendar_of(call).name, millis(call.now)
    )


def _stretches(hours: Sequence[Hour], found: Mapping[datetime, Counted]) -> Iterator[list[Hour]]:
    """The hours that are not found, those that follow one another together."""
    for is_found, together in groupby(hours, key=lambda hour: hour.start in found):
        stretch = [] if is_found else list(together)
        for place in range(0, len(stretch), _HOURS_TOGETHER):
            yield stretch[place : place + _HOURS_TOGETHER]


def _counted(
    call: Call, stretch: Sequence[Hour], marks: Marks, kept: Mapping[datetime, Counted]
) -> Iterator[tuple[Hour, Counted]]:
    """The hours of a stretch, counted and kept."""
    half = len(stretch) // 2
    if half and rollup_counts.has_more_orders(call, stretch, _TOGETHER):
        yield from _counted(call, stretch[:half], marks, kept)
        yield from _counted(call, stretch[half:], marks, kept)
        return
    sums = rollup_counts.count(call, stretch, calendar_of(call))
    found: list[tuple[Hour, Counted]] = []
    for hour, rollup in zip(stretch, sums, strict=True):
        known = _still_known(call, hour, rollup, kept.get(hour.start))
        found.append((hour, _as_counted(call, hour, known, marks)))
    _keep(call, found)
    yield from found


def _keep(call: Call, found: Sequence[tuple[Hour, Counted]]) -> None:
    """Keep them, in one trip if that can be. What was counted later by others stays."""
    actions = [rollups.kept(call.project, hour, counted) for hour, counted in found]
    plan = Plan()
    plan.add(*actions)
    try:
        if len(actions) > 1:
            call.store.commit(plan, call.ids.token(call.trace.next_plan()))
            return
    except Refused:
        pass
    for action in actions:
        with suppress(Refused):
            call.store.write(action)


def _as_counted(call: Call, hour: Hour, rollup: Rollup, marks: Marks) -> Counted:
    version = mark_of(hour, marks).version
    return Counted(rollup, version, millis(call.now), calendar_of(call).name)


def _still_known(call: Call, hour: Hour, rollup: Rollup, before: Counted | None) -> Rollup:
    """`rollup` with the sessions that lapsed as they were counted while their items were there."""
    if rollup_counts.are_sessions_known(call, hour):
        return rollup
    lapsed = None if before is None else before.rollup.lapsed
    return rollup.model_copy(update={"lapsed": lapsed})
