"""Reports: what is kept of a day, a week or a month that is over, and what goes on by the hour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Final

from counterfoil.domain.errors import InvalidQuery, NotFound
from counterfoil.domain.report_periods import Hour, Period, Span, days_between, hour_at, hours_of
from counterfoil.domain.reports import Report, contents_of
from counterfoil.domain.rollups import Rollup, together
from counterfoil.domain.timestamps import iso
from counterfoil.operations import rollups
from counterfoil.storage import reports
from counterfoil.storage.rollups import known, mark_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from counterfoil.operations.call import Call
    from counterfoil.storage.rollups import Counted

MOST_DAYS: Final = 100
_ADDRESS_SECONDS: Final = 900
_FIRST_LABEL: Final = "0"
_LAST_LABEL: Final = "9999-99"


@dataclass(frozen=True, slots=True)
class Named:
    """A report as it is asked for."""

    period: Period
    label: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """The reports of a period from one label to another, if these are given, the newest first."""

    period: Period
    first: str | None = None
    last: str | None = None
    limit: int = 31


@dataclass(frozen=True, slots=True)
class Shown:
    """A report, and whether it tells of all that is known by now.

    `files` are addresses of its JSON and CSV, for a quarter of an hour; none of one that is not
    kept.
    """

    report: Report
    is_current: bool
    files: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Point:
    """What an hour or a day adds up to, for charts."""

    begins: datetime
    rollup: Rollup


def get(call: Call, named: Named) -> Shown:
    """The report of what is over as it is kept, of anything else as it is now.

    Raises NotFound for what is no period or lies ahead.
    """
    span = Span.named(named.period, named.label, call.week_start)
    hours = span.hours(call.zone)
    if not hours or hours[0].start > call.now:
        raise NotFound("report", named.label)
    kept = reports.get(call.store, call.project, span)
    if kept is None:
        report, _ = as_counted(call, span)
        return Shown(report, is_current=True)
    return Shown(kept, _is_current(call, hours), _addresses(call, kept))


def list_reports(call: Call, wanted: Wanted) -> list[Report]:
    """The reports that are kept, the newest first; none when `first` comes after `last`.

    Raises InvalidQuery for what is no label.
    """
    first = _label(call, wanted.period, "first", wanted.first) or _FIRST_LABEL
    last = _label(call, wanted.period, "last", wanted.last) or _LAST_LABEL
    if first > last:
        return []
    return reports.between(call.store, call.project, wanted.period, (first, last), wanted.limit)


def _label(call: Call, period: Period, parameter: str, label: str | None) -> str | None:
    if label is None:
        return None
    try:
        return Span.named(period, label, call.week_start).label
    except NotFound as error:
        message = f"Property .{parameter} is no label of a {period} report"
        raise InvalidQuery(message) from error


def hours(call: Call, first: datetime, last: datetime) -> list[Point]:
    """Every hour from that of `first` to that of `last`; those that go on or lie ahead as well.

    Raises InvalidQuery beyond `MOST_DAYS` days.
    """
    _require_bounded(first.date(), last.date())
    wanted: list[Hour] = []
    at = hour_at(first.astimezone(UTC), call.zone)
    while at.start <= last:
        wanted.append(at)
        at = hour_at(at.end, call.zone)
    counted = rollups.of_hours(call, wanted)
    return [Point(hour.start, it.rollup) for hour, it in zip(wanted, counted, strict=True)]


def days(call: Call, first: date, last: date) -> list[Point]:
    """Every day from `first` to `last`. Raises InvalidQuery beyond `MOST_DAYS` days."""
    _require_bounded(first, last)
    wanted = [hour for day in days_between(first, last) for hour in hours_of(day, call.zone)]
    counted = zip(wanted, rollups.of_hours(call, wanted), strict=True)
    return [_point(list(each)) for _, each in groupby(counted, key=lambda pair: pair[0].day)]


def as_counted(call: Call, span: Span, *, anew: bool = False) -> tuple[Report, bool]:
    """The report of a span by what is known now, and whether that is settled.

    A list may lag behind a change: what was counted soon after it is counted again later.
    """
    wanted = span.hours(call.zone)
    over = [hour for hour in wanted if hour.start <= call.now]
    counted = rollups.of_hours(call, over, anew=anew)
    marks, _ = known(call.store, call.project, over)
    rollup = together(each.rollup for each in counted)
    report = Report(
        period=span.period.value,
        label=span.label,
        time_zone=str(call.zone),
        begins=iso(wanted[0].start),
        ends=iso(wanted[-1].end),
        hours=len(wanted),
        is_complete=wanted[-1].end <= call.now,
        contents=contents_of(rollup, span),
    )
    return report, rollups.are_settled(over, counted, marks)


def _is_current(call: Call, wanted: Sequence[Hour]) -> bool:
    """Whether no hour has moved since it was counted."""
    marks, kept = known(call.store, call.project, wanted)
    return all(
        hour.start in kept and kept[hour.start].version == mark_of(hour, marks).version
        for hour in wanted
    )


def _addresses(call: Call, report: Report) -> tuple[str, str] | None:
    if call.files is None:
        return None
    made = (
        call.files.address(name, _ADDRESS_SECONDS, name.replace("/", "-"))
        for name in file_names(call.project, report)
    )
    as_json, as_csv = made
    return as_json, as_csv


def file_names(project: str, report: Report) -> tuple[str, str]:
    """Where the JSON and the CSV of a report lie."""
    stem = f"reports/{project}/{report.period}/{report.label}"
    return f"{stem}.json", f"{stem}.csv"


def _point(counted: Sequence[tuple[Hour, Counted]]) -> Point:
    return Point(counted[0][0].start, together(each.rollup for _, each in counted))


def _require_bounded(first: date, last: date) -> None:
    if last - first > timedelta(days=MOST_DAYS):
        message = f"No more than {MOST_DAYS} days can be shown at once"
        raise InvalidQuery(message)
