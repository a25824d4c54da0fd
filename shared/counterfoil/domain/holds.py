"""What live validation sessions hold of a counter, seen at one moment (protocol.md §10).

A hold ends by comparison, never by anybody taking it off: a counter is read less what has lapsed,
and the next write takes that off for good.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from counterfoil.domain.counters import Counter, GiftBalance
    from counterfoil.domain.validation_sessions import Reservation

# More than these at once would outgrow the expression of one write; the next one takes the rest.
_LAPSED_AT_ONCE: Final = 30
_EXACT_HOLDS: Final = 200
_MINUTE: Final = 60_000
_HOUR: Final = 60 * _MINUTE
_DAY: Final = 24 * _HOUR


@dataclass(frozen=True, slots=True)
class Hold:
    """Uses and credits held until one instant, in milliseconds since 1970."""

    until: int
    units: int = 0
    credits: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether all of it was used or let go."""
        return not self.units and not self.credits


def seen_at(counter: Counter, now: int, own: Reservation | None = None) -> Counter:
    """`counter` as a request of `now` may use it: without what lapsed, and its own hold as free.

    `own` is what the session that the request names has reserved; of another life of the
    redeemable it is nothing.
    """
    over = (hold for hold in counter.holds if hold.until <= now or hold.is_empty)
    lapsed = tuple(over)[:_LAPSED_AT_ONCE]
    mine = own if own is not None and _is_of(own, counter, now) else None
    freed = [*lapsed, *(() if mine is None else (Hold(mine.until, mine.units, mine.credits),))]
    if not freed:
        return counter
    return replace(
        counter,
        taken=counter.taken - sum(hold.units for hold in freed),
        gift=_with_available(counter.gift, sum(hold.credits for hold in freed)),
        lapsed=lapsed,
        own=mine,
    )


def end_of(now: int, ttl: int, holds: int) -> int:
    """When a counter of so many `holds` lets go of one taken `now` for `ttl` ms: exactly then.

    A counter with many rounds up, so that they stay few: it is let go later, never sooner.
    """
    end = now + ttl
    if holds < _EXACT_HOLDS:
        return end
    width = next((width for limit, width in _WIDTHS if ttl < limit), _DAY)
    return -(-end // width) * width


_WIDTHS: Final = (
    (_MINUTE, 1000),
    (_HOUR, _MINUTE),
    (_DAY, 15 * _MINUTE),
    (8 * _DAY, 2 * _HOUR),
)


def _is_of(own: Reservation, counter: Counter, now: int) -> bool:
    """Whether `own` is on `counter`: nobody whose clock is ahead has taken it off as lapsed."""
    if (own.generation, own.bucket) != (counter.generation, counter.bucket) or own.until <= now:
        return False
    held = next((each for each in counter.holds if each.until == own.until), Hold(own.until))
    return held.units >= own.units and held.credits >= own.credits


def _with_available(gift: GiftBalance | None, freed: int) -> GiftBalance | None:
    return None if gift is None else replace(gift, available=gift.available + freed)
