"""When a voucher can be used within its dates: recurring windows, days of the week, hours.

Source: domain.md §1.9. All three are read in the project's time zone and must all hold. Intervals
are half-open. Days and months of a duration are calendar ones, so a window that opens at 10:00
every day opens at 10:00 on both sides of a clock change; hours and less are exact.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from counterfoil.domain.timestamps import local

if TYPE_CHECKING:
    from collections.abc import Iterator

_ISO_DURATION: Final = re.compile(
    r"P(?=.)(?:(\d{1,6})Y)?(?:(\d{1,6})M)?(?:(\d{1,6})W)?(?:(\d{1,6})D)?"
    r"(?:T(?=.)(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6})S)?)?",
    re.ASCII,
)
_CLOCK: Final = r"^(?:[01][0-9]|2[0-3]):[0-5][0-9]$"
_DAY: Final = 24 * 60
_WEEK: Final = 7 * _DAY
_MONTH: Final = timedelta(days=30.436875)
_LONGEST: Final = timedelta(days=36_525)


@dataclass(frozen=True, slots=True)
class Span:
    """A duration: calendar months and days, and exact seconds."""

    months: int
    days: int
    seconds: int

    @property
    def length(self) -> timedelta:
        """About how long it is; exact without months."""
        return self.months * _MONTH + timedelta(days=self.days, seconds=self.seconds)

    def after(self, at: datetime, times: int) -> datetime:
        """`at` moved on `times` times, as the calendar of its own zone has it."""
        years, month = divmod(at.month - 1 + self.months * times, 12)
        first = at.replace(year=at.year + years, month=month + 1, day=1, tzinfo=None)
        day = min(at.day, _days_in_month(first))
        wall = first + timedelta(days=day - 1 + self.days * times)
        moved = wall.replace(tzinfo=at.tzinfo).astimezone(UTC)
        return (moved + timedelta(seconds=self.seconds * times)).astimezone(at.tzinfo)


def span(text: str) -> Span:
    """The ISO-8601 duration `text`. Raises ValueError unless it is 1 second to 100 years.

    >>> span("P1WT2H")
    Span(months=0, days=7, seconds=7200)
    """
    found = _ISO_DURATION.fullmatch(text)
    if found is None:
        message = f"is not an ISO-8601 duration: {text[:40]}"
        raise ValueError(message)
    years, months, weeks, days, hours, minutes, seconds = (
        int(part or 0) for part in found.groups()
    )
    parsed = Span(12 * years + months, 7 * weeks + days, 3600 * hours + 60 * minutes + seconds)
    if not timedelta() < parsed.length <= _LONGEST:
        message = "must be between PT1S and P100Y"
        raise ValueError(message)
    return parsed


def _duration(text: str) -> str:
    span(text)
    return text


DurationText = Annotated[str, AfterValidator(_duration)]
WeekDay = Annotated[int, Field(strict=True, ge=0, le=6)]
WeekDays = Annotated[tuple[WeekDay, ...], Field(min_length=1, max_length=7)]
ClockText = Annotated[str, Field(pattern=_CLOCK)]


class Timeframe(BaseModel):
    """Windows of `duration` that open at the voucher's start and every `interval` after it."""

    model_config = ConfigDict(frozen=True)

    interval: DurationText
    duration: DurationText

    def holds(self, start: datetime, now: datetime) -> bool:
        """Whether a window is open at `now`, which lies in the project's zone, not before `start`.

        Instants are compared in UTC: within one zone Python compares wall clocks.
        """
        interval, opened = span(self.interval), local(start, now.tzinfo or UTC)
        now_utc = now.astimezone(UTC)
        times = int((now_utc - start) / interval.length)
        while times > 0 and interval.after(opened, times).astimezone(UTC) > now_utc:
            times -= 1
        while interval.after(opened, times + 1).astimezone(UTC) <= now_utc:
            times += 1
        window = interval.after(opened, times)
        return now_utc < span(self.duration).after(window, 1).astimezone(UTC)


class DailyHours(BaseModel):
    """One period of the day, on some days of the week or on all; 0 is Sunday.

    An end at or before the start is that time on the next day.
    """

    model_config = ConfigDict(frozen=True)

    start_time: ClockText
    expiration_time: ClockText
    days_of_week: WeekDays | None = None

    def minutes(self) -> Iterator[tuple[int, int]]:
        """Start and end of each period in minutes since Sunday's midnight; half-open."""
        start, end = _minutes(self.start_time), _minutes(self.expiration_time)
        length = (end - start - 1) % _DAY + 1
        for day in dict.fromkeys(self.days_of_week or range(7)):
            yield day * _DAY + start, day * _DAY + start + length


class Hours(BaseModel):
    """Recurring periods, of which none overlaps another."""

    model_config = ConfigDict(frozen=True)

    daily: Annotated[tuple[DailyHours, ...], Field(min_length=1, max_length=100)]

    def holds(self, now: datetime) -> bool:
        """Whether `now`, in the project's zone, lies in one of the periods."""
        minute = week_day(now) * _DAY + now.hour * 60 + now.minute
        # A period of Saturday may end on Sunday, which is after the week's last minute.
        return any(
            start <= minute < end or start <= minute + _WEEK < end
            for period in self.daily
            for start, end in period.minutes()
        )

    def overlap(self) -> bool:
        """Whether two periods share a minute."""
        periods = sorted(each for period in self.daily for each in period.minutes())
        again = (periods[0][0] + _WEEK, periods[0][1] + _WEEK)
        return any(later[0] < earlier[1] for earlier, later in pairwise((*periods, again)))


def week_day(at: datetime) -> int:
    """The day of the week as the contract counts it: 0 is Sunday."""
    return at.isoweekday() % 7


def _minutes(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def _days_in_month(first: datetime) -> int:
    return ((first + timedelta(days=31)).replace(day=1) - first).days
