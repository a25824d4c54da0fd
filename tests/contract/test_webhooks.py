"""A webhook of the running service: from the write through its stream and queue to a receiver."""

import json
from collections.abc import Iterator
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.contract.conftest import KEYS
from tests.receivers import receiving

pytestmark = pytest.mark.engine

WEBHOOKS = "/management/v1/projects/local/webhooks"


def call(host: str, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401  # any JSON
    connection = HTTPConnection(urlsplit(host).netloc, timeout=30)
    content = None if body is None else json.dumps(body)
    connection.request(method, path, content, {"Content-Type": "application/json", **KEYS})
    answer = connection.getresponse()
    read = answer.read()
    connection.close()
    assert answer.status < 300, read
    return json.loads(read) if read else None


def delivered(host: str, own: str, event: str) -> Iterator[dict[str, Any]]:
    """The delivery of an event, a thousand times at most."""
    for _ in range(1000):
        listed = call(host, "GET", f"{own}/deliveries")["data"]
        yield next(each for each in listed if each["event_id"] == event)


def is_over(delivery: dict[str, Any]) -> bool:
    return str(delivery["status"]) in {"SUCCEEDED", "FAILED"}


def test_what_happens_is_told_and_told_again_until_it_is_taken(host: str) -> None:
    with receiving() as receiver:
        made = call(host, "POST", WEBHOOKS, {"target_url": receiver.url})
        own = f"{WEBHOOKS}/{made['id']}"
        receiver.will_answer(503)
        order = call(host, "POST", "/v1/orders", {"source_id": "told", "amount": 1000})

        refused, taken = receiver.await_one_more(), receiver.await_one_more()
        call(host, "POST", f"{own}/test", {})
        tried = receiver.await_one_more()
        # What was taken is written down a moment later.
        of_order = next(filter(is_over, delivered(host, own, taken.event["id"])))
        call(host, "DELETE", own)

    assert refused.body == taken.body
    assert all(each.is_signed_with(made["secret"]) for each in (refused, taken, tried))
    assert taken.event["data"]["order"] == order
    assert tried.event["type"] == "webhook.test"
    assert (of_order["status"], of_order["attempts"]) == ("SUCCEEDED", 2)
