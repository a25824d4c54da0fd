"""What redemptions add up to, where counting rules read it (domain.md §8.5; protocol.md §5).

A redemption adds its share to up to five places: its voucher or tier, the campaign, the customer at
either, and the API key at its voucher or tier. What stands at a place is read with the version that
guards it, so that no sum is passed by two redemptions that were each decided without the other.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date


class Place(StrEnum):
    """Where something is counted; a record keeps these letters."""

    INCENTIVE = "i"
    CAMPAIGN = "c"
    CUSTOMER = "u"
    CUSTOMER_IN_CAMPAIGN = "v"
    API_KEY = "k"


class Measure(StrEnum):
    """What is counted: redemptions of all time and of calendar periods, and money."""

    REDEMPTIONS = "n"
    DAY = "d"
    WEEK = "w"
    MONTH = "m"
    AMOUNT = "amt"
    DISCOUNT = "dsc"
    CREDITS = "crd"


PERIODS: Final = (Measure.DAY, Measure.WEEK, Measure.MONTH)
# Counted only while some rule reads it.
BESIDE: Final = frozenset({Place.CUSTOMER, Place.CUSTOMER_IN_CAMPAIGN, Place.API_KEY})


@dataclass(frozen=True, slots=True)
class Share:
    """What one redemption, or several together, add: uses, and minor units.

    `amount` is of the orders, `discount` what was taken off them, `credits` what left gift cards.
    """

    redemptions: int = 0
    amount: int = 0
    discount: int = 0
    credits: int = 0

    def of(self, measure: Measure) -> int:
        """The part that `measure` counts; a period counts redemptions."""
        return _PART_OF.get(measure, _REDEMPTIONS)(self)

    def plus(self, other: Share) -> Share:
        """Both together."""
        return Share(
            self.redemptions + other.redemptions,
            self.amount + other.amount,
            self.discount + other.discount,
            self.credits + other.credits,
        )


NO_SHARE: Final = Share()
_REDEMPTIONS: Final[Callable[[Share], int]] = attrgetter("redemptions")
_PART_OF: Final[dict[Measure, Callable[[Share], int]]] = {
    Measure.AMOUNT: attrgetter("amount"),
    Measure.DISCOUNT: attrgetter("discount"),
    Measure.CREDITS: attrgetter("credits"),
}


@dataclass(frozen=True, slots=True)
class Periods:
    """The calendar day, week and month that something counts in, by their first days.

    >>> from datetime import date
    >>> Periods.of(date(2026, 3, 1), week_start=0).labels[Measure.WEEK]
    '20260223'
    """

    day: str
    week: str

    @staticmethod
    @lru_cache(maxsize=64)
    def of(today: date, week_start: int) -> Periods:
        """Those of `today`, a day of the project's zone; `week_start` 0 is Monday, 6 is Sunday."""
        since = (today.weekday() - week_start) % 7
        first = date_before(today, since)
        return Periods(f"{today:%Y%m%d}", f"{first:%Y%m%d}")

    @property
    def labels(self) -> Mapping[Measure, str]:
        """What each period is called."""
        return {Measure.DAY: self.day, Measure.WEEK: self.week, Measure.MONTH: self.day[:6]}


@dataclass(frozen=True, slots=True)
class Counts:
    """What stands at one place, as read.

    `stored` is what its own item says, and what a write can be conditioned on; `elsewhere` is what
    other items say, which can only fall; `held` what live sessions of others hold,
    `holds_version` what every change of holds raises, `holds` at how many instants they end; `over`
    names what one write may take off of periods that are over, `lapsed` of sessions that are.
    """

    stored: Mapping[Measure, int] = field(default_factory=dict)
    elsewhere: Mapping[Measure, int] = field(default_factory=dict)
    held: Share = NO_SHARE
    holds_version: int = 0
    holds: int = 0
    over: tuple[str, ...] = ()
    lapsed: tuple[str, ...] = ()

    def of(self, measure: Measure) -> int:
        """All of it together."""
        return self.stored.get(measure, 0) + self.elsewhere.get(measure, 0) + self.held.of(measure)


@dataclass(frozen=True, slots=True)
class Guard:
    """What must still be true at a place for a decision to stand, whatever others did meanwhile.

    `most` is up to where the stored number may have grown; None when it must be what was read.
    """

    place: Place
    measure: Measure
    most: int | None


def date_before(day: date, days: int) -> date:
    """`day` moved back by `days`; not before the calendar's first day."""
    return day.fromordinal(max(1, day.toordinal() - days))
