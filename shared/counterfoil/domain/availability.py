"""When a redeemable may be used: its flag, its dates and its recurring times.

Vouchers, promotion tiers and campaigns have these alike; a campaign's bind what belongs to it.
Source: domain.md §1.9, §1.10, §8.7.
"""

from __future__ import annotations

from datetime import datetime
from enum import Enum, auto

from pydantic import BaseModel, ConfigDict

from counterfoil.domain.validity import Hours, Timeframe, WeekDays, week_day


class Closure(Enum):
    """Why something is not available, in the order in which it is looked at."""

    DISABLED = auto()
    NOT_STARTED = auto()
    EXPIRED = auto()
    NOT_NOW = auto()


class Availability(BaseModel):
    """From `start_date` on and before `expiration_date`, within those at the recurring times."""

    model_config = ConfigDict(frozen=True)

    start_date: datetime | None = None
    expiration_date: datetime | None = None
    validity_timeframe: Timeframe | None = None
    validity_day_of_week: WeekDays | None = None
    validity_hours: Hours | None = None
    active: bool = True


def closure_of(thing: Availability, now: datetime) -> Closure | None:
    """Why `thing` is not available at `now`; None when it is.

    `now` is in the project's zone, whose clock the recurring times are of.
    """
    if not thing.active:
        return Closure.DISABLED
    if thing.start_date is not None and now < thing.start_date:
        return Closure.NOT_STARTED
    if thing.expiration_date is not None and now >= thing.expiration_date:
        return Closure.EXPIRED
    return None if _recurs_at(thing, now) else Closure.NOT_NOW


def misfit_of(thing: Availability) -> str | None:
    """What of these times can never be, in the contract's words; None when all can."""
    start, end = thing.start_date, thing.expiration_date
    if start is not None and end is not None and start > end:
        return "Property .start_date cannot be after .expiration_date"
    if thing.validity_timeframe is not None and start is None:
        return "Property .validity_timeframe requires a start_date"
    if thing.validity_hours is not None and thing.validity_hours.overlap():
        return "Property .validity_hours.daily has periods that overlap"
    return None


def _recurs_at(thing: Availability, now: datetime) -> bool:
    timeframe, days, hours = (
        thing.validity_timeframe,
        thing.validity_day_of_week,
        thing.validity_hours,
    )
    start = thing.start_date
    return (
        (timeframe is None or start is None or timeframe.holds(start, now))
        and (days is None or week_day(now) in days)
        and (hours is None or hours.holds(now))
    )
