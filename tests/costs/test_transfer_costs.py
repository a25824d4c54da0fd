"""What a row of an import and an order of an export cost, on an engine that reports real units."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import JsonValue

from bench.examples import order_document
from bench.metering import Cost
from counterfoil.domain.order_imports import Import, Row
from counterfoil.operations import async_work, exports, order_imports
from counterfoil.operations.async_action_lists import ActionsWanted, list_async_actions
from counterfoil.operations.call import Call
from counterfoil.operations.exports import Wanted
from tests.concurrency.workmen import Shelf, Unheard
from tests.costs.world import World

pytestmark = pytest.mark.engine


def a_call(world: World, shelf: Path) -> Call:
    return replace(world.call(), queue=Unheard("nowhere"), files=Shelf(str(shelf)))


def spent(world: World, act: Callable[[], object]) -> Cost:
    world.client.taken()
    act()
    return world.client.taken()


def importing(world: World, shelf: Path, count: int, **changes: JsonValue) -> Cost:
    rows = tuple(
        Row(place, None, {**order_document(world.named("web")), **changes})
        for place in range(1, count + 1)
    )
    action = order_imports.start(a_call(world, shelf), Import(rows)).id
    return spent(world, lambda: async_work.work(a_call(world, shelf), action))


def test_a_row_costs_what_its_order_costs_and_two_units_more(world: World, tmp_path: Path) -> None:
    one, eleven = (importing(world, tmp_path, count) for count in (1, 11))

    assert eleven.calls - one.calls == 10
    assert eleven.reads == one.reads
    assert eleven.writes - one.writes == 10 * (6 + 2)
    assert eleven.indexes - one.indexes == 10 * 2


def test_rows_that_fail_are_passed_over_together(world: World, tmp_path: Path) -> None:
    one, eleven = (importing(world, tmp_path, count, id="ord_nowhere") for count in (1, 11))
    known = tuple(Row(place, None, reason="It is none") for place in range(1, 12))
    action = order_imports.start(a_call(world, tmp_path), Import(known)).id

    together = spent(world, lambda: async_work.work(a_call(world, tmp_path), action))

    assert eleven.writes - one.writes <= 10 * (2 + 2 + 1)  # an order that is not there is opened
    assert together.calls < eleven.calls - 10
    assert together.writes <= one.writes + 10 * 2


def test_an_export_reads_every_order_once(world: World, tmp_path: Path) -> None:
    few = exporting(world, tmp_path)
    for _ in range(40):
        world.order(buyer=False)

    more = exporting(world, tmp_path)

    assert more.calls - few.calls <= 1  # a hundred orders are one
    assert more.writes == few.writes
    assert more.reads - few.reads <= 40 + 8


def exporting(world: World, shelf: Path) -> Cost:
    exports.create(a_call(world, shelf), Wanted("order", None))
    listed = list_async_actions(a_call(world, shelf), ActionsWanted(1))
    action = listed.actions[0].id
    return spent(world, lambda: async_work.work(a_call(world, shelf), action))
