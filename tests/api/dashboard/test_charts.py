"""What lies between the subtotal and the total is told without a rest, whatever happened."""

from datetime import UTC, datetime
from itertools import pairwise
from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from counterfoil.api.dashboard.charts import steps_of, waterfall
from counterfoil.api.dashboard.columns import columns
from counterfoil.api.dashboard.effects import effects_on
from counterfoil.api.dashboard.masking import Mask
from counterfoil.domain.allocations import AddedUnits, Allocation
from counterfoil.domain.order_lines import OrderLine
from counterfoil.domain.orders import Order, RedemptionEntry
from counterfoil.domain.records import Record

NOW: Final = datetime(2026, 3, 14, 9, 26, 53, tzinfo=UTC)
SMALL: Final = st.integers(0, 500)
ALLOCATIONS: Final = st.builds(
    lambda order, line, added: Allocation(
        order=order,
        lines={"l1": line} if line else {},
        units={"l1": AddedUnits(quantity=1, amount=added, discounted=1)} if added else {},
        added=added,
    ),
    SMALL,
    SMALL,
    SMALL,
)


def record(name: str, allocation: Allocation) -> Record:
    return Record(
        id=name, date=NOW, related_object_id=name, channel_id="app", allocation=allocation
    )


@given(st.lists(st.tuples(ALLOCATIONS, ALLOCATIONS, st.booleans(), st.booleans()), max_size=4))
def test_the_steps_lead_from_the_subtotal_to_the_total(
    redeemed: list[tuple[Allocation, Allocation, bool, bool]],
) -> None:
    entries, records = [], {}
    for number, (frozen, held, is_known, is_over) in enumerate(redeemed):
        name = f"r_{number}"
        rolled = {"rollback_id": f"rr_{number}"} if is_over else {"in_force": held}
        entries.append(
            RedemptionEntry.model_validate(
                {
                    "id": name,
                    "date": NOW,
                    "related_object_type": "voucher",
                    "related_object_id": name,
                    **rolled,
                }
            )
        )
        if is_known:
            records[name] = record(name, frozen)
    order = Order(
        id="ord_1",
        initial_amount=10_000,
        items=(OrderLine(id="l1", amount=10_000),),
        redemptions=tuple(entries),
        created_at=NOW,
    )

    effects = effects_on(order, records, Mask(hides=False))
    steps = steps_of(order, effects)

    assert steps[0].after == order.initial_amount
    assert steps[-1].after == order.total_amount
    assert all(one.after == other.before for one, other in pairwise(steps[:-1]))
    assert sum(each.lines.get("l1", 0) for each in effects) == order.line_discounts.get("l1", 0)
    for bar in waterfall(steps).bars:
        assert bar.x >= -100 or bar.width > 0


@given(st.lists(st.integers(0, 10**15), min_size=1, max_size=100))
def test_columns_stay_within_their_chart(values: list[int]) -> None:
    chart = columns("Orders", "day", "whole", [str(n) for n in range(len(values))], values)

    for bar in chart.bars:
        assert 0 <= bar.x <= bar.x + bar.width <= 100.01
        assert 16 <= bar.y <= bar.y + bar.height <= 112.1
    assert len(chart.bars) == len(values)
    assert len(chart.ticks) <= 7
