"""Values for tests, whole and true: a test says only what it is about.

Every builder takes the fields that matter by name; the model checks them as it checks a client's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from pydantic import JsonValue

from counterfoil.domain.assigned_rules import AssignedRule
from counterfoil.domain.basis import Basis
from counterfoil.domain.candidates import Candidate
from counterfoil.domain.categories import Category
from counterfoil.domain.counters import Counter, GiftBalance
from counterfoil.domain.counts import Counts, Place, Share
from counterfoil.domain.customers import Customer
from counterfoil.domain.effects import Effect
from counterfoil.domain.ids import RequestIds
from counterfoil.domain.item_selection import ProductLists
from counterfoil.domain.metadata import Metadata
from counterfoil.domain.occasions import Occasion
from counterfoil.domain.order_lines import OrderLine
from counterfoil.domain.order_payloads import OrderPayload
from counterfoil.domain.orders import Order, OrderStatus, RedemptionEntry, draft
from counterfoil.domain.outcomes import Applicable
from counterfoil.domain.records import CustomerSnapshot, Record
from counterfoil.domain.redemptions import Circumstances, Redeemed, redeem
from counterfoil.domain.rollback_payloads import RollbackPayload
from counterfoil.domain.rollbacks import RolledBack, roll_back, target_of
from counterfoil.domain.rule_facts import Facts
from counterfoil.domain.rule_sets import rules_sent
from counterfoil.domain.shoppers import Shopper
from counterfoil.domain.stacking import evaluate
from counterfoil.domain.stacking_rules import StackingRules
from counterfoil.domain.unit_discounts import NOTHING_KNOWN, KnownUnits
from counterfoil.domain.vouchers import Voucher

PROJECT: Final = "demo"
APP_ID: Final = "app-1"
NOW: Final = datetime(2026, 3, 14, 9, 26, 53, 589000, tzinfo=UTC)
ORDER_ID: Final = "ord_" + "0" * 24
CUSTOMER_ID: Final = "cust_" + "0" * 24
# What the contract says of a project that never set any (domain.md §5.3).
DEFAULT_STACKING_RULES: Final = {
    "redeemables_limit": 30,
    "applicable_redeemables_limit": 5,
    "applicable_redeemables_per_category_limit": 30,
    "applicable_redeemables_category_limits": {},
    "applicable_exclusive_redeemables_limit": 1,
    "applicable_exclusive_redeemables_per_category_limit": 1,
    "exclusive_categories": [],
    "joint_categories": [],
    "redeemables_application_mode": "ALL",
    "redeemables_sorting_rule": "REQUESTED_ORDER",
    "redeemables_products_application_mode": "STACK",
    "redeemables_no_effect_rule": "REDEEM_ANYWAY",
    "no_effect_skip_categories": [],
    "no_effect_redeem_anyway_categories": [],
    "redeemables_rollback_order_mode": "WITH_ORDER",
    "grouped_redeemables_sorting_rule": "JOINT_ALWAYS_LAST",
    "discount_calculation_mode": "DISCOUNTED_AMOUNT",
    "initial_amount_mode_categories": [],
    "discounted_amount_mode_categories": [],
}


def request_ids(number: int = 1, now: datetime = NOW) -> RequestIds:
    """The ids of the request with this number; every number draws its own."""
    return RequestIds(number.to_bytes(32, "big"), now)


def an_occasion(now: datetime = NOW) -> Occasion:
    """A call by nobody in particular, about an order."""
    return Occasion(now=now)


def a_payload(**fields: object) -> OrderPayload:
    """An order as a client sends it."""
    return OrderPayload.model_validate(fields)


def a_rollback_payload(**fields: object) -> RollbackPayload:
    """The body of a rollback."""
    return RollbackPayload.model_validate(fields)


def an_order(**fields: object) -> Order:
    """An order of 100.00 without lines, customer or discounts."""
    amount = fields.pop("amount", 10_000)
    plain = {"id": ORDER_ID, "initial_amount": amount, "created_at": NOW}
    return Order.model_validate(plain | fields)


def a_line(line_id: str, amount: int | None, **fields: object) -> OrderLine:
    """One line of an order."""
    return OrderLine.model_validate({"id": line_id, "amount": amount, **fields})


def an_entry(number: int, order: int = 0, **lines: int) -> RedemptionEntry:
    """A redemption on an order that holds `order` of the whole and parts of `lines` by id."""
    return RedemptionEntry.model_validate(
        {
            "id": f"r_{number:016x}00",
            "date": NOW,
            "related_object_type": "voucher",
            "related_object_id": f"v_{number:032}",
            "in_force": {"order": order, "lines": lines},
        }
    )


def amount_off(amount: int, code: str = "AMOUNT", **fields: object) -> Voucher:
    """A voucher of `amount` minor units off the order."""
    return a_voucher(
        code, {"type": "AMOUNT", "effect": "APPLY_TO_ORDER", "amount_off": amount}, **fields
    )


def percent_off(
    percent: float, code: str = "PERCENT", limit: int | None = None, **fields: object
) -> Voucher:
    """A voucher of `percent` off the order, at most `limit` minor units."""
    discount = {"type": "PERCENT", "percent_off": percent, "amount_limit": limit}
    return a_voucher(code, discount, **fields)


def a_voucher(code: str, discount: dict[str, object], **fields: object) -> Voucher:
    """A voucher that anybody may redeem at any time, as often as they like."""
    plain = {"id": f"v_{code:0>32}", "code": code, "discount": discount, "created_at": NOW}
    return Voucher.model_validate(plain | fields)


def a_gift_card(code: str = "GIFT", effect: str = "APPLY_TO_ORDER", **fields: object) -> Voucher:
    """A gift card; what is on it is its counter's to say."""
    plain = {
        "id": f"v_{code:0>32}",
        "code": code,
        "type": "GIFT_VOUCHER",
        "gift": {"effect": effect},
        "created_at": NOW,
    }
    return Voucher.model_validate(plain | fields)


def a_card_candidate(card: Voucher, loaded: int, asked: int | None = None) -> Candidate:
    """`card` with `loaded` credits, `asked` of which are to be spent."""
    counter = replace(a_counter(), gift=GiftBalance.opening(loaded))
    return Candidate("voucher", card.code, card, counter, credits=asked)


def a_rule(products: ProductLists | None) -> AssignedRule | None:
    """A rule that limits what it is assigned to to `products`; None for None."""
    if products is None:
        return None
    return AssignedRule(
        assignment_id="asgm_1", rule_id="val_1", version=1, created_at=NOW, applicable_to=products
    )


def a_candidate(
    voucher: Voucher,
    used: int = 0,
    units: KnownUnits = NOTHING_KNOWN,
    category: Category | None = None,
) -> Candidate:
    """`voucher` as asked for by its code, redeemed `used` times so far; `units` as it knows."""
    counter = a_counter(used)
    return Candidate("voucher", voucher.code, voucher, counter, units=units, category=category)


def an_outcome(candidate: Candidate, order: Order, effect: Effect, basis: Basis) -> Applicable:
    """`candidate` that applies to `order` and had `effect` on it."""
    assert candidate.definition is not None
    taken, counter = effect.allocation, candidate.counter or a_counter()
    after = order.trying(taken)
    return Applicable(
        candidate, candidate.definition, counter, taken, order, after, effect.credits, basis
    )


def a_category(name: str, hierarchy: int = 1) -> Category:
    """A category that is called what its id is."""
    return Category(id=name, name=name, hierarchy=hierarchy, created_at=NOW)


def a_counter(used: int = 0) -> Counter:
    """The counter of a voucher that was redeemed `used` times and is held by no session."""
    return Counter(used=used, taken=used, version=1, generation="0badcafe")


def an_unknown_candidate(code: str = "NOPE") -> Candidate:
    """A code that no voucher has."""
    return Candidate("voucher", code)


def a_customer_snapshot(**fields: object) -> CustomerSnapshot:
    """The buyer as records keep them."""
    return CustomerSnapshot.model_validate(
        {"id": CUSTOMER_ID, "source_id": "ann@shop.test", "metadata": {}} | fields
    )


def circumstances(
    ids: RequestIds | None = None,
    customer: CustomerSnapshot | None = None,
    tracking_id: str | None = None,
    metadata: Metadata | None = None,
) -> Circumstances:
    """What the records of one call say alike; nothing but its ids and channel by default."""
    return Circumstances(
        ids=ids or request_ids(),
        customer=customer,
        tracking_id=tracking_id,
        metadata=metadata,
        channel_id=APP_ID,
    )


def redeemed(
    order: Order,
    vouchers: Sequence[Voucher],
    ids: RequestIds | None = None,
    status: OrderStatus = OrderStatus.PAID,
    units: KnownUnits = NOTHING_KNOWN,
) -> Redeemed:
    """`vouchers` redeemed in one call on the stored `order`; `units` as `a_candidate`."""
    facts = circumstances(ids)
    candidates = [a_candidate(voucher, units=units) for voucher in vouchers]
    evaluation = evaluate(candidates, order, StackingRules(), an_occasion(facts.ids.now))
    return redeem(order, evaluation, status, facts, stored=True)


def rolled_back(
    order: Order,
    records: Sequence[Record],
    payload: RollbackPayload | None = None,
    ids: RequestIds | None = None,
) -> RolledBack:
    """The call of `records`, the first of which names it, undone on `order`."""
    target = target_of(records[0].id, records, stacks=True)
    return roll_back(target, order, payload or RollbackPayload(), ids or request_ids(99), APP_ID)


def a_cart(*items: JsonValue, **fields: object) -> Order:
    """The order that a payload with these lines makes."""
    payload = a_payload(**({"items": [*items]} if items else {}), **fields)
    return draft(payload, ORDER_ID, request_ids(), (None, None))


def a_shopper(**metadata: JsonValue) -> Shopper:
    """A customer with this metadata, who never bought anything."""
    return Shopper(Customer(id=CUSTOMER_ID, metadata=metadata, created_at=NOW))


def facts(
    order: Order | None = None,
    occasion: Occasion | None = None,
    counts: Mapping[Place, Counts] | None = None,
    before: Mapping[Place, Share] | None = None,
) -> Facts:
    """What rules look at: an order of 100.00 and nobody, unless told, and one more redemption."""
    return Facts(
        order or an_order(),
        occasion or an_occasion(),
        share=Share(redemptions=1),
        counts=counts or {},
        before=before or {},
    )


def a_sent_rule(
    name: str,
    conditions: JsonValue = None,
    attribute: str | None = None,
    within: Sequence[JsonValue] = (),
) -> dict[str, JsonValue]:
    """One rule as a client sends it; `attribute` is its property."""
    sent: dict[str, JsonValue] = {"name": name, "conditions": conditions}
    if attribute is not None:
        sent["property"] = attribute
    return {**sent, "rules": sent_rules(*within)} if within else sent


def sent_rules(*rules: JsonValue, logic: str | None = None) -> dict[str, JsonValue]:
    """Rules under the keys 1, 2, …, as a client sends them; without `logic` all must hold."""
    numbered: dict[str, JsonValue] = {str(key): rule for key, rule in enumerate(rules, start=1)}
    return numbered if logic is None else {**numbered, "logic": logic}


def an_assigned_rule(text: str, error_message: str | None = None) -> AssignedRule:
    """What lies in a thing that the rule with this set is assigned to."""
    return AssignedRule(
        assignment_id="asgm_1",
        rule_id="val_1",
        version=1,
        created_at=NOW,
        rules=text,
        error_message=error_message,
    )


def a_rule_set(*rules: JsonValue, logic: str | None = None) -> str:
    """The text of the set that these rules are."""
    return rules_sent(sent_rules(*rules, logic=logic)).text
