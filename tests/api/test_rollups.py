"""Sums of hours under marks that come twice, late, out of order, or while an hour is counted."""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest

from counterfoil.api import context, stores
from counterfoil.api.background import call_of
from counterfoil.domain.report_periods import hours_of
from counterfoil.domain.stream_changes import Change
from counterfoil.operations import rollups
from counterfoil.operations.call import Call
from counterfoil.operations.rollup_marks import mark
from counterfoil.storage import projects
from counterfoil.storage.store import Store
from local.gateway import Gateway
from local.invocation import Context
from local.template import Template
from tests.api.client import Api

DAY: Final = date(2026, 3, 28)
NOON: Final = datetime(2026, 3, 28, 12, tzinfo=UTC)


def call(zone: str = "UTC") -> Call:
    found = call_of("shop", Context("test", 1024, "test", 1e12))
    return replace(found, zone=ZoneInfo(zone))


def sold(on: Call, day: date = DAY) -> list[int]:
    hours = hours_of(day, on.zone)
    return [each.rollup.sold.gross for each in rollups.of_hours(on, hours)]


def order(api: Api, source: str, at: datetime = NOON, **fields: object) -> Any:  # noqa: ANN401
    body = {"source_id": source, "created_at": at.isoformat(), **fields}
    reply = api.post("/v1/orders", body)
    assert reply.status == 200, reply.body
    return reply.json


def event(order_id: str, at: datetime = NOON) -> Change:
    return Change(f"shop#O#{order_id}", "E#00000001", {"ca": at.isoformat()})


def test_marks_that_come_twice_or_again_change_no_sum(api: Api) -> None:
    made = order(api, "web-1", amount=100, status="PAID")
    on = call()
    for _ in range(3):
        mark(on.store, [event(made["id"])] * 5, on.now, UTC)
        assert sum(sold(on)) == 100


def test_a_change_while_an_hour_is_counted_is_not_lost(api: Api) -> None:
    """The hour is counted with what was there; the mark that comes then has it counted again."""
    made = order(api, "web-1", amount=100, status="PAID")
    with before_it_is_kept(lambda: change_it(api, made)):
        assert sum(sold(call())) == 100

    assert sum(sold(call())) == 900


def change_it(api: Api, made: Any) -> None:  # noqa: ANN401
    api.put(f"/v1/orders/{made['id']}", {"amount": 900})
    other = call()
    mark(other.store, [event(made["id"])], other.now, UTC)


@contextmanager
def before_it_is_kept(happens: Callable[[], None]) -> Iterator[None]:
    """Has something happen before the first transaction of the block, in which hours are kept."""
    client: Any = stores.client(context.settings())
    name = "before-parameter-build.dynamodb.TransactWriteItems"
    waiting = [happens]

    def interfere(**_: object) -> None:
        if waiting:
            waiting.pop()()

    client.meta.events.register(name, interfere, unique_id="interfering")
    yield
    client.meta.events.unregister(name, unique_id="interfering")
    assert not waiting


def test_of_two_that_count_at_once_the_one_that_knows_more_is_kept(api: Api) -> None:
    made = order(api, "web-1", amount=100, status="PAID")

    def count_meanwhile() -> None:
        change_it(api, made)
        assert sum(sold(call())) == 900

    with before_it_is_kept(count_meanwhile):
        assert sum(sold(call())) == 100

    assert sum(sold(call())) == 900


def test_an_event_from_before_events_told_the_creation_is_looked_up(api: Api) -> None:
    made = order(api, "web-1", amount=100, status="PAID")
    on = call()
    assert sum(sold(on)) == 100
    api.put("/v1/orders/web-1", {"amount": 300})

    mark(on.store, [Change(f"shop#O#{made['id']}", "E#00000002", {})], on.now, UTC)

    assert sum(sold(on)) == 300


def test_what_has_no_part_in_reports_marks_nothing(store: Store) -> None:
    others = [
        Change("shop#E#seg_1", "M#0001", {}),
        Change("shop#A#camp_1", "M", {}),
        Change("shop#O#ord_1", "#", {}),
        Change("KEY", "shop", {}),
        Change("shop#R#00", "E", None),
        Change("shop#O#ord_gone", "E#00000001", None),
    ]

    assert mark(store, others, datetime.now(UTC), UTC) == 0


def test_a_project_from_before_there_was_a_list_is_in_it_with_its_first_change(
    store: Store,
) -> None:
    mark(store, [Change("old#R#00", "E", {"at": NOON.isoformat()})], NOON, UTC)

    assert projects.names(store) == ["old"]


@pytest.mark.parametrize("zone", ["Asia/Kolkata", "Asia/Kathmandu", "Australia/Lord_Howe"])
def test_hours_of_zones_at_half_past_are_counted_anew_for_either_hour_of_utc(
    api: Api, zone: str
) -> None:
    on = call(zone)
    before = sold(on)
    for minute in (10, 50):
        at = NOON.replace(minute=minute)
        made = order(api, f"web-{minute}", at, amount=100, status="PAID")
        mark(on.store, [event(made["id"], at)], on.now, on.zone)

    assert sum(before) == 0
    assert sum(sold(on)) == 200


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25)])
def test_days_on_which_clocks_move_have_all_their_orders(api: Api, day: str, hours: int) -> None:
    on = call("Europe/Warsaw")
    for number, hour in enumerate(hours_of(date.fromisoformat(day), on.zone)):
        for at in (hour.start, hour.end - timedelta(milliseconds=1)):
            order(api, f"{number}-{at.minute}", at, amount=1, status="PAID")
    outside = hours_of(date.fromisoformat(day), on.zone)[-1].end
    order(api, "after", outside, amount=1000, status="PAID")

    assert sold(on, date.fromisoformat(day)) == [2] * hours


def test_another_zone_counts_its_own_hours(api: Api) -> None:
    order(api, "web-1", datetime(2026, 3, 27, 23, 30, tzinfo=UTC), amount=100, status="PAID")

    assert sum(sold(call("UTC"))) == 0
    assert sum(sold(call("Europe/Warsaw"))) == 100
    assert sum(sold(call("UTC"))) == 0


@pytest.mark.parametrize("seed", range(6))
def test_after_anything_a_day_is_what_counting_all_orders_makes_of_it(
    api: Api, gateway: Gateway, described: Template, changes: Callable[[], int], seed: int
) -> None:
    """Orders made, changed, redeemed on, rolled back, given to others; counted now and then."""
    assert gateway, described
    shopping = _Shopping(api, random.Random(seed))  # noqa: S311  # the same every time
    for _ in range(25):
        shopping.step()
        if shopping.random.random() < 0.4:
            changes()
            _compare(api)
    changes()
    _compare(api)


class _Shopping:
    def __init__(self, api: Api, chance: random.Random) -> None:
        self.api = api
        self.random = chance
        self.redeemed: list[str] = []
        api.voucher("TEN")
        api.voucher("FEW", redemption={"quantity": 3})

    def step(self) -> None:
        self.random.choice([self._order, self._order, self._redeem, self._roll_back])()

    def _order(self) -> None:
        chance = self.random
        body: dict[str, object] = {"source_id": f"web-{chance.randint(1, 8)}"}
        if chance.random() < 0.7:
            body["amount"] = chance.choice((0, 100, 250, 999))
        if chance.random() < 0.7:
            body["status"] = chance.choice(("CREATED", "PAID", "CANCELED", "FULFILLED"))
        if chance.random() < 0.6:
            body["customer"] = {"source_id": chance.choice(("ann", "bob"))}
        days, hours = chance.randint(0, 3), chance.randint(0, 23)
        at = NOON + timedelta(days=days, hours=hours)
        self.api.post("/v1/orders", {**body, "created_at": at.isoformat()})

    def _redeem(self) -> None:
        code = self.random.choice(("TEN", "FEW", "NOPE"))
        named = {"source_id": f"web-{self.random.randint(1, 8)}"}
        reply = self.api.redeem(code, order=named)
        if reply.status == 200:
            self.redeemed.append(reply.redemption_id)

    def _roll_back(self) -> None:
        if self.redeemed:
            wanted = self.random.choice(self.redeemed)
            self.api.post(f"/v1/redemptions/{wanted}/rollback", {})


def _compare(api: Api) -> None:
    """Every day of orders, and today's redemptions, by the sums of hours and by all there is."""
    on = call()
    orders = api.get("/v1/orders?limit=100").json["orders"]
    days = {each["created_at"][:10] for each in orders} | {on.today.isoformat()}
    for day in sorted(days):
        hours = hours_of(date.fromisoformat(day), UTC)
        own = [each for each in orders if each["created_at"][:10] == day]
        found: Counter[str] = Counter()
        for each in rollups.of_hours(on, hours):
            told = each.rollup
            found.update({name: amounts.count for name, amounts in told.orders.items()})
            found.update(gross=told.all_orders.gross, net=told.all_orders.net)
            found.update(new=told.new_customers, back=told.returning.get("daily", 0))
        assert +found == +_directly(orders, own, day), day


def _directly(orders: list[Any], own: list[Any], day: str) -> Counter[str]:
    due = Counter(each["status"] for each in own)
    due.update(gross=sum(each.get("amount", 0) for each in own))
    due.update(net=sum(each.get("total_amount", 0) for each in own))
    counted = [it for it in orders if it["status"] in ("PAID", "FULFILLED") and it["customer_id"]]
    for customer in {it["customer_id"] for it in counted}:
        days = sorted(it["created_at"][:10] for it in counted if it["customer_id"] == customer)
        if day in days:
            due["new" if days[0] == day else "back"] += 1
    return due
