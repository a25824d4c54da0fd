"""docs/architecture.md, "What an operation costs", as cases: each with its floor and what to do.

Calls are exact. Units are at most the floor's and what is declared beside it, with the reason.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import pytest

from bench.examples import order_payload
from counterfoil.domain.errors import AlreadyRolledBack, RedemptionRefused
from counterfoil.domain.payloads import OrderPayload
from counterfoil.operations import orders, redemptions, validations
from counterfoil.operations.call import Call
from tests.costs.world import BUYER, World, stack_of, undo

if TYPE_CHECKING:
    from counterfoil.domain.errors import CounterfoilError

Act = Callable[[Call], object]


class Units(NamedTuple):
    """Calls, and units by kind."""

    calls: int = 0
    reads: int = 0
    writes: int = 0
    indexes: int = 0


@dataclass(frozen=True)
class Extra:
    """What is declared beside the floor."""

    because: str
    units: Units


@dataclass(frozen=True)
class Case:
    """`prepare` does what comes before and is not counted, and tells what is."""

    floor: Units
    prepare: Callable[[World], Act]
    extras: tuple[Extra, ...] = ()

    @property
    def limit(self) -> Units:
        """The floor and all that is declared beside it."""
        rows = (self.floor, *(extra.units for extra in self.extras))
        return Units(*(sum(column) for column in zip(*rows, strict=True)))


SLOT: Final = Extra("the slot of the source_id is read beside the rest (0004)", Units(reads=1))
ALIEN: Final = Extra("a creation comes first; who loses it goes on as an update", Units(calls=1))
LATE: Final = Extra("the customer is known only from the order", Units(calls=1))
PARENT: Final = Extra("a parent's rollback is listed by time like any record", Units(indexes=1))
LARGE: Final = Extra("six records of some 0.8 KB are over 4 KB", Units(reads=1))
NEW: Final = Extra("a new customer is an item of its own in three lists", Units(0, 0, 2, 3))


def by_voucher(count: int) -> Extra:
    """The index that answers with one voucher's redemptions."""
    return Extra("records are listed by their voucher (0007)", Units(indexes=count))


def by_customer(count: int) -> Extra:
    """The index that answers with one customer's redemptions."""
    return Extra("records are listed by their customer (0007)", Units(indexes=count))


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


def redeeming(count: int, *, buyer: bool = True) -> Callable[[World], Act]:
    def prepare(world: World) -> Act:
        order = order_payload(world.named("web"))
        body = world.stack(count, order, buyer=buyer)
        return lambda call: redemptions.redeem_stack(call, body)

    return prepare


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
        return undo(world.redeemed(count, order_payload(world.named("web"))))

    return prepare


def rolling_back_again(world: World) -> Act:
    redeemed = world.redeemed(1, order_payload(world.named("web")))
    undo(redeemed)(world.call())
    return _refused(undo(redeemed), AlreadyRolledBack)


def _refused(act: Act, error: type[CounterfoilError]) -> Act:
    def refused(call: Call) -> None:
        with pytest.raises(error):
            act(call)

    return refused


def _status(status: str) -> OrderPayload:
    return OrderPayload.model_validate({"status": status})


def _unnamed() -> OrderPayload:
    """An order that the client has no name for."""
    return order_payload("unnamed").model_copy(update={"source_id": None})


CASES: Final = {
    "create, no customer": Case(Units(1, 0, 6, 2), creating(buyer=False)),
    "create, known customer": Case(Units(2, 1, 6, 2), creating(buyer=True), (SLOT,)),
    "create, new customer": Case(Units(2, 1, 6, 2), creating_for_a_newcomer, (SLOT, NEW)),
    "create as PAID, known customer": Case(
        Units(2, 1, 12, 2), creating(buyer=True, status="PAID"), (SLOT,)
    ),
    "upsert by id": Case(Units(2, 0, 5, 2), upserting_by_id),
    "upsert by source_id, no customer": Case(
        Units(2, 0, 5, 2), upserting_by_source(buyer=False), (ALIEN,)
    ),
    "upsert by source_id, known customer": Case(
        Units(2, 1, 5, 2), upserting_by_source(buyer=True), (SLOT, ALIEN)
    ),
    "status, history unmoved": Case(Units(2, 0, 5, 2), moving("PAID", "FULFILLED")),
    "status, history moved": Case(Units(2, 0, 11, 2), moving("CREATED", "PAID")),
    "status, history taken back": Case(Units(2, 0, 11, 2), moving("PAID", "CANCELED")),
    "get by id": Case(Units(1, 1, 0, 0), reading_by_id),
    "get by source_id": Case(Units(1, 1, 0, 0), reading_by_source),
    "validate, no customer": Case(Units(1, 2, 0, 0), validating(buyer=False)),
    "validate, customer": Case(Units(1, 4, 0, 0), validating(buyer=True)),
    "validate, stored order": Case(Units(1, 5, 0, 0), validating_a_stored_order),
    "redeem, new unnamed order, no customer": Case(
        Units(2, 2, 10, 3), redeeming_unnamed, (by_voucher(1),)
    ),
    "redeem, new order, no customer": Case(
        Units(2, 2, 10, 3), redeeming(1, buyer=False), (SLOT, by_voucher(1))
    ),
    "redeem, new order, customer": Case(
        Units(2, 5, 16, 3), redeeming(1), (by_voucher(1), by_customer(1))
    ),
    "redeem, stored order by id": Case(
        Units(3, 5, 15, 3),
        redeeming_stored(1, by="id", buyer=False),
        (by_voucher(1), by_customer(1)),
    ),
    "redeem, stored order by source_id": Case(
        Units(3, 5, 15, 3),
        redeeming_stored(1, by="source_id", buyer=True),
        (by_voucher(1), by_customer(1)),
    ),
    "redeem, stored order by source_id, customer unsaid": Case(
        Units(3, 5, 15, 3),
        redeeming_stored(1, by="source_id", buyer=False),
        (LATE, by_voucher(1), by_customer(1)),
    ),
    "redeem 5, new order": Case(Units(2, 15, 38, 8), redeeming(5), (by_voucher(5), by_customer(6))),
    "redeem 5, stored order": Case(
        Units(3, 15, 35, 8),
        redeeming_stored(5, by="id", buyer=True),
        (by_voucher(5), by_customer(6)),
    ),
    "roll back 1": Case(Units(3, 1, 17, 3), rolling_back(1), (by_voucher(1), by_customer(1))),
    "roll back 5": Case(
        Units(3, 1, 37, 7), rolling_back(5), (LARGE, PARENT, by_voucher(5), by_customer(6))
    ),
    "refused redemption, stored order": Case(
        Units(3, 5, 9, 1), redeeming_refused, (by_customer(1),)
    ),
    "refused rollback": Case(Units(2, 1, 6, 0), rolling_back_again),
    "create, 500 lines": Case(Units(1, 0, 78, 2), creating(buyer=False, lines=500)),
    "status, 500 lines": Case(Units(2, 0, 113, 2), paying_500_lines),
}
