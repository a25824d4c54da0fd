"""Reports with charts: an hour or a day a column, in the project's time zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from counterfoil.api.dashboard.chips import Chip
from counterfoil.api.dashboard.columns import Columns, columns
from counterfoil.api.dashboard.dates import day_in
from counterfoil.api.dashboard.pages import link, page, to
from counterfoil.domain import ids
from counterfoil.domain.errors import InvalidQuery, NotFound, Unavailable
from counterfoil.domain.report_periods import FIRST_DAY, LAST_DAY, Period, Span
from counterfoil.domain.rollups import together
from counterfoil.domain.timestamps import local
from counterfoil.operations import reports
from counterfoil.operations.reports import Named
from counterfoil.operations.reports import Wanted as ReportsWanted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from counterfoil.api.dashboard.visits import Visit
    from counterfoil.api.response import Response
    from counterfoil.domain.rollups import Rollup, Uses
    from counterfoil.operations.reports import Point

_HOURS: Final = timedelta(hours=23)
_RANGES: Final = (("24h", "24 hours"), ("7d", "7 days"), ("30d", "30 days"))
_DAYS: Final = {"7d": 7, "30d": 30}
_TOP: Final = 10
_KEPT: Final = 14
_SLOW: Final = "There is much to count for this range. What was counted is kept: load it again."


@dataclass(frozen=True, slots=True)
class Range:
    """What is shown: hours, or days from the first to the last, both included."""

    name: str
    first: date
    last: date

    @property
    def by_hours(self) -> bool:
        """Whether a column is an hour."""
        return self.name == "24h"


def shown(visit: Visit) -> Response:
    """The page. What takes longer than one request may is counted by the next ones."""
    wanted = _range_of(visit)
    points, problem = _counted(visit, wanted)
    total, project = together(each.rollup for each in points), visit.call.project
    return page(
        visit,
        "reports.html",
        section="reports",
        wanted=wanted,
        chips=_chips(wanted),
        problem=problem,
        charts=_charts(visit, points, wanted) if points else [],
        total=total,
        average=_average(total),
        failures=_most(total.failures),
        vouchers=_named(visit, total.vouchers, lambda code: ids.voucher_id(project, code)),
        campaigns=_named(visit, total.campaigns, lambda name: name),
        kept=_kept(visit),
    )


def fetched(visit: Visit) -> Response:
    """The JSON or the CSV of a report that is kept, where it can be had for a while."""
    period, _, name = visit.named["name"].partition("/")
    label, _, ending = name.rpartition(".")
    if period not in set(Period) or ending not in ("json", "csv"):
        raise NotFound("report", visit.named["name"])
    found = reports.get(visit.call, Named(Period(period), label))
    if found.files is None:
        raise NotFound("report", visit.named["name"])
    return to(found.files[0 if ending == "json" else 1])


def _counted(visit: Visit, wanted: Range) -> tuple[Sequence[Point], str | None]:
    """The points, or why there are none."""
    try:
        if wanted.by_hours:
            now = visit.call.now
            return reports.hours(visit.call, now - _HOURS, now), None
        return reports.days(visit.call, wanted.first, wanted.last), None
    except Unavailable:
        return (), _SLOW
    except InvalidQuery as error:
        return (), error.details


def _range_of(visit: Visit) -> Range:
    today = visit.call.today
    first, last = day_in(visit.query("from")), day_in(visit.query("to"))
    if first is not None and last is not None and FIRST_DAY < first <= last < LAST_DAY:
        return Range("custom", first, last)
    name = visit.query("range")
    if name in _DAYS:
        return Range(name, today - timedelta(days=_DAYS[name] - 1), today)
    return Range("24h", today, today)


def _chips(wanted: Range) -> list[Chip]:
    return [
        Chip(title, f"{link('reports')}?range={name}", wanted.name == name)
        for name, title in _RANGES
    ]


def _charts(visit: Visit, points: Sequence[Point], wanted: Range) -> list[Columns]:
    form = "%H:%M" if wanted.by_hours else "%d %b"
    labels = [local(each.begins, visit.call.zone).strftime(form) for each in points]
    per = "hour" if wanted.by_hours else "day"
    rollups = [each.rollup for each in points]
    return [
        columns("Orders", per, "whole", labels, [each.all_orders.count for each in rollups]),
        columns(
            "Discounts",
            per,
            "less",
            labels,
            [each.all_orders.discounts for each in rollups],
            is_money=True,
        ),
        columns(
            "Failed redemptions",
            per,
            "bad",
            labels,
            [sum(each.failures.values()) for each in rollups],
        ),
        columns("Rollbacks", per, "more", labels, [each.rolled_back.count for each in rollups]),
    ]


def _average(total: Rollup) -> int | None:
    sold = total.sold
    return (2 * sold.net + sold.count) // (2 * sold.count) if sold.count else None


def _most(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda each: (-each[1], each[0]))[:_TOP]


def _named(
    visit: Visit, uses: Mapping[str, Uses], id_of: Callable[[str], str]
) -> list[tuple[str, str, Uses]]:
    """The id, the name and the uses of those that were used most."""
    most = sorted(uses.items(), key=lambda each: (-each[1].count, each[0]))[:_TOP]
    return [(id_of(name), visit.mask.text(each.name or name) or name, each) for name, each in most]


def _kept(visit: Visit) -> list[tuple[str, str]]:
    """Period and label of the daily reports that are kept, the newest first."""
    today = visit.call.today
    week_start = visit.call.week_start
    first, last = (
        Span.holding(Period.DAILY, day, week_start).label
        for day in (today - timedelta(days=_KEPT), today)
    )
    wanted = ReportsWanted(Period.DAILY, first, last, _KEPT)
    return [(each.period, each.label) for each in reports.list_reports(visit.call, wanted)]
