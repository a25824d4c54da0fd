"""Imports of one project under races and deaths of real processes (protocol.md §9d)."""

from pathlib import Path

import pytest

from counterfoil.domain.order_imports import Import, Row
from counterfoil.operations import order_imports
from counterfoil.operations.async_actions import get
from counterfoil.storage import imports, keys
from counterfoil.storage.imports import Turn
from counterfoil.storage.store import Question
from tests.concurrency.crew import Crew, KilledError
from tests.concurrency.engines import BEST_ENGINE
from tests.concurrency.faults import Fault, Kind
from tests.concurrency.shop import ANN, Shop
from tests.concurrency.workmen import Working, call_of

pytestmark = [pytest.mark.engine, BEST_ENGINE]

ROWS = 25


def started(shop: Shop, shelf: Path, number: int) -> str:
    """An import, committed as a request commits it; all of them name the same orders."""
    rows = tuple(
        Row(
            place,
            f"h-{place}",
            {
                "source_id": f"h-{place}",
                "status": "PAID",
                "amount": 1000 * (number + 1),
                "customer": {**ANN},
                "metadata": {"last": number, f"k{number}": place},
            },
        )
        for place in range(1, ROWS + 1)
    )
    call = call_of(shop.project, shop.engine.store, str(shelf))
    return order_imports.start(call, Import(rows)).id


def is_over(shop: Shop, action: str) -> bool:
    return get(call_of(shop.project, shop.engine.store), action).action.is_over


def require_once(shop: Shop, counts: int) -> None:
    """Every order was written once by each import, the last one's last."""
    for place in range(1, ROWS + 1):
        found = shop.done(shop.request("GET", f"/v1/orders/h-{place}")).body
        wanted = {"last": counts - 1, **{f"k{n}": place for n in range(counts)}}
        assert found["metadata"] == wanted
        pk = keys.order(shop.project, str(found["id"])).pk
        events = shop.engine.store.query(Question(pk, starts="E#"))
        assert [each.get("imp") for each in events] == [True] * counts
    assert imports.turn(shop.engine.store, shop.project) == Turn()
    shop.require_sound()


def test_imports_run_one_after_the_other_however_many_work_at_them(
    shop: Shop, crew: Crew, tmp_path: Path
) -> None:
    actions = [started(shop, tmp_path, number) for number in range(3)]
    jobs = [Working(shop.project, action, shelf=str(tmp_path)) for action in actions]

    for _ in range(20):
        crew.race([*jobs, *jobs])
        if all(is_over(shop, action) for action in actions):
            break

    require_once(shop, 3)


def test_killed_workers_write_no_row_twice_and_leave_none_out(
    shop: Shop, crew: Crew, tmp_path: Path
) -> None:
    action = started(shop, tmp_path, 0)

    deaths = 0
    for call in range(1, 40):
        kind = Kind.KILLED_AFTER if call % 2 else Kind.KILLED_BEFORE
        doomed = crew.spare()
        try:
            doomed.run(Working(shop.project, action, (Fault(kind, call),), str(tmp_path)))
        except KilledError:
            deaths += 1
        doomed.close()
        if is_over(shop, action):
            break

    assert deaths > 5
    require_once(shop, 1)
