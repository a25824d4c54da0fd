"""Rules on lines: which lines they are about, the rules within them, and what they mark.

Source: domain.md §8.3, §8.4.
"""

from dataclasses import replace
from typing import Final

import pytest
from pydantic import JsonValue

from counterfoil.domain import ids
from counterfoil.domain.catalogue import Catalogue
from counterfoil.domain.item_selection import ProductEntry, ProductLists
from counterfoil.domain.orders import Order
from counterfoil.domain.product_collections import ListedProduct, ProductCollection
from counterfoil.domain.product_coverage import coverage_of
from counterfoil.domain.products import Product
from counterfoil.domain.rule_evaluation import compiled
from counterfoil.domain.rule_names import SUB, TOP
from counterfoil.domain.skus import Sku, SkuProduct
from counterfoil.domain.stacking import Evaluation, evaluate
from counterfoil.domain.stacking_rules import StackingRules
from tests.builders import (
    NOW,
    PROJECT,
    a_candidate,
    a_cart,
    a_rule_set,
    a_sent_rule,
    an_assigned_rule,
    an_occasion,
    facts,
    percent_off,
)

ANY, EVERY, NONE = "order.items.any", "order.items.every", "order.items.none"
CHEAPEST, DEAREST = "order.items.cheapest", "order.items.most_expensive"
MUGS: Final[JsonValue] = {
    "product_id": "mug",
    "quantity": 2,
    "price": 1_000,
    "metadata": {"colour": "blue"},
    "product": {"metadata": {"brand": "Blå", "sizes": [1, 2]}},
}
TEA: Final[JsonValue] = {
    "product_id": "tea",
    "sku_id": "green",
    "price": 3_000,
    "metadata": {"colour": "green"},
    "sku": {"metadata": {"brand": "Tee"}},
}
CUP: Final[JsonValue] = {"product_id": "cup", "price": 1_000, "metadata": {"colour": "white"}}
CART: Final = a_cart(MUGS, TEA, CUP)
COLLECTION: Final = ProductCollection(
    id="pc_tea",
    name="Tea",
    type="STATIC",
    products=(ListedProduct(id="tea", object="product"), ListedProduct(id="cup", object="product")),
    created_at=NOW,
)
CHEAP: Final = ProductCollection(
    id="pc_cheap",
    name="Cheap",
    type="AUTO_UPDATE",
    filter={"price": {"conditions": {"$less_than": [3_000]}}},
    created_at=NOW,
)
OCCASION: Final = replace(
    an_occasion(),
    project=PROJECT,
    catalogue=Catalogue(PROJECT, {}, {}),
    collections={each.id: each for each in (COLLECTION, CHEAP)},
)


def met(
    name: str,
    conditions: JsonValue,
    *within: JsonValue,
    order: Order = CART,
    attribute: str | None = None,
    logic: str | None = None,
) -> bool:
    """Whether a rule on lines is met by `order`."""
    rule = a_sent_rule(name, conditions, attribute, within)
    if logic is not None:
        rule["rules"] = {"logic": logic, **{str(n): each for n, each in enumerate(within, 1)}}
    return compiled(a_rule_set(rule), PROJECT).judge(facts(order, OCCASION)).failing is None


# What each parent matches; of each rule within, conditions that it meets and some that it does not.
MATCHED: Final[dict[str, JsonValue]] = {
    ANY: ["mug", "tea"],
    EVERY: [],
    NONE: ["mug", "tea"],
    CHEAPEST: ["mug", "cup"],
    DEAREST: ["tea"],
}
QUANTITY, ALL_QUANTITY = "order.items.quantity", "order.items.aggregated_quantity"
PRICE, ALL_AMOUNT = "order.items.price", "order.items.aggregated_amount"
METADATA: Final = "order.items.metadata"
_OF_MUG_AND_TEA: Final[dict[str, tuple[JsonValue, JsonValue]]] = {
    QUANTITY: ({"$is": 2}, {"$more_than": 2}),
    ALL_QUANTITY: ({"$is": 3}, {"$is": 2}),
    PRICE: ({"$is": 3_000}, {"$is": 2_000}),
    ALL_AMOUNT: ({"$is": 5_000}, {"$less_than": 5_000}),
    METADATA: ({"$is": "green"}, {"$is": "white"}),
}
WITHIN: Final[dict[str, dict[str, tuple[JsonValue, JsonValue]]]] = {
    ANY: _OF_MUG_AND_TEA,
    NONE: {sub: (unmet, met_) for sub, (met_, unmet) in _OF_MUG_AND_TEA.items()},
    EVERY: {
        QUANTITY: ({"$less_than": 3}, {"$is": 2}),
        ALL_QUANTITY: ({"$is": 4}, {"$is": 3}),
        PRICE: ({"$more_than_or_equal": 1_000}, {"$is": 1_000}),
        ALL_AMOUNT: ({"$is": 6_000}, {"$is": 5_000}),
        METADATA: ({"$is_not": "red"}, {"$is_not": "white"}),
    },
    CHEAPEST: {
        QUANTITY: ({"$in": [1, 2]}, {"$is": 2}),
        ALL_QUANTITY: ({"$is": 3}, {"$is": 4}),
        PRICE: ({"$is": 1_000}, {"$more_than": 1_000}),
        ALL_AMOUNT: ({"$is": 3_000}, {"$is": 2_000}),
        METADATA: ({"$in": ["blue", "white"]}, {"$is": "white"}),
    },
    DEAREST: {
        QUANTITY: ({"$is": 1}, {"$is": 2}),
        ALL_QUANTITY: ({"$is": 1}, {"$is": 4}),
        PRICE: ({"$is": 3_000}, {"$is": 1_000}),
        ALL_AMOUNT: ({"$is": 3_000}, {"$is": 6_000}),
        METADATA: ({"$is": "green"}, {"$is_not": "green"}),
    },
}


@pytest.mark.parametrize(
    ("name", "sub"), [(name, sub) for name in WITHIN for sub in sorted(TOP[name].sub)]
)
def test_a_rule_within_is_asked_of_the_lines_that_are_matched(name: str, sub: str) -> None:
    attribute = "colour" if SUB[sub].needs_property else None
    fitting, other = (a_sent_rule(sub, each, attribute) for each in WITHIN[name][sub])

    assert met(name, {"$is": MATCHED[name]}, fitting)
    assert not met(name, {"$is": MATCHED[name]}, other)


LEGACY: Final[dict[str, tuple[JsonValue, JsonValue]]] = {
    "product.price": ({"$is": 1_000}, {"$is": 3_000}),
    "product.quantity": ({"$is": 3}, {"$is": 2}),
    "product.discount_applicable": ({"$is": True}, None),
    "sku.price": ({"$is": 3_000}, {"$is": 1_000}),
    "sku.quantity": ({"$is": 1}, {"$is": 2}),
    "sku.discount_applicable": ({"$is": True}, None),
    "product.metadata.aggregated_quantity": ({"$is": 3}, {"$is": 2}),
    "product.metadata.aggregated_amount": ({"$is": 5_000}, {"$is": 2_000}),
    "product.metadata.discount_applicable": ({"$is": True}, None),
    "product.metadata.match_all": ({"$is": False}, {"$is": True}),
}
PARENTS: Final[dict[str, tuple[JsonValue, str | None]]] = {
    "product.id": ({"$is": ["mug", "cup"]}, None),
    "sku.id": ({"$is": [{"id": "green", "source_id": None}]}, None),
    "product.metadata": ({"$is_not": ["x"]}, "brand"),
}


@pytest.mark.parametrize(
    ("name", "sub"), [(name, sub) for name in PARENTS for sub in sorted(TOP[name].sub)]
)
def test_a_rule_within_the_older_names_sums_up_what_they_match(name: str, sub: str) -> None:
    (conditions, attribute), (fitting, other) = PARENTS[name], LEGACY[sub]

    assert met(name, conditions, a_sent_rule(sub, fitting), attribute=attribute)
    if other is not None:
        assert not met(name, conditions, a_sent_rule(sub, other), attribute=attribute)


def test_every_rule_within_has_its_cases() -> None:
    for name, each in TOP.items():
        assert each.sub <= WITHIN.get(name, LEGACY).keys()


def test_one_and_the_same_line_of_any_meets_all_rules_within() -> None:
    two, dear = a_sent_rule(QUANTITY, {"$is": 2}), a_sent_rule(PRICE, {"$is": 3_000})

    assert not met(ANY, {}, two, dear)
    assert met(ANY, {}, two, dear, logic="1 or 2")
    assert met(ANY, {}, two, a_sent_rule(PRICE, {"$is": 1_000}))
    assert met(NONE, {}, two, dear)
    assert not met(NONE, {}, two, dear, logic="1 or 2")


def test_every_line_of_the_others_meets_the_logic_each_for_itself() -> None:
    cheap, dear = a_sent_rule(PRICE, {"$is": 1_000}), a_sent_rule(PRICE, {"$is": 3_000})

    assert met(EVERY, {}, cheap, dear, logic="1 or 2")
    assert not met(EVERY, {}, cheap, dear)


def test_a_line_without_the_metadata_meets_no_rule_on_it() -> None:
    rule = a_sent_rule(METADATA, {"$is_not": ["red"]}, "material")

    assert not met(ANY, {}, rule)
    assert not met(EVERY, {}, rule)
    assert not met(NONE, {}, rule)


@pytest.mark.parametrize(
    ("name", "conditions", "result"),
    [
        (ANY, {"$is": ["tea"]}, True),
        (ANY, {"$is": ["green"]}, True),
        (ANY, {"$is": [{"id": "tea", "object": "product"}]}, True),
        (ANY, {"$is": [{"id": "tea", "object": "sku"}]}, False),
        (ANY, {"$is": [{"id": "green", "object": "sku"}]}, True),
        (ANY, {"$is": [{"id": "green", "object": "product"}]}, False),
        (ANY, {"$is": [{"source_id": "tea", "type": "product_or_sku"}]}, True),
        (ANY, {"$is": ["jug"]}, False),
        (ANY, {"$is": ["jug", "cup"]}, True),
        (ANY, {"$in": ["cup"]}, True),
        (ANY, {"$is_not": ["mug", "tea"]}, True),
        (ANY, {"$is_not": ["mug", "tea", "cup"]}, False),
        (ANY, {"$is": ["pc_tea"]}, True),
        (ANY, {"$is": [{"id": "pc_cheap", "type": "products_collection"}]}, True),
        (ANY, {"$is": ["pc_gone"]}, False),
        (ANY, {"$is": ["tea"], "$from": ["pc_tea"]}, True),
        (ANY, {"$is": ["mug"], "$from": ["pc_tea"]}, False),
        (ANY, {"$from": [{"id": "pc_tea"}]}, True),
        (ANY, {"$from": ["pc_gone"]}, False),
        (ANY, {"$is": []}, True),
        (ANY, {}, True),
        (EVERY, {"$is": ["mug", "cup", "green"]}, True),
        (EVERY, {"$is": ["mug", "cup"]}, False),
        (EVERY, {"$is": ["mug", "pc_tea"]}, True),
        (EVERY, {"$is_not": ["jug"]}, True),
        (EVERY, {"$is_not": ["cup"]}, False),
        (EVERY, {"$from": ["pc_cheap"]}, False),
        (NONE, {"$is": ["jug"]}, True),
        (NONE, {"$is": ["jug", "cup"]}, False),
        (NONE, {"$is": ["mug"], "$from": ["pc_tea"]}, True),
        (NONE, {}, False),
        (CHEAPEST, {"$is": ["mug", "cup"]}, True),
        (CHEAPEST, {"$is": ["mug"]}, False),
        (CHEAPEST, {"$is": ["tea"]}, False),
        (CHEAPEST, {"$is": ["cup"], "$from": ["pc_tea"]}, True),
        (CHEAPEST, {"$is": ["mug"], "$from": ["pc_tea"]}, False),
        (CHEAPEST, {"$is_not": ["tea"]}, True),
        (CHEAPEST, {"$from": ["pc_gone"]}, False),
        (CHEAPEST, {}, True),
        (DEAREST, {"$is": ["green", "jug"]}, True),
        (DEAREST, {"$is": ["mug", "cup"]}, False),
        (DEAREST, {"$is": ["mug", "cup"], "$from": ["pc_cheap"]}, True),
        ("product.id", {"$is": ["cup"]}, True),
        ("product.id", {"$is": [{"id": "x", "source_id": "cup"}]}, True),
        ("product.id", {"$is": ["jug"]}, False),
        ("product.id", {"$is_not": ["jug"]}, True),
        ("product.id", {"$is_not": ["cup"]}, False),
        ("product.id", {"$is": ["mug"], "$is_not": ["jug"]}, True),
        ("product.id", {"$is": ["mug"], "$is_not": ["cup"]}, False),
        ("sku.id", {"$is": ["green"]}, True),
        ("sku.id", {"$is_not": ["green"]}, False),
        ("sku.id", {"$is": ["black"]}, False),
    ],
)
def test_lines_are_matched_by_sku_product_and_collection(
    name: str,
    conditions: JsonValue,
    result: bool,  # noqa: FBT001  # a case
) -> None:
    assert met(name, conditions) is result


def test_a_line_without_a_price_has_its_amounts_share() -> None:
    order = a_cart(
        {"product_id": "mug", "quantity": 3, "amount": 1_000}, {"product_id": "tea", "price": 334}
    )

    assert met(CHEAPEST, {"$is": ["mug"]}, order=order)
    assert met(DEAREST, {"$is": ["tea"]}, order=order)
    assert met(ANY, {"$is": ["mug"]}, a_sent_rule(PRICE, {"$less_than": "333.34"}), order=order)
    assert met(ANY, {"$is": ["mug"]}, a_sent_rule(PRICE, {"$more_than": 333.33}), order=order)


UNPRICED: Final = a_cart(
    {"product_id": "mug", "price": 900},
    {"product_id": "tea", "price": 800},
    {"product_id": "cup", "metadata": {"colour": "blue"}},
)


@pytest.mark.parametrize(
    ("name", "conditions", "within", "result"),
    [
        (ANY, ["cup"], {PRICE: {"$less_than": 1}}, False),
        (ANY, ["cup"], {ALL_AMOUNT: {"$less_than": 100}}, False),
        (ANY, ["mug", "cup"], {ALL_AMOUNT: {"$less_than": 1_000}}, False),
        (ANY, ["mug", "tea"], {ALL_AMOUNT: {"$is": 1_700}}, True),
        (EVERY, [], {ALL_AMOUNT: {"$less_than": 9_000}}, False),
        (NONE, ["cup"], {PRICE: {"$more_than": 100}}, False),
        (NONE, ["cup"], {ALL_AMOUNT: {"$more_than": 100}}, False),
        (NONE, ["cup", "mug"], {PRICE: {"$more_than": 1_000}}, False),
        (NONE, ["mug", "tea"], {PRICE: {"$more_than": 1_000}}, True),
        (NONE, ["cup"], {PRICE: {"$more_than": 100}, QUANTITY: {"$is": 2}}, True),
        (NONE, ["cup"], {PRICE: {"$more_than": 100}, QUANTITY: {"$is": 1}}, False),
    ],
)
def test_what_is_not_known_of_a_line_meets_nothing_not_even_none(
    name: str,
    conditions: JsonValue,
    within: dict[str, JsonValue],
    result: bool,  # noqa: FBT001  # a case
) -> None:
    rules = [a_sent_rule(sub, wanted) for sub, wanted in within.items()]

    assert met(name, {"$is": conditions}, *rules, order=UNPRICED) is result


def test_a_rule_within_that_decides_nothing_may_lack_what_it_looks_at() -> None:
    dear, blue = (
        a_sent_rule(PRICE, {"$more_than": 100}),
        a_sent_rule(METADATA, {"$is": "blue"}, "colour"),
    )

    assert not met(NONE, {"$is": "cup"}, dear, blue, order=UNPRICED)
    assert not met(NONE, {"$is": "cup"}, dear, blue, order=UNPRICED, logic="1 or 2")
    assert not met(NONE, {"$is": "cup"}, dear, blue, order=UNPRICED, logic="1")
    red = a_sent_rule(METADATA, {"$is": "red"}, "colour")
    assert met(NONE, {"$is": "cup"}, dear, red, order=UNPRICED)
    assert met(NONE, {"$is": "cup"}, dear, red, order=UNPRICED, logic="2")


def test_a_line_whose_price_is_not_known_may_be_the_extreme() -> None:
    assert not met(CHEAPEST, {"$is": ["tea"]}, order=UNPRICED)
    assert not met(CHEAPEST, {}, order=UNPRICED)
    assert not met(DEAREST, {"$is": ["mug"]}, order=UNPRICED)
    assert not met(CHEAPEST, {}, order=a_cart({"product_id": "cup"}, amount=5))
    unpriced = a_cart({"product_id": "cup", "price": 5}, {"product_id": "mug"})
    assert met(CHEAPEST, {"$is": ["cup"], "$from": ["pc_tea"]}, order=unpriced)


@pytest.mark.parametrize(
    ("name", "conditions"),
    [
        (ANY, {"$is": ["mug", "pc_gone"]}),
        (ANY, {"$is_not": ["pc_gone"]}),
        (EVERY, {"$is_not": [{"id": "pc_gone"}]}),
        (NONE, {"$is": ["pc_gone"]}),
        (NONE, {"$from": ["pc_gone", "pc_tea"]}),
        (CHEAPEST, {"$is_not": ["pc_gone"]}),
        ("product.id", {"$is_not": ["pc_gone"]}),
    ],
)
def test_a_collection_that_is_gone_meets_nothing(name: str, conditions: JsonValue) -> None:
    assert not met(name, conditions)
    assert not met(name, conditions, order=a_cart(amount=5))


@pytest.mark.parametrize("name", [ANY, EVERY, CHEAPEST, DEAREST, "product.id", "sku.id"])
def test_an_empty_cart_meets_nothing_but_none(name: str) -> None:
    empty = a_cart(amount=5)

    assert not met(name, {}, order=empty)
    assert met(NONE, {}, order=empty)


def known_to_the_catalogue() -> Catalogue:
    """Tea of a green kind, each with an id and a source_id."""
    product = Product(
        id=ids.product_id(PROJECT, "tea"),
        source_id="tea",
        name="Tea",
        metadata={"brand": "Tee", "from": "Assam"},
        created_at=NOW,
    )
    sku = Sku(
        id=ids.sku_id(PROJECT, "green"),
        source_id="green",
        product=SkuProduct.of(product),
        metadata={"brand": "Grün"},
        created_at=NOW,
    )
    return Catalogue(PROJECT, {product.id: product}, {sku.id: sku})


TEA_ID: Final = ids.product_id(PROJECT, "tea")
GREEN_ID: Final = ids.sku_id(PROJECT, "green")


@pytest.mark.parametrize("called", ["tea", TEA_ID])
@pytest.mark.parametrize("line", [{"product_id": "tea"}, {"product_id": TEA_ID}])
@pytest.mark.parametrize("name", [ANY, "product.id"])
def test_a_rule_and_a_line_meet_whichever_name_of_a_product_they_use(
    name: str, line: JsonValue, called: str
) -> None:
    assert met(name, {"$is": [called]}, order=a_cart(line))


@pytest.mark.parametrize("line", [{"sku_id": "green"}, {"sku_id": GREEN_ID}])
@pytest.mark.parametrize("called", ["green", GREEN_ID, "tea", TEA_ID])
def test_a_line_that_names_its_sku_is_of_the_product_that_the_catalogue_knows(
    line: JsonValue, called: str
) -> None:
    known = replace(OCCASION, catalogue=known_to_the_catalogue())
    text = a_rule_set(a_sent_rule(ANY, {"$is": [called]}))

    assert compiled(text, PROJECT).judge(facts(a_cart(line), known)).failing is None


@pytest.mark.parametrize(
    ("line", "attribute", "value"),
    [
        ({"product_id": "tea"}, "from", "Assam"),
        ({"product_id": "tea"}, "brand", "Tee"),
        ({"sku_id": "green"}, "brand", "Grün"),
        ({"sku_id": "green"}, "from", "Assam"),
        ({"product_id": "tea", "product": {"metadata": {"brand": "X"}}}, "brand", "X"),
        ({"product_id": "tea", "product": {"metadata": {"brand": "X"}}}, "from", "Assam"),
        ({"sku_id": "green", "sku": {"metadata": {"brand": "Y"}}}, "brand", "Y"),
    ],
)
def test_product_metadata_is_the_payloads_over_what_is_stored(
    line: JsonValue, attribute: str, value: str
) -> None:
    known = replace(OCCASION, catalogue=known_to_the_catalogue())
    text = a_rule_set(a_sent_rule("product.metadata", {"$is": [value]}, attribute))

    assert compiled(text, PROJECT).judge(facts(a_cart(line), known)).failing is None


def test_match_all_wants_every_line_to_have_it() -> None:
    everyone = a_sent_rule("product.metadata.match_all", {"$is": [True]})

    def all_are(*lines: JsonValue) -> bool:
        order = a_cart(*lines)
        return met("product.metadata", {"$is_not": ["x"]}, everyone, order=order, attribute="brand")

    assert all_are(MUGS, TEA)
    assert not all_are(MUGS, TEA, CUP)


@pytest.mark.parametrize("cart", [[MUGS, TEA], [MUGS, TEA, CUP]])
def test_match_all_that_is_denied_asks_nothing(cart: list[JsonValue]) -> None:
    whoever = a_sent_rule("product.metadata.match_all", {"$is": [False]})

    assert met(
        "product.metadata", {"$is_not": ["x"]}, whoever, order=a_cart(*cart), attribute="brand"
    )


def marking(name: str, conditions: JsonValue, attribute: str | None = None) -> str:
    """A rule that marks what it matches."""
    prefix = "product" if name == "product.id" else "sku" if name == "sku.id" else name
    mark = a_sent_rule(f"{prefix}.discount_applicable", {"$is": [True]})
    return a_rule_set(a_sent_rule(name, conditions, attribute, [mark]))


def evaluated(text: str, order: Order = CART, percent: float = 10) -> Evaluation:
    """What a percentage does to `order` under the rules that `text` stands for."""
    candidate = a_candidate(percent_off(percent, rule=an_assigned_rule(text)))
    return evaluate([candidate], order, StackingRules(), OCCASION)


def discounts(evaluation: Evaluation) -> list[int]:
    """What was taken off each line."""
    taken = evaluation.order.line_discounts
    return [taken.get(line.id, 0) for line in evaluation.order.items]


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        (marking("product.id", {"$is": ["mug"]}), [200, 0, 0]),
        (marking("product.id", {"$is": ["tea", "cup"]}), [0, 300, 100]),
        (marking("product.id", {"$is": [TEA_ID]}), [0, 300, 0]),
        (marking("sku.id", {"$is": ["green"]}), [0, 300, 0]),
        (marking("product.metadata", {"$is_not": ["x"]}, "brand"), [200, 300, 0]),
        (marking("product.metadata", {"$contains": [2]}, "sizes"), [200, 0, 0]),
    ],
)
def test_a_discount_applies_to_the_lines_that_rules_mark_and_to_no_others(
    text: str, taken: list[int]
) -> None:
    evaluation = evaluated(text)

    assert discounts(evaluation) == taken
    assert evaluation.order.discount_amount == 0


def test_a_mark_is_no_condition_and_one_that_is_denied_is_no_mark() -> None:
    denied = a_sent_rule("product.discount_applicable", {"$is": [False]})
    text = a_rule_set(a_sent_rule("product.id", {"$is": ["mug"]}, within=[denied]))

    evaluation = evaluated(text)

    assert discounts(evaluation) == [0, 0, 0]
    assert evaluation.order.discount_amount == 600


@pytest.mark.parametrize("marked", ["jug", "mug"])
def test_marks_that_find_no_line_take_nothing_off_others(marked: str) -> None:
    mark = a_sent_rule("product.discount_applicable", {"$is": [True]})
    text = a_rule_set(
        a_sent_rule("product.id", {"$is": ["jug"]}, within=[mark]),
        a_sent_rule("product.id", {"$is": [marked]}),
        a_sent_rule("order.amount", {"$more_than": [1]}),
        logic="1 or (2 or 3)",
    )

    evaluation = evaluated(text)

    assert discounts(evaluation) == [0, 0, 0]
    assert evaluation.order.discount_amount == 0


def test_marks_of_lines_without_a_name_take_nothing_off_others() -> None:
    nameless: JsonValue = {"price": 500, "product": {"metadata": {"brand": "Blå"}}}

    evaluation = evaluated(
        marking("product.metadata", {"$is": ["Blå"]}, "brand"), a_cart(nameless, CUP)
    )

    assert discounts(evaluation) == [0, 0]
    assert evaluation.order.discount_amount == 0
    (applied,) = evaluation.applicable
    assert coverage_of(applied.candidate.products, evaluation.order).applicable == ()


def test_marks_that_find_no_line_leave_what_the_rule_lists() -> None:
    mark = a_sent_rule("product.discount_applicable", {"$is": [True]})
    jug = a_sent_rule("product.id", {"$is": ["jug"]}, within=[mark])
    listed = ProductLists(included=(ProductEntry(id="tea"),))
    text = a_rule_set(jug, a_sent_rule("order.amount", {"$more_than": [1]}), logic="1 or 2")
    rule = an_assigned_rule(text).model_copy(update={"applicable_to": listed})

    candidate = a_candidate(percent_off(10, rule=rule))

    assert discounts(evaluate([candidate], CART, StackingRules(), OCCASION)) == [0, 300, 0]


def test_marks_of_several_rules_are_all_marked_once() -> None:
    mark = a_sent_rule("product.discount_applicable", {"$is": [True]})
    rules = [
        a_sent_rule("product.id", {"$is": ["mug", "tea"]}, within=[mark]),
        a_sent_rule("product.id", {"$is": ["tea"]}, within=[mark]),
    ]
    ready = compiled(a_rule_set(*rules), PROJECT)

    marked = ready.marked(facts(CART, OCCASION))

    assert [each.place for each in marked or ()] == [0, 1]
    assert discounts(evaluated(a_rule_set(*rules))) == [200, 300, 0]


def test_a_set_without_marks_marks_nothing() -> None:
    text = a_rule_set(a_sent_rule("product.id", {"$is": ["mug"]}))

    assert compiled(text).marked(facts(CART, OCCASION)) is None
