"""What webhooks are told: the body, its signature, and how it is sent (domain.md §3.6)."""

from __future__ import annotations

import hmac
from functools import partial
from typing import TYPE_CHECKING, Final

from counterfoil.api import context
from counterfoil.api.customers import simple_customer
from counterfoil.api.orders import order_document
from counterfoil.api.records import record_document
from counterfoil.api.response import JSON, json_response
from counterfoil.domain.deliveries import Outcome
from counterfoil.domain.webhook_targets import BadTarget, target_of
from counterfoil.storage.outbound import Outbound

if TYPE_CHECKING:
    from collections.abc import Callable

    from counterfoil.api.orders import Document
    from counterfoil.domain.records import CustomerSnapshot
    from counterfoil.domain.webhooks import Webhook
    from counterfoil.operations.webhook_sender import Told

SIGNATURE: Final = "x-voucherify-signature"


def posting() -> Callable[[Webhook, Told], Outcome]:
    """How this process tells webhooks, by its settings."""
    loopback = context.settings().tells_loopback
    return partial(post, Outbound(context.steady_seconds, loopback=loopback))


def post(outbound: Outbound, webhook: Webhook, told: Told) -> Outcome:
    """What came of telling `webhook`; the setting may have changed since it was made."""
    try:
        target = target_of(webhook.target_url, loopback=outbound.loopback)
    except BadTarget as error:
        return Outcome(0, error=f"its URL {error}")
    body = body_of(told)
    headers = {
        "Content-Type": JSON,
        "User-Agent": "Counterfoil-Webhooks",
        SIGNATURE: signature(webhook.secret, body),
    }
    return outbound.post(target, body, headers)


def signature(secret: str, body: bytes) -> str:
    """The HMAC-SHA256 of exactly the bytes that are sent, in hex."""
    return hmac.digest(secret.encode(), body, "sha256").hex()


def body_of(told: Told) -> bytes:
    """The event as JSON without insignificant whitespace; no try changes anything in it but who
    takes part, who is told as they are.
    """
    notice = told.notice
    document: Document = {
        "id": notice.event_id,
        "object": "event",
        "type": notice.name,
        "created_at": notice.at,
        "data": {
            "customer": _person(told.customer),
            "referrer": _person(told.referrer),
            "order": None if told.order is None else order_document(told.order),
            "redemption": None if told.record is None else record_document(told.record),
        },
    }
    return json_response(200, document).body or b""


def _person(known: CustomerSnapshot | None) -> Document | None:
    return None if known is None else simple_customer(known)
