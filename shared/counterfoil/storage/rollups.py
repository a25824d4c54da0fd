"""Rollups in the store: marks that say that an hour has moved, and what hours add up to.

A mark is a number that only grows. A rollup tells the marks by which it was counted, so it holds as
long as these are still the same, and whoever counts twice, late or out of order changes nothing:
nothing is ever added to a rollup (docs/decisions/0039).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from counterfoil.domain.rollups import Rollup
from counterfoil.domain.timestamps import from_iso, iso, millis
from counterfoil.storage import rollup_keys as keys
from counterfoil.storage.marshal import Attributes, deflate, inflate, number, text
from counterfoil.storage.plans import Action, Guard
from counterfoil.storage.store import Question

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from counterfoil.domain.report_periods import Hour
    from counterfoil.storage.store import Store

# The index that hours are counted by may lag: what was counted sooner after a change is only good
# for a while.
SETTLING_MILLIS: Final = 120_000
_GOOD_FOR_MILLIS: Final = 30_000


@dataclass(frozen=True, slots=True)
class Mark:
    """How often something of an hour has moved, and when it last did, in milliseconds."""

    version: int = 0
    at: int = 0

    def plus(self, other: Mark) -> Mark:
        """Both together: equal only if neither has moved."""
        return Mark(self.version + other.version, max(self.at, other.at))


@dataclass(frozen=True, slots=True)
class Counted:
    """A rollup as it was counted: from when on, by which marks and which calendar."""

    rollup: Rollup
    version: int
    at: int
    calendar: str

    def holds(self, hour: Hour, mark: Mark, calendar: str, now: int) -> bool:
        """Whether it needs no counting at `now`, in milliseconds."""
        if (self.version, self.calendar) != (mark.version, calendar):
            return False
        return self.is_settled(hour, mark) or self.at <= now < self.at + _GOOD_FOR_MILLIS

    def is_settled(self, hour: Hour, mark: Mark) -> bool:
        """Whether it was counted long enough after all that it tells of."""
        return self.at >= max(millis(hour.end), mark.at) + SETTLING_MILLIS


def marked(project: str, hour: datetime, now: datetime) -> Action:
    """One more movement of an hour of UTC.

    Without a condition, for it need not be exact: a mark that comes twice makes an hour be counted
    once more.
    """
    return Action(keys.mark(project, hour), Guard.STATE, sets={"at": millis(now)}, adds={"v": 1})


def known(
    store: Store, project: str, hours: Sequence[Hour]
) -> tuple[Mapping[datetime, Mark], Mapping[datetime, Counted]]:
    """The marks of the hours of UTC from the first of `hours` to the last, and the rollups there.

    Both by their beginnings. A rollup that is read after the marks is never taken for newer than
    it is.
    """
    if not hours:
        return {}, {}
    first, last = hours[0].utc_hours[0], hours[-1].utc_hours[-1]
    marks = {at: _mark(item) for at, item in _between(store, project, (first, last), keys.MARKS)}
    within = hours[0].start, hours[-1].start
    found = _between(store, project, within, keys.ROLLUPS)
    return marks, {at: _counted(item) for at, item in found}


def _between(
    store: Store, project: str, within: tuple[datetime, datetime], kind: str
) -> Iterator[tuple[datetime, Attributes]]:
    """The items of a kind from the first to the last instant, month by month."""
    between = (f"{kind}{iso(within[0])}", f"{kind}{iso(within[1])}")
    for partition in keys.months(project, *within):
        for item in store.query(Question(partition, between=between)):
            yield from_iso(text(item["sk"]).removeprefix(kind)), item


def mark_of(hour: Hour, marks: Mapping[datetime, Mark]) -> Mark:
    """The marks of all hours of UTC that an hour lies in."""
    total = Mark()
    for utc in hour.utc_hours:
        total = total.plus(marks.get(utc, Mark()))
    return total


def kept(project: str, hour: Hour, counted: Counted) -> Action:
    """`counted` in place of what was counted before it; refused by one that was counted later."""
    body = counted.rollup.model_dump_json(exclude_defaults=True)
    return Action(
        keys.rollup(project, hour.start),
        Guard.STATE,
        sets={
            "sv": counted.version,
            "at": counted.at,
            "cal": counted.calendar,
            "body": deflate(body.encode()),
        },
        conditions=(
            "attribute_not_exists(pk) OR #cal <> :cal OR #sv < :sv OR (#sv = :sv AND #at <= :at)",
        ),
        values={"sv": counted.version, "at": counted.at, "cal": counted.calendar},
    )


def late(project: str, hour: datetime, version: int) -> Action:
    """An hour that has moved after its day was over, by the `version` of its mark."""
    return Action(
        keys.late_hour(project, hour),
        Guard.STATE,
        sets={"v": version},
        conditions=("attribute_not_exists(pk) OR #v < :v",),
        values={"v": version},
    )


def late_hours(store: Store, project: str, limit: int) -> list[tuple[datetime, int]]:
    """The hours that moved after their day was over, with their marks, the oldest first."""
    found = store.query(Question(keys.late_hours(project), limit=limit))
    return [(from_iso(text(item["sk"])), number(item["v"])) for item in found]


def dealt_with(project: str, hour: datetime, version: int) -> Action:
    """A late hour that reports tell of now; refused when it has moved again."""
    return Action(
        keys.late_hour(project, hour),
        Guard.STATE,
        deletes=True,
        conditions=("#v = :v",),
        values={"v": version},
    )


def _mark(item: Attributes) -> Mark:
    return Mark(number(item["v"]), number(item["at"]))


def _counted(item: Attributes) -> Counted:
    return Counted(
        Rollup.model_validate_json(inflate(item["body"])),
        number(item["sv"]),
        number(item["at"]),
        text(item["cal"]),
    )
