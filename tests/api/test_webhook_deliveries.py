"""What happens is told to webhooks: from the write through stream and queue to a receiver."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from counterfoil.api import context, stores
from counterfoil.domain.deliveries import MAX_TRIES, pause_after
from counterfoil.operations.webhook_relay import relay
from counterfoil.storage import queue
from counterfoil.storage.happenings import happening
from counterfoil.storage.store import Patience, Store
from local.gateway import Gateway
from local.template import ROOT, Template
from tests.api.client import Api
from tests.api.workers import worker
from tests.receivers import Received, Receiver, receiving

Times = Callable[[], int]


@pytest.fixture
def receiver(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    """A receiver on this machine, which webhooks may be told on here."""
    assert gateway
    monkeypatch.setenv("COUNTERFOIL_PRIVATE_WEBHOOKS", "true")
    with receiving() as found:
        yield found


@pytest.fixture
def pauses(gateway: Gateway) -> Iterator[list[int]]:
    """What the sender asked the queue to put messages off for, in seconds."""
    assert gateway
    asked: list[int] = []

    def note(params: dict[str, Any], **_: object) -> None:
        asked.append(params["VisibilityTimeout"])

    events = queue.connect(context.settings().region, None).meta.events  # type: ignore[attr-defined]  # botocore's own hooks
    name = "before-parameter-build.sqs.ChangeMessageVisibility"
    events.register(name, note, unique_id="pauses")
    yield asked
    events.unregister(name, unique_id="pauses")


class Shop:
    """A project with one webhook, and the two sources played one after the other."""

    def __init__(self, api: Api, receiver: Receiver, changes: Times, deliver: Times) -> None:
        self.api = api
        self.receiver = receiver
        self.changes = changes
        self.deliver = deliver
        self.webhook = self.add()

    def add(self, **fields: object) -> dict[str, Any]:
        body = {"target_url": self.receiver.url, **fields}
        reply = self.api.post(f"{self.api.management}/webhooks", body)
        assert reply.status == 200, reply.body
        return dict(reply.json)

    def path(self, rest: str = "") -> str:
        return f"{self.api.management}/webhooks/{self.webhook['id']}{rest}"

    def order(self, source_id: str = "s-1", **fields: object) -> dict[str, Any]:
        reply = self.api.post("/v1/orders", {"source_id": source_id, "amount": 1000, **fields})
        assert reply.status == 200, reply.body
        return dict(reply.json)

    def tell(self) -> list[Received]:
        """All that is told now."""
        before = len(self.receiver.received)
        self.changes()
        self.deliver()
        return self.receiver.received[before:]

    def deliveries(self, query: str = "") -> list[dict[str, Any]]:
        return list(self.api.get(self.path(f"/deliveries{query}")).json["data"])


@pytest.fixture
def shop(api: Api, receiver: Receiver, changes: Times, deliver: Times) -> Shop:
    return Shop(api, receiver, changes, deliver)


def test_an_order_is_told_signed_and_whole(shop: Shop) -> None:
    person = {"source_id": "ann", "name": "Ann", "email": "ann@shop.test", "metadata": {"n": 1}}
    order = shop.order(customer=person, metadata={"note": "Grüße <&>"})

    (told,) = shop.tell()

    event = told.event
    assert told.is_signed_with(shop.webhook["secret"])
    assert told.path == "/hooks?shop=1"
    assert told.headers["content-type"] == "application/json"
    assert told.headers["host"] == f"127.0.0.1:{shop.receiver.port}"
    assert told.body == json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
    assert event["id"].startswith("event_")
    assert (event["type"], event["created_at"]) == ("customer.order.created", order["created_at"])
    assert event["data"] == {
        "customer": {"id": order["customer_id"], "object": "customer", **person},
        "referrer": None,
        "order": order,
        "redemption": None,
    }


def test_the_readme_shows_how_to_verify_it(shop: Shop) -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    (example,) = re.findall(r"^```python\n(.*?)^```", readme, re.DOTALL | re.MULTILINE)
    known: dict[str, Any] = {}
    exec(example, known)  # noqa: S102  # it is the README's own
    shop.order(metadata={"note": "Grüße"})

    (told,) = shop.tell()

    signature = told.headers["x-voucherify-signature"]
    assert known["is_ours"](shop.webhook["secret"], told.body, signature)
    assert not known["is_ours"](shop.webhook["secret"], told.body + b" ", signature)
    assert not known["is_ours"]("another", told.body, signature)


def test_an_order_is_told_as_each_event_left_it(shop: Shop) -> None:
    shop.order()
    shop.order(amount=2000)
    shop.order(status="PAID")

    told = [(each.event["type"], each.event["data"]["order"]) for each in shop.tell()]

    assert [(name, order["amount"], order["status"]) for name, order in told] == [
        ("customer.order.created", 1000, "CREATED"),
        ("customer.order.updated", 2000, "CREATED"),
        ("customer.order.updated", 1000, "PAID"),
        ("customer.order.paid", 1000, "PAID"),
    ]


def test_a_redemption_and_its_rollback_are_told_by_both_their_names(shop: Shop) -> None:
    shop.api.voucher("TEN")
    reply = shop.api.redeem("TEN", order={"source_id": "s-1", "amount": 1000})
    shop.api.post(f"/v1/redemptions/{reply.redemption_id}/rollback", {"reason": "return"})

    told = shop.tell()

    assert [each.event["type"] for each in told] == [
        "customer.order.created",
        "customer.order.paid",
        "customer.redemption.succeeded",
        "redemption.succeeded",
        "customer.order.updated",
        "customer.order.canceled",
        "customer.redemption.rollback.succeeded",
        "redemption.rollback.succeeded",
    ]
    redeemed, undone = told[3].event["data"], told[7].event["data"]
    assert redeemed["redemption"]["id"] == reply.redemption_id
    assert redeemed["redemption"]["status"] == "SUCCEEDED"
    assert redeemed["redemption"]["voucher"]["code"] == "TEN"
    assert redeemed["order"]["total_amount"] == 900
    assert undone["redemption"]["redemption"] == reply.redemption_id
    assert undone["redemption"]["reason"] == "return"
    assert undone["order"]["status"] == "CANCELED"


def test_what_was_refused_is_told_without_an_order(shop: Shop) -> None:
    customer = {"source_id": "ann"}
    shop.api.redeem("NONE", order={"source_id": "s-1", "amount": 1000}, customer=customer)

    told = [each.event for each in shop.tell()]

    assert [each["type"] for each in told] == ["customer.redemption.failed", "redemption.failed"]
    assert told[0]["data"]["order"] is None
    assert told[0]["data"]["redemption"]["id"].startswith("rf_")
    assert told[0]["data"]["redemption"]["failure_code"] == "not_found"
    assert told[0]["data"]["customer"]["source_id"] == "ann"
    assert told[0]["id"] != told[1]["id"]


def test_a_webhook_is_told_what_it_asked_for(shop: Shop) -> None:
    shop.api.put(shop.path(), {"events": ["customer.order.paid", "redemption.*"]})
    shop.order()
    shop.order(status="PAID")
    shop.api.redeem("NONE")

    assert [each.event["type"] for each in shop.tell()] == [
        "customer.order.paid",
        "redemption.failed",
    ]


def test_every_webhook_is_told_the_same_event_under_the_same_id(shop: Shop) -> None:
    other = shop.add()
    shop.order()

    told = shop.tell()

    assert len(told) == 2
    assert len({each.event["id"] for each in told}) == 1
    secrets = [shop.webhook["secret"], other["secret"]]
    assert all(any(each.is_signed_with(secret) for each in told) for secret in secrets)


def test_a_webhook_at_rest_is_told_nothing(shop: Shop) -> None:
    shop.api.put(shop.path(), {"active": False})
    shop.order()

    assert shop.tell() == []


@pytest.mark.parametrize("ending", ["DELETE", "PUT"])
def test_what_is_under_way_to_a_webhook_that_ends_is_not_told(shop: Shop, ending: str) -> None:
    shop.order()
    shop.changes()
    shop.api.call(ending, shop.path(), {"active": False})

    assert shop.deliver() == 1
    assert shop.receiver.received == []


def test_another_project_is_told_nothing(shop: Shop, other_project_api: Api) -> None:
    other_project_api.post("/v1/orders", {"source_id": "theirs", "amount": 1})

    assert shop.tell() == []


def test_what_an_import_does_is_told_to_nobody(shop: Shop) -> None:
    reply = shop.api.post("/v1/orders/import", [{"source_id": "s-1", "amount": 1000}])
    assert reply.status == 200, reply.body
    shop.deliver()

    assert shop.tell() == []
    assert shop.api.get("/v1/orders/s-1").json["amount"] == 1000
    shop.order(status="PAID")
    assert [each.event["type"] for each in shop.tell()] == [
        "customer.order.updated",
        "customer.order.paid",
    ]


def test_records_that_come_again_are_told_once(
    shop: Shop, gateway: Gateway, described: Template
) -> None:
    function = described.functions["RelayWebhooks"]
    event: Any = {"Records": [created_record(shop.order())]}

    for _ in range(3):
        assert gateway.invoke(function, event, "test") == {"batchItemFailures": []}

    assert len(shop.tell()) == 1


@pytest.mark.parametrize("silently", [True, False])
def test_what_the_queue_does_not_take_is_handed_over_again_in_order(
    shop: Shop,
    silently: bool,  # noqa: FBT001  # a parameter
) -> None:
    """It refuses the first message of its second call, or takes it and does not say so."""
    for number in range(12):
        shop.order(f"s-{number}")
    shop.order("s-0", status="PAID")
    refused = Refusing(call=2, silently=silently)

    with refused.watched():
        shop.changes()
        shop.deliver()
        told = len(shop.receiver.received)
        shop.changes()
        shop.deliver()

    assert refused.calls > 2
    assert 10 <= told < len(shop.receiver.received)
    of_first = [each for each in shop.receiver.received if source_of(each) == "s-0"]
    assert [each.event["type"] for each in of_first] == [
        "customer.order.created",
        "customer.order.updated",
        "customer.order.paid",
    ]
    assert {source_of(each) for each in shop.receiver.received} == {f"s-{n}" for n in range(12)}


def test_a_relay_without_time_reports_what_it_has_not_begun(shop: Shop, store: Store) -> None:
    image = created_record(shop.order())["dynamodb"]["NewImage"]
    hurried = replace(store, patience=Patience(left=lambda: 5.0, pause=lambda _: None))
    queue_ = stores.deliveries_of(context.settings())
    call = replace(worker(hurried, 1), store=hurried, deliveries=queue_)

    assert relay(call, [None, happening(image)]) == 1
    assert relay(call, [None]) is None
    assert shop.deliver() == 0


def test_a_test_that_the_queue_does_not_take_is_said_so_and_leaves_nothing(shop: Shop) -> None:
    with Refusing(call=1, silently=False).watched():
        reply = shop.api.post(shop.path("/test"), {})

    assert (reply.status, reply.json["key"]) == (503, "service_unavailable")
    assert "Nothing was changed" in reply.json["details"]
    assert shop.deliveries() == []


def test_a_sender_that_is_quicker_than_the_answer_has_the_last_word(shop: Shop) -> None:
    """The message is delivered while the request that sent it has not written yet."""
    shop.order()
    shop.tell()
    (before,) = shop.deliveries()

    with Refusing(after=shop.deliver).watched():
        reply = shop.api.post(shop.path(f"/deliveries/{before['id']}/resend"), {})

    assert (reply.status, reply.json["status"], reply.json["attempts"]) == (202, "SUCCEEDED", 2)
    assert shop.deliveries() == [reply.json]


@pytest.mark.parametrize("status", [301, 400, 404, 410, 500, 503])
def test_an_answer_that_is_not_2xx_is_a_failure_and_tried_again(
    shop: Shop, pauses: list[int], status: int
) -> None:
    shop.receiver.will_answer(status)
    shop.order()

    shop.tell()
    (failed,) = shop.deliveries()
    shop.deliver()
    (taken,) = shop.deliveries()

    assert (failed["status"], failed["attempts"], failed["http_status"]) == ("RETRYING", 1, status)
    assert failed["error"].startswith(f"it answered {status}")
    assert failed["next_attempt_at"] > failed["attempted_at"]
    assert pauses == [pause_after(1, failed["id"])]
    assert (taken["status"], taken["attempts"], taken["http_status"]) == ("SUCCEEDED", 2, 200)
    assert (taken["error"], taken["next_attempt_at"]) == (None, None)
    first, second = shop.receiver.received
    assert first.body == second.body


def test_tries_wait_longer_each_time_and_end_in_the_dead_letters(
    shop: Shop, pauses: list[int]
) -> None:
    shop.receiver.refuses = lambda _: True
    shop.order()
    shop.changes()

    for _ in range(MAX_TRIES):
        shop.deliver()

    (given_up,) = shop.deliveries()
    assert (given_up["status"], given_up["attempts"]) == ("FAILED", MAX_TRIES)
    assert given_up["response"] == "not now"
    assert given_up["next_attempt_at"] is None
    expected = [pause_after(tries, given_up["id"]) for tries in range(1, MAX_TRIES)]
    assert pauses == [*expected, 0]
    assert shop.deliver() == 0
    assert len(shop.receiver.received) == MAX_TRIES


def test_a_failing_order_keeps_no_other_waiting_and_is_told_in_order(shop: Shop) -> None:
    shop.receiver.refuses = lambda each: source_of(each) == "bad"
    for source_id in ("bad", "good"):
        shop.order(source_id)
        shop.order(source_id, status="PAID")

    shop.tell()
    meanwhile = [(source_of(each), each.event["type"]) for each in shop.receiver.received]
    shop.receiver.refuses = lambda _: False
    shop.receiver.received.clear()
    shop.deliver()

    assert [name for source, name in meanwhile if source == "good"] == [
        "customer.order.created",
        "customer.order.updated",
        "customer.order.paid",
    ]
    assert [name for source, name in meanwhile if source == "bad"] == ["customer.order.created"]
    assert shop.receiver.names == [
        "customer.order.created",
        "customer.order.updated",
        "customer.order.paid",
    ]


def test_an_order_goes_on_after_what_was_given_up(shop: Shop) -> None:
    shop.receiver.refuses = lambda each: each.event["type"] == "customer.order.created"
    shop.order()
    shop.order(status="PAID")
    shop.changes()

    for _ in range(MAX_TRIES + 1):
        shop.deliver()

    assert shop.receiver.names[MAX_TRIES:] == ["customer.order.updated", "customer.order.paid"]
    assert [each["status"] for each in shop.deliveries()].count("FAILED") == 1


def test_a_delivery_can_be_sent_again(shop: Shop) -> None:
    shop.order()
    (told,) = shop.tell()
    (before,) = shop.deliveries()

    reply = shop.api.post(shop.path(f"/deliveries/{before['id']}/resend"), {})
    assert (reply.status, reply.json["status"], reply.json["attempts"]) == (202, "PENDING", 1)
    assert shop.deliveries() == [reply.json]
    shop.deliver()

    assert [each.body for each in shop.receiver.received] == [told.body] * 2
    (after,) = shop.deliveries()
    assert (after["id"], after["status"], after["attempts"]) == (before["id"], "SUCCEEDED", 2)


def test_what_was_given_up_can_be_sent_again(shop: Shop) -> None:
    shop.receiver.refuses = lambda _: True
    shop.order()
    shop.changes()
    for _ in range(MAX_TRIES + 1):
        shop.deliver()
    shop.receiver.refuses = lambda _: False
    (given_up,) = shop.deliveries()

    shop.api.post(shop.path(f"/deliveries/{given_up['id']}/resend"), {})
    shop.deliver()

    (taken,) = shop.deliveries()
    assert (taken["status"], taken["attempts"]) == ("SUCCEEDED", MAX_TRIES + 1)


def test_a_resend_with_a_key_is_sent_once(shop: Shop) -> None:
    shop.order()
    shop.tell()
    (delivery,) = shop.deliveries()
    path, key = shop.path(f"/deliveries/{delivery['id']}/resend"), {"Idempotency-Key": "1"}

    replies = [shop.api.post(path, {}, key) for _ in range(2)]
    shop.deliver()

    assert replies[0].body == replies[1].body
    assert len(shop.receiver.received) == 2


@pytest.mark.parametrize("active", [True, False])
def test_a_webhook_can_be_tried_out_at_rest_too(shop: Shop, active: bool) -> None:  # noqa: FBT001  # a parameter
    shop.api.put(shop.path(), {"active": active})

    reply = shop.api.post(shop.path("/test"), {})
    shop.deliver()

    assert (reply.status, reply.json["event"]) == (202, "webhook.test")
    (told,) = shop.receiver.received
    assert told.is_signed_with(shop.webhook["secret"])
    assert told.event["type"] == "webhook.test"
    assert set(told.event["data"].values()) == {None}
    (delivery,) = shop.deliveries()
    assert (delivery["id"], delivery["status"]) == (reply.json["id"], "SUCCEEDED")


def test_deliveries_are_listed_the_newest_first_and_page_by_page(shop: Shop) -> None:
    for number in range(7):
        shop.order(f"s-{number}")
    shop.tell()
    everything = shop.deliveries("?limit=100")

    seen, after = [], ""
    while True:
        page = shop.api.get(shop.path(f"/deliveries?limit=3{after}")).json
        seen.append(page["data"])
        if not page["has_more"]:
            break
        after = f"&starting_after_id={page['more_starting_after']}"

    assert [len(each) for each in seen] == [3, 3, 1]
    assert [one for page in seen for one in page] == everything
    assert everything == sorted(everything, key=lambda each: each["id"], reverse=True)
    assert {each["event"] for each in everything} == {"customer.order.created"}
    assert page["more_starting_after"] is None


def test_what_came_of_a_delivery_is_told(shop: Shop) -> None:
    order = shop.order()
    (told,) = shop.tell()

    (delivery,) = shop.deliveries()

    assert delivery.pop("id").startswith("whd_")
    assert delivery.pop("duration_ms") >= 0
    assert delivery.pop("attempted_at").endswith("Z")
    assert delivery == {
        "webhook_id": shop.webhook["id"],
        "event_id": told.event["id"],
        "event": "customer.order.created",
        "order_id": order["id"],
        "redemption_id": None,
        "status": "SUCCEEDED",
        "attempts": 1,
        "http_status": 200,
        "error": None,
        "response": None,
        "created_at": order["created_at"],
        "next_attempt_at": None,
        "object": "webhook_delivery",
    }


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=101", "limit=x", "starting_after_id=x", "starting_after_id=whd_%23"],
)
def test_a_page_that_there_cannot_be_is_refused(shop: Shop, query: str) -> None:
    reply = shop.api.get(shop.path(f"/deliveries?{query}"))

    assert (reply.status, reply.json["key"]) == (400, "invalid_query_params")


@pytest.mark.parametrize("name", ["whd_" + "0" * 24, "whd_x", "x%23y"])
def test_what_is_no_delivery_cannot_be_sent_again(shop: Shop, name: str) -> None:
    reply = shop.api.post(shop.path(f"/deliveries/{name}/resend"), {})

    assert (reply.status, reply.json["resource_type"]) == (404, "webhook_delivery")


def test_a_delivery_of_another_webhook_is_unknown(shop: Shop, other_project_api: Api) -> None:
    other = shop.add()
    shop.order()
    shop.tell()
    (delivery,) = shop.deliveries()
    rest = f"deliveries/{delivery['id']}/resend"

    assert len(shop.receiver.received) == 2
    assert shop.api.post(f"{shop.api.management}/webhooks/{other['id']}/{rest}", {}).status == 404
    theirs = f"{other_project_api.management}/webhooks/{shop.webhook['id']}/{rest}"
    assert other_project_api.post(theirs, {}).status == 404


def test_a_target_on_this_machine_is_told_nothing_once_that_is_not_allowed(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.order()
    monkeypatch.setenv("COUNTERFOIL_PRIVATE_WEBHOOKS", "false")

    assert shop.tell() == []

    (delivery,) = shop.deliveries()
    assert (delivery["status"], delivery["http_status"]) == ("RETRYING", None)
    assert delivery["error"] == "its URL must be an https URL"


def source_of(told: Received) -> str | None:
    order = told.event["data"]["order"]
    return None if order is None else str(order["source_id"])


def created_record(order: dict[str, Any]) -> dict[str, Any]:
    image = {
        "pk": {"S": f"shop#O#{order['id']}"},
        "sk": {"S": "E#00000001"},
        "kind": {"L": [{"S": "customer.order.created"}]},
        "at": {"S": order["created_at"]},
    }
    change = {"Keys": {}, "NewImage": image, "SequenceNumber": "1"}
    return {"eventName": "INSERT", "eventSource": "aws:dynamodb", "dynamodb": change}


class Refusing:
    """The queue at its n-th call: it says of the first message that it did not take it.

    `silently` it has taken it all the same. `after` is done when it has answered.
    """

    def __init__(
        self, *, call: int = 0, silently: bool = False, after: Callable[[], object] | None = None
    ) -> None:
        self.calls = 0
        self._call = call
        self._silently = silently
        self._after = after

    @contextmanager
    def watched(self) -> Iterator[None]:
        events = queue.connect(context.settings().region, None).meta.events  # type: ignore[attr-defined]  # botocore's own hooks
        hooks: dict[str, Callable[..., None]] = {
            "before-parameter-build.sqs.SendMessageBatch": self.asked,
            "after-call.sqs.SendMessageBatch": self.answered,
        }
        for name, hook in hooks.items():
            events.register(name, hook, unique_id=f"refusing-{name}")
        yield
        for name in hooks:
            events.unregister(name, unique_id=f"refusing-{name}")

    def asked(self, params: dict[str, Any], **_: object) -> None:
        self.calls += 1
        if self.calls == self._call and not self._silently:
            del params["Entries"][0]

    def answered(self, parsed: dict[str, Any], **_: object) -> None:
        if self.calls == self._call:
            parsed["Failed"] = [{"Id": "0"}]
        if self._after is not None:
            after, self._after = self._after, None
            after()
