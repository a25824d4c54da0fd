"""A request as API Gateway hands it over (HTTP API, payload format 2.0), decoded once."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar
from urllib.parse import parse_qsl

from counterfoil.api import guard
from counterfoil.api.validation import validated
from counterfoil.domain.errors import InvalidPayload, InvalidQuery, NotFound
from counterfoil.domain.payloads import Payload

if TYPE_CHECKING:
    from collections.abc import Mapping

    from counterfoil.api.event import Event

P = TypeVar("P", bound=Payload)

# What a path parameter names; no identifier is longer than the contract's source_id.
KINDS: Final = {
    "orderId": "order",
    "customerId": "customer",
    "code": "voucher",
    "campaignId": "campaign",
    "asyncActionId": "async_action",
    "exportId": "export",
    "redemptionId": "redemption",
    "validationRuleId": "validation_rules",
    "assignmentId": "validation_rules_assignment",
    "productId": "product",
    "skuId": "sku",
    "collectionId": "products_collection",
    "segmentId": "segment",
    "categoryId": "category",
    "tierId": "promotion_tier",
    "stackId": "promotion_stack",
    "projectId": "project",
    "stackingRulesId": "stacking_rules",
    "sessionKey": "session",
    "webhookId": "webhook",
    "deliveryId": "webhook_delivery",
    "period": "report",
    "label": "report",
}
MAX_IDENTIFIER: Final = 512
_PYTHON_CLIENT: Final = "Python-SDK"


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request. `route` is the template's key such as `GET /v1/orders/{orderId+}`.

    Header names are in lower case; `query` holds its pairs as sent, decoded.
    """

    method: str
    route: str
    path: str
    path_parameters: Mapping[str, str]
    query: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]
    body: bytes

    @classmethod
    def of(cls, event: Event) -> Request:
        """The request that `event` carries; a body travels as text or, if it is none, base64."""
        body = event.get("body") or ""
        encoded = event.get("isBase64Encoded", False)
        headers = {name.lower(): value for name, value in event.get("headers", {}).items()}
        return cls(
            method=event["requestContext"]["http"]["method"],
            route=event["routeKey"],
            path=event["rawPath"],
            path_parameters=event.get("pathParameters") or {},
            query=_pairs(event.get("rawQueryString", ""), headers.get("x-voucherify-channel")),
            headers=headers,
            # A lone surrogate that came as text is left for the guard to name.
            body=base64.b64decode(body) if encoded else body.encode("utf-8", "surrogatepass"),
        )

    def parameter(self, name: str) -> str:
        """The identifier in the path; NotFound at once when it is too long to be anyone's."""
        value = self.path_parameters[name]
        if len(value) > MAX_IDENTIFIER:
            raise NotFound(KINDS[name], value)
        return value

    def query_value(self, name: str) -> str | None:
        """The last value of a query parameter; None when it was not sent."""
        values = [value for key, value in self.query if key == name]
        return values[-1] if values else None

    def flag(self, name: str) -> bool:
        """A query parameter that is on or off; off when it was not sent.

        Raises InvalidQuery, be it for one that was sent both on and off.
        """
        given = {value for key, value in self.query if key == name}
        if not given <= {"true", "false"} or len(given) > 1:
            raise InvalidQuery(f"Property .{name} must be true or false")
        return given == {"true"}

    def header(self, name: str) -> str | None:
        """The value of a header, given in lower case."""
        return self.headers.get(name)

    def payload(self, model: type[P]) -> P:
        """The body as `model`; an empty one, which the official clients send, is `{}`.

        Raises InvalidPayload, InvalidOrder or InvalidAmount with the path of what is wrong.
        """
        document = guard.parse(self.body)
        if not isinstance(document, dict):
            raise InvalidPayload("The request body must be a JSON object")
        return validated(model, document)


def _pairs(query: str, client: str | None) -> tuple[tuple[str, str], ...]:
    """The pairs of `query`; the vendor's Python client writes what was left out as `None`."""
    if not query:
        return ()
    pairs = parse_qsl(query, keep_blank_values=True)
    if client == _PYTHON_CLIENT:
        pairs = [pair for pair in pairs if pair[1] != "None"]
    return tuple(pairs)
