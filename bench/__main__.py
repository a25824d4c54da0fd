"""`make bench`: the handlers beside the bare DynamoDB calls, as ratios. It never fails a build."""

from __future__ import annotations

import argparse
import os
import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bench import exports, imports, lists, report, reports, rules
from bench.comparison import Comparison, table_of
from bench.scenarios import HISTORIES, SCENARIOS
from local import template
from local.errors import LocalError
from local.settings import Settings
from local.store import enter, fresh

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bench.comparison import Compared
    from bench.exports import Exported
    from bench.reports import Reported
    from local.template import Template


FEWEST: Final = 2


def main(arguments: Sequence[str]) -> int:
    """Prints the tables; 0 whatever they say, 1 when there is nothing to measure with."""
    options = _options(arguments)
    sys.path.insert(0, str(template.ROOT / "functions"))
    described = template.load()
    try:
        with fresh(Settings.of(os.environ)) as store:
            enter(store)
            print(f"on {store.name}; {options.rounds} rounds in turns; {report.GOALS}\n")
            results = list(_compared(store.endpoint, described, options.rounds))
            pages = list(_pages(store.endpoint, described, options))
            reported = _reported(store.endpoint, described)
            exported = _exported(store.endpoint, described, options.exported)
    except LocalError as error:
        print(f"counterfoil: {error}", file=sys.stderr)
        return 1
    print("\n".join(report.operations(results)), flush=True)
    print("", *report.histories(results[-len(HISTORIES) :]), sep="\n", flush=True)
    print("", *report.lists(pages, options.orders), sep="\n", flush=True)
    print("", *report.exports(exported), sep="\n", flush=True)
    print("", *report.reports(reported), sep="\n", flush=True)
    print("", *report.rules(rules.compare(options.sets)), sep="\n", flush=True)
    ours, bare = imports.compare(list(described.functions.values()), options.imports)
    print("", *report.imports(ours, bare), sep="\n")
    return 0


def _compared(endpoint: str, described: Template, rounds: int) -> Iterator[Compared]:
    """The log lines are written, as they are in Lambda, but to nowhere."""
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere, redirect_stdout(nowhere):
        comparison = Comparison(endpoint, described)
        for scenario in SCENARIOS:
            print(f"{scenario.name} ...", file=sys.stderr)
            yield comparison.compare(scenario, rounds)
        yield from comparison.compare_together(HISTORIES, rounds)


def _pages(
    endpoint: str, described: Template, options: argparse.Namespace
) -> Iterator[lists.Beside]:
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere, redirect_stdout(nowhere):
        yield from lists.compare(endpoint, described, options.orders, options.pages)


def _exported(endpoint: str, described: Template, orders: int) -> list[tuple[Exported, Exported]]:
    print("exports ...", file=sys.stderr)
    return exports.compare(table_of(endpoint, described, "bench-exports"), [orders // 10, orders])


def _reported(endpoint: str, described: Template) -> list[Reported]:
    print("reports ...", file=sys.stderr)
    return [*reports.measure(table_of(endpoint, described, "bench-reports"))]


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=150)
    parser.add_argument("--imports", type=int, default=7, help="rounds of the cold imports")
    parser.add_argument("--exported", type=int, default=20_000, help="orders in an export")
    parser.add_argument("--sets", type=int, default=40, help="rounds of the sets of rules")
    parser.add_argument("--pages", type=int, default=30, help="rounds of the pages of lists")
    parser.add_argument("--orders", type=int, default=lists.LARGE, help="in the large list")
    options = parser.parse_args(arguments)
    if min(options.rounds, options.imports, options.sets, options.pages) < FEWEST:
        parser.error(f"quartiles take {FEWEST} rounds at least")
    return options


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
