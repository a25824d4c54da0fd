"""What is broken at every store call: one request, and what it has done when it is done once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from counterfoil.domain import ids
from counterfoil.storage import keys
from local.gateway import HttpRequest
from tests.concurrency import mixed_stacks
from tests.concurrency.faults import TRANSACTION, WRITES, Fault, Kind
from tests.concurrency.invariants_of_rules import rules_of
from tests.concurrency.ledger import Ledger
from tests.concurrency.shop import ANN, LINES, Shop, keyed, redemption_of
from tests.concurrency.worker import Outcome

OPEN: Final = "UpdateItem"
SNAPSHOT: Final = "BatchGetItem"
RECORDS: Final = "Query"
ASSIGNMENTS: Final = "Query"
RULES: Final = "/v1/validation-rules"
VOUCHER: Final = {
    "type": "DISCOUNT_VOUCHER",
    "discount": {"type": "AMOUNT", "amount_off": 100},
}


@dataclass(frozen=True)
class Scenario:
    """`tag` names what it is about, and is its Idempotency-Key.

    `once` is what `count` comes to when the request has taken effect once.
    """

    name: str
    calls: tuple[str, ...]
    prepare: Callable[[Shop, str], HttpRequest]
    count: Callable[[Ledger, str], tuple[int, ...]]
    once: tuple[int, ...]
    status: int = 200

    def __str__(self) -> str:
        return self.name


def _order(ledger: Ledger, tag: str) -> tuple[int, int]:
    """The version of the order with the source_id `tag`, the use of the voucher with that code."""
    versions = [it.version for it in ledger.orders.values() if it.order.source_id == tag]
    assert len(versions) <= 1
    return sum(versions), ledger.counter(tag).used


def _uses(ledger: Ledger, tag: str) -> tuple[int, int]:
    """How often the voucher with that code was used, and how often it was used or is held."""
    counter = ledger.counter(tag)
    return counter.used, counter.taken


def _money(ledger: Ledger, tag: str) -> tuple[int, int]:
    """What was spent of the gift card with that code, and what was taken off it by hand."""
    money = ledger.counter(tag).gift
    assert money is not None
    return money.spent, money.subtracted


def _voucher(ledger: Ledger, tag: str) -> tuple[int]:
    """The version of the voucher with that code."""
    return (ledger.counter(tag).version,)


def _customer(ledger: Ledger, tag: str) -> tuple[int]:
    """The version of the customer with that source_id."""
    customer_id = ids.customer_id(ledger.project, tag)
    return (int(str(ledger.items[keys.customer(ledger.project, customer_id)]["pv"])),)


def _stack(ledger: Ledger, tag: str) -> tuple[int, ...]:
    """The version of the order with the source_id `tag`, and what a stack's members count."""
    versions = [it.version for it in ledger.orders.values() if it.order.source_id == tag]
    assert len(versions) <= 1
    return (sum(versions), *mixed_stacks.counted(ledger, tag))


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


def _redeem_stack_new(shop: Shop, tag: str) -> HttpRequest:
    order = {"source_id": tag, "items": LINES}
    stack = mixed_stacks.stocked(shop, tag)
    return keyed(tag, stack.redeeming(shop, order=order, customer=ANN))


def _redeem_stack_stored(shop: Shop, tag: str) -> HttpRequest:
    order_id = shop.order(source_id=tag, customer=ANN)
    return keyed(tag, mixed_stacks.stocked(shop, tag).redeeming(shop, order={"id": order_id}))


def _roll_stack_back(shop: Shop, tag: str) -> HttpRequest:
    redeeming = _redeem_stack_stored(shop, tag)
    return keyed(f"{tag}-back", shop.undoing(redemption_of(shop.done(redeeming).body)))


def _reserve(shop: Shop, tag: str) -> HttpRequest:
    return keyed(tag, shop.locking(tag, shop.voucher(tag, quantity=1)))


def _reserve_anew(shop: Shop, tag: str) -> HttpRequest:
    shop.done(_reserve(shop, tag))
    return keyed(f"{tag}-again", shop.locking(tag, tag))


def _redeem_reserved(shop: Shop, tag: str) -> HttpRequest:
    shop.done(_reserve(shop, tag))
    session = {"type": "LOCK", "key": tag}
    return keyed(tag, shop.redeeming(tag, order={"amount": 1000}, session=session))


def _change_balance(shop: Shop, tag: str) -> HttpRequest:
    return keyed(tag, shop.crediting(shop.gift_card(tag, 1000), -300))


def _spend(shop: Shop, tag: str) -> HttpRequest:
    return keyed(tag, shop.spending(shop.gift_card(tag, 1000), 300, 500))


def _make_voucher(shop: Shop, tag: str) -> HttpRequest:
    return keyed(tag, shop.request("POST", f"/v1/vouchers/{tag}", VOUCHER))


def _change_voucher(shop: Shop, tag: str) -> HttpRequest:
    shop.voucher(tag)
    return keyed(tag, shop.request("PUT", f"/v1/vouchers/{tag}", {"metadata": {"a": 1}}))


def _make_customer(shop: Shop, tag: str) -> HttpRequest:
    return keyed(tag, shop.request("POST", "/v1/customers", {"source_id": tag, "name": "Ann"}))


def _change_customer(shop: Shop, tag: str) -> HttpRequest:
    shop.done(shop.request("POST", "/v1/customers", {"source_id": tag}))
    return keyed(tag, shop.request("PUT", f"/v1/customers/{tag}", {"name": "Ann"}))


def _rule(shop: Shop, tag: str) -> str:
    """The path of a new rule of mugs, which is called `tag`."""
    body = {"name": tag, "applicable_to": {"included": [{"object": "product", "id": "mug"}]}}
    return f"{RULES}/{shop.done(shop.request('POST', RULES, body)).body['id']}"


def _make_rule(shop: Shop, tag: str) -> HttpRequest:
    return keyed(tag, shop.request("POST", RULES, {"name": tag}))


def _assign(shop: Shop, tag: str) -> HttpRequest:
    body = {"voucher": shop.voucher(tag)}
    return keyed(tag, shop.request("POST", f"{_rule(shop, tag)}/assignments", body))


def _change_rule(shop: Shop, tag: str) -> HttpRequest:
    path, body = _rule(shop, tag), {"voucher": shop.voucher(tag)}
    shop.done(shop.request("POST", f"{path}/assignments", body))
    return keyed(tag, shop.request("PUT", path, {"applicable_to": {"included": []}}))


def _rules(ledger: Ledger, tag: str) -> tuple[int, ...]:
    """The versions and assignments of the rules with that name."""
    found = [each for each in rules_of(ledger) if each.rule.name == tag]
    return tuple(number for each in found for number in (each.version, each.assignments))


READ_AND_WRITE: Final = (SNAPSHOT, TRANSACTION)
# Campaigns are read once their vouchers and tiers are known.
TWICE_AND_WRITE: Final = (SNAPSHOT, *READ_AND_WRITE)
HOLD_AND_WRITE: Final = (OPEN, SNAPSHOT, TRANSACTION)
FIND_AND_WRITE: Final = (SNAPSHOT, RECORDS, OPEN, TRANSACTION)
COPYING: Final = (ASSIGNMENTS, SNAPSHOT, TRANSACTION)

ON_ORDERS: Final = (
    Scenario("create", READ_AND_WRITE, _create, _order, (1, 0)),
    Scenario("upsert", (SNAPSHOT, OPEN, TRANSACTION), _upsert, _order, (2, 0)),
    Scenario("redeem new", READ_AND_WRITE, _redeem_new, _order, (1, 1)),
    Scenario("redeem stored", HOLD_AND_WRITE, _redeem_stored, _order, (2, 1)),
    Scenario("refuse", HOLD_AND_WRITE, _refuse, _order, (2, 1), status=400),
    Scenario("roll back", FIND_AND_WRITE, _roll_back, _order, (3, 0)),
)
STACKED: Final = 1, 1, 1, 1, 1, 1, mixed_stacks.CREDITS, mixed_stacks.CARD - mixed_stacks.CREDITS
UNSTACKED: Final = 0, 0, 0, 0, 0, 0, 0, mixed_stacks.CARD
ON_STACKS: Final = (
    Scenario("redeem a stack new", TWICE_AND_WRITE, _redeem_stack_new, _stack, (1, *STACKED)),
    Scenario(
        "redeem a stack", (OPEN, *TWICE_AND_WRITE), _redeem_stack_stored, _stack, (2, *STACKED)
    ),
    Scenario("roll a stack back", FIND_AND_WRITE, _roll_stack_back, _stack, (3, *UNSTACKED)),
)
SCENARIOS: Final = (
    *ON_ORDERS,
    *ON_STACKS,
    Scenario("make voucher", (TRANSACTION,), _make_voucher, _voucher, (1,)),
    Scenario("change voucher", READ_AND_WRITE, _change_voucher, _voucher, (2,)),
    Scenario("reserve", READ_AND_WRITE, _reserve, _uses, (0, 1)),
    Scenario("reserve anew", READ_AND_WRITE, _reserve_anew, _uses, (0, 1)),
    Scenario("redeem reserved", READ_AND_WRITE, _redeem_reserved, _uses, (1, 1)),
    Scenario("make rule", (TRANSACTION,), _make_rule, _rules, (1, 0)),
    Scenario("assign", READ_AND_WRITE, _assign, _rules, (1, 1)),
    Scenario("change rule", (*READ_AND_WRITE, *COPYING, TRANSACTION), _change_rule, _rules, (2, 1)),
    Scenario("change balance", READ_AND_WRITE, _change_balance, _money, (0, 300)),
    Scenario("spend", READ_AND_WRITE, _spend, _money, (300, 0)),
    Scenario("make customer", READ_AND_WRITE, _make_customer, _customer, (1,)),
    Scenario("change customer", READ_AND_WRITE, _change_customer, _customer, (2,)),
)


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


def cases_of(*kinds: Kind, scenarios: Sequence[Scenario] = SCENARIOS) -> list[Case]:
    """Every one of `scenarios`, struck at every call by each of `kinds`; only writes conflict."""
    return [
        Case(scenario, Fault(kind, number))
        for scenario in scenarios
        for kind in kinds
        for number, call in enumerate(scenario.calls, 1)
        if kind is not Kind.CONFLICT or call in WRITES
    ]
