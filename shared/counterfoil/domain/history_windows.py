"""Windows of purchase history: calendar days of the project's zone, or the latest hours.

Source: domain.md §8.6. `P30D` is today and the 29 days before it, `P4W` 28 days, `P6M` from the day
after the same day six months ago, `PT6H` the current hour and the five before it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from counterfoil.domain.validity import Span, span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_LONGEST: Final = span("P5Y")
_MOST_HOURS: Final = 48
_HOUR: Final = 3600


@dataclass(frozen=True, slots=True)
class Window:
    """A window of whole calendar days, or of `hours` when that is not 0."""

    text: str
    span: Span
    hours: int = 0

    def first_day(self, today: date) -> date:
        """The first day that belongs to the window which ends with `today`."""
        noon = datetime(today.year, today.month, today.day, 12, tzinfo=UTC)
        if not self.span.months:
            return today - timedelta(days=self.span.days - 1)
        return self.span.after(noon, -1).date() + timedelta(days=1)

    def first_hour(self, now: datetime) -> datetime:
        """When a window of hours begins, in UTC."""
        hour = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        return hour - timedelta(hours=self.hours - 1)


@lru_cache(maxsize=256)
def window(text: str) -> Window:
    """The window of an ISO-8601 duration. Raises ValueError, saying what it must be.

    >>> window("P30D").first_day(date(2026, 3, 30)).isoformat()
    '2026-03-01'
    """
    parsed = span(text)
    days = parsed.months or parsed.days
    if parsed.seconds and (days or parsed.seconds % _HOUR or parsed.seconds > _MOST_HOURS * _HOUR):
        message = f"must be whole days, weeks, months or years, or PT1H to PT{_MOST_HOURS}H"
        raise ValueError(message)
    if parsed.length > _LONGEST.length:
        message = "must be at most P5Y"
        raise ValueError(message)
    return Window(text, parsed, parsed.seconds // _HOUR)


def months_of(windows: Iterable[str], today: date) -> list[str]:
    """The months that hold the days of `windows` ending `today`, as `YYYY-MM`, the latest first."""
    starts = [window(each).first_day(today) for each in windows if not window(each).hours]
    return list(months_between(min(starts), today)) if starts else []


def months_between(first: date, last: date) -> Iterator[str]:
    """The months from that of `first` to that of `last`, as `YYYY-MM`, the latest first."""
    month = last.replace(day=1)
    while month >= first.replace(day=1):
        yield f"{month:%Y-%m}"
        month = (month - timedelta(days=1)).replace(day=1)
