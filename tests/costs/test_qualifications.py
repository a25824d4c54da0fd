"""What a qualification costs grows with its page, and not with what a project has to offer."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

import pytest

from bench.metering import Cost
from counterfoil.domain import ids
from counterfoil.domain.discounts import AmountOff
from counterfoil.domain.filters import Filters
from counterfoil.domain.order_payloads import OrderPayload
from counterfoil.domain.qualification_payloads import QualificationOptions, QualificationPayload
from counterfoil.domain.vouchers import Voucher
from counterfoil.operations import qualifications
from counterfoil.operations.call import Call
from counterfoil.storage import vouchers
from counterfoil.storage.plans import MAX_ACTIONS, Plan
from tests.costs.world import World

pytestmark = pytest.mark.engine

PROJECT: Final = "offers"
ITEMS: Final = 3
OFF: Final = AmountOff(type="AMOUNT", amount_off=500)


def request(world: World) -> Call:
    return replace(world.call(), project=PROJECT)


def offer(world: World, first: int, last: int) -> None:
    """Vouchers with these numbers, as many in a transaction as it holds; newer ones are older."""
    size = MAX_ACTIONS // ITEMS
    for begin in range(first, last, size):
        call = request(world)
        plan = Plan()
        for number in range(begin, min(begin + size, last)):
            code = f"OFFER-{number}"
            voucher = Voucher(
                id=ids.voucher_id(PROJECT, code),
                code=code,
                discount=OFF,
                created_at=call.now - timedelta(days=number),
            )
            plan.add(*vouchers.created(PROJECT, voucher, "life", "made"))
        call.store.commit(plan, call.ids.token(0))


def cost_of_page(world: World, limit: int) -> Cost:
    options = QualificationOptions(limit=limit)
    payload = QualificationPayload(order=OrderPayload(amount=10_000), options=options)
    call = request(world)
    world.client.taken()
    found = qualifications.qualify(call, qualifications.Question(payload, Filters()))
    assert len(found.found) == limit
    assert found.more_after is not None
    return world.client.taken()


def test_a_page_costs_the_same_among_60_1000_and_10000_offers(world: World) -> None:
    small, large = [], []
    for first, last in ((0, 60), (60, 1_000), (1_000, 10_000)):
        offer(world, first, last)
        small.append(cost_of_page(world, 5))
        large.append(cost_of_page(world, 50))

    assert small[0] == small[1] == small[2]
    assert large[0] == large[1] == large[2]
    assert (small[0].calls, small[0].reads) == (2, 22)
    assert large[0].calls <= 5
