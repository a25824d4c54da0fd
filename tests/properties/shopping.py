"""Carts and stacks at random, by the thousand: each is a function of its number alone."""

from dataclasses import dataclass
from random import Random
from typing import Final, get_args

from counterfoil.domain.candidates import Candidate
from counterfoil.domain.counters import Counter, GiftBalance
from counterfoil.domain.discounts import KINDS
from counterfoil.domain.item_selection import ProductEntry, ProductLists
from counterfoil.domain.order_payloads import OrderPayload
from counterfoil.domain.stacking_rules import StackingRules
from counterfoil.domain.unit_discounts import CatalogueItem
from counterfoil.domain.vouchers import Gift, Voucher
from tests.builders import NOW, a_category, a_rule, a_voucher

CATALOGUE: Final = {
    "mug": CatalogueItem("prod_1", "mug", "Mug", 700, "prod_1"),
    "gift": CatalogueItem("prod_3", "gift", "Gift", 1500, "prod_3"),
    "shipping": CatalogueItem("prod_4", "shipping", "Shipping", None, "prod_4"),
}
_PRODUCTS: Final = ("mug", "cup", "jug", "tray")
_CATEGORIES: Final = ("cat_a", "cat_b", "cat_c")
_EFFECTS: Final = get_args(ProductEntry.model_fields["effect"].annotation)


@dataclass(frozen=True)
class Shopping:
    """One cart, the calls that redeem on it one after the other, and the rules of its project."""

    order: OrderPayload
    calls: tuple[tuple[Candidate, ...], ...]
    rules: StackingRules


def shopping(number: int) -> Shopping:
    """The shopping with this number."""
    random = Random(number)  # noqa: S311  # the same cart every time
    calls = range(random.choice((1, 1, 2, 3)))
    return Shopping(
        _order(random),
        tuple(_stack(random, f"{call}") for call in calls),
        _rules(random),
    )


def _order(random: Random) -> OrderPayload:
    lines = [_line(random) for _ in range(random.choice((0, 1, 2, 3, 5, 8)))]
    amount = {"amount": random.randint(0, 50_000)} if random.random() < 0.2 or not lines else {}
    return OrderPayload.model_validate({"items": lines, **amount})


def _line(random: Random) -> dict[str, object]:
    line: dict[str, object] = {"quantity": random.choice((0, 1, 1, 2, 3, 10))}
    if random.random() < 0.9:
        line |= {"source_id": random.choice(_PRODUCTS), "related_object": "product"}
    if random.random() < 0.95:
        line["price"] = random.choice((0, 1, 99, 700, 1234, 20_000))
    if random.random() < 0.1:
        line["amount"] = random.randint(0, 9_999)
    return line


def _stack(random: Random, call: str) -> tuple[Candidate, ...]:
    count = random.choice((1, 1, 2, 3, 5))
    return tuple(_candidate(random, f"{call}-{place}") for place in range(count))


def _candidate(random: Random, code: str) -> Candidate:
    category = a_category(random.choice(_CATEGORIES), random.randint(0, 2))
    counter = Counter(used=0, taken=0, version=1, generation="0badcafe")
    rule = a_rule(_lists(random)) if random.random() < 0.4 else None
    if random.random() < 0.2:
        amount = random.randint(0, 5_000)
        card = Voucher(
            id=f"v_{code:0>32}",
            code=code,
            type="GIFT_VOUCHER",
            gift=Gift(effect=random.choice(("APPLY_TO_ORDER", "APPLY_TO_ITEMS"))),
            rule=rule,
            created_at=NOW,
        )
        money = GiftBalance(loaded=amount, subtracted=0, spent=0, available=amount)
        asked = random.choice((None, None, random.randint(0, 5_500)))
        held = Counter(used=0, taken=0, version=1, generation="0badcafe", gift=money)
        return Candidate("voucher", code, card, held, credits=asked, category=category)
    voucher = a_voucher(code, _discount(random), rule=rule)
    return Candidate("voucher", code, voucher, counter, units=CATALOGUE, category=category)


def _discount(random: Random) -> dict[str, object]:
    name = random.choice(tuple(KINDS))
    if name == "UNIT":
        return {"type": name, **_units(random)}
    effects = get_args(get_args(KINDS[name].model_fields["effect"].annotation)[0]) or get_args(
        KINDS[name].model_fields["effect"].annotation
    )
    discount: dict[str, object] = {
        "type": name,
        "effect": random.choice([each for each in effects if isinstance(each, str)]),
        "amount_off": random.choice((0, 1, 333, 5_000, 10**9)),
        "percent_off": random.choice((0, 0.5, 12.35, 33.333333, 50, 100)),
        "fixed_amount": random.choice((0, 100, 650, 9_999)),
    }
    if random.random() < 0.3:
        discount |= {"amount_limit": random.randint(0, 2_000)}
    if random.random() < 0.3:
        discount |= {"aggregated_amount_limit": random.randint(0, 3_000)}
    return discount


def _units(random: Random) -> dict[str, object]:
    one: dict[str, object] = {
        "effect": random.choice(("ADD_MISSING_ITEMS", "ADD_NEW_ITEMS")),
        "unit_off": random.randint(0, 4),
        "unit_type": random.choice((*_PRODUCTS, *CATALOGUE)),
    }
    if random.random() < 0.7:
        return one
    return {"effect": "ADD_MANY_ITEMS", "units": [one, {**one, "unit_type": "gift"}]}


def _lists(random: Random) -> ProductLists:
    return ProductLists(
        included=tuple(_entry(random) for _ in range(random.randint(0, 3))),
        excluded=tuple(_entry(random) for _ in range(random.choice((0, 0, 1)))),
        included_all=random.random() < 0.3,
    )


def _entry(random: Random) -> ProductEntry:
    limits = ("quantity_limit", "aggregated_quantity_limit", "amount_limit", "price")
    bounded = {name: random.randint(0, 1_000) for name in limits if random.random() < 0.2}
    return ProductEntry.model_validate(
        {
            "source_id": random.choice(_PRODUCTS),
            "effect": random.choice(_EFFECTS),
            "target": random.choice(("ITEM", "UNIT")),
            "skip_initially": random.choice((0, 0, 1)),
            "repeat": random.choice((1, 1, 2)),
            **bounded,
        }
    )


def _rules(random: Random) -> StackingRules:
    first, second, *_ = random.sample(_CATEGORIES, 3)
    return StackingRules(
        applicable_redeemables_limit=random.choice((1, 3, 5, 30)),
        exclusive_categories=random.choice(((), (first,))),
        joint_categories=random.choice(((), (second,))),
        redeemables_application_mode=random.choice(("ALL", "PARTIAL")),
        redeemables_sorting_rule=random.choice(("REQUESTED_ORDER", "CATEGORY_HIERARCHY")),
        redeemables_products_application_mode=random.choice(("STACK", "ONCE")),
        redeemables_no_effect_rule=random.choice(("REDEEM_ANYWAY", "SKIP")),
        discount_calculation_mode=random.choice(("DISCOUNTED_AMOUNT", "INITIAL_AMOUNT")),
    )
