"""Mixed operations in random order, each of them perhaps broken: what one process does.

Every request leaves its tag in what it writes, so that afterwards each effect can be traced to
the one request that may have had it.
"""

import time
from collections import deque
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random
from typing import Final

from local.gateway import HttpRequest
from tests.concurrency.faults import FORGETFUL, Fault, Kind
from tests.concurrency.shop import LINES, Requests, is_decided, keyed, redemption_of
from tests.concurrency.worker import BRIEF, HASTY, Desk, Outcome, Pace

SOURCES: Final = [f"s{n}" for n in range(16)]
CUSTOMERS: Final = [f"c{n}" for n in range(8)]
# The number is the quantity; 0 is unlimited.
VOUCHERS: Final = {
    f"v{n}": quantity for n, quantity in enumerate((0, 0, 0, 0, 40, 40, 10, 10, 3, 1))
}
# Those that give units of a product which carts have, and of one which they have not.
FREE: Final = {"v1": "mug", "v4": "spoon"}
CARDS: Final = {"g0": 100_000, "g1": 5_000, "g2": 700}
CAMPAIGN: Final = "autumn"
MEMBERS: Final = {"m0": 0, "m1": 40, "m2": 3}
PROMOTIONS: Final = ("p0", "p1")


@dataclass(frozen=True)
class Limit:
    """What a rule lets `most` be: all of `code`, or of each customer's of it, or of a campaign."""

    name: str
    most: int
    window: str | None = None


LIMITS: Final = {
    "v2": Limit("redemption.count.per_customer.daily", 3),
    "v3": Limit("customer.orders.count", 6, "P30D"),
    "v5": Limit("redemption.count.per_api_key", 25),
    "m1": Limit("campaign.redemptions.customers_count", 4),
    CAMPAIGN: Limit("campaign.redemptions.count", 40),
}
CODES: Final = [*VOUCHERS, *CARDS, *MEMBERS]
KEYS: Final = [f"k{n}" for n in range(6)]
STATUSES: Final = ["CREATED", "PAID", "CANCELED", "FULFILLED"]
REMEMBERED: Final = 40
REPETITIONS: Final = 3

_FAULTS: Final = {
    Kind.REQUEST_LOST: 4,
    Kind.RESPONSE_LOST: 8,
    Kind.LATE: 8,
    Kind.THROTTLED: 3,
    Kind.CONFLICT: 3,
    Kind.FAILED: 3,
    Kind.FAILED_AFTER: 6,
    Kind.DELIVERED: 8,
    Kind.STALLED: 2,
    Kind.KILLED_BEFORE: 1,
    Kind.KILLED_AFTER: 1,
}


class Trace(StrEnum):
    """Where a request's tag is to be found when it has taken effect."""

    ORDER = "the order's metadata"
    REDEMPTION = "the redemption's metadata"
    ROLLBACK = "the rollback's metadata"
    NOWHERE = "nothing is traced"


@dataclass(frozen=True)
class Errand:
    """A request on its way; one that is `keyed` may be sent again."""

    tag: str
    request: HttpRequest
    trace: Trace
    keyed: bool


@dataclass(frozen=True)
class Answered:
    """What an errand was answered, perhaps not for the first time."""

    tag: str
    outcome: Outcome


@dataclass
class Improviser:
    """Thinks of requests; it knows what it was told of in answers, and the names that all share."""

    random: Random
    requests: Requests
    name: str
    tiers: tuple[str, ...] = ()
    orders: deque[str] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    reserved: deque[tuple[str, str]] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    redemptions: deque[str] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    count: int = 0

    def errand(self) -> Errand:
        """The next one."""
        self.count += 1
        tag = f"{self.name}-{self.count}"
        thoughts = (
            self._create,
            self._change,
            self._redeem,
            self._roll_back,
            self._mind_a_customer,
            self._mind_a_voucher,
            self._mind_the_campaign,
            self._reserve,
            self._release,
            self._change_a_balance,
        )
        (think,) = self.random.choices(thoughts, (20, 20, 40, 15, 5, 5, 2, 15, 4, 5))
        request, trace = think(tag)
        is_keyed = self._happens(0.5) and trace is not Trace.NOWHERE
        return Errand(tag, keyed(tag, request) if is_keyed else request, trace, is_keyed)

    def learn(self, outcome: Outcome) -> None:
        """Takes ids out of an answer."""
        if outcome.status != 200 or "valid" in outcome.body:
            return
        order = outcome.body.get("order", outcome.body)
        if isinstance(order, dict) and order.get("object") == "order":
            self.orders.append(str(order["id"]))
        if "redemptions" in outcome.body and outcome.body.get("object") != "order":
            self.redemptions.append(redemption_of(outcome.body))

    def faults(self, pace: Pace) -> tuple[Fault, ...]:
        """What goes wrong: for two requests of three, nothing.

        A lasting fault is for those that do not repeat their calls: others would spend all their
        time on it.
        """
        if self._happens(0.65):
            return ()
        kinds = self.random.choices([*_FAULTS], [*_FAULTS.values()], k=self.random.randint(1, 2))
        lasts = pace is HASTY and self._happens(0.3)
        return tuple(
            Fault(kind, self.random.randint(1, 4), lasts and kind is not Kind.STALLED)
            for kind in kinds
        )

    def _create(self, tag: str) -> tuple[HttpRequest, Trace]:
        named = {"source_id": self._source()} if self._happens(0.8) else {}
        return self.requests.ordering(**named, **self._fields(tag)), Trace.ORDER

    def _change(self, tag: str) -> tuple[HttpRequest, Trace]:
        fields = self._fields(tag)
        if self._happens(0.25):
            fields["source_id"] = self._source()
        return self.requests.changing(self._name(), **fields), Trace.ORDER

    def _redeem(self, tag: str) -> tuple[HttpRequest, Trace]:
        body: dict[str, object] = {
            "redeemables": self._redeemables(),
            "metadata": {"tag": tag},
            "order": self._order_to_redeem_on(tag),
        }
        if self._happens(0.3):
            body["session"] = {"key": self.random.choice(KEYS)}
        if self._happens(0.4):
            body["customer"] = self._customer(tag)
        return self.requests.request("POST", "/v1/redemptions", body), Trace.REDEMPTION

    def _redeemables(self) -> list[dict[str, object]]:
        """One to five of any kind, seldom with one that is not there."""
        wanted = self.random.sample([*CODES, *self.tiers], self.random.choice((1, 1, 1, 2, 5)))
        if self._happens(0.05):
            wanted.append("unknown")
        return [self._redeemable(each) for each in wanted]

    def _redeemable(self, name: str) -> dict[str, object]:
        found: dict[str, object] = {"object": "voucher", "id": name}
        if name in self.tiers:
            found["object"] = "promotion_tier"
        if name in CARDS and self._happens(0.7):
            found["gift"] = {"credits": self.random.randint(1, 400)}
        return found

    def _reserve(self, tag: str) -> tuple[HttpRequest, Trace]:
        """Under a key that is often in use; some sessions are over before anybody has them."""
        brief = {"ttl": self.random.choice((1, 300, 3000)), "ttl_unit": "MILLISECONDS"}
        session = {"key": self.random.choice(KEYS), **(brief if self._happens(0.6) else {})}
        order = {"amount": 3000, "metadata": {tag: 1}}
        redeemables = self._redeemables()
        self.reserved.extend((str(session["key"]), str(each["id"])) for each in redeemables)
        body = {"redeemables": redeemables, "order": order, "session": session}
        return self.requests.request("POST", "/v1/validations", body), Trace.NOWHERE

    def _release(self, tag: str) -> tuple[HttpRequest, Trace]:
        if not self.reserved:
            return self._reserve(tag)
        return self.requests.releasing(*self.random.choice(self.reserved)), Trace.NOWHERE

    def _change_a_balance(self, _tag: str) -> tuple[HttpRequest, Trace]:
        amount = self.random.choice((300, 900, -200, -1500))
        return self.requests.crediting(self.random.choice([*CARDS]), amount), Trace.NOWHERE

    def _order_to_redeem_on(self, tag: str) -> dict[str, object]:
        if self.orders and self._happens(0.5):
            status = {"status": self.random.choice(STATUSES)} if self._happens(0.2) else {}
            return {"id": self.random.choice(self.orders), **status}
        named = {"source_id": self._source()} if self._happens(0.7) else {}
        return {**named, **self._fields(tag)}

    def _roll_back(self, tag: str) -> tuple[HttpRequest, Trace]:
        if not self.redemptions:
            return self._redeem(tag)
        wanted = self.random.choice(self.redemptions)
        return self.requests.undoing(wanted, metadata={"tag": tag}), Trace.ROLLBACK

    def _mind_a_customer(self, tag: str) -> tuple[HttpRequest, Trace]:
        if self._happens(0.1):
            name = self.random.choice(CUSTOMERS)
            return self.requests.request("DELETE", f"/v1/customers/{name}"), Trace.NOWHERE
        body = self._customer(tag)
        return self.requests.request("POST", "/v1/customers", body), Trace.NOWHERE

    def _mind_a_voucher(self, tag: str) -> tuple[HttpRequest, Trace]:
        code = self.random.choice(CODES)
        if self._happens(0.8):
            body = {"metadata": {"tag": tag}}
            return self.requests.request("PUT", f"/v1/vouchers/{code}", body), Trace.NOWHERE
        switch = "disable" if self._happens(0.3) else "enable"
        return self.requests.request("POST", f"/v1/vouchers/{code}/{switch}"), Trace.NOWHERE

    def _mind_the_campaign(self, tag: str) -> tuple[HttpRequest, Trace]:
        path = f"/v1/campaigns/{CAMPAIGN}"
        if self._happens(0.6):
            return self.requests.request("PUT", path, {"description": tag}), Trace.NOWHERE
        switch = "disable" if self._happens(0.3) else "enable"
        return self.requests.request("POST", f"{path}/{switch}"), Trace.NOWHERE

    def _fields(self, tag: str) -> dict[str, object]:
        fields: dict[str, object] = {"metadata": {tag: 1}}
        if self._happens(0.6):
            fields["amount"] = self.random.randint(0, 5000)
        if self._happens(0.3):
            fields["items"] = LINES
        if self._happens(0.3):
            fields["status"] = self.random.choice(STATUSES)
        if self._happens(0.4):
            fields["customer"] = self._customer(tag)
        if self._happens(0.1):
            fields["referrer"] = self._customer(tag)
        return fields

    def _customer(self, tag: str) -> dict[str, object]:
        named = {"source_id": self.random.choice(CUSTOMERS)}
        return {**named, "metadata": {"tag": tag}} if self._happens(0.4) else {**named}

    def _name(self) -> str:
        return self.random.choice([*self.orders, self._source()])

    def _source(self) -> str:
        return self.random.choice(SOURCES)

    def _happens(self, chance: float) -> bool:
        return self.random.random() < chance


@dataclass(frozen=True)
class Hammer:
    """One process's part, until `ends` on the machine's steady clock; `seed` is its own."""

    requests: Requests
    tiers: tuple[str, ...]
    ends: float
    seed: str

    def run(self, desk: Desk) -> int:
        """The number of requests sent. Tells every errand before, and every answer after it."""
        random = Random(self.seed)  # noqa: S311  # repeatable by its seed
        store = random.choice(((), (FORGETFUL,)))
        improviser = Improviser(random, self.requests, self.seed, self.tiers)
        while time.monotonic() < self.ends:
            errand = improviser.errand()
            desk.tell(errand)
            for _ in range(REPETITIONS if errand.keyed else 1):
                pace = random.choice((BRIEF, BRIEF, HASTY))
                outcome = desk.visit(errand.request, (*store, *improviser.faults(pace)), pace)
                desk.tell(Answered(errand.tag, outcome))
                improviser.learn(outcome)
                if is_decided(outcome):
                    break
        desk.session.deliver()
        return improviser.count
