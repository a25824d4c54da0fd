"""How to do each operation that `bench/floors.py` has a floor for, once.

A case prepares what comes before, which is not counted, and returns what is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import pytest

from bench.examples import order_payload
from counterfoil.domain.errors import AlreadyRolledBack, RedemptionRefused
from counterfoil.domain.order_payloads import OrderPayload
from counterfoil.operations import orders, redemptions, validations
from counterfoil.operations.call import Call
from tests.costs import campaigns, promotions, rules, stacks
from tests.costs.world import BUYER, World, roll_back, stack_of

if TYPE_CHECKING:
    from counterfoil.domain.errors import CounterfoilError

Act = Callable[[Call], object]


def creating(*, buyer: bool, status: str | None = None, lines: int = 5) -> Callable[[World], Act]:
    def prepare(world: World) -> Act:
        sent = order_payload(world.named("web"), BUYER if buyer else None, lines)
        payload = sent.model_copy(update={"status": status})
        return lambda call: orders.upsert(call, payload)

    return prepare


def creating_for_a_newcomer(world: World) -> Act:
    payload = order_payload(world.named("web"), world.named("bob"))
    return lambda call: orders.upsert(call, payload)


def upserting_by_id(world: World) -> Act:
    stored = world.order(buyer=False)
    payload = order_payload(str(stored.source_id)).model_copy(update={"id": stored.id})
    return lambda call: orders.upsert(call, payload)


def upserting_by_source(*, buyer: bool) -> Callable[[World], Act]:
    def prepare(world: World) -> Act:
        stored = world.order(buyer=buyer)
        payload = order_payload(str(stored.source_id), BUYER if buyer else None)
        return lambda call: orders.upsert(call, payload)

    return prepare


def moving(before: str, after: str) -> Callable[[World], Act]:
    def prepare(world: World) -> Act:
        request = orders.Update(world.order(status=before).id, _status(after))
        return lambda call: orders.update(call, request)

    return prepare


def paying_500_lines(world: World) -> Act:
    source = world.named("web")
    orders.upsert(world.call(), order_payload(source, None, 500))
    return lambda call: orders.update(call, orders.Update(source, _status("PAID")))


def reading_by_id(world: World) -> Act:
    wanted = world.order().id
    return lambda call: orders.get(call, wanted)


def reading_by_source(world: World) -> Act:
    wanted = str(world.order().source_id)
    return lambda call: orders.get(call, wanted)


def validating(*, buyer: bool) -> Callable[[World], Act]:
    def prepare(world: World) -> Act:
        body = world.stack(1, _unnamed(), buyer=buyer)
        return lambda call: validations.validate(call, body)

    return prepare


def validating_a_stored_order(world: World) -> Act:
    body = world.stack(1, OrderPayload(id=world.order().id), buyer=True)
    return lambda call: validations.validate(call, body)


def validating_a_free_unit(world: World) -> Act:
    body = world.free_unit(_unnamed())
    return lambda call: validations.validate(call, body)


def redeeming_a_free_unit(world: World) -> Act:
    body = world.free_unit(_unnamed())
    return lambda call: redemptions.redeem_stack(call, body)


def redeeming(count: int, *, buyer: bool = True) -> Callable[[World], Act]:
    def prepare(world: World) -> Act:
        order = order_payload(world.named("web"))
        body = world.stack(count, order, buyer=buyer)
        return lambda call: redemptions.redeem_stack(call, body)

    return prepare


def creating_from_the_catalogue(world: World) -> Act:
    payload = _without_prices(world)
    return lambda call: orders.upsert(call, payload)


def validating_from_the_catalogue(world: World) -> Act:
    unnamed = _without_prices(world).model_copy(update={"source_id": None})
    body = world.stack(1, unnamed, buyer=False)
    return lambda call: validations.validate(call, body)


def redeeming_from_the_catalogue(world: World) -> Act:
    body = world.stack(1, _without_prices(world), buyer=False)
    return lambda call: redemptions.redeem_stack(call, body)


def redeeming_unnamed(world: World) -> Act:
    body = world.stack(1, _unnamed(), buyer=False)
    return lambda call: redemptions.redeem_stack(call, body)


def redeeming_stored(count: int, *, by: str, buyer: bool) -> Callable[[World], Act]:
    def prepare(world: World) -> Act:
        stored = world.order()
        link = OrderPayload.model_validate({by: getattr(stored, by)})
        body = world.stack(count, link, buyer=buyer)
        return lambda call: redemptions.redeem_stack(call, body)

    return prepare


def redeeming_refused(world: World) -> Act:
    body = stack_of(world.vouchers(1, quantity=0), OrderPayload(id=world.order().id), buyer=True)
    return _refused(lambda call: redemptions.redeem_stack(call, body), RedemptionRefused)


def rolling_back(count: int) -> Callable[[World], Act]:
    def prepare(world: World) -> Act:
        return roll_back(world.redeemed(count, order_payload(world.named("web"))))

    return prepare


def rolling_back_again(world: World) -> Act:
    redeemed = world.redeemed(1, order_payload(world.named("web")))
    roll_back(redeemed)(world.call())
    return _refused(roll_back(redeemed), AlreadyRolledBack)


def _refused(act: Act, error: type[CounterfoilError]) -> Act:
    def refused(call: Call) -> None:
        with pytest.raises(error):
            act(call)

    return refused


def _status(status: str) -> OrderPayload:
    return OrderPayload.model_validate({"status": status})


def _without_prices(world: World) -> OrderPayload:
    """A new order of five lines, each of a product of its own."""
    lines = [{"product_id": world.product(), "quantity": 2} for _ in range(5)]
    return OrderPayload.model_validate({"source_id": world.named("web"), "items": lines})


def _unnamed() -> OrderPayload:
    """An order that the client has no name for."""
    return order_payload("unnamed").model_copy(update={"source_id": None})


CASES: Final = {
    "create, no customer": creating(buyer=False),
    "create, known customer": creating(buyer=True),
    "create, new customer": creating_for_a_newcomer,
    "create as PAID, known customer": creating(buyer=True, status="PAID"),
    "create, 5 lines without price": creating_from_the_catalogue,
    "upsert by id": upserting_by_id,
    "upsert by source_id, no customer": upserting_by_source(buyer=False),
    "upsert by source_id, known customer": upserting_by_source(buyer=True),
    "status, history unmoved": moving("PAID", "FULFILLED"),
    "status, history moved": moving("CREATED", "PAID"),
    "status, history taken back": moving("PAID", "CANCELED"),
    "get by id": reading_by_id,
    "get by source_id": reading_by_source,
    "validate, no customer": validating(buyer=False),
    "validate, customer": validating(buyer=True),
    "validate, stored order": validating_a_stored_order,
    "validate, a free unit": validating_a_free_unit,
    "validate, 5 lines without price": validating_from_the_catalogue,
    "redeem, 5 lines without price": redeeming_from_the_catalogue,
    "redeem, new unnamed order, no customer": redeeming_unnamed,
    "redeem, a free unit": redeeming_a_free_unit,
    "redeem, new order, no customer": redeeming(1, buyer=False),
    "redeem, new order, customer": redeeming(1),
    "redeem, stored order by id": redeeming_stored(1, by="id", buyer=False),
    "redeem, stored order by source_id": redeeming_stored(1, by="source_id", buyer=True),
    "redeem, stored order by source_id, customer unsaid": redeeming_stored(
        1, by="source_id", buyer=False
    ),
    "redeem 5, new order": redeeming(5),
    "redeem 5, stored order": redeeming_stored(5, by="id", buyer=True),
    "roll back 1": rolling_back(1),
    "roll back 5": rolling_back(5),
    "refused redemption, stored order": redeeming_refused,
    "refused rollback": rolling_back_again,
    "create, 500 lines": creating(buyer=False, lines=500),
    "status, 500 lines": paying_500_lines,
    **promotions.CASES,
    **campaigns.CASES,
    **stacks.CASES,
    **rules.CASES,
}
