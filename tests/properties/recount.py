"""Purchase history counted the naive way: over every order, as a GET tells it (domain.md §8.6)."""

from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

ZONE: Final = ZoneInfo("America/New_York")
ALL_TIME: Final = "ever"
WINDOWS: Final = ("P1D", "P30D", "P4W", "P6M", "P1Y", "PT6H", ALL_TIME)
_DAYS: Final = {"P1D": 1, "P30D": 30, "P4W": 28}
_MONTHS: Final = {"P6M": 6, "P1Y": 12}
_COUNTED: Final = ("PAID", "FULFILLED")
_MONTHS_TOLD: Final = 14

Document = Mapping[str, Any]


@dataclass(frozen=True)
class Bought:
    """Counted orders and what was to be paid for them."""

    count: int
    amount: int


def orders_of(customer_id: str, orders: Iterable[Document]) -> list[Document]:
    """Those that count for the customer, the oldest first."""
    counted = [
        each for each in orders if each["customer_id"] == customer_id and each["status"] in _COUNTED
    ]
    return sorted(counted, key=lambda each: (each["created_at"], each["id"]))


def bought(orders: Iterable[Document], window: str, now: datetime) -> Bought:
    """What counted `orders` come to in the window that ends `now`."""
    within = [each for each in orders if begin(window, now) <= at(each) <= now]
    return Bought(len(within), sum(each.get("total_amount", 0) for each in within))


def average(amount: int, count: int) -> int:
    """The mean order, half up; 0 without orders."""
    return int((Decimal(amount) / (count or 1)).quantize(Decimal(1), ROUND_HALF_UP))


def at(order: Document) -> datetime:
    """When it was created."""
    return datetime.fromisoformat(order["created_at"])


def begin(window: str, now: datetime) -> datetime:
    """The first instant of a window."""
    if window == ALL_TIME:
        return datetime.min.replace(tzinfo=UTC)
    if window == "PT6H":
        return now.astimezone(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=5)
    today = now.astimezone(ZONE).date()
    if window in _DAYS:
        first = today - timedelta(days=_DAYS[window] - 1)
    else:
        first = months_before(today, _MONTHS[window]) + timedelta(days=1)
    return datetime.combine(first, time.min, ZONE)


def months_before(day: date, months: int) -> date:
    """The same day of an earlier month, or the last one that this has."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def edges_of_windows(now: datetime) -> list[datetime]:
    """Instants at which windows begin, and the last ones before."""
    return with_eves(begin(each, now) for each in WINDOWS if each != ALL_TIME)


def edges_of_months(now: datetime) -> list[datetime]:
    """The same of months, here and in UTC."""
    today = now.astimezone(ZONE).date().replace(day=1)
    firsts = [months_before(today, months) for months in range(_MONTHS_TOLD)]
    return with_eves(
        datetime.combine(first, time.min, zone) for first in firsts for zone in (ZONE, UTC)
    )


def with_eves(starts: Iterable[datetime]) -> list[datetime]:
    """Each instant and the last one before it."""
    return [each - eve for each in starts for eve in (timedelta(0), timedelta(milliseconds=1))]
