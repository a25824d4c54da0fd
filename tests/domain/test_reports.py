"""What a report tells of sums, what a revision corrects, and how files say it."""

import csv
from io import StringIO
from typing import Final

from counterfoil.domain.report_files import csv_of, json_of
from counterfoil.domain.report_periods import Period, Span
from counterfoil.domain.reports import CORRECTIONS, Report, contents_of, revised
from counterfoil.domain.rollups import NAMED, Amounts, Rollup, Tally, Uses, together

DAY: Final = Span.named(Period.DAILY, "2026-03-28", 0)


def a_report(rollup: Rollup) -> Report:
    return Report(
        period="daily",
        label="2026-03-28",
        time_zone="UTC",
        begins="2026-03-28T00:00:00.000Z",
        ends="2026-03-29T00:00:00.000Z",
        hours=24,
        is_complete=True,
        contents=contents_of(rollup, DAY),
    )


def sold(count: int, net: int) -> Rollup:
    return Rollup(orders={"PAID": Amounts(count=count, gross=net, net=net)})


def test_an_average_is_rounded_half_up_and_there_is_none_of_nothing() -> None:
    assert contents_of(sold(2, 3), DAY).average_order == 2
    assert contents_of(sold(3, 4), DAY).average_order == 1
    assert contents_of(Rollup(), DAY).average_order is None


def test_a_report_that_tells_the_same_is_the_one_before() -> None:
    first = revised(None, a_report(sold(1, 100)))

    assert revised(first, a_report(sold(1, 100))) is first
    assert json_of(first) == json_of(revised(None, a_report(sold(1, 100))))


def test_a_revision_tells_what_was_said_before() -> None:
    first = revised(None, a_report(sold(1, 100)))

    second = revised(first, a_report(sold(1, 90)))
    third = revised(second, a_report(sold(1, 100)))

    told = {(it.revision, it.field): (it.was, it.is_) for it in third.corrections}
    assert told[2, "sales.net"] == (100, 90)
    assert told[3, "sales.net"] == (90, 100)
    assert third.revision == 3


def test_a_voucher_that_comes_into_a_report_is_a_correction_from_nothing() -> None:
    used = Rollup(vouchers={"TEN": Uses(count=1, discounts=5)})
    first = revised(None, a_report(Rollup()))

    second = revised(first, a_report(used))

    assert {it.field for it in second.corrections} >= {"top_vouchers[TEN].redemptions"}


def test_corrections_are_bounded() -> None:
    report = revised(None, a_report(Rollup()))

    for amount in range(1, 100):
        report = revised(report, a_report(sold(1, amount)))

    assert len(report.corrections) == CORRECTIONS
    assert report.corrections[-1].revision == 100


def test_an_hour_names_the_vouchers_most_used_and_says_that_there_are_more() -> None:
    tally = Tally(vouchers={f"V{n:04}": Uses(count=n) for n in range(NAMED + 5)})

    rollup = tally.rollup()

    assert len(rollup.vouchers) == NAMED
    assert next(iter(rollup.vouchers)) == f"V{NAMED + 4:04}"
    assert rollup.left_out
    assert not contents_of(together([rollup, Rollup()]), DAY).tops_are_exact


def test_what_lapsed_is_unknown_when_it_is_of_any_hour() -> None:
    assert together([Rollup(lapsed=2), Rollup(lapsed=None)]).lapsed is None
    assert together([Rollup(lapsed=2), Rollup(lapsed=1)]).lapsed == 3


def test_every_line_of_a_sheet_has_a_section_and_no_formula() -> None:
    used = Rollup(
        vouchers={"=cmd|'/c calc'!A1": Uses(count=1), "@sum": Uses(count=1)},
        failures={"-1+1": 2},
    )

    rows = [*csv.reader(StringIO(csv_of(a_report(used)).decode()))]

    assert rows[0][:2] == ["section", "name"]
    assert all(row[0] for row in rows)
    cells = [cell for row in rows for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "@", "+"))]
    assert "'-1+1" in cells
