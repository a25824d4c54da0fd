"""`make report DAY=2026-11-22`: makes a report of the local project and prints it.

On the store of a `make run` that is up, else on the data that the last one left. The report of what
is over is kept as on a schedule; of what goes on, it is shown as it is now. The files are also put
where they can be opened.
"""

import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from counterfoil.api.background import call_of
from counterfoil.domain.errors import CounterfoilError
from counterfoil.domain.report_files import csv_of, json_of
from counterfoil.domain.report_periods import Period, Span
from counterfoil.domain.reports import Report, fields_of
from counterfoil.domain.rollups import Amounts
from counterfoil.operations import report_runs, reports
from counterfoil.operations.call import Call
from local import template
from local.errors import LocalError, SettingsError
from local.install import LOCAL
from local.invocation import Context
from local.invoke import running
from local.key import LOCAL_PROJECT
from local.settings import Settings
from local.store import enter, open_store, prepare
from local.template import ROOT

FOLDER: Final = LOCAL / "reports"
SECONDS: Final = 600.0


def main(arguments: Sequence[str]) -> int:
    """Prints the report; 1 when there is none of that name, or no store."""
    try:
        with _entered() as call:
            report = made(call, *arguments)
            paths = [*_written(report)]
    except (LocalError, CounterfoilError) as error:
        print(f"counterfoil: {error}", file=sys.stderr)
        return 1
    print("\n".join(lines_of(report)))
    print(*(f"  {path.relative_to(ROOT)}" for path in paths), sep="\n")
    return 0


def made(call: Call, day: str, period: str = Period.DAILY) -> Report:
    """The report that `day` is in: kept if it is over, else as it is now.

    Raises SettingsError for what is no period, and NotFound for what is no day or lies ahead.
    """
    if period not in [*Period]:
        raise SettingsError(f"PERIOD is {', '.join(Period)}, not {period!r}")
    first = Span.named(Period.DAILY, day, call.week_start).first
    span = Span.holding(Period(period), first, call.week_start)
    if span.last < call.today:
        return report_runs.build(call, span, anew=True)[0]
    return reports.get(call, reports.Named(span.period, span.label)).report


def lines_of(report: Report) -> Iterator[str]:
    """The report to be read: a table of orders, and every other number by its name."""
    state = f"revision {report.revision}" if report.revision else "not over yet"
    yield f"{report.period} report of {report.label}, {report.time_zone}: {state}"
    told = report.contents
    amounts = {**told.by_status, "all": told.orders, "sales": told.sales}
    yield f"  {'orders':<10}" + "".join(f"{name:>14}" for name in Amounts.model_fields)
    for status, each in amounts.items():
        yield f"  {status:<10}" + "".join(f"{number:>14}" for _, number in each)
    for name, value in fields_of(report):
        if not name.startswith(("orders.", "by_status.", "sales.")):
            yield f"  {name:<44}{'-' if value is None else str(value):>22}"
    for it in report.corrections:
        yield f"  revision {it.revision} corrects {it.field}: {it.was} is {it.is_}"


@contextmanager
def _entered() -> Iterator[Call]:
    """A call of the local project, with the store's environment as a function's."""
    described = template.load(parameters=template.HERE)
    settings = Settings.of(os.environ)
    with ExitStack() as started:
        up = running()
        store = up or started.enter_context(open_store(settings, lambda: False))
        enter(store)
        if up is None:
            prepare(store, described, settings)
        os.environ.update({**described.environment(), **store.environment})
        ends = time.monotonic() + SECONDS
        yield call_of(LOCAL_PROJECT, Context("report", 1024, "report", ends))


def _written(report: Report) -> Iterator[Path]:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for suffix, content in (("json", json_of(report)), ("csv", csv_of(report))):
        path = FOLDER / f"{report.period}-{report.label}.{suffix}"
        path.write_bytes(content)
        yield path


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
