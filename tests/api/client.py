"""A client of the service in process: through the route, the event and the handler it names."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from local.http_messages import HttpRequest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.gateway import Gateway
    from local.http_messages import HttpResponse


ORIGIN: Final = "https://shop.example"
# Whether every answer is held to the reference: COUNTERFOIL_CONFORMANCE=1.
_HELD: Final = os.environ.get("COUNTERFOIL_CONFORMANCE") == "1"


@dataclass(frozen=True)
class Reply:
    """An answer; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:  # noqa: ANN401  # a test looks into whatever was answered
        """The body's document."""
        return json.loads(self.body)

    @property
    def redemption_id(self) -> str:
        """The id of the first redemption of a redeemed call."""
        return str(self.json["redemptions"][0]["id"])


@dataclass(frozen=True)
class Api:
    """The service as the holder of one project's keys reaches it; every key has one token."""

    gateway: Gateway
    app_id: str = "local-app"
    token: str = "local-token"
    project: str = "local"
    management_id: str = "local-management"
    client_id: str = "local-client"

    @property
    def credentials(self) -> dict[str, str]:
        """The headers of every kind of key, of which a route reads its own."""
        return {
            "X-App-Id": self.app_id,
            "X-App-Token": self.token,
            "X-Management-Id": self.management_id,
            "X-Management-Token": self.token,
            "X-Client-Application-Id": self.client_id,
            "X-Client-Token": self.token,
            "Origin": ORIGIN,
        }

    def call(
        self,
        method: str,
        target: str,
        body: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """The answer to one request; a body of None is no body, as official clients send."""
        return self.with_headers(method, target, body, {**self.credentials, **(headers or {})})

    def with_headers(
        self, method: str, target: str, body: object, headers: Mapping[str, str]
    ) -> Reply:
        """The same with these headers only: the credentials are the caller's affair."""
        content = b"" if body is None else json.dumps(body, ensure_ascii=False).encode()
        return self.send(method, target, content, headers)

    def send(self, method: str, target: str, content: bytes, headers: Mapping[str, str]) -> Reply:
        """The answer to exactly these bytes and headers."""
        sent = {"Content-Type": "application/json", **headers}
        answer = self.gateway.handle(HttpRequest(method, target, sent, content))
        if _HELD:
            _hold(method, target, answer)
        return Reply(
            answer.status, {name.lower(): value for name, value in answer.headers}, answer.body
        )

    def get(self, target: str) -> Reply:
        """The answer to a GET."""
        return self.call("GET", target)

    def delete(self, target: str) -> Reply:
        """The answer to a DELETE."""
        return self.call("DELETE", target)

    def post(self, target: str, body: object, headers: Mapping[str, str] | None = None) -> Reply:
        """The answer to a POST."""
        return self.call("POST", target, body, headers)

    def put(self, target: str, body: object, headers: Mapping[str, str] | None = None) -> Reply:
        """The answer to a PUT."""
        return self.call("PUT", target, body, headers)

    def voucher(self, code: str, **fields: object) -> Any:  # noqa: ANN401  # as `Reply.json`
        """A discount voucher that was just created: 10 % off unless `fields` say otherwise."""
        discount = {"type": "PERCENT", "percent_off": 10}
        body = {"type": "DISCOUNT_VOUCHER", "discount": discount, **fields}
        reply = self.post(f"/v1/vouchers/{code}", body)
        assert reply.status == 200, reply.body
        return reply.json

    def gift_card(
        self, code: str, amount: object, effect: object = "APPLY_TO_ORDER", **fields: object
    ) -> Any:  # noqa: ANN401  # as `Reply.json`
        """A gift card that was just created with `amount` credits on it."""
        gift = {"amount": amount, "effect": effect}
        reply = self.post(f"/v1/vouchers/{code}", {"type": "GIFT_VOUCHER", "gift": gift, **fields})
        assert reply.status == 200, reply.body
        return reply.json

    def balance(self, code: str) -> int:
        """What a gift card has left."""
        return int(self.get(f"/v1/vouchers/{code}").json["gift"]["balance"])

    def campaign(self, name: str = "Spring", **fields: object) -> Any:  # noqa: ANN401  # as `Reply.json`
        """A campaign that was just created, of vouchers of 10 % off."""
        voucher = {
            "type": "DISCOUNT_VOUCHER",
            "discount": {"type": "PERCENT", "percent_off": 10},
        }
        reply = self.post("/v1/campaigns", {"name": name, "voucher": voucher, **fields})
        assert reply.status == 200, reply.body
        return reply.json

    def rule(self, name: str = "mugs", **fields: object) -> Any:  # noqa: ANN401  # as `Reply.json`
        """A validation rule that was just created."""
        reply = self.post("/v1/validation-rules", {"name": name, **fields})
        assert reply.status == 200, reply.body
        return reply.json

    @property
    def management(self) -> str:
        """Where the project is managed."""
        return f"/management/v1/projects/{self.project}"

    def stacking(self, **settings: object) -> Any:  # noqa: ANN401  # as `Reply.json`
        """The project's stacking rules, which had none: the defaults with `settings`."""
        reply = self.post(f"{self.management}/stacking-rules", settings)
        assert reply.status == 200, reply.body
        return reply.json

    def assign(self, rule_id: str, name: str, kind: str = "voucher", query: str = "") -> Reply:
        """The answer to the assignment of a rule."""
        body = {"related_object_type": kind, "related_object_id": name}
        return self.post(f"/v1/validation-rules/{rule_id}/assignments{query}", body)

    def used(self, code: str) -> int:
        """How often a voucher counts as redeemed."""
        redemption = self.get(f"/v1/vouchers/{code}").json["redemption"]
        return int(redemption["redeemed_quantity"])

    def redeeming(self, *codes: str) -> dict[str, object]:
        """The part of a body that names vouchers."""
        return {"redeemables": [{"object": "voucher", "id": code} for code in codes]}

    def redeem(
        self, *codes: str, headers: Mapping[str, str] | None = None, **fields: object
    ) -> Reply:
        """The answer to one redemption of all `codes`."""
        body = {**self.redeeming(*codes), **fields}
        return self.post("/v1/redemptions", body, headers)


def _hold(method: str, target: str, answer: HttpResponse) -> None:
    """Raises NonconformingError for an answer that the reference does not describe."""
    from local.reference import conformity  # noqa: PLC0415  # it loads every route's decoder

    conformity.require(method, target, answer.status, answer.body)
