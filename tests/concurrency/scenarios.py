"""What is broken at every store call: one request, and what it has done when it is done once."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from local.gateway import HttpRequest
from tests.concurrency.faults import TRANSACTION, WRITES, Fault, Kind
from tests.concurrency.ledger import Ledger
from tests.concurrency.shop import ANN, Shop, keyed
from tests.concurrency.worker import Outcome

OPEN: Final = "UpdateItem"
SNAPSHOT: Final = "BatchGetItem"
RECORDS: Final = "Query"


@dataclass(frozen=True)
class Scenario:
    """`tag` is the source_id of the order, the voucher's code and the Idempotency-Key.

    `version` and `used` are what the order and the voucher have come to when the request has
    taken effect once.
    """

    name: str
    calls: tuple[str, ...]
    prepare: Callable[[Shop, str], HttpRequest]
    version: int
    used: int
    status: int = 200

    def __str__(self) -> str:
        return self.name

    def count(self, ledger: Ledger, tag: str) -> tuple[int, int]:
        """The version and the use that the scenario has come to; 0 for what is not there."""
        orders = [it.version for it in ledger.orders.values() if it.order.source_id == tag]
        assert len(orders) <= 1
        return sum(orders), ledger.counter(tag).used

    @property
    def once(self) -> tuple[int, int]:
        """What `count` is when the request has taken effect once."""
        return self.version, self.used


def _create(shop: Shop, tag: str) -> HttpRequest:
    shop.voucher(tag)
    return keyed(tag, shop.ordering(source_id=tag, status="PAID", amount=1000, customer=ANN))


def _upsert(shop: Shop, tag: str) -> HttpRequest:
    shop.voucher(tag)
    shop.order(source_id=tag, status="PAID", customer=ANN)
    bob = {"source_id": f"bob-{tag}"}
    return keyed(tag, shop.ordering(source_id=tag, amount=1000, status="FULFILLED", customer=bob))


def _redeem_new(shop: Shop, tag: str) -> HttpRequest:
    order = {"source_id": tag, "amount": 1000}
    return keyed(tag, shop.redeeming(shop.voucher(tag), order=order, customer=ANN))


def _redeem_stored(shop: Shop, tag: str) -> HttpRequest:
    order_id = shop.order(source_id=tag, customer=ANN)
    return keyed(tag, shop.redeeming(shop.voucher(tag), order={"id": order_id}))


def _refuse(shop: Shop, tag: str) -> HttpRequest:
    shop.voucher(tag, quantity=1)
    order_id = shop.order(source_id=tag, customer=ANN)
    shop.redeemed(tag, order={"amount": 1})
    return keyed(tag, shop.redeeming(tag, order={"id": order_id, "status": "CANCELED"}))


def _roll_back(shop: Shop, tag: str) -> HttpRequest:
    order_id = shop.order(source_id=tag, customer=ANN)
    codes = shop.voucher(tag), shop.voucher(f"{tag}-2")
    return keyed(tag, shop.undoing(shop.redeemed(*codes, order={"id": order_id})))


CREATE: Final = Scenario("create", (SNAPSHOT, TRANSACTION), _create, 1, 0)
UPSERT: Final = Scenario("upsert", (SNAPSHOT, OPEN, TRANSACTION), _upsert, 2, 0)
REDEEM_NEW: Final = Scenario("redeem new", (SNAPSHOT, TRANSACTION), _redeem_new, 1, 1)
REDEEM_STORED: Final = Scenario(
    "redeem stored", (OPEN, SNAPSHOT, TRANSACTION), _redeem_stored, 2, 1
)
REFUSE: Final = Scenario("refuse", (OPEN, SNAPSHOT, TRANSACTION), _refuse, 2, 1, 400)
ROLL_BACK: Final = Scenario("roll back", (RECORDS, OPEN, TRANSACTION), _roll_back, 3, 0)

SCENARIOS: Final = (CREATE, UPSERT, REDEEM_NEW, REDEEM_STORED, REFUSE, ROLL_BACK)


@dataclass(frozen=True)
class Case:
    """A scenario with one call of it struck; its name tells both, and tags what it is about."""

    scenario: Scenario
    fault: Fault

    @property
    def tag(self) -> str:
        """Unique within a shop."""
        name = self.scenario.name.replace(" ", "-")
        return f"{name}-{self.fault.kind.name.lower()}-{self.fault.call}"

    def prepare(self, shop: Shop) -> HttpRequest:
        """The request to be struck; everything that it needs is stored."""
        return self.scenario.prepare(shop, self.tag)

    def require_once(self, ledger: Ledger) -> None:
        """Fails unless the request has taken effect, and once only."""
        found = self.scenario.count(ledger, self.tag)
        assert found == self.scenario.once, f"{self.tag}: {found}, not {self.scenario.once}"

    def require_answered(self, outcome: Outcome) -> None:
        """Fails unless the answer is the one that the scenario has when nothing goes wrong."""
        assert outcome.status == self.scenario.status, f"{self.tag}: {outcome}"


def cases_of(*kinds: Kind) -> list[Case]:
    """Every scenario, struck at every call by each of `kinds`; only writes conflict."""
    return [
        Case(scenario, Fault(kind, number))
        for scenario in SCENARIOS
        for kind in kinds
        for number, call in enumerate(scenario.calls, 1)
        if kind is not Kind.CONFLICT or call in WRITES
    ]
