"""The largest stack: what it writes, and what is refused for it could not be written at once."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import pytest

from counterfoil.domain import ids
from counterfoil.domain.campaigns import Campaign
from counterfoil.domain.customer_payloads import CustomerPayload
from counterfoil.domain.discounts import AmountOff
from counterfoil.domain.errors import InvalidRedeemables
from counterfoil.domain.order_payloads import OrderPayload
from counterfoil.domain.payloads import MAX_REDEEMABLES
from counterfoil.domain.redemption_payloads import StackPayload
from counterfoil.domain.rollback_payloads import RollbackPayload
from counterfoil.domain.stacking_rule_payloads import StackingRulesPayload
from counterfoil.domain.voucher_payloads import VoucherPayload
from counterfoil.domain.vouchers import Voucher
from counterfoil.operations import (
    orders,
    project_settings,
    redemptions,
    rollbacks,
    validations,
)
from counterfoil.operations import vouchers as operations
from counterfoil.operations.call import Call, Memory
from counterfoil.operations.project_settings import OfProject
from counterfoil.operations.rollbacks import Rollback
from counterfoil.operations.vouchers import Creation
from counterfoil.storage import campaigns, definitions, keys, vouchers
from counterfoil.storage.idempotency import Answer
from counterfoil.storage.marshal import Attributes, deflate
from counterfoil.storage.plans import Plan
from tests.costs.world import World

pytestmark = pytest.mark.engine

PROJECT: Final = "thirty"
KNOWN: Final = "bob@shop.test"
KINDS: Final[list[dict[str, object]]] = [
    {"discount": {"type": "AMOUNT", "amount_off": 10}},
    {"discount": {"type": "PERCENT", "percent_off": 1, "effect": "APPLY_TO_ITEMS"}},
    {"type": "GIFT_VOUCHER", "gift": {"amount": 10}},
]


@pytest.fixture(scope="module")
def request_of(world: World) -> Callable[[], Call]:
    """Makes requests of a project in which all of 30 redeemables apply."""

    def make() -> Call:
        return replace(world.call(), project=PROJECT)

    rules = StackingRulesPayload(applicable_redeemables_limit=MAX_REDEEMABLES)
    project_settings.create_stacking_rules(make(), OfProject(PROJECT, rules))
    known = CustomerPayload(source_id=KNOWN, name="Bob")
    orders.upsert(make(), OrderPayload(amount=1, customer=known))
    return make


def of_every_kind(request_of: Callable[[], Call], prefix: str) -> list[str]:
    codes = [f"{prefix}-{number}" for number in range(MAX_REDEEMABLES)]
    for number, code in enumerate(codes):
        payload = VoucherPayload.model_validate(KINDS[number % len(KINDS)])
        operations.create(request_of(), Creation(code, payload))
    return codes


def in_campaigns_of_their_own(request_of: Callable[[], Call]) -> list[str]:
    codes = [f"OWN-{number}" for number in range(MAX_REDEEMABLES)]
    for code in codes:
        call = request_of()
        owner = Campaign(id=f"camp_{code}", name=code, created_at=call.now)
        body = deflate(owner.model_dump_json(exclude={"id", "created_at"}).encode())
        voucher = Voucher(
            id=ids.voucher_id(PROJECT, code),
            code=code,
            discount=AmountOff(type="AMOUNT", amount_off=1),
            quantity=5,
            campaign_id=owner.id,
            created_at=call.now,
        )
        place, life = campaigns.place(PROJECT, owner.id), call.ids.generation
        plan = Plan()
        sets: Attributes = {"body": body, "ca": call.now.isoformat()}
        plan.add(*definitions.created(place, sets, life, "made"))
        plan.add(*vouchers.created(PROJECT, voucher, life, "made"))
        call.store.commit(plan, call.ids.token(0))
    return codes


def stack(codes: list[str], customer: str, **fields: object) -> StackPayload:
    return StackPayload.model_validate(
        {
            "redeemables": [{"object": "voucher", "id": code} for code in codes],
            "order": {"items": [{"price": 10_000, "quantity": 3}]},
            "customer": {"source_id": customer},
            **fields,
        }
    )


def test_thirty_of_every_kind_write_67_items_and_as_many_when_they_are_undone(
    world: World, request_of: Callable[[], Call]
) -> None:
    body = stack(of_every_kind(request_of, "ANY"), KNOWN)
    call = request_of()
    world.client.taken()

    redeemed = redemptions.redeem_stack(call, body)
    assert world.client.taken().actions == 2 * MAX_REDEEMABLES + 7
    assert len(redeemed.redemptions) == MAX_REDEEMABLES
    assert redeemed.order.discount_amount == 20 * 10

    undone = Rollback(redeemed.records[0].id, RollbackPayload(), stacks=True)
    after = rollbacks.roll_back(request_of(), undone)
    assert world.client.taken().actions == 2 * MAX_REDEEMABLES + 7
    assert (after.order.total_amount, after.order.discount_amount) == (30_000, 0)


def test_thirty_that_a_transaction_cannot_hold_are_refused_before_anything_is_written(
    world: World, request_of: Callable[[], Call]
) -> None:
    codes = in_campaigns_of_their_own(request_of)
    session = {"type": "LOCK", "key": "thirty"}
    validations.validate(request_of(), stack(codes, KNOWN, session=session))
    order = {"amount": 1_000, "referrer": {"source_id": "carl@shop.test"}}
    body = stack(codes, "dora@shop.test", session=session, order=order)
    key = keys.idempotency(PROJECT, "POST", "/v1/redemptions", "one")
    memory = Memory("one", key, b"hash", lambda _: Answer(200, b"{}"))
    call = replace(request_of(), memory=memory)
    world.client.taken()

    with pytest.raises(InvalidRedeemables, match="would write 101 items; the limit is 100"):
        redemptions.redeem_stack(call, body)

    cost = world.client.taken()
    assert (cost.writes, cost.actions) == (0, 0)
