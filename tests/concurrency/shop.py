"""One project of one test: what it asks of the service, and what it can see of the store."""

import json
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final, Self

from pydantic import JsonValue

from counterfoil.storage import credentials
from local.gateway import HttpRequest
from tests.concurrency.crew import Crew, Worker
from tests.concurrency.engines import Running
from tests.concurrency.invariants import violations
from tests.concurrency.ledger import Ledger
from tests.concurrency.worker import Outcome

PATIENCE_SECONDS: Final = 20.0

Body = Mapping[str, object]

ANN: Final = {"source_id": "ann", "name": "Ann"}
LINES: Final = [
    {"source_id": "mug", "related_object": "product", "quantity": 2, "price": 900},
    {"source_id": "pot", "related_object": "product", "quantity": 1, "price": 4200},
]


@dataclass(frozen=True)
class Requests:
    """What the holder of one key asks of the service; it can be handed to another process."""

    app_id: str
    token: str

    def request(self, method: str, target: str, body: Body | None = None) -> HttpRequest:
        """A request with this shop's credentials."""
        headers = {
            "X-App-Id": self.app_id,
            "X-App-Token": self.token,
            "Content-Type": "application/json",
        }
        content = b"" if body is None else json.dumps(body).encode()
        return HttpRequest(method, target, headers, content)

    def ordering(self, **fields: object) -> HttpRequest:
        """Creates or upserts an order."""
        return self.request("POST", "/v1/orders", fields)

    def changing(self, name: str, **fields: object) -> HttpRequest:
        """Updates the order with the id or source_id `name`."""
        return self.request("PUT", f"/v1/orders/{name}", fields)

    def redeeming(self, *codes: str, **fields: object) -> HttpRequest:
        """Redeems vouchers in one call."""
        redeemables = [{"object": "voucher", "id": code} for code in codes]
        return self.request("POST", "/v1/redemptions", {"redeemables": redeemables, **fields})

    def spending(self, code: str, wanted: int | None, amount: int) -> HttpRequest:
        """Pays an order of `amount` by a gift card, with `wanted` credits or what is needed."""
        card: dict[str, object] = {"object": "voucher", "id": code}
        if wanted is not None:
            card["gift"] = {"credits": wanted}
        body = {"redeemables": [card], "order": {"amount": amount}}
        return self.request("POST", "/v1/redemptions", body)

    def crediting(self, code: str, amount: int) -> HttpRequest:
        """Puts credits on a gift card, or takes them off it."""
        return self.request("POST", f"/v1/vouchers/{code}/balance", {"amount": amount})

    def locking(self, key: str, *codes: str, **fields: object) -> HttpRequest:
        """Validates vouchers and reserves them under `key`, for an hour unless `fields` differ."""
        redeemables = [{"object": "voucher", "id": code} for code in codes]
        session = {"type": "LOCK", "key": key, "ttl": 1, "ttl_unit": "HOURS", **fields}
        body = {"redeemables": redeemables, "order": {"amount": 1000}, "session": session}
        return self.request("POST", "/v1/validations", body)

    def releasing(self, key: str, code: str) -> HttpRequest:
        """Ends the session of one voucher."""
        return self.request("DELETE", f"/v1/vouchers/{code}/sessions/{key}")

    def undoing(self, redemption_id: str, **fields: object) -> HttpRequest:
        """Rolls a redemption or a whole stack back."""
        return self.request("POST", f"/v1/redemptions/{redemption_id}/rollbacks", fields)


@dataclass(frozen=True)
class Shop(Requests):
    """A project with a key of its own; `clerk` does what must not disturb the crew."""

    engine: Running
    crew: Crew
    project: str

    @classmethod
    def opened(cls, engine: Running, crew: Crew) -> Self:
        """An empty one."""
        project = f"p{uuid.uuid4().hex[:12]}"
        app_id, token = f"app-{uuid.uuid4()}", f"token-{uuid.uuid4()}"
        credentials.mint(engine.store, project, app_id, token, datetime.now(UTC))
        return cls(app_id, token, engine, crew, project)

    @property
    def requests(self) -> Requests:
        """Its requests alone, for another process."""
        return Requests(self.app_id, self.token)

    @property
    def clerk(self) -> Worker:
        return self.crew.clerk

    def ask(self, request: HttpRequest) -> Outcome:
        """The clerk's answer."""
        return self.clerk.visit(request)

    def done(self, request: HttpRequest) -> Outcome:
        """The clerk's answer, which must be 200."""
        outcome = self.ask(request)
        assert outcome.status == 200, outcome
        return outcome

    def voucher(
        self,
        code: str,
        quantity: int | None = None,
        amount_off: int = 100,
        free: str | None = None,
    ) -> str:
        """The code of a new voucher: of `amount_off`, or of a free unit of the product `free`."""
        discount: dict[str, object] = {"type": "AMOUNT", "amount_off": amount_off}
        if free is not None:
            discount = {"type": "UNIT", "unit_off": 1, "unit_type": free, "effect": "ADD_NEW_ITEMS"}
        body: dict[str, object] = {"type": "DISCOUNT_VOUCHER", "discount": discount}
        if quantity is not None:
            body["redemption"] = {"quantity": quantity}
        self.done(self.request("POST", f"/v1/vouchers/{code}", body))
        return code

    def gift_card(self, code: str, amount: int) -> str:
        """The code of a new gift card with `amount` on it."""
        body = {"type": "GIFT_VOUCHER", "gift": {"amount": amount}}
        self.done(self.request("POST", f"/v1/vouchers/{code}", body))
        return code

    def order(self, **fields: object) -> str:
        """The id of a new order, of 6000 unless `fields` say otherwise."""
        return str(self.done(self.ordering(**{"items": LINES, **fields})).body["id"])

    def redeemed(self, *codes: str, **fields: object) -> str:
        """The id of a redemption: the parent's when there are several codes."""
        return redemption_of(self.done(self.redeeming(*codes, **fields)).body)

    def ledger(self) -> Ledger:
        """Everything that the project has stored."""
        return Ledger.of(self.project, self.engine.items(self.project))

    def require_sound(self) -> Ledger:
        """The project's items, once every invariant of the protocol holds among them."""
        ledger = self.ledger()
        found = violations(ledger)
        assert not found, "\n".join(found)
        return ledger


def keyed(key: str, request: HttpRequest) -> HttpRequest:
    """`request` with an Idempotency-Key."""
    return replace(request, headers={**request.joined_headers(), "idempotency-key": key})


def redemption_of(answer: Mapping[str, JsonValue]) -> str:
    """The id by which the call that was answered so can be rolled back."""
    parent = answer.get("parent_redemption")
    redemptions = answer["redemptions"]
    assert isinstance(redemptions, list)
    found = redemptions[0] if parent is None else parent
    assert isinstance(found, dict)
    return str(found["id"])


def statuses(outcomes: Sequence[Outcome]) -> list[int]:
    """What was answered, in the order of the requests."""
    return [outcome.status for outcome in outcomes]


def key_of(outcome: Outcome) -> str | None:
    """The contract's key of a refusal."""
    return None if outcome.status == 200 else str(outcome.body.get("key"))


def is_decided(outcome: Outcome) -> bool:
    """Neither busy nor unavailable: the request has had its answer."""
    return outcome.status != 503 and key_of(outcome) != "multiple_requests"


def eventually(visit: Callable[[], Outcome]) -> Outcome:
    """The first answer that decides; the order may be leased for a few seconds more."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_decided(outcome := visit()):
        assert time.monotonic() < deadline, outcome
    return outcome
