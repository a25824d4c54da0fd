"""Rules on purchase history cost the same whatever a customer has bought.

The past is written in bulk as the orders would have left it, markers included: up to 100,000.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import boto3
import pytest

from bench.examples import order_payload
from bench.histories import items_after, past_orders, write
from bench.metering import Cost
from counterfoil.domain.redemption_payloads import StackPayload
from counterfoil.domain.segment_payloads import SegmentPayload
from counterfoil.operations import orders, redemptions, segments, validations
from counterfoil.operations.call import Call
from tests.costs.rules import LATELY, NEWCOMER, Rule, asking, voucher
from tests.costs.world import PROJECT, World

pytestmark = pytest.mark.engine

PASTS: Final = (0, 1_000, 100_000)
# Before the first request of all, which is on the first of March.
UNTIL: Final = datetime(2026, 3, 1, tzinfo=UTC)
MANY: Final = 1_000_000
ALL_TIME: Final[Rule] = {**NEWCOMER, "conditions": {"$less_than": [MANY]}}
FILTERS: Final = {
    "segment": {"summary.orders.total_count": {"conditions": {"$less_than": [MANY]}}},
    "segment on days": {
        "summary.orders.window.P30D.total_count": {"conditions": {"$less_than": [MANY]}}
    },
}


@dataclass(frozen=True)
class Costs:
    """What it cost when the rule's needs were unknown to this process, and when they were known."""

    first: Cost
    validated: Cost
    redeemed: Cost


@pytest.fixture(scope="module")
def customers(world: World) -> list[str]:
    """A customer for each of the pasts, by source_id."""
    return [with_past(world, count) for count in PASTS]


def with_past(world: World, count: int) -> str:
    name = world.named("regular")
    known = orders.upsert(world.call(), order_payload(world.named("web"), name))
    past = past_orders(str(known.customer_id), count, UNTIL)
    write(boto3.client("dynamodb"), world.table, items_after(PROJECT, past))
    return name


def rule_of(world: World, kind: str) -> Rule:
    if kind in FILTERS:
        payload = SegmentPayload.model_validate(
            {"name": world.named("segment"), "filter": FILTERS[kind]}
        )
        segment = segments.create(world.call(), payload).segment.id
        return {"name": "customer.segment", "conditions": {"$is": [segment]}}
    return {"30 days": LATELY, "all time": ALL_TIME}[kind]


def costs(world: World, sent: Rule, customer: str) -> Costs:
    code = voucher(world, sent)
    asked = asking(world, code, customer, named=False)
    named = asking(world, code, customer, named=True)
    first, validated = (world.cost_of(validating(asked)) for _ in range(2))
    return Costs(first, validated, world.cost_of(redeeming(named)))


def validating(body: StackPayload) -> Callable[[Call], None]:
    def validate(call: Call) -> None:
        assert validations.validate(call, body).evaluation.valid

    return validate


def redeeming(body: StackPayload) -> Callable[[Call], None]:
    def redeem(call: Call) -> None:
        redemptions.redeem_stack(call, body)

    return redeem


@pytest.mark.parametrize("kind", ["30 days", "all time", *FILTERS])
def test_a_rule_on_history_costs_the_same_after_none_1000_and_100000_orders(
    world: World, customers: list[str], kind: str
) -> None:
    sent = rule_of(world, kind)

    none, *others = (costs(world, sent, customer) for customer in customers)

    assert (none.first.calls, none.validated.calls, none.redeemed.calls) == (TRIPS[kind], 1, 2)
    for some in others:
        for before, after in (
            (none.first, some.first),
            (none.validated, some.validated),
            (none.redeemed, some.redeemed),
        ):
            assert (after.calls, after.actions) == (before.calls, before.actions)
            assert after.units == pytest.approx(before.units, rel=0.05)


# Only the segment tells which days its filter asks for.
TRIPS: Final = {"30 days": 2, "all time": 2, "segment": 2, "segment on days": 3}
