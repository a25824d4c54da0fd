"""The comparison as tables, with the goals beside."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING, Final

from bench.timing import spread

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from bench.comparison import Compared
    from bench.exports import Exported
    from bench.lists import Beside
    from bench.reports import Reported
    from bench.rules import Judged
    from bench.timing import Series

GOALS: Final = "goals: calls 1.00, units at most 1.00, CPU at most 1.25, cold import at most 1.25"


def operations(results: Iterable[Compared]) -> Iterator[str]:
    """One line per operation; times in ms as median (quartiles)."""
    rows = [
        ("operation", "calls", "units", "CPU ours", "CPU bare", "ratio", "wall ours", "wall bare"),
        *(_operation(each) for each in results),
    ]
    yield from _aligned(rows)


def exports(results: Sequence[tuple[Exported, Exported]]) -> Iterator[str]:
    """Rows per second beside the bare reads, and how much memory more rows take."""
    first = results[0][0]
    rows = [("export of orders", "rows/s ours", "rows/s bare", "ratio", "peak MB", "beside first")]
    rows += [
        (
            f"{ours.orders}",
            f"{ours.per_second:.0f}",
            f"{bare.per_second:.0f}",
            f"{ours.seconds / bare.seconds:.2f}",
            f"{ours.peak:.0f}",
            f"{ours.peak / first.peak:.2f}",
        )
        for ours, bare in results
    ]
    yield from _aligned(rows)


def reports(results: Sequence[Reported]) -> Iterator[str]:
    """What the report of a day costs, and that it is the day's orders that cost."""
    rows = [
        ("report of a day", "in a table of", "calls", "units", "ms", "read again: calls", "units")
    ]
    rows += [
        (
            f"{each.orders} orders",
            f"{each.table}",
            f"{each.counted.calls}",
            f"{each.counted.units:.0f}",
            f"{each.seconds * 1000:.0f}",
            f"{each.read.calls}",
            f"{each.read.units:.0f}",
        )
        for each in results
    ]
    yield from _aligned(rows)


def histories(results: Sequence[Compared]) -> Iterator[str]:
    """What each costs beside the first of them, whose customer has no past."""
    first, *_ = results
    rows = [("beside none", "calls", "units", "CPU", "wall")]
    rows += [
        (
            each.scenario.name,
            f"{each.calls / first.calls:.2f}",
            f"{each.capacity / first.capacity:.2f}",
            f"{spread(each.ours.cpu).median / spread(first.ours.cpu).median:.2f}",
            f"{spread(each.ours.wall).median / spread(first.ours.wall).median:.2f}",
        )
        for each in results
    ]
    yield from _aligned(rows)


def lists(results: Iterable[Beside], large: int) -> Iterator[str]:
    """What a page costs over many orders beside what it costs over few."""
    rows = [("a page of orders", "calls", "units", f"CPU, {large:,}", "ratio", "wall", "ratio")]
    for each in results:
        small, most = each.small, each.large
        cpu, wall = spread(most.times.cpu), spread(most.times.wall)
        rows.append(
            (
                each.name,
                f"{most.calls}/{small.calls} = {most.calls / small.calls:.2f}",
                f"{most.capacity:g}/{small.capacity:g} = {most.capacity / small.capacity:.2f}",
                str(cpu),
                f"{cpu.median / spread(small.times.cpu).median:.2f}",
                str(wall),
                f"{wall.median / spread(small.times.wall).median:.2f}",
            )
        )
    yield from _aligned(rows)


def _operation(one: Compared) -> tuple[str, ...]:
    floor = one.scenario.declared
    ours, bare = spread(one.ours.cpu), spread(one.bare.cpu)
    return (
        one.scenario.name,
        f"{one.calls}/{floor.calls} = {one.calls / floor.calls:.2f}",
        f"{one.capacity:g}/{floor.capacity} = {one.capacity / floor.capacity:.2f}",
        str(ours),
        str(bare),
        f"{ours.median / bare.median:.2f}",
        str(spread(one.ours.wall)),
        str(spread(one.bare.wall)),
    )


def imports(ours: Mapping[str, Series], bare: Series) -> Iterator[str]:
    """One line per function, the slowest first."""
    floor = spread(bare.cpu)
    ordered = sorted(ours, key=lambda name: -statistics.median(ours[name].cpu))
    rows = [("cold import", "CPU ms", "ratio", "wall ms")]
    rows += [
        (
            name,
            str(spread(ours[name].cpu)),
            f"{spread(ours[name].cpu).median / floor.median:.2f}",
            str(spread(ours[name].wall)),
        )
        for name in ordered
    ]
    rows.append(("a bare Powertools handler", str(floor), "1.00", str(spread(bare.wall))))
    yield from _aligned(rows)


def rules(sizes: Iterable[Judged]) -> Iterator[str]:
    """One line per size of set and cart."""
    rows = [("rules, lines", "CPU ours", "CPU naive", "ratio", "read and made ready once")]
    for each in sizes:
        ours, naive = spread(each.ours.cpu), spread(each.naive.cpu)
        rows.append(
            (
                f"{each.rules} rules, {each.lines} lines",
                str(ours),
                str(naive),
                f"{ours.median / naive.median:.2f}",
                str(spread(each.cold.cpu)),
            )
        )
    yield from _aligned(rows)


def _aligned(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        first, *others = zip(row, widths, strict=True)
        cells = (first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others))
        yield "  ".join(cells)
