"""What a million orders cost follows the floors, and docs/operations.md tells the same."""

import pytest

from bench.costs import LIFE, MILLION, Prices, Running, Step, cost_of, costs, table
from bench.floors import FLOORS
from local.template import ROOT

FREE = Prices(write=0, read=0, request=0, invocation=0, gb_second=0, log_gb=0)


def test_the_table_of_the_docs_is_the_one_that_is_computed() -> None:
    text = (ROOT / "docs" / "operations.md").read_text("utf-8")

    assert "\n".join(table(costs(Prices(), Running()))) in text


def test_units_cost_what_they_cost_times_how_often() -> None:
    prices = Prices(write=2, read=3, request=0, invocation=0, gb_second=0, log_gb=0)
    units = FLOORS["create, known customer"].declared

    found = cost_of(Step("create, known customer", 0.5), prices, Running())

    assert found.total == 0.5 * (2 * (units.writes + units.indexes) + 3 * units.reads)


def test_a_function_is_billed_for_its_calls_and_its_own_time() -> None:
    prices = Prices(write=0, read=0, request=0, invocation=0.2, gb_second=0.001, log_gb=0)
    running = Running(call_ms=10, cpu_ms=5, memory_gb=2)

    found = cost_of(Step("redeem, stored order by id", 1), prices, running)

    assert found.functions == pytest.approx(0.2 + 0.035 * 2 * MILLION * 0.001)
    assert found.total == pytest.approx(found.functions)


def test_what_is_free_costs_nothing() -> None:
    assert sum(each.total for each in costs(FREE, Running())) == 0


def test_the_sum_is_that_of_the_steps() -> None:
    found = costs(Prices(), Running())

    *_, last = table(found)
    assert last.endswith(f"| {sum(each.total for each in found):.2f} |")
    assert len(found) == len(LIFE)
