"""Times, and what many of them say: the median and the quartiles."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

_NANOSECONDS = 1_000_000


class Spread(NamedTuple):
    """Milliseconds: the middle half lies between `low` and `high`."""

    median: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.median:.2f} ({self.low:.2f}-{self.high:.2f})"


@dataclass
class Series:
    """Repeated times of one thing, in milliseconds: of this thread's CPU, and of the clock."""

    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)

    def time(self, act: Callable[[], None]) -> None:
        """Do `act` once more, and keep what it took."""
        clock, cpu = time.perf_counter_ns(), time.thread_time_ns()
        act()
        self.cpu.append((time.thread_time_ns() - cpu) / _NANOSECONDS)
        self.wall.append((time.perf_counter_ns() - clock) / _NANOSECONDS)


def spread(times: list[float]) -> Spread:
    """What `times` say."""
    low, median, high = statistics.quantiles(times, n=4)
    return Spread(median, low, high)
