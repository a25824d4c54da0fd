"""The days, weeks and months of reports, and the hours that they are cut into.

An hour is counted from the midnight of the project's zone, so hours are its clocks' own where they
stand at half past or a quarter to. A day has 23, 24 or 25 of them when clocks move; where they move
by half an hour, the last one is half. Every instant is in exactly one hour of one day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from counterfoil.domain.errors import NotFound
from counterfoil.domain.timestamps import local

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import tzinfo

HOUR: Final = timedelta(hours=1)
_MOMENT: Final = timedelta(milliseconds=1)
_MONTHS: Final = 12
# The calendar's edges, where no zone can be reached across.
FIRST_DAY: Final = date(1, 1, 3)
LAST_DAY: Final = date(9999, 12, 20)


class Period(StrEnum):
    """What a report is of."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


@dataclass(frozen=True, slots=True)
class Hour:
    """From `start` up to before `end`, in UTC; the day is that of the project's zone."""

    day: date
    start: datetime
    end: datetime

    @property
    def utc_hours(self) -> tuple[datetime, ...]:
        """The hours of UTC that it lies in: one, or two where clocks stand at half past."""
        first, last = utc_hour(self.start), utc_hour(self.end - _MOMENT)
        return (first,) if first == last else (first, last)


@dataclass(frozen=True, slots=True)
class Span:
    """The days from `first` to `last`, both included, under the name that their report has.

    >>> Span.named(Period.MONTHLY, "2026-02", 0).last
    datetime.date(2026, 2, 28)
    """

    period: Period
    label: str
    first: date
    last: date

    @classmethod
    def holding(cls, period: Period, day: date, week_start: int) -> Span:
        """The one that `day` is in; weeks begin on `week_start`, 0 for Monday."""
        match period:
            case Period.DAILY:
                return cls(period, day.isoformat(), day, day)
            case Period.WEEKLY:
                first = week_of(day, week_start)
                return cls(period, first.isoformat(), first, first + timedelta(days=6))
            case _:
                first = day.replace(day=1)
                return cls(period, f"{first:%Y-%m}".zfill(7), first, _end_of_month(first))

    @classmethod
    def named(cls, period: Period, label: str, week_start: int) -> Span:
        """The one that is called `label`: a day, the first day of a week, or `YYYY-MM`.

        Raises NotFound for what no report is called.
        """
        text = f"{label}-01" if period is Period.MONTHLY else label
        try:
            day = date.fromisoformat(text)
            found = cls.holding(period, day, week_start) if FIRST_DAY < day < LAST_DAY else None
        except ValueError:
            found = None
        if found is None or found.label != label:
            raise NotFound("report", label)
        return found

    @property
    def days(self) -> Iterator[date]:
        """Each of its days."""
        return days_between(self.first, self.last)

    def hours(self, zone: tzinfo) -> list[Hour]:
        """All of its hours."""
        return [hour for day in self.days for hour in hours_of(day, zone)]


def days_between(first: date, last: date) -> Iterator[date]:
    """The days from `first` to `last`, both included."""
    return (first + timedelta(days=each) for each in range((last - first).days + 1))


def week_of(day: date, week_start: int) -> date:
    """The first day of the week that `day` is in."""
    return day - timedelta(days=(day.weekday() - week_start) % 7)


def midnight(day: date, zone: tzinfo) -> datetime:
    """When `day` begins; where clocks jump over midnight, the instant of the jump."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def hours_of(day: date, zone: tzinfo) -> list[Hour]:
    """The hours of a day."""
    start, end = midnight(day, zone), midnight(day + timedelta(days=1), zone)
    found = []
    while start < end:
        found.append(Hour(day, start, min(start + HOUR, end)))
        start += HOUR
    return found


def hour_at(instant: datetime, zone: tzinfo) -> Hour:
    """The hour that holds `instant`."""
    day = local(instant, zone).date()
    start = midnight(day, zone)
    start += (instant - start) // HOUR * HOUR
    return Hour(day, start, min(start + HOUR, midnight(day + timedelta(days=1), zone)))


def utc_hour(instant: datetime) -> datetime:
    """The beginning of the hour of UTC that holds `instant`."""
    return instant.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def _end_of_month(first: date) -> date:
    """The last day of the month that begins with `first`."""
    year, month = first.year + first.month // _MONTHS, first.month % _MONTHS + 1
    return date(year, month, 1) - timedelta(days=1)
