"""History kept by increments is history counted from the orders, after any 200 operations.

Orders of every status, backdated to both sides of every edge there is, are changed, given to
others, redeemed on and undone; what three customers are said to have bought must be what a recount
of all orders says, in the summary and to the rules of a voucher.
"""

import os
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from counterfoil.api import context, stores
from counterfoil.storage.store import Store
from local.invocation import Context
from tests.api.client import Api, Reply
from tests.concurrency.engines import INSTALLED, run
from tests.properties import recount
from tests.properties.recount import ALL_TIME, WINDOWS, Bought, Document

pytestmark = pytest.mark.engine

STEPS: Final = 200
CHECKED_EVERY: Final = 20
EXAMPLES: Final = max(1, int(os.environ.get("COUNTERFOIL_EXAMPLES", "100")) // 20)
PEOPLE: Final = ("ann", "bob", "eve")
CODES: Final = ("FIVE", "TEN", "LINES")
STATUSES: Final = ("CREATED", "PAID", "FULFILLED", "CANCELED")

which = st.integers(0, 999)
amounts = st.integers(0, 90_000)
people = st.none() | st.sampled_from(PEOPLE)
# What counts is met more often than what does not.
statuses = st.none() | st.sampled_from((*STATUSES, "PAID", "PAID"))
lines = st.fixed_dictionaries({"price": st.integers(0, 9_000), "quantity": st.integers(1, 3)})
carts: st.SearchStrategy[Document] = st.one_of(
    st.just({}),
    st.fixed_dictionaries({"amount": amounts}),
    st.fixed_dictionaries({"items": st.lists(lines, min_size=1, max_size=3)}),
)
# Minutes before now, or the edge of a window or of a month; None is now.
moments = st.one_of(
    st.none(),
    st.tuples(st.just("minutes"), st.integers(0, 400 * 24 * 60)),
    st.tuples(st.sampled_from(("window", "month")), which),
)
Moment = tuple[str, int]


class Shop(RuleBasedStateMachine):
    """One project and what is known of it: the ids of its orders and of its redemptions."""

    def __init__(self, api: Api) -> None:
        super().__init__()
        self.api = api
        self.begun = datetime.now(UTC)
        self.edges = {
            "window": recount.edges_of_windows(self.begun),
            "month": recount.edges_of_months(self.begun),
        }
        self.orders: list[str] = []
        self.redemptions: list[str] = []
        self.numbers = count()
        self.steps = 0
        api.voucher("FIVE", discount={"type": "AMOUNT", "amount_off": 500})
        api.voucher("TEN")
        of_lines = {"type": "AMOUNT", "amount_off": 70, "effect": "APPLY_TO_ITEMS"}
        api.voucher("LINES", discount=of_lines)
        nothing = {each: Bought(0, 0) for each in WINDOWS}
        self.judge = api.rule("judge", rules=exactly(nothing))["id"]
        api.voucher("JUDGE", validation_rules=[self.judge])

    @rule(person=people, status=statuses, cart=carts, moment=moments, twice=st.booleans())
    def create(
        self,
        *,
        person: str | None,
        status: str | None,
        cart: Document,
        moment: Moment | None,
        twice: bool,
    ) -> None:
        body = {**cart, **self.of(person, status), **self.when(moment)}
        body["source_id"] = f"web-{next(self.numbers)}"
        self.orders.append(self.sent("/v1/orders", body, twice=twice).json["id"])

    @precondition(lambda self: self.orders)
    @rule(one=which, person=people, status=statuses, cart=carts, again=st.booleans())
    def change(
        self, *, one: int, person: str | None, status: str | None, cart: Document, again: bool
    ) -> None:
        """By id, or as a creation that finds the order there."""
        order = self.order(one)
        body = {**cart, **self.of(person, status)}
        if again:
            self.done(self.api.post("/v1/orders", {**body, "source_id": order["source_id"]}))
        else:
            self.done(self.api.put(f"/v1/orders/{order['id']}", body))

    @rule(
        codes=st.lists(st.sampled_from(CODES), min_size=1, max_size=3, unique=True),
        one=st.none() | which,
        person=people,
        status=statuses,
        cart=carts,
        twice=st.booleans(),
    )
    def redeem(
        self,
        *,
        codes: list[str],
        one: int | None,
        person: str | None,
        status: str | None,
        cart: Document,
        twice: bool,
    ) -> None:
        """On a new order, or on one that is there."""
        body = {**self.api.redeeming(*codes), **self.of(person), "order": self.linked(one, status)}
        body["order"] |= cart
        reply = self.sent("/v1/redemptions", body, twice=twice)
        told = reply.json
        if told["order"]["id"] not in self.orders:
            self.orders.append(told["order"]["id"])
        parent = told.get("parent_redemption")
        self.redemptions.append(parent["id"] if parent else reply.redemption_id)

    @rule(one=st.none() | which, person=people, status=statuses)
    def fail(self, one: int | None, person: str | None, status: str | None) -> None:
        """A linked order takes the status that a refused redemption has with it."""
        body = {**self.api.redeeming("UNKNOWN"), **self.of(person)}
        reply = self.api.post("/v1/redemptions", {**body, "order": self.linked(one, status)})
        assert reply.status in (400, 404), reply.body

    @precondition(lambda self: self.redemptions)
    @rule(one=which, status=statuses)
    def roll_back(self, one: int, status: str | None) -> None:
        """Once; another time it is refused and leaves everything as it is."""
        named = self.redemptions[one % len(self.redemptions)]
        body = {} if status is None else {"order": {"status": status}}
        reply = self.api.post(f"/v1/redemptions/{named}/rollbacks", body)
        assert reply.status == 200 or reply.json["key"] == "already_rolled_back", reply.body

    @rule(person=st.sampled_from(PEOPLE), back=st.booleans())
    def leave(self, *, person: str, back: bool) -> None:
        """Who comes back finds what they bought."""
        assert self.api.delete(f"/v1/customers/{person}").status in (204, 404)
        if back:
            self.done(self.api.post("/v1/customers", {"source_id": person}))

    @invariant()
    def history_is_what_a_recount_says(self) -> None:
        self.steps += 1
        if self.steps % CHECKED_EVERY == 0:
            self.check()

    def teardown(self) -> None:
        self.check()
        self.judge_exactly()

    def check(self) -> None:
        """Once more when the calendar has moved meanwhile."""
        now, found = datetime.now(UTC), self.differences()
        if found and datetime.now(UTC).hour != now.hour:
            found = self.differences()
        assert not found

    def differences(self) -> list[object]:
        """What is said of each customer that a recount does not say."""
        found: list[object] = []
        for customer, orders in self.asked():
            own = recount.orders_of(customer["id"], orders)
            told = customer["summary"]["orders"]
            found += [] if told == summary(own) else [(customer["source_id"], told, summary(own))]
            for linked in (None, self.linked_to(own, orders)):
                seen, counted = self.seen(customer, linked), numbers(self.bought(own, linked))
                found += [] if seen == counted else [(customer["source_id"], seen, counted)]
        return found

    def asked(self) -> list[tuple[Document, list[Document]]]:
        """Every customer who is there, beside all orders."""
        orders = [self.api.get(f"/v1/orders/{each}").json for each in self.orders]
        known = [self.api.get(f"/v1/customers/{each}") for each in PEOPLE]
        return [(each.json, orders) for each in known if each.status == 200]

    def linked_to(self, own: list[Document], orders: list[Document]) -> str | None:
        """The id of an order to validate on: of the customer's own, if there are any."""
        among = own or orders
        return None if not among else str(among[self.steps % len(among)]["id"])

    def bought(self, own: list[Document], linked: str | None) -> dict[str, Bought]:
        """In every window, without the order that is validated on."""
        now, others = datetime.now(UTC), [each for each in own if each["id"] != linked]
        return {each: recount.bought(others, each, now) for each in WINDOWS}

    def seen(self, customer: Document, linked: str | None) -> dict[str, int]:
        """What the rules of a voucher see of the customer."""
        told = self.validated(customer, linked)["explanation"]["redeemables"][0]["rules"][0]
        return {each["key"]: each["saw"] for each in told["rules"]}

    def judge_exactly(self) -> None:
        """Rules that are met by what a recount says, and by nothing else, are met."""
        for customer, orders in self.asked():
            own = recount.orders_of(customer["id"], orders)
            for linked in (None, self.linked_to(own, orders)):
                rules = exactly(self.bought(own, linked))
                self.done(self.api.put(f"/v1/validation-rules/{self.judge}", {"rules": rules}))
                assert self.validated(customer, linked)["valid"]

    def validated(self, customer: Document, linked: str | None) -> Any:  # noqa: ANN401  # a document
        order = {"amount": 1} if linked is None else {"id": linked}
        body = {**self.api.redeeming("JUDGE"), **self.of(customer["source_id"]), "order": order}
        return self.done(self.api.post("/v1/validations?explain=true", body)).json

    def order(self, one: int) -> Document:
        told: Document = self.api.get(f"/v1/orders/{self.orders[one % len(self.orders)]}").json
        return told

    def of(self, person: str | None, status: str | None = None) -> dict[str, Any]:
        named = {} if person is None else {"customer": {"source_id": person}}
        return named if status is None else {**named, "status": status}

    def linked(self, one: int | None, status: str | None) -> dict[str, Any]:
        if one is None or not self.orders:
            return {"source_id": f"web-{next(self.numbers)}", **self.of(None, status)}
        return {"id": self.orders[one % len(self.orders)], **self.of(None, status)}

    def when(self, moment: Moment | None) -> dict[str, str]:
        if moment is None:
            return {}
        kind, value = moment
        if kind == "minutes":
            return {"created_at": (self.begun - timedelta(minutes=value)).isoformat()}
        edges = self.edges[kind]
        return {"created_at": edges[value % len(edges)].isoformat()}

    def sent(self, target: str, body: Document, *, twice: bool) -> Reply:
        """The answer, which is the same when the request is repeated."""
        headers = {"Idempotency-Key": f"key-{next(self.numbers)}"} if twice else {}
        reply = self.done(self.api.post(target, body, headers))
        assert not twice or self.api.post(target, body, headers).body == reply.body
        return reply

    def done(self, reply: Reply) -> Reply:
        assert reply.status == 200, reply.body
        return reply


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """On an engine: for every transaction moto copies the whole table, and keeps the copy."""
    if not INSTALLED:
        pytest.skip("no engine is installed")
    with run(INSTALLED[0]) as engine, engine.entered():
        monkeypatch.setenv("COUNTERFOIL_TABLE", engine.table)
        yield engine.table


@pytest.fixture
def store(table: str) -> Store:
    """The table for an hour: keys are minted for every example."""
    assert table == context.settings().table
    invocation = Context("test", 1024, "test", time.monotonic() + 3600)
    return stores.store_of(context.settings(), invocation)


def numbers(bought: dict[str, Bought]) -> dict[str, int]:
    """What each rule of `exactly` reads, by its key."""
    return {
        f"{name}/{window}": value
        for window, each in bought.items()
        for name, value in (("count", each.count), ("total_amount", each.amount))
    }


def exactly(bought: dict[str, Bought]) -> dict[str, object]:
    """Rules that are met by this and by nothing else."""
    rules: dict[str, object] = {}
    for key, value in numbers(bought).items():
        name, _, window = key.partition("/")
        rules[key] = {
            "name": f"customer.orders.{name}",
            "property": None if window == ALL_TIME else window,
            "conditions": {"$less_than_or_equal": [value], "$more_than": [value - 1]},
        }
    return rules


def summary(own: list[Document]) -> dict[str, object]:
    """A customer's summary of counted orders."""
    total = sum(each.get("total_amount", 0) for each in own)
    told: dict[str, object] = {
        "total_amount": total,
        "total_count": len(own),
        "average_amount": recount.average(total, len(own)),
        "last_order_amount": own[-1].get("total_amount", 0) if own else 0,
    }
    return {**told, "last_order_date": own[-1]["created_at"]} if own else told


def test_history_kept_by_increments_is_history_counted_from_the_orders(
    new_api: Callable[[str], Api], monkeypatch: pytest.MonkeyPatch
) -> None:
    # The template's own is set when the handlers are got ready.
    monkeypatch.setenv("COUNTERFOIL_TIME_ZONE", recount.ZONE.key)
    shops = count()

    class Fresh(Shop):
        def __init__(self) -> None:
            super().__init__(new_api(f"shop{next(shops)}"))

    run_state_machine_as_test(
        Fresh,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )
