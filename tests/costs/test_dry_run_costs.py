"""A dry run tells the units that the same call consumes when it writes."""

from dataclasses import replace
from typing import Final

import pytest

from tests.costs.cases import CASES
from tests.costs.world import World

pytestmark = pytest.mark.engine

TOLD: Final = (
    "redeem, new order, no customer",
    "redeem, new order, customer",
    "redeem, stored order by id",
    "redeem, stored order by source_id",
    "redeem 5, stored order",
    "refused redemption, stored order",
    "roll back 1",
    "roll back 5",
)


@pytest.mark.parametrize("name", TOLD)
def test_a_dry_run_tells_what_the_call_consumes(world: World, name: str) -> None:
    act = CASES[name](world)
    dry = replace(world.call(), dry_run=True)
    world.client.taken()
    act(dry)

    rehearsed, consumed = world.client.taken(), world.cost_of(act)

    shown = dry.trace.shown
    assert shown is not None
    assert (shown.write_units, shown.index_units) == (consumed.writes, consumed.indexes)
    assert rehearsed.writes == 0
