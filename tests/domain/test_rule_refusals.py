"""What is said to whom does not meet a rule, and when rules are judged (domain.md §8.7, §9.3)."""

from dataclasses import replace
from typing import Final

import pytest
from pydantic import JsonValue

from counterfoil.domain.campaigns import Campaign
from counterfoil.domain.candidates import Candidate
from counterfoil.domain.counts import Counts, Guard, Measure, Place
from counterfoil.domain.errors import Refusal
from counterfoil.domain.occasions import Occasion
from counterfoil.domain.orders import Order
from counterfoil.domain.outcomes import Applicable, Inapplicable, Outcome, Skipped
from counterfoil.domain.promotions import PromotionTier
from counterfoil.domain.stacking import evaluate
from counterfoil.domain.stacking_rules import StackingRules
from tests.builders import (
    NOW,
    a_candidate,
    a_card_candidate,
    a_cart,
    a_counter,
    a_gift_card,
    a_rule_set,
    a_sent_rule,
    a_shopper,
    amount_off,
    an_assigned_rule,
    an_occasion,
    an_order,
    percent_off,
)

LEAST: Final = a_sent_rule("order.amount", {"$more_than_or_equal": [20_000]})
VIOLATED: Final = "cannot be redeemed because of violated validation rules"


def outcome(
    candidate: Candidate,
    order: Order | None = None,
    occasion: Occasion | None = None,
    rules: StackingRules | None = None,
) -> Outcome:
    """What becomes of `candidate` alone; the order is of 100.00."""
    tried = evaluate(
        [candidate], order or an_order(), rules or StackingRules(), occasion or an_occasion()
    )
    return tried.outcomes[0]


def refusal(
    *rules: JsonValue, order: Order | None = None, occasion: Occasion | None = None
) -> Refusal:
    """Why a voucher with `rules` is refused."""
    bound = a_candidate(percent_off(10, rule=an_assigned_rule(a_rule_set(*rules))))
    found = outcome(bound, order, occasion)
    assert isinstance(found, Inapplicable)
    return found.refusal


def test_a_refusal_names_the_rule_what_it_saw_and_what_it_wanted() -> None:
    found = refusal(LEAST)

    assert (found.code, found.message) == (
        "order_rules_violated",
        "order does not match validation rules",
    )
    assert found.details == (
        f"Discount Coupon {VIOLATED}: val_1 (rule 1, order.amount is 10000 and must be at least "
        "20000)"
    )
    assert found.custom is None


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (
            a_sent_rule("order.metadata", {"$is": ["app"]}, "channel"),
            "order.metadata channel is web and must be app",
        ),
        (
            a_sent_rule("order.metadata", {"$is_not": ["x"]}, "nowhere"),
            "order.metadata nowhere must not be x",
        ),
        (
            a_sent_rule("order.items.price_each", {"$more_than": [5], "$less_than": [9]}),
            "order.items.price_each is [7, 10] and must be more than 5 and be less than 9",
        ),
        (
            a_sent_rule("order.items.any", {"$is": ["a", {"id": "b"}, "c", "d"]}),
            "order.items.any must be a, b, c, …; no line matches",
        ),
        (
            a_sent_rule("redemption.metadata", {"$is": ["3"]}, "till"),
            "redemption.metadata till is 5 and must be 3",
        ),
        # What others have redeemed, and which apps may call, is no browser's affair.
        *(
            (
                a_sent_rule(name, {"$less_than_or_equal": [0]}),
                f"{name} must be at most 0",
            )
            for name in (
                "redemption.count.daily",
                "redemption.count.per_api_key",
                "campaign.redemptions.count",
                "campaign.orders.amount",
                "campaign.orders.amount_discounted",
            )
        ),
        (
            a_sent_rule("redemption.api_key", {"$is": ["secret-till-key"]}),
            "redemption.api_key must be met",
        ),
        # What is known of a customer is nobody else's affair.
        (
            a_sent_rule("customer.metadata", {"$is": ["gold"]}, "tier"),
            "customer.metadata tier must be gold",
        ),
        (
            a_sent_rule("redemption.count.per_customer", {"$less_than": [1]}),
            "redemption.count.per_customer must be less than 1",
        ),
    ],
)
def test_the_details_say_thing_fact_and_limit_and_nothing_of_the_customer(
    rule: JsonValue, words: str
) -> None:
    order = a_cart({"price": 7}, {"price": 10}, metadata={"channel": "web"})
    known = replace(
        an_occasion(), shopper=a_shopper(tier="silver"), metadata={"till": "5"}, api_key="web"
    )

    details = refusal(rule, order=order, occasion=known).details

    assert details == f"Discount Coupon {VIOLATED}: val_1 (rule 1, {words})"


MUG: Final[JsonValue] = {"source_id": "mug", "object": "product"}
THING: Final[dict[str, JsonValue]] = {"source_id": "tea", "related_object": "product"}
QUANTITY: Final = "order.items.quantity"
SUM: Final = "order.items.aggregated_quantity"


def on_lines(
    name: str, conditions: dict[str, JsonValue], *within: JsonValue, logic: str | None = None
) -> JsonValue:
    """A rule on lines with rules within."""
    rules = {str(key): each for key, each in enumerate(within, start=1)}
    inner: JsonValue = {**rules} if logic is None else {**rules, "logic": logic}
    return {"name": name, "conditions": conditions, "rules": inner}


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (on_lines("order.items.any", {"$is": [{"id": "cup"}]}), "must be cup; no line matches"),
        (on_lines("order.items.every", {"$is": [MUG]}), "must be mug; not met by items[1]"),
        (on_lines("order.items.cheapest", {"$is": [MUG]}), "must be mug; it is items[1]"),
        (
            on_lines("order.items.most_expensive", {"$is_not": [MUG]}),
            "must not be mug; it is items[0]",
        ),
        (
            on_lines("order.items.cheapest", {"$is": [MUG], "$from": ["pc_none"]}),
            "must be mug and be of pc_none; there is no pc_none",
        ),
        (on_lines("order.items.none", {}), "must be met; items[0] matches"),
        (
            on_lines("order.items.none", {}, a_sent_rule(QUANTITY, {"$more_than": [2]})),
            f"must be met; items[1] matches, its {QUANTITY} is 3 and none may be more than 2",
        ),
        (
            on_lines(
                "order.items.none",
                {},
                a_sent_rule(QUANTITY, {"$more_than": [2]}),
                a_sent_rule(QUANTITY, {"$more_than": [9]}),
                logic="1 or 2",
            ),
            f"must be met; items[1] matches, its {QUANTITY} is 3 and none may be more than 2",
        ),
        (on_lines("product.id", {"$is_not": [MUG]}), "must not be mug; not met by items[0]"),
        (on_lines("sku.id", {"$is": ["cup"]}), "must be cup; no line matches"),
        (
            on_lines("order.items.any", {"$is": [MUG]}, a_sent_rule(SUM, {"$more_than": [4]})),
            f"must be mug; of items[0], {SUM} is 2 and must be more than 4",
        ),
        (
            on_lines("order.items.every", {}, a_sent_rule(QUANTITY, {"$less_than": [3]})),
            "must be met; of items[1], order.items.quantity is 3 and must be less than 3",
        ),
        (
            on_lines(
                "order.items.any",
                {"$is": [MUG]},
                a_sent_rule("order.items.metadata", {"$is": ["red"]}, "colour"),
                a_sent_rule(QUANTITY, {"$more_than": [1]}),
                a_sent_rule(SUM, {"$more_than": [9]}),
                logic="1 and 2",
            ),
            "must be mug; of items[0], order.items.metadata colour must be red",
        ),
    ],
)
def test_a_refusal_on_lines_names_those_that_decided_and_what_they_lack(
    rule: dict[str, JsonValue], words: str
) -> None:
    order = a_cart(
        {**THING, "source_id": "mug", "price": 9, "quantity": 2},
        {**THING, "price": 3, "quantity": 3},
    )

    details = refusal(rule, order=order).details

    assert details == f"Discount Coupon {VIOLATED}: val_1 (rule 1, {rule['name']} {words})"


def test_a_cart_of_nothing_but_what_is_denied_tells_that_line() -> None:
    rule = on_lines("product.id", {"$is_not": [MUG]})
    order = a_cart({**THING, "source_id": "mug", "price": 9})

    assert "product.id must not be mug; not met by items[0])" in refusal(rule, order=order).details


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (on_lines("order.items.cheapest", {"$is": [MUG]}), "no price is known of items[1]"),
        (
            on_lines(
                "order.items.none",
                {},
                a_sent_rule("order.items.price", {"$more_than": [9]}),
                a_sent_rule(QUANTITY, {"$less_than": [5]}),
            ),
            (
                "items[1] matches, its order.items.price is not known and none may be more than 9, "
                f"its {QUANTITY} is 3 and none may be less than 5"
            ),
        ),
    ],
)
def test_what_is_not_known_of_a_line_is_told_where_it_decides(rule: JsonValue, words: str) -> None:
    order = a_cart({**THING, "source_id": "mug", "price": 9}, {**THING, "quantity": 3})

    assert refusal(rule, order=order).details.endswith(f"; {words})")


def test_what_the_catalogue_keeps_of_a_product_is_not_told() -> None:
    rule = a_sent_rule("product.metadata", {"$is": ["low"]}, "margin")
    order = a_cart({"price": 9, "product": {"metadata": {"margin": "high"}}})

    details = refusal(rule, order=order).details

    assert "(rule 1, product.metadata margin must be low; no line matches)" in details


def test_a_lack_is_told_as_what_is_required() -> None:
    nobody = refusal(a_sent_rule("customer.segment", {"$is": ["seg_1"]}))
    nothing = refusal(LEAST, order=a_cart())

    assert (nobody.code, nobody.message) == ("missing_customer", "Missing customer")
    assert nobody.details == (
        "Customer is required to validate rules: val_1 (rule 1, customer.segment must be seg_1)"
    )
    assert (nothing.code, nothing.message) == ("missing_amount", "Missing amount")
    assert nothing.details == (
        "The amount of the order is required to validate rules: val_1 "
        "(rule 1, order.amount must be at least 20000)"
    )


def test_the_words_are_the_rules_own_or_else_the_sets() -> None:
    own: JsonValue = {**LEAST, "error": {"message": "Spend more"}}
    text = a_rule_set(own, {**LEAST, "error": None}, logic="1 and 2")
    second = a_rule_set(a_sent_rule("order.amount", {"$more_than": [1]}), LEAST)

    for rules, words in ((text, "Spend more"), (second, "Not today")):
        rule = an_assigned_rule(rules, "Not today")
        found = outcome(a_candidate(percent_off(10, rule=rule)))
        assert isinstance(found, Inapplicable)
        assert found.refusal.custom == words


def test_cards_and_tiers_are_called_what_they_are() -> None:
    rule = an_assigned_rule(a_rule_set(LEAST))
    card = a_card_candidate(a_gift_card(rule=rule), 5_000)
    tier = PromotionTier.model_validate(
        {
            **percent_off(10, rule=rule).model_dump(include={"discount", "rule", "created_at"}),
            "id": "promo_1",
            "name": "Ten",
            "hierarchy": 1,
            "campaign_id": "camp_1",
        }
    )
    campaign = Campaign(id="camp_1", name="Spring", campaign_type="PROMOTION", created_at=NOW)
    offer = Candidate("promotion_tier", tier.id, tier, a_counter(), campaign)

    for candidate, kind in ((card, "Gift Card"), (offer, "Promotion Tier")):
        found = outcome(candidate)
        assert isinstance(found, Inapplicable)
        assert found.refusal.details.startswith(f"{kind} {VIOLATED}: val_1")


def in_campaign(own: JsonValue, of_campaign: JsonValue) -> Candidate:
    """A voucher with a rule, of a campaign with another."""
    campaign = Campaign(
        id="camp_1",
        name="Spring",
        rule=an_assigned_rule(a_rule_set(of_campaign)).model_copy(update={"rule_id": "val_2"}),
        created_at=NOW,
    )
    voucher = percent_off(10, rule=an_assigned_rule(a_rule_set(own)), campaign_id="camp_1")
    return replace(a_candidate(voucher), campaign=campaign, campaign_counter=a_counter())


def test_its_own_rule_comes_before_its_campaigns_and_both_must_be_met() -> None:
    met, unmet = a_sent_rule("order.amount", {"$is": [10_000]}), LEAST

    told = [outcome(in_campaign(*both)) for both in ((unmet, unmet), (met, unmet), (met, met))]

    assert isinstance(told[0], Inapplicable)
    assert isinstance(told[1], Inapplicable)
    assert "val_1" in told[0].refusal.details
    assert "val_2" in told[1].refusal.details
    assert isinstance(told[2], Applicable)


def test_a_campaigns_limit_is_guarded_at_the_campaign_and_alone_at_the_voucher() -> None:
    limit = a_sent_rule("campaign.redemptions.count", {"$less_than_or_equal": [5]})
    alone = a_candidate(percent_off(10, rule=an_assigned_rule(a_rule_set(limit))))
    standing = {Place.INCENTIVE: Counts(stored={Measure.REDEMPTIONS: 2})}

    for candidate, place in (
        (in_campaign(limit, limit), Place.CAMPAIGN),
        (replace(alone, counts=standing), Place.INCENTIVE),
    ):
        found = outcome(candidate)
        assert isinstance(found, Applicable)
        assert set(found.guards) == {Guard(place, Measure.REDEMPTIONS, 4)}


def test_a_decision_by_history_says_so() -> None:
    first = a_sent_rule("customer.orders.count", {"$is": [0]})
    bound = a_candidate(percent_off(10, rule=an_assigned_rule(a_rule_set(first))))

    found = outcome(bound, occasion=replace(an_occasion(), shopper=a_shopper()))

    assert isinstance(found, Applicable)
    assert found.historic


@pytest.mark.parametrize(("least", "applies"), [(9_000, True), (9_001, False)])
def test_a_rule_on_what_is_left_is_judged_with_the_effect(
    least: int,
    applies: bool,  # noqa: FBT001  # a case
) -> None:
    rule = a_sent_rule("order.total_amount", {"$more_than_or_equal": [least]})

    found = outcome(a_candidate(percent_off(10, rule=an_assigned_rule(a_rule_set(rule)))))

    assert isinstance(found, Applicable) is applies


def test_what_has_no_effect_is_passed_over_only_when_its_rules_are_met() -> None:
    skips = StackingRules(redeemables_no_effect_rule="SKIP")
    paid = a_cart(amount=0)
    for wanted, kind in ((0, Skipped), (1, Inapplicable)):
        rule = a_sent_rule("order.amount", {"$is": [wanted]})
        bound = a_candidate(amount_off(10, rule=an_assigned_rule(a_rule_set(rule))))

        assert isinstance(outcome(bound, paid, rules=skips), kind)


def test_what_rules_saw_is_kept_where_that_is_asked_for_and_nowhere_else() -> None:
    asking = replace(an_occasion(), explains=True)
    for rule in (LEAST, a_sent_rule("order.total_amount", {"$more_than": [1]})):
        bound = a_candidate(percent_off(10, rule=an_assigned_rule(a_rule_set(rule))))

        assert outcome(bound).trace is None
        (trace,) = outcome(bound, occasion=asking).trace or ()
        assert trace.rule_id == "val_1"
