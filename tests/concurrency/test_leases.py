"""A lease that ran out, on every engine: the holder was stalled, and somebody else goes on."""

import pytest

from tests.concurrency.crew import Visit, Worker
from tests.concurrency.engines import EVERY_ENGINE
from tests.concurrency.scenarios import HOLD_AND_WRITE
from tests.concurrency.shop import ANN, Shop, eventually, key_of
from tests.concurrency.stalls import stalled
from tests.concurrency.worker import BRIEF, HASTY, Pace

pytestmark = [pytest.mark.engine, EVERY_ENGINE]


@pytest.mark.parametrize("pace", [HASTY, BRIEF], ids=["at its limit", "with time left"])
def test_a_holder_stalled_past_its_lease_loses_to_the_fence(
    shop: Shop, worker: Worker, pace: Pace
) -> None:
    code = shop.voucher("ANY")
    order_id = shop.order(customer=ANN)
    redeeming = Visit(shop.redeeming(code, order={"id": order_id}), pace=pace)
    holder = stalled(worker, redeeming, len(HOLD_AND_WRITE))

    taken_over = eventually(lambda: shop.ask(shop.changing(order_id, metadata={"b": 1})))
    lost = holder.goes_on()

    assert taken_over.status == 200
    assert key_of(lost) == "multiple_requests"
    ledger = shop.require_sound()
    assert ledger.counter(code).used == 0
    assert ledger.orders[order_id].order.metadata == {"b": 1}
