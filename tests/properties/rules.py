"""Sets of rules and what they look at, from pools small enough that either outcome is common."""

from dataclasses import replace
from typing import Final, Literal

from hypothesis import strategies as st
from pydantic import JsonValue

from counterfoil.domain.catalogue import Catalogue
from counterfoil.domain.counts import Counts, Measure, Place, Share
from counterfoil.domain.customers import Summary
from counterfoil.domain.logic import Joined, Logic, Named
from counterfoil.domain.occasions import Occasion
from counterfoil.domain.order_payloads import OrderLinePayload, OrderPayload
from counterfoil.domain.orders import Order, draft
from counterfoil.domain.product_collections import ListedProduct, ProductCollection
from counterfoil.domain.rule_facts import Facts
from counterfoil.domain.rule_names import SUB, TOP, Name, Reads
from counterfoil.domain.rule_operators import NUMERIC
from counterfoil.domain.rule_sets import rules_sent
from counterfoil.domain.segments import Segment
from counterfoil.domain.shoppers import Purchases, Shopper
from tests.builders import (
    NOW,
    ORDER_ID,
    PROJECT,
    a_sent_rule,
    a_shopper,
    an_entry,
    request_ids,
    sent_rules,
)
from tests.malformed_rules import WANTED
from tests.properties import strategies

few = st.integers(0, 6)
_ODD: Final[st.SearchStrategy[JsonValue]] = st.sampled_from(("3", 2.5, "250"))
_NUMBERS: Final[st.SearchStrategy[JsonValue]] = st.one_of(few, strategies.amounts, _ODD)
_KEYS: Final = ("a", "b", "a.b")
_PRODUCTS: Final = ("prod_1", "mug", "cup", "sku_1", "red", "pc_1", "nothing")
_COLLECTION: Final = ProductCollection(
    id="pc_1",
    name="One",
    type="STATIC",
    products=(ListedProduct(id="mug", object="product"), ListedProduct(id="sku_1", object="sku")),
    created_at=NOW,
)
_SEGMENTS: Final = {
    each.id: each
    for each in (
        Segment(id="seg_1", name="One", type="static", created_at=NOW),
        Segment(
            id="seg_2",
            name="Two",
            filter={"summary.orders.total_count": {"conditions": {"$more_than": [2]}}},
            created_at=NOW,
        ),
    )
}
_METADATA: Final[st.SearchStrategy[dict[str, JsonValue]]] = st.dictionaries(
    st.sampled_from(("a", "b", "other")),
    st.sampled_from((5, "5", "red", True, ["red", "blue"], "2026-03-14", {"b": "red"}, None)),
    max_size=2,
)


@st.composite
def conditions(draw: st.DrawFn, name: Name) -> JsonValue:
    """One or two operators that a rule of this name takes, with values near what there is."""
    if name.reads is Reads.FLAG:
        return {"$is": [draw(st.booleans())]}
    operators = draw(st.lists(st.sampled_from(sorted(name.operators)), min_size=1, max_size=2))
    return {each: draw(_wanted(name, each)) for each in operators if each != "$in"} or {
        "$is": draw(_wanted(name, "$is"))
    }


def _wanted(name: Name, operator: str) -> st.SearchStrategy[JsonValue]:
    if operator == "$from":
        return st.just(["pc_1"])
    if name.reads is Reads.LINES:
        return st.lists(st.sampled_from(_PRODUCTS), max_size=3).map(lambda each: [*each])
    if name.reads is Reads.SEGMENT:
        return st.lists(st.sampled_from(["seg_1", "seg_2"]), min_size=1).map(lambda each: [*each])
    if name.reads is Reads.TEXT:
        return st.sampled_from(["3", "app"]).map(_alone)
    if name.reads is Reads.METADATA or operator not in NUMERIC:
        return st.just(WANTED[operator])
    return _NUMBERS.map(_alone)


def _alone(value: JsonValue) -> JsonValue:
    return [value]


@st.composite
def rules(draw: st.DrawFn, name: Name) -> dict[str, JsonValue]:
    """A rule of this name, perhaps with rules within it."""
    attribute = "P30D" if name.window else draw(st.sampled_from(_KEYS))
    rule = a_sent_rule(name.name, draw(conditions(name)), attribute)
    if name.sub:
        within = draw(st.lists(st.sampled_from(sorted(name.sub)), max_size=2))
        rule["rules"] = sent_rules(*(draw(rules(SUB[each])) for each in within))
    return rule


def _logics(keys: list[str]) -> st.SearchStrategy[Logic]:
    words: st.SearchStrategy[Literal["and", "or"]] = st.sampled_from(("and", "or"))
    named: st.SearchStrategy[Logic] = st.sampled_from(keys).map(Named)
    return st.recursive(
        named,
        lambda parts: st.builds(Joined, words, st.lists(parts, min_size=2, max_size=3).map(tuple)),
        max_leaves=5,
    )


@st.composite
def rule_sets(draw: st.DrawFn, names: tuple[str, ...] = tuple(TOP)) -> str:
    """The text of one to four rules of these names under a logic."""
    chosen = draw(st.lists(st.sampled_from(names), min_size=1, max_size=4))
    document = sent_rules(*(draw(rules(TOP[each])) for each in chosen))
    return rules_sent({**document, "logic": str(draw(_logics([*document])))}).text


counts = st.builds(
    Counts,
    stored=st.dictionaries(st.sampled_from(Measure), few),
    elsewhere=st.dictionaries(st.sampled_from(Measure), few),
    held=st.builds(Share, redemptions=st.integers(0, 2)),
)
shares = st.builds(Share, few, strategies.amounts, few, few)
shoppers: st.SearchStrategy[Shopper] = st.builds(
    lambda metadata, windows, summary, static: replace(
        a_shopper(**metadata), windows=windows, summary=summary, static_segments=static
    ),
    _METADATA,
    st.fixed_dictionaries({"P30D": st.builds(Purchases, few, strategies.amounts)}),
    st.builds(Summary, orders_count=few, orders_amount=strategies.amounts),
    st.sampled_from([frozenset[str](), frozenset({"seg_1"})]),
)
# What redemptions and validations look at, what qualifications do, and these of an audience.
_CALLS: Final = ((True, False), (True, False), (True, False), (False, False), (False, True))
occasions = st.builds(
    lambda call, **rest: Occasion(**rest, counts=call[0], audience_only=call[1]),
    st.sampled_from(_CALLS),
    now=st.just(NOW),
    project=st.just(PROJECT),
    shopper=st.none() | shoppers,
    has_order=st.booleans(),
    metadata=_METADATA,
    api_key=st.sampled_from(["3", ""]),
    segments=st.just(_SEGMENTS),
    collections=st.just({_COLLECTION.id: _COLLECTION}),
    catalogue=st.sampled_from([None, Catalogue(PROJECT, {}, {})]),
)


lines = st.builds(
    lambda line, metadata: OrderLinePayload.model_validate({**line, "metadata": metadata}),
    strategies.some_of(
        product_id=st.sampled_from(["prod_1", "mug"]),
        sku_id=st.sampled_from(["sku_1", "red"]),
        quantity=st.integers(0, 3),
        amount=strategies.amounts,
        price=strategies.amounts,
        product=_METADATA.map(lambda each: {"source_id": "cup", "metadata": each}),
    ),
    _METADATA,
)


@st.composite
def orders(draw: st.DrawFn) -> Order:
    """An order of lines, or of an amount, or of nothing yet; discounted or not."""
    payload = OrderPayload(
        items=draw(st.lists(lines, max_size=3)),
        metadata=draw(_METADATA),
        amount=draw(st.none() | strategies.amounts),
    )
    order = draft(payload, ORDER_ID, request_ids(), strategies.NOBODY)
    off = draw(st.integers(0, order.initial_amount or 0))
    return order.holding(an_entry(1, off)) if off else order


facts: st.SearchStrategy[Facts] = st.builds(
    Facts,
    order=orders(),
    occasion=occasions,
    total_after=st.none() | strategies.amounts,
    share=shares,
    counts=st.dictionaries(st.sampled_from(Place), counts),
    before=st.dictionaries(st.sampled_from(Place), shares),
)
