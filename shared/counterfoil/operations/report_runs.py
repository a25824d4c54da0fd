"""Making reports: of what has ended since the last ones, and anew of what has changed after all."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from counterfoil.domain.errors import NotFound
from counterfoil.domain.report_files import csv_of, json_of
from counterfoil.domain.report_periods import FIRST_DAY, LAST_DAY, Period, Span, hour_at
from counterfoil.domain.reports import revised
from counterfoil.operations import reports
from counterfoil.storage import reports as kept_reports
from counterfoil.storage import rollups
from counterfoil.storage.plans import Plan
from counterfoil.storage.store import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from counterfoil.domain.reports import Report
    from counterfoil.operations.call import Call

# So many reports are caught up on when none was made for a while.
_CAUGHT_UP: Final = 31
_LATE_AT_ONCE: Final = 200
_JSON: Final = "application/json"
_CSV: Final = "text/csv; charset=utf-8"


def run(call: Call, period: Period, label: str | None = None) -> list[Report]:
    """Make the reports of `period` that are due; the daily run corrects what has changed, too.

    With a `label`, just that one, counted anew from the records, be it made already. Whatever is
    made stands, so a run that is cut short goes on where it was. Raises NotFound for what is not
    over yet, and Unavailable.
    """
    if label is not None:
        span = Span.named(period, label, call.week_start)
        if span.last >= call.today:
            raise NotFound("report", label)
        return [build(call, span, anew=True)[0]]
    made = [build(call, span)[0] for span in _due(call, period)]
    if period is Period.DAILY:
        made += _corrected(call)
    return made


def build(call: Call, span: Span, *, anew: bool = False) -> tuple[Report, bool]:
    """Make the report of a span that is over, item and files; and whether it is settled.

    One that tells the same as before stays, byte for byte; else it is the next revision.
    """
    counted, is_settled = reports.as_counted(call, span, anew=anew)
    before = kept_reports.get(call.store, call.project, span)
    report = revised(before, counted)
    if report != before:
        try:
            call.store.write(kept_reports.kept(call.project, before, report))
        except Refused:
            return build(call, span)  # another run was faster
    _keep_files(call, report)
    return report, is_settled


def _keep_files(call: Call, report: Report) -> None:
    """Write them even if nothing is new: the run before may have been cut short."""
    if call.files is None:
        message = "this call has no files"
        raise ValueError(message)
    as_json, as_csv = reports.file_names(call.project, report)
    call.files.put(as_json, json_of(report), _JSON)
    call.files.put(as_csv, csv_of(report), _CSV)


def _due(call: Call, period: Period) -> Iterator[Span]:
    """What has ended since the last report, the oldest first; where there is none, the latest."""
    ended = [_before(call, Span.holding(period, call.today, call.week_start))]
    while len(ended) < _CAUGHT_UP:
        ended.append(_before(call, ended[-1]))
    labels = ended[-1].label, ended[0].label
    kept = kept_reports.between(call.store, call.project, period, labels, 1)
    if not kept:
        return iter(ended[:1])
    return reversed([span for span in ended if span.label > kept[0].label])


def _before(call: Call, span: Span) -> Span:
    return Span.holding(span.period, span.first - timedelta(days=1), call.week_start)


def _corrected(call: Call) -> Iterator[Report]:
    """The reports of hours that have moved after their day was over, made anew."""
    late = rollups.late_hours(call.store, call.project, _LATE_AT_ONCE)
    settled: dict[tuple[Period, str], bool] = {}
    for hour, version in late:
        spans = list(_spans_of(call, hour))
        for span in spans:
            if (span.period, span.label) not in settled:
                report, settled[span.period, span.label] = build(call, span)
                yield report
        if all(settled[span.period, span.label] for span in spans):
            _deal_with(call, hour, version)


def _spans_of(call: Call, hour: datetime) -> Iterator[Span]:
    """What an hour of UTC is in, as far as it is over and, but for its days, was reported.

    In zones at half past it is in two hours, which may be of two days.
    """
    ends = hour, hour + timedelta(minutes=59)
    for day in sorted({hour_at(each, call.zone).day for each in ends}):
        if not FIRST_DAY < day < LAST_DAY:
            continue
        for period in Period:
            span = Span.holding(period, day, call.week_start)
            is_over = span.last < call.today
            is_kept = period is Period.DAILY or (
                is_over and kept_reports.get(call.store, call.project, span) is not None
            )
            if is_over and is_kept:
                yield span


def _deal_with(call: Call, hour: datetime, version: int) -> None:
    plan = Plan()
    plan.add(rollups.dealt_with(call.project, hour, version))
    try:
        call.store.commit(plan, call.ids.token(call.trace.next_plan()))
    except Refused:
        return  # it has moved again, and is for the next run
