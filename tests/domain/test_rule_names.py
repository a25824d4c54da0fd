"""Every name of a rule: what meets it, what does not, and under which key it is refused.

Source: domain.md §8.3, §8.5, §8.6, §9.3. Rules on lines have more in `test_line_rules`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import pytest
from pydantic import JsonValue

from counterfoil.domain.counts import Counts, Measure, Place, Share
from counterfoil.domain.customers import Summary
from counterfoil.domain.orders import Order
from counterfoil.domain.rule_evaluation import compiled
from counterfoil.domain.rule_facts import Facts
from counterfoil.domain.rule_names import TOP
from counterfoil.domain.segments import Segment
from counterfoil.domain.shoppers import Purchases, Shopper
from tests.builders import (
    NOW,
    a_cart,
    a_rule_set,
    a_sent_rule,
    a_shopper,
    an_entry,
    an_occasion,
    facts,
)

CUSTOMER: Final = "customer_rules_violated"
ORDER: Final = "order_rules_violated"
REDEMPTION: Final = "redemption_rules_violated"
NO_CUSTOMER: Final = "missing_customer"
NO_ORDER: Final = "missing_order"
NO_AMOUNT: Final = "missing_amount"
NO_ITEMS: Final = "missing_order_items"

CART: Final = a_cart(
    {
        "product_id": "mug",
        "quantity": 2,
        "price": 1_000,
        "product": {"metadata": {"brand": "Blå"}},
        "metadata": {"colour": "blue"},
    },
    {"product_id": "tea", "sku_id": "green", "price": 3_000, "metadata": {"colour": "green"}},
    metadata={"channel": "web", "till": {"number": 3}},
)
EMPTY: Final = a_cart(amount=5_000)
UNKNOWN: Final = a_cart()
# One more redemption, and what it adds.
SHARE: Final = Share(redemptions=1, amount=5_000, discount=500, credits=300)
VIP: Final = Segment(id="seg_vip", name="VIP", type="static", created_at=NOW)
REGULAR: Final = Segment(
    id="seg_regular",
    name="Regular",
    filter={"summary.orders.total_count": {"conditions": {"$more_than": [2]}}},
    created_at=NOW,
)


def called(shopper: Shopper | None = None, order: Order = CART, **by: object) -> Facts:
    """The facts of a call `by` a shopper or a key, about `order`."""
    occasion = replace(an_occasion(), shopper=shopper, **by)  # type: ignore[arg-type]  # as named
    return replace(facts(order, occasion), share=SHARE)


def anns(order: Order = CART, **history: object) -> Facts:
    """The facts of a call by Ann, who has `history`."""
    ann = replace(a_shopper(tier="gold", size={"shoe": 38}), **history)  # type: ignore[arg-type]
    return called(ann, order, segments={VIP.id: VIP, REGULAR.id: REGULAR})


def about(order: Order, **by: object) -> Facts:
    """The facts of a call of nobody about `order`."""
    return called(None, order, **by)


def counted(number: int, place: Place, measure: Measure) -> Facts:
    """What Ann's call knows when there are `number` of `measure` at `place`, and others beside."""
    others = {each: Counts(stored=dict.fromkeys(Measure, 10**9)) for each in Place if each != place}
    known = Counts(stored={**dict.fromkeys(Measure, 10**9), measure: number})
    return replace(anns(), counts={**others, place: known})


@dataclass(frozen=True)
class Case:
    """A rule, facts that meet it, facts that do not, and the key of that and of what is missing."""

    conditions: JsonValue
    met: Facts | None
    unmet: Facts
    code: str
    attribute: str | None = None
    missing: Mapping[str, Facts] = field(default_factory=dict)


_NOBODY: Final = {NO_CUSTOMER: called()}
_NO_AMOUNT: Final = {NO_AMOUNT: about(UNKNOWN), NO_ORDER: about(UNKNOWN, has_order=False)}
_NO_ITEMS: Final = {NO_ITEMS: about(EMPTY), NO_ORDER: about(UNKNOWN, has_order=False)}
_DISCOUNTED: Final = CART.holding(an_entry(1, 1_000))
_MORE: Final = a_cart({"price": 1_000, "quantity": 2}, {"price": 3_001}, {"price": 999})


def _counting(name: str) -> Case:
    """At most 10,000: the last one that is let in, and the first one that is not."""
    place, measure = TOP[name].counts or (Place.INCENTIVE, Measure.REDEMPTIONS)
    most = 10_000 - SHARE.of(measure)
    by_customer = place in (Place.CUSTOMER, Place.CUSTOMER_IN_CAMPAIGN)
    return Case(
        {"$less_than_or_equal": [10_000]},
        counted(most, place, measure),
        counted(most + 1, place, measure),
        REDEMPTION,
        missing=_NOBODY if by_customer else _NO_AMOUNT if measure is Measure.AMOUNT else {},
    )


def _never(conditions: JsonValue, code: str = REDEMPTION, attribute: str | None = None) -> Case:
    return Case(conditions, None, anns(), code, attribute)


CASES: Final[dict[str, Case]] = {
    "customer.segment": Case(
        {"$is": [VIP.id]},
        anns(static_segments=frozenset({VIP.id})),
        anns(),
        CUSTOMER,
        missing=_NOBODY,
    ),
    "customer.metadata": Case(
        {"$more_than": [37]},
        anns(),
        called(a_shopper(size={"shoe": 37})),
        CUSTOMER,
        "size.shoe",
        _NOBODY,
    ),
    "customer.loyalty.tier": _never({"$is_not": ["gold"]}, CUSTOMER),
    "customer.orders.count": Case(
        {"$less_than": [3]},
        anns(windows={"P30D": Purchases(2, 9_000)}),
        anns(windows={"P30D": Purchases(3, 1)}),
        CUSTOMER,
        "P30D",
        _NOBODY,
    ),
    "customer.orders.total_amount": Case(
        {"$more_than_or_equal": [9_000]},
        anns(windows={"PT6H": Purchases(1, 9_000)}),
        anns(windows={"PT6H": Purchases(9, 8_999)}),
        CUSTOMER,
        "PT6H",
        _NOBODY,
    ),
    "order.amount": Case(
        {"$more_than": [4_000]}, about(CART), about(_DISCOUNTED), ORDER, missing=_NO_AMOUNT
    ),
    "order.initial_amount": Case(
        {"$is": [5_000]}, about(_DISCOUNTED), about(_MORE), ORDER, missing=_NO_AMOUNT
    ),
    "order.total_amount": Case(
        {"$more_than_or_equal": [4_500]},
        replace(about(CART), total_after=4_500),
        replace(about(CART), total_after=4_499),
        ORDER,
        missing=_NO_AMOUNT,
    ),
    "order.items.count": Case({"$is": [3]}, about(CART), about(_MORE), ORDER, missing=_NO_ITEMS),
    "order.items.price_any": Case(
        {"$more_than": [3_000]}, about(_MORE), about(CART), ORDER, missing=_NO_ITEMS
    ),
    "order.items.price_each": Case(
        {"$more_than_or_equal": [1_000]}, about(CART), about(_MORE), ORDER, missing=_NO_ITEMS
    ),
    "order.items.metadata_any": Case(
        {"$is": ["green"]}, about(CART), about(_MORE), ORDER, "colour", _NO_ITEMS
    ),
    "order.items.metadata_each": Case(
        {"$is_not": ["red"]}, about(CART), about(_MORE), ORDER, "colour", _NO_ITEMS
    ),
    "order.metadata": Case(
        {"$is": ["3"]},
        about(CART),
        about(_MORE),
        ORDER,
        "till.number",
        {NO_ORDER: about(UNKNOWN, has_order=False)},
    ),
    "order.items.any": Case({"$is": ["tea"]}, about(CART), about(_MORE), ORDER, missing=_NO_ITEMS),
    "order.items.every": Case(
        {"$is": ["tea", "mug"]}, about(CART), about(_MORE), ORDER, missing=_NO_ITEMS
    ),
    "order.items.none": Case({"$is": ["tea"]}, about(_MORE), about(CART), ORDER),
    "order.items.cheapest": Case(
        {"$is": ["mug"]}, about(CART), about(_MORE), ORDER, missing=_NO_ITEMS
    ),
    "order.items.most_expensive": Case(
        {"$is": ["green"]}, about(CART), about(_MORE), ORDER, missing=_NO_ITEMS
    ),
    "product.id": Case({"$is": ["tea"]}, about(CART), about(_MORE), ORDER, missing=_NO_ITEMS),
    "sku.id": Case({"$is": ["green"]}, about(CART), about(_MORE), ORDER, missing=_NO_ITEMS),
    "product.metadata": Case(
        {"$starts_with": ["Bl"]}, about(CART), about(_MORE), ORDER, "brand", _NO_ITEMS
    ),
    **{name: _counting(name) for name in TOP if TOP[name].counts is not None},
    "redemption.metadata": Case(
        {"$is": ["3"]},
        called(metadata={"till": "3"}),
        called(metadata={"till": "4"}),
        REDEMPTION,
        "till",
    ),
    "redemption.api_key": Case(
        {"$is": ["app-1"]}, called(api_key="app-1"), called(api_key="app-2"), REDEMPTION
    ),
    "redemption.user.login": _never({"$is_not": ["ann"]}),
    "redemption.count.per_user": _never({"$less_than": [9]}),
    "publication.redeemable_by_linked_customer": _never({"$is": [True]}),
    "custom_event.metadata": _never({"$is_not": ["x"]}, attribute="key"),
}


def refused(rule: JsonValue, known: Facts) -> str | None:
    """The key that the rule alone refuses under; None when it is met."""
    failing = compiled(a_rule_set(rule)).judge(known).failing
    return None if failing is None else failing.code.value


@pytest.mark.parametrize("name", TOP)
def test_a_rule_of_each_name_is_met_by_these_facts_and_refused_for_those(name: str) -> None:
    case = CASES[name]
    rule = a_sent_rule(name, case.conditions, case.attribute)

    assert case.met is None or refused(rule, case.met) is None
    assert refused(rule, case.unmet) == case.code
    assert {code: refused(rule, known) for code, known in case.missing.items()} == {
        code: code for code in case.missing
    }


@pytest.mark.parametrize("name", [name for name in TOP if CASES[name].code == ORDER])
def test_a_rule_about_the_order_does_not_take_its_lack_for_anything_but_none(name: str) -> None:
    case = CASES[name]
    rule = a_sent_rule(name, case.conditions, case.attribute)

    code = refused(rule, about(UNKNOWN, has_order=False))

    assert code == (None if name == "order.items.none" else NO_ORDER)


@pytest.mark.parametrize("name", [name for name in TOP if CASES[name].met is None])
def test_what_nobody_has_here_is_met_by_nobody_not_even_where_it_is_denied(name: str) -> None:
    case = CASES[name]

    for known in (anns(), called(), about(EMPTY)):
        assert refused(a_sent_rule(name, case.conditions, case.attribute), known) == (
            NO_CUSTOMER
            if name.startswith("customer.") and not known.occasion.shopper
            else case.code
        )


@pytest.mark.parametrize("name", [name for name in TOP if CASES[name].attribute])
def test_a_rule_with_a_property_is_not_met_without_what_that_names(name: str) -> None:
    case = CASES[name]
    if TOP[name].window:
        return

    rule = a_sent_rule(name, {"$is_not": ["x"]}, "nowhere")

    assert refused(rule, case.met or case.unmet) == case.code


COUNTING: Final = [name for name in TOP if TOP[name].counts is not None]


@pytest.mark.parametrize("name", COUNTING)
def test_a_counting_rule_counts_the_redemption_under_test(name: str) -> None:
    place, measure = TOP[name].counts or (Place.INCENTIVE, Measure.REDEMPTIONS)
    own = SHARE.of(measure)

    for number in (0, 1, 7_000):
        known = counted(number, place, measure)
        assert refused(a_sent_rule(name, {"$is": [number + own]}), known) is None
        assert refused(a_sent_rule(name, {"$less_than": [number + own]}), known) == REDEMPTION
    assert refused(a_sent_rule(name, {"$less_than_or_equal": [own]}), anns()) is None


@pytest.mark.parametrize("name", COUNTING)
def test_a_counting_rule_counts_what_came_before_in_the_same_call(name: str) -> None:
    place, measure = TOP[name].counts or (Place.INCENTIVE, Measure.REDEMPTIONS)
    before = Share(redemptions=2, amount=20, discount=200, credits=2_000)
    known = replace(counted(100, place, measure), before={place: before})

    number = 100 + before.of(measure) + SHARE.of(measure)

    assert refused(a_sent_rule(name, {"$is": [number]}), known) is None
    assert refused(a_sent_rule(name, {"$less_than": [number]}), known) == REDEMPTION


@pytest.mark.parametrize("name", COUNTING)
def test_a_counting_rule_counts_what_lies_elsewhere_and_what_sessions_hold(name: str) -> None:
    place, measure = TOP[name].counts or (Place.INCENTIVE, Measure.REDEMPTIONS)
    held = Share(redemptions=4, amount=40, discount=400, credits=4_000)
    standing = Counts(stored={measure: 1}, elsewhere={measure: 10}, held=held)
    known = replace(anns(), counts={place: standing})

    number = 11 + held.of(measure) + SHARE.of(measure)

    assert refused(a_sent_rule(name, {"$is": [number]}), known) is None


@pytest.mark.parametrize("name", COUNTING)
def test_a_counting_rule_is_met_by_a_call_that_does_not_count(name: str) -> None:
    place, measure = TOP[name].counts or (Place.INCENTIVE, Measure.REDEMPTIONS)
    known = counted(10**9, place, measure)
    offered = replace(known, occasion=replace(known.occasion, counts=False))

    assert refused(a_sent_rule(name, {"$less_than_or_equal": [0]}), offered) is None


@pytest.mark.parametrize(
    ("suffix", "measure"),
    [
        ("", Measure.REDEMPTIONS),
        (".daily", Measure.DAY),
        (".weekly", Measure.WEEK),
        (".monthly", Measure.MONTH),
    ],
)
def test_a_period_is_counted_where_the_name_says(suffix: str, measure: Measure) -> None:
    places = {
        "redemption.count.per_customer": Place.CUSTOMER,
        "campaign.redemptions.count": Place.CAMPAIGN,
        "campaign.redemptions.customers_count": Place.CUSTOMER_IN_CAMPAIGN,
        **({"redemption.count": Place.INCENTIVE} if suffix else {}),
    }

    for name, place in places.items():
        assert TOP[name + suffix].counts == (place, measure)


def test_money_is_counted_in_the_campaign_and_an_api_key_at_the_incentive() -> None:
    places = {
        "campaign.orders.amount": (Place.CAMPAIGN, Measure.AMOUNT),
        "campaign.orders.amount_discounted": (Place.CAMPAIGN, Measure.DISCOUNT),
        "redemption.gift.amount": (Place.CAMPAIGN, Measure.CREDITS),
        "redemption.count.per_api_key": (Place.API_KEY, Measure.REDEMPTIONS),
    }

    assert {name: TOP[name].counts for name in places} == places


def segment_code(conditions: JsonValue, known: Facts) -> str | None:
    return refused(a_sent_rule("customer.segment", conditions), known)


def test_a_customer_is_in_the_segments_that_list_or_fit_them() -> None:
    listed = anns(static_segments=frozenset({VIP.id}))
    regular = anns(summary=Summary(orders_count=3))

    assert segment_code({"$is": [VIP.id, REGULAR.id]}, listed) is None
    assert segment_code({"$is": [VIP.id, REGULAR.id]}, regular) is None
    assert segment_code({"$in": [REGULAR.id]}, listed) == CUSTOMER
    assert segment_code({"$is": [VIP.id, REGULAR.id]}, anns()) == CUSTOMER


def test_who_is_in_none_of_the_segments_meets_what_denies_them_and_nobody_does_not() -> None:
    regular = anns(summary=Summary(orders_count=3))

    for operator in ("$is_not", "$not_in"):
        assert segment_code({operator: [VIP.id, REGULAR.id]}, anns()) is None
        assert segment_code({operator: [VIP.id]}, regular) is None
        assert segment_code({operator: [VIP.id, REGULAR.id]}, regular) == CUSTOMER
        assert segment_code({operator: [VIP.id]}, called()) == NO_CUSTOMER


def test_nobody_is_in_a_segment_that_is_gone() -> None:
    ann = anns(static_segments=frozenset({"seg_gone"}))

    assert segment_code({"$is": ["seg_gone"]}, ann) == CUSTOMER
    assert segment_code({"$is_not": ["seg_gone"]}, ann) is None


@pytest.mark.parametrize(("week_start", "code"), [(0, CUSTOMER), (6, None)])
def test_a_segments_week_begins_where_the_projects_does(week_start: int, code: str | None) -> None:
    """NOW is a Saturday, and the last order was on the Sunday before it."""
    this_week = Segment(
        id="seg_week",
        name="Week",
        filter={"summary.orders.last_order_date": {"conditions": {"$this_week": True}}},
        created_at=NOW,
    )
    ann = replace(a_shopper(), last_order_at=NOW.replace(day=8))
    known = called(ann, week_start=week_start, segments={this_week.id: this_week})

    assert segment_code({"$is": [this_week.id]}, known) == code


def history_code(name: str, attribute: str | None, wanted: int, known: Facts) -> str | None:
    return refused(a_sent_rule(name, {"$is": [wanted]}, attribute), known)


def test_a_history_without_window_is_of_all_time() -> None:
    known = anns(summary=Summary(orders_count=3, orders_amount=9_000))

    assert history_code("customer.orders.count", None, 3, known) is None
    assert history_code("customer.orders.total_amount", None, 9_000, known) is None
    assert history_code("customer.orders.count", None, 0, anns()) is None


def test_a_window_that_was_not_loaded_meets_nothing() -> None:
    known = anns(windows={"P30D": Purchases(1, 100)})

    assert history_code("customer.orders.count", "P31D", 0, known) == CUSTOMER


def test_what_must_be_loaded_is_what_rules_that_count_read() -> None:
    rules = [
        a_sent_rule("customer.orders.count", {"$is": [1]}, "P30D"),
        a_sent_rule("customer.orders.count", {"$is": [1]}, "P6M"),
        a_sent_rule("customer.segment", {"$is": [VIP.id], "$is_not": ["seg_x"]}),
        a_sent_rule("order.items.any", {"$is": ["mug", "pc_1"], "$from": ["pc_2"]}),
        a_sent_rule("campaign.orders.amount", {"$less_than": [1]}),
        a_sent_rule("redemption.count.daily", {"$less_than": [1]}),
        a_sent_rule("customer.orders.count", {"$is": [1]}, "P9D"),
    ]

    needs = compiled(a_rule_set(*rules, logic="1 or 2 or 3 or 4 or 5 or 6")).needs

    assert needs.windows == {"P30D", "P6M"}
    assert needs.segments == {VIP.id, "seg_x"}
    assert needs.collections == {"pc_1", "pc_2"}
    assert needs.places == {Place.CAMPAIGN, Place.INCENTIVE}
    assert needs.history
    assert needs.products
    assert not compiled(a_rule_set(a_sent_rule("order.amount", {"$is": [1]}))).needs


def test_only_the_first_rule_that_is_not_met_is_told_in_the_order_of_the_keys() -> None:
    rules = [
        a_sent_rule("order.amount", {"$more_than": [1]}),
        a_sent_rule("customer.segment", {"$is": [VIP.id]}),
        a_sent_rule("order.amount", {"$more_than": [9_999]}),
    ]

    for logic in ("1 and 2 and 3", "3 and 2", "3 or 2", "1 and (3 or 2)"):
        failing = compiled(a_rule_set(*rules, logic=logic)).judge(anns()).failing
        assert failing is not None
        assert (failing.check.rule.key, failing.code) == ("2", CUSTOMER)


def test_an_audience_is_asked_for_what_is_about_the_customer_alone() -> None:
    rules = [
        a_sent_rule(name, CASES[name].conditions, CASES[name].attribute)
        for name in TOP
        if not name.startswith("customer.")
    ]
    segment = a_sent_rule("customer.segment", {"$is": [VIP.id]})
    known = anns(static_segments=frozenset({VIP.id}))

    def audience(each: Facts) -> Facts:
        return replace(each, occasion=replace(each.occasion, audience_only=True))

    assert compiled(a_rule_set(*rules)).judge(audience(called())).failing is None
    assert refused(segment, audience(known)) is None
    assert refused(segment, audience(anns())) == CUSTOMER


def test_the_facts_of_a_call_are_read_once() -> None:
    known = an_occasion()

    assert known.lines_of(CART) is known.lines_of(CART)
    assert known.lines_of(_MORE) is not known.lines_of(CART)
