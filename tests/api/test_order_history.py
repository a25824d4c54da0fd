"""What an order was: its timeline, and the order as of an instant (docs/decisions/0032)."""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from counterfoil.domain.errors import HistoryUnknown, NotFound
from counterfoil.domain.ids import RequestIds
from counterfoil.domain.order_payloads import OrderPayload
from counterfoil.operations import order_history, orders
from counterfoil.operations.call import Call
from counterfoil.storage import keys, order_keys
from counterfoil.storage.order_events import CHANGE
from counterfoil.storage.plans import Action, Guard
from counterfoil.storage.store import Patience, Store
from tests.api.client import Api
from tests.builders import NOW

# Names that cannot be packed, so that all of them are too much for one event.
LINES = [
    {"source_id": hashlib.sha256(bytes([number])).hexdigest(), "price": 700 + number}
    for number in range(60)
]


def events(api: Api, name: str, query: str = "") -> list[dict[str, Any]]:
    """The timeline of an order, the oldest first, unless `query` says otherwise."""
    reply = api.get(f"/v1/orders/{name}/events?limit=100&order=created_at{query}")
    assert reply.status == 200, reply.body
    found: list[dict[str, Any]] = reply.json["data"]
    return found


def as_of(api: Api, name: str, at: str) -> Any:  # noqa: ANN401  # as `Reply.json`
    """The order as it was."""
    reply = api.get(f"/v1/orders/{name}?as_of={at}")
    assert reply.status == 200, reply.body
    return reply.json


@pytest.fixture(params=["of one line", "too large for its first event"])
def cart(request: pytest.FixtureRequest) -> list[dict[str, object]]:
    """The lines of an order that its first event holds, and of one that it does not."""
    return LINES[:1] if request.param == "of one line" else LINES


def test_an_order_is_told_as_it_was_answered_at_each_event(
    api: Api, store: Store, cart: list[dict[str, object]]
) -> None:
    api.voucher("TEN")
    answered = [api.post("/v1/orders", {"source_id": "o", "items": cart}).json]
    first = store.get(order_keys.event(api.project, answered[0]["id"], 1))
    assert first is not None
    assert (CHANGE in first) is (len(cart) == 1)
    api.put("/v1/orders/o", {"metadata": {"a": 1, "b": None}, "customer": {"source_id": "ann"}})
    answered.append(api.get("/v1/orders/o").json)
    redeemed = api.redeem("TEN", order={"source_id": "o"})
    answered.append(api.get("/v1/orders/o").json)
    api.put("/v1/orders/o", {"items": [LINES[2], *cart[1:]], "source_id": "renamed"})
    answered.append(api.get("/v1/orders/renamed").json)
    api.post(f"/v1/redemptions/{redeemed.redemption_id}/rollback", {})
    answered.append(api.get("/v1/orders/renamed").json)

    told = events(api, "renamed")

    assert [each["version"] for each in told] == [1, 2, 3, 4, 5]
    assert [as_of(api, "renamed", each["created_at"]) for each in told] == answered
    assert as_of(api, "renamed", "2100-01-01") == answered[-1]


def test_a_timeline_tells_what_happened_when_and_what_it_changed(api: Api) -> None:
    api.voucher("TEN")
    order = api.post("/v1/orders", {"source_id": "o", "items": LINES[:2]}).json
    redemption = api.redeem("TEN", order={"source_id": "o"}).redemption_id
    api.put("/v1/orders/o", {"metadata": {"note": "gift"}, "items": [LINES[0]]})
    rollback = api.post(f"/v1/redemptions/{redemption}/rollback", {}).json["id"]

    made, redeemed, changed, undone = events(api, "o")

    assert made == {
        "id": f"event_{order['id'][4:]}_1",
        "object": "order_event",
        "order_id": order["id"],
        "version": 1,
        "types": ["customer.order.created"],
        "created_at": order["created_at"],
        "status": "CREATED",
        "total_amount": 1401,
        "redemption_id": None,
        "rollback_id": None,
        "actor": None,
        "is_import": False,
        "changes": {},
    }
    assert redeemed["types"] == [
        *("customer.order.updated", "customer.order.paid", "customer.redemption.succeeded")
    ]
    assert (redeemed["redemption_id"], redeemed["total_amount"]) == (redemption, 1261)
    assert redeemed["changes"]["status"] == "PAID"
    assert redeemed["changes"]["redemptions"][redemption]["discount_amount"] == 140
    assert changed["changes"]["metadata"] == {"note": "gift"}
    assert changed["changes"]["item_ids"] == [order["items"][0]["id"]]
    assert (undone["rollback_id"], undone["redemption_id"]) == (rollback, None)
    assert undone["changes"]["redemptions"][redemption]["discount_amount"] == 0
    assert redeemed["changes"]["redemptions"][redemption]["date"] == redeemed["created_at"]
    assert undone["changes"]["redemptions"][redemption]["rollback_date"] == undone["created_at"]
    assert undone["status"] == "CANCELED"


def test_a_timeline_has_pages_in_both_directions(api: Api) -> None:
    api.post("/v1/orders", {"source_id": "o", "amount": 1})
    for number in range(6):
        api.put("/v1/orders/o", {"metadata": {"n": number}})

    for order, expected in (("created_at", range(1, 8)), ("-created_at", range(7, 0, -1))):
        found: list[int] = []
        after = ""
        while True:
            page = api.get(f"/v1/orders/o/events?limit=3&order={order}{after}").json
            found += [each["version"] for each in page["data"]]
            assert page["total"] == 7
            if not page["has_more"]:
                break
            after = f"&starting_after_id={page['more_starting_after']}"
        assert found == list(expected)


@pytest.mark.parametrize(
    ("target", "details"),
    [
        ("events?limit=0", "Property .limit cannot be lower than 1"),
        ("events?limit=101", "Property .limit must be <= 100"),
        ("events?page=2", "Property .page must be <= 1"),
        ("events?order=updated_at", "Property .order must be one of"),
        ("events?starting_after_id=x", "Property .starting_after_id is no event of an order"),
        ("events?starting_after_id=", "Property .starting_after_id is no event of an order"),
        ("events?starting_after_id=event_x_999999999", "Property .starting_after_id is no event"),
    ],
)
def test_what_cannot_be_asked_of_a_timeline_is_refused(api: Api, target: str, details: str) -> None:
    api.post("/v1/orders", {"source_id": "o", "amount": 1})

    refused = api.get(f"/v1/orders/o/{target}")

    assert (refused.status, refused.json["key"]) == (400, "invalid_query_params")
    assert refused.json["details"].startswith(details)


@pytest.mark.parametrize("after", ["event_x_0", "event_x_1", "event_x_99999999"])
@pytest.mark.parametrize("order", ["created_at", "-created_at"])
def test_a_timeline_that_is_over_is_empty(api: Api, after: str, order: str) -> None:
    api.post("/v1/orders", {"source_id": "o", "amount": 1})

    page = api.get(f"/v1/orders/o/events?order={order}&starting_after_id={after}")

    assert page.status == 200
    assert page.json["has_more"] is False


@pytest.mark.parametrize("at", ["", "soon", "2026-13-01", "2026-01-01T25:00", "%00", "1"])
def test_an_instant_that_is_none_is_refused(api: Api, at: str) -> None:
    refused = api.get(f"/v1/orders/o?as_of={at}")

    assert (refused.status, refused.json["key"]) == (400, "invalid_query_params")


@pytest.mark.parametrize("at", ["0001-01-01", "9999-12-31T23:59:59.999Z", "2020-01-01T00:00:00"])
def test_no_order_was_there_before_it_was_made(api: Api, at: str) -> None:
    api.post("/v1/orders", {"source_id": "o", "amount": 1, "created_at": "2019-01-01"})

    reply = api.get(f"/v1/orders/o?as_of={at}")

    assert reply.status == (200 if at.startswith("9999") else 404)


def test_the_order_of_an_unknown_name_is_not_found(api: Api) -> None:
    for target in ("o/events", "ord_x/events", "o?as_of=2026-01-01"):
        reply = api.get(f"/v1/orders/{target}")

        assert (reply.status, reply.json["key"]) == (404, "not_found")


def test_nothing_below_an_order_is_taken_for_its_name(api: Api) -> None:
    assert api.put("/v1/orders/o/events", {"status": "PAID"}).status == 405
    assert api.get("/v1/orders/o/p/events").status == 404


def test_another_project_s_order_tells_nothing(api: Api, other_project_api: Api) -> None:
    order = api.post("/v1/orders", {"source_id": "o", "amount": 1}).json

    for name in ("o", order["id"]):
        assert other_project_api.get(f"/v1/orders/{name}/events").status == 404
        assert other_project_api.get(f"/v1/orders/{name}?as_of=2100-01-01").status == 404


@pytest.fixture
def calls(store: Store) -> Any:  # noqa: ANN401  # a function
    """Makes requests, each a second after the one before."""
    made = iter(range(1, 1000))
    patient = Store(store.client, store.table, Patience(left=lambda: 9.0, pause=lambda _: None))

    def call(actor: str | None = None) -> Call:
        number = next(made)
        drawn = RequestIds(number.to_bytes(32, "big"), NOW + timedelta(seconds=number))
        return Call(patient, "shop", "till", drawn, UTC, lease_seconds=12, actor=actor)

    return call


def payload(**fields: object) -> OrderPayload:
    return OrderPayload.model_validate({"source_id": "o", **fields})


def test_an_event_says_who_did_it(calls: Any) -> None:  # noqa: ANN401
    orders.upsert(calls(), payload(amount=5))
    orders.upsert(calls("ann@shop.test"), payload(status="PAID"))

    wanted = order_history.EventsWanted("o", 10)
    told = order_history.timeline(calls(), wanted).events

    assert [each.actor for each in told] == [None, "ann@shop.test"]


@pytest.mark.parametrize("lines", [1, 60])
def test_every_version_of_an_order_can_be_told(calls: Any, lines: int) -> None:  # noqa: ANN401
    made = [orders.upsert(calls(), payload(items=LINES[:lines]))]
    made += [orders.upsert(calls(), payload(metadata={"n": number})) for number in range(3)]
    order_id = made[0].id

    told = [order_history.at_version(calls(), order_id, version) for version in (1, 2, 3, 4)]

    assert told == made
    for version in (0, -1, 5):
        with pytest.raises(NotFound):
            order_history.at_version(calls(), order_id, version)
    with pytest.raises(NotFound):
        order_history.at_version(calls(), "ord_x", 1)


def forget(store: Store, order_id: str, version: int, project: str = "shop") -> None:
    """An event as they were before they held changes."""
    key = order_keys.event(project, order_id, version)
    held = "attribute_exists(pk)"
    store.write(Action(key, Guard.STATE, removes=(CHANGE, "was"), conditions=(held,)))
    order = keys.order(project, order_id)
    store.write(Action(order, Guard.STATE, removes=("eb",), conditions=(held,)))


def test_an_order_of_before_is_told_from_the_change_on_and_never_wrongly(
    store: Store,
    calls: Any,  # noqa: ANN401
) -> None:
    first = orders.upsert(calls(), payload(amount=5))
    second = orders.upsert(calls(), payload(amount=6))
    for version in (1, 2):
        forget(store, first.id, version)

    third = orders.upsert(calls(), payload(amount=7))

    assert order_history.at_version(calls(), first.id, 3) == third
    assert order_history.at_version(calls(), first.id, 2) == second
    with pytest.raises(HistoryUnknown, match="was at version 1 before its changes were kept"):
        order_history.at_version(calls(), first.id, 1)
    begun = first.created_at
    assert order_history.as_of(calls(), "o", datetime(2100, 1, 1, tzinfo=UTC)) == third
    with pytest.raises(HistoryUnknown):
        order_history.as_of(calls(), "o", begun)


def test_a_history_that_is_not_known_is_refused_with_the_reason(api: Api, store: Store) -> None:
    order = api.post("/v1/orders", {"source_id": "o", "amount": 5}).json
    api.put("/v1/orders/o", {"amount": 6})
    for version in (1, 2):
        forget(store, order["id"], version, api.project)

    refused = api.get(f"/v1/orders/o?as_of={order['created_at']}")

    assert (refused.status, refused.json["key"]) == (400, "order_history_unknown")
    assert refused.json["resource_id"] == order["id"]
    assert [each["changes"] for each in events(api, "o")] == [{}, {}]
