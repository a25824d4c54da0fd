"""What a webhook is told is what the reference says."""

import json
from datetime import UTC, datetime
from typing import Any, Final

import pytest
from pydantic import TypeAdapter

from counterfoil.api.webhook_messages import body_of
from counterfoil.domain.deliveries import Notice
from counterfoil.domain.occurrences import NAMES, TEST
from counterfoil.domain.orders import Order
from counterfoil.domain.records import CustomerSnapshot
from counterfoil.operations.webhook_sender import Told
from local.reference.__main__ import OPENAPI
from local.reference.wire.webhooks import WebhookMessage

NOW: Final = datetime(2026, 11, 26, tzinfo=UTC)
MESSAGE: Final = TypeAdapter(WebhookMessage)
DOCUMENT: Final[Any] = json.loads(OPENAPI.read_text("utf-8"))
EVENT_NAMES: Final = DOCUMENT["components"]["schemas"]["WebhookMessage"]["properties"]["type"][
    "enum"
]


def notice(name: str) -> Notice:
    return Notice("shop", "wh_1", name, "O#ord_1", 1, "2026-11-26T00:00:00.000Z")


def test_a_message_is_of_the_form_that_is_described() -> None:
    order = Order(id="ord_1", created_at=NOW, initial_amount=500)
    ann = CustomerSnapshot(id="cust_1", name="Ann")

    body = body_of(Told(notice("customer.order.created"), order=order, customer=ann))

    assert MESSAGE.validate_json(body, strict=True, extra="forbid")


def test_a_message_about_nothing_is_too() -> None:
    assert MESSAGE.validate_json(body_of(Told(notice(TEST))), strict=True, extra="forbid")


@pytest.mark.parametrize("name", [*NAMES, TEST])
def test_every_event_has_its_name_in_the_description(name: str) -> None:
    assert name in EVENT_NAMES
