"""`make cost`: what a million orders cost on AWS, by the floors that the tests hold.

Prices are a parameter: those below are US dollars of one region on one day, without any free tier.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Final

from bench.floors import FLOORS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bench.floors import Units

MILLION: Final = 1_000_000
_MS_PER_SECOND: Final = 1000
_COLUMNS: Final = (
    "operation",
    "per order",
    "read + write + index units",
    "table",
    "API",
    "functions",
    "logs",
    "together",
)
_BYTES_PER_GB: Final = 1024**3


@dataclass(frozen=True)
class Prices:
    """US dollars: per million units, requests or invocations, per GB-second, per GB."""

    region: str = "us-east-1"
    day: str = "2025-12-01"
    write: float = 0.625
    read: float = 0.125
    request: float = 1.00
    invocation: float = 0.20
    gb_second: float = 0.0000133334
    log_gb: float = 0.50


@dataclass(frozen=True)
class Running:
    """What a request is billed for beside its units, on functions of 1 GB.

    A store call is taken to last 6 ms within a region; the CPU is about what `make bench` measures,
    twice over, for a function of 1 GB has half of a processor's core.
    """

    call_ms: float = 6.0
    cpu_ms: float = 6.0
    memory_gb: float = 1.0
    line_bytes: int = 500


@dataclass(frozen=True)
class Step:
    """What an order's life has so often: an operation by the name of its floor."""

    floor: str
    times: float


# An order of five lines with a customer: asked for, made, redeemed, looked at, sent, and now and
# then taken back.
LIFE: Final = (
    Step("validate, customer", 1),
    Step("create, known customer", 1),
    Step("redeem, stored order by id", 1),
    Step("get by id", 2),
    Step("status, history unmoved", 1),
    Step("roll back 1", 0.03),
)


@dataclass(frozen=True)
class Cost:
    """Dollars of a million times a step."""

    what: str
    times: float
    units: Units
    table: float
    api: float
    functions: float
    logs: float

    @property
    def total(self) -> float:
        """All of it."""
        return self.table + self.api + self.functions + self.logs


def cost_of(step: Step, prices: Prices, running: Running) -> Cost:
    """What a million orders pay for a step of their lives."""
    units = FLOORS[step.floor].declared
    billed_ms = units.calls * running.call_ms + running.cpu_ms
    seconds = billed_ms / _MS_PER_SECOND * running.memory_gb
    return Cost(
        what=step.floor,
        times=step.times,
        units=units,
        table=step.times * (_writes(units) * prices.write + units.reads * prices.read),
        api=step.times * prices.request,
        functions=step.times * (prices.invocation + seconds * MILLION * prices.gb_second),
        logs=step.times * running.line_bytes * MILLION / _BYTES_PER_GB * prices.log_gb,
    )


def _writes(units: Units) -> int:
    """Index units are write units that indexes pay for."""
    return units.writes + units.indexes


def costs(prices: Prices, running: Running, life: Sequence[Step] = LIFE) -> tuple[Cost, ...]:
    """What every step of `life` costs."""
    return tuple(cost_of(step, prices, running) for step in life)


def table(found: Sequence[Cost]) -> Iterator[str]:
    """The lines of a table in Markdown, with the sum at its end."""
    yield f"| {' | '.join(_COLUMNS)} |"
    yield f"|{'---|' * len(_COLUMNS)}"
    for each in found:
        units = f"{each.units.reads} + {each.units.writes} + {each.units.indexes}"
        yield _line(each.what, f"{each.times:g}", units, _dollars(each))
    sums = [sum(column) for column in zip(*map(_parts, found), strict=True)]
    yield _line("a million orders", "", "", [f"{each:.2f}" for each in sums])


def _parts(cost: Cost) -> tuple[float, ...]:
    return cost.table, cost.api, cost.functions, cost.logs, cost.total


def _dollars(cost: Cost) -> list[str]:
    return [f"{each:.2f}" for each in _parts(cost)]


def _line(what: str, times: str, units: str, dollars: Sequence[str]) -> str:
    return f"| {' | '.join((what, times, units, *dollars))} |"


def main(arguments: Sequence[str]) -> int:
    """Prints the table for the prices that are given."""
    parser = argparse.ArgumentParser(prog="python -m bench.costs", description=__doc__)
    for each in (*fields(Prices), *fields(Running)):
        kind = str if isinstance(each.default, str) else float
        parser.add_argument(f"--{each.name.replace('_', '-')}", type=kind, default=each.default)
    given = vars(parser.parse_args(arguments))
    prices = Prices(**{each.name: given[each.name] for each in fields(Prices)})
    running = Running(**{each.name: given[each.name] for each in fields(Running)})
    print(f"US dollars, {prices.region}, prices of {prices.day}\n")
    print("\n".join(table(costs(prices, running))))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
