"""Limits on what redemptions add up to: what they refuse, and what must still hold at the end."""

from dataclasses import replace
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import JsonValue

from counterfoil.domain.assigned_rules import AssignedRule
from counterfoil.domain.campaigns import Campaign
from counterfoil.domain.candidates import Candidate
from counterfoil.domain.counters import Counter
from counterfoil.domain.counts import NO_SHARE, Counts, Guard, Measure, Place, Share
from counterfoil.domain.records import use_of
from counterfoil.domain.rule_evaluation import Verdict, compiled
from counterfoil.domain.stacking import Evaluation, evaluate
from counterfoil.domain.stacking_rules import StackingRules
from tests.builders import (
    NOW,
    a_candidate,
    a_rule_set,
    a_sent_rule,
    a_shopper,
    amount_off,
    an_occasion,
    an_order,
    facts,
    percent_off,
)

COUNT: Final = "campaign.redemptions.count"
OFF: Final = "campaign.orders.amount_discounted"
PARTIAL: Final = StackingRules(redeemables_application_mode="PARTIAL")


def at_most(number: JsonValue, name: str = COUNT) -> str:
    return a_rule_set(a_sent_rule(name, {"$less_than_or_equal": number}))


def verdict(text: str, known: Counts, before: Share = NO_SHARE) -> Verdict:
    """What becomes of rules on the campaign's count, where `known` stands."""
    place = {Place.CAMPAIGN: known}
    return compiled(text).judge(facts(counts=place, before={Place.CAMPAIGN: before}))


def redeemed(number: int) -> Counts:
    return Counts(stored={Measure.REDEMPTIONS: number})


def on_campaign(most: int | None) -> tuple[Guard, ...]:
    return (Guard(Place.CAMPAIGN, Measure.REDEMPTIONS, most),)


@pytest.mark.parametrize(
    ("conditions", "most"),
    [
        ({"$less_than_or_equal": [3]}, 2),
        ({"$less_than": [3]}, 1),
        ({"$less_than_or_equal": [3.5]}, 2),
        ({"$less_than": [3.5]}, 2),
        ({"$less_than": ["3"]}, 1),
        ({"$less_than": [9], "$less_than_or_equal": [3]}, 2),
        ({"$is": [1]}, None),
        ({"$is_not": [5]}, None),
        ({"$in": [1, 4, 9]}, None),
        ({"$more_than": [0]}, None),
        ({"$more_than_or_equal": [1], "$less_than": [3]}, None),
    ],
)
def test_an_upper_bound_leaves_room_and_any_other_condition_none(
    conditions: JsonValue, most: int | None
) -> None:
    text = a_rule_set(a_sent_rule(COUNT, conditions))

    assert verdict(text, redeemed(0)).guards == on_campaign(most)


def test_the_redemption_under_test_is_counted_in() -> None:
    assert verdict(at_most(3), redeemed(2)).failing is None
    assert verdict(at_most(3), redeemed(3)).failing is not None
    assert verdict(at_most(0), redeemed(0)).failing is not None


def test_what_is_counted_elsewhere_or_held_leaves_less_room_to_what_is_stored() -> None:
    known = Counts(
        stored={Measure.REDEMPTIONS: 1},
        elsewhere={Measure.REDEMPTIONS: 4},
        held=Share(redemptions=2),
    )

    assert verdict(at_most(8), known).guards == on_campaign(8 - 4 - 2 - 1)
    assert verdict(at_most(7), known).failing is not None


def test_what_came_before_in_the_call_leaves_less_room() -> None:
    before = Share(redemptions=2)

    assert verdict(at_most(5), redeemed(2), before).guards == on_campaign(5 - 2 - 1)
    assert verdict(at_most(4), redeemed(2), before).failing is not None


def test_only_the_counting_rules_that_were_met_and_mattered_leave_a_guard() -> None:
    count, order = a_sent_rule(COUNT, {"$less_than": 3}), a_sent_rule("order.amount", {"$is": 1})

    assert verdict(a_rule_set(count, order, logic="1 or 2"), redeemed(0)).guards == on_campaign(1)
    assert verdict(a_rule_set(order, count, logic="1 or 2"), redeemed(0)).guards == on_campaign(1)
    assert verdict(a_rule_set(order, count), redeemed(0)).guards == ()
    assert verdict(a_rule_set(count, logic=""), redeemed(9)) == Verdict()
    either = a_rule_set(count, a_sent_rule(COUNT, {"$is": 10}), logic="1 or 2")
    assert verdict(either, redeemed(0)).guards == on_campaign(1)
    assert verdict(either, redeemed(9)).guards == on_campaign(None)


def test_a_call_that_does_not_count_takes_limits_for_met_and_leaves_no_guard() -> None:
    offered = facts(occasion=replace(an_occasion(), counts=False))

    assert compiled(at_most(0)).judge(offered) == Verdict()


def test_a_limit_by_customer_is_not_met_by_nobody_nor_passed_by_anybody() -> None:
    text = at_most(1, "redemption.count.per_customer")
    known = replace(an_occasion(), shopper=a_shopper())

    nobody = compiled(text).judge(facts()).failing
    once = compiled(text).judge(facts(occasion=known, counts={Place.CUSTOMER: redeemed(1)})).failing

    assert nobody is not None
    assert once is not None
    assert (nobody.code, once.code) == ("missing_customer", "redemption_rules_violated")
    assert compiled(text).judge(facts(occasion=known)).guards == (
        Guard(Place.CUSTOMER, Measure.REDEMPTIONS, 0),
    )


PLACES: Final = st.lists(st.integers(0, 12), min_size=1, max_size=5)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 40), PLACES, st.data())
def test_requests_that_know_different_moments_never_pass_a_limit_together(
    limit: int, taken: list[int], data: st.DataObject
) -> None:
    """Only the first item is ever raised; each request read every item at some time before."""
    first = sum(taken)
    past = [[*taken]]
    for _ in range(15):
        now = [*past[-1]]
        if data.draw(st.booleans()):
            place = data.draw(st.integers(0, len(now) - 1))
            now[place] = max(0, now[place] - 1)
        else:
            stored, *others = (data.draw(st.sampled_from(past))[at] for at in range(len(now)))
            known = replace(redeemed(stored), elsewhere={Measure.REDEMPTIONS: sum(others)})
            count = data.draw(st.integers(1, 3))
            now[0] += _granted(limit, known, count, now[0])
        past.append(now)
        assert sum(now) <= max(limit, first)
        assert sum(now) <= limit or sum(now) <= sum(past[-2])


def _granted(limit: int, known: Counts, count: int, stored: int) -> int:
    """How many of `count` uses in one call are met and still within their guards."""
    found = [verdict(at_most(limit), known, Share(redemptions=before)) for before in range(count)]
    guards = [guard for each in found if each.failing is None for guard in each.guards]
    holds = all(guard.most is not None and stored <= guard.most for guard in guards)
    return len(guards) if holds else 0


def a_rule_of(text: str, rule_id: str = "val_1") -> AssignedRule:
    return AssignedRule(
        assignment_id="asgm_1", rule_id=rule_id, version=1, created_at=NOW, rules=text
    )


def of_campaign(
    count: int, text: str, known: Counts | None = None, **fields: object
) -> list[Candidate]:
    """Vouchers of one campaign that has the rule `text`, where `known` stands."""
    campaign = Campaign(id="camp_1", name="Spring", rule=a_rule_of(text), created_at=NOW)
    counter = Counter(used=0, taken=0, version=1, generation="g")
    return [
        replace(
            a_candidate(amount_off(10, f"CODE-{number}", campaign_id="camp_1", **fields)),
            campaign=campaign,
            campaign_counter=counter,
            counts={Place.CAMPAIGN: known or Counts()},
            counted=frozenset({Place.CAMPAIGN}),
        )
        for number in range(count)
    ]


def tried(candidates: list[Candidate]) -> Evaluation:
    return evaluate(candidates, an_order(amount=10_000), PARTIAL, an_occasion())


def test_the_walk_counts_those_of_a_campaign_that_came_before() -> None:
    evaluation = tried(of_campaign(4, at_most(3), redeemed(1)))

    assert [each.guards for each in evaluation.applicable] == [on_campaign(1 + 1), on_campaign(1)]
    assert {each.refusal.code for each in evaluation.inapplicable} == {"redemption_rules_violated"}


def test_one_that_is_refused_takes_no_place() -> None:
    (closed,) = of_campaign(1, at_most(1), expiration_date=NOW)
    _, first, second = of_campaign(3, at_most(1))

    evaluation = tried([closed, first, second])

    assert [each.candidate.definition for each in evaluation.applicable] == [first.definition]


def test_money_is_counted_with_what_each_takes_off() -> None:
    evaluation = tried(of_campaign(4, at_most(25, OFF), Counts(stored={Measure.DISCOUNT: 5})))

    assert [each.share for each in evaluation.applicable] == [Share(1, 10_000, 10)] * 2
    assert [each.guards for each in evaluation.applicable] == [
        (Guard(Place.CAMPAIGN, Measure.DISCOUNT, most),) for most in (15, 5)
    ]


def test_another_campaigns_and_ones_own_places_know_nothing_of_those_before() -> None:
    daily = at_most(1, "redemption.count.daily")
    mine, other = of_campaign(2, at_most(1))
    moved = replace(other, campaign=Campaign(id="camp_2", name="Autumn", created_at=NOW))
    alone = [a_candidate(amount_off(10, code, rule=a_rule_of(daily))) for code in ("ONE", "OTHER")]

    evaluation = tried([mine, moved, *alone])

    assert [each.guards for each in evaluation.applicable] == [
        on_campaign(0),
        (),
        (Guard(Place.INCENTIVE, Measure.DAY, 0),),
        (Guard(Place.INCENTIVE, Measure.DAY, 0),),
    ]


def test_what_has_no_campaign_is_counted_at_its_own_place() -> None:
    candidate = replace(
        a_candidate(amount_off(10, rule=a_rule_of(at_most(2)))),
        counts={Place.INCENTIVE: redeemed(1)},
    )

    (applied,) = tried([candidate]).applicable

    assert applied.guards == (Guard(Place.INCENTIVE, Measure.REDEMPTIONS, 1),)
    full = replace(candidate, counts={Place.INCENTIVE: redeemed(2)})
    assert tried([full]).applicable == ()


def test_its_own_rule_and_its_campaigns_must_both_be_met_and_guard() -> None:
    (candidate,) = of_campaign(1, at_most(9), redeemed(1), rule=a_rule_of(at_most(5), "val_own"))

    (applied,) = tried([candidate]).applicable

    assert applied.guards == (*on_campaign(4), *on_campaign(8))
    (full,) = of_campaign(1, at_most(9), redeemed(5), rule=a_rule_of(at_most(5), "val_own"))
    (refused,) = tried([full]).inapplicable
    assert "val_own" in str(refused.refusal.details)


def test_a_violation_names_the_rule_and_what_is_refused() -> None:
    (refused,) = tried(of_campaign(1, at_most(3), redeemed(3))).inapplicable

    assert (refused.refusal.code, refused.refusal.message) == (
        "redemption_rules_violated",
        "redemption does not match validation rules",
    )
    assert refused.refusal.details == (
        "Discount Coupon cannot be redeemed because of violated validation rules: val_1 "
        "(rule 1, campaign.redemptions.count must be at most 3)"
    )


def test_what_a_customer_has_used_is_told_to_nobody() -> None:
    text = at_most(3, "campaign.redemptions.customers_count")
    shopper = a_shopper()
    (candidate,) = of_campaign(1, text)
    counted = {Place.CUSTOMER_IN_CAMPAIGN: redeemed(3)}
    occasion = replace(an_occasion(), shopper=shopper)

    (refused,) = evaluate(
        [replace(candidate, counts=counted)], an_order(), PARTIAL, occasion
    ).inapplicable

    assert refused.refusal.details == (
        "Discount Coupon cannot be redeemed because of violated validation rules: val_1 "
        "(rule 1, campaign.redemptions.customers_count must be at most 3)"
    )


def test_a_record_lists_where_it_was_counted_beside_its_counters() -> None:
    places = frozenset({Place.INCENTIVE, Place.CAMPAIGN, Place.CUSTOMER, Place.API_KEY})
    candidate = replace(a_candidate(percent_off(10)), counted=places)

    (applied,) = tried([candidate]).applicable

    assert use_of(applied).places == "ku"
