"""The one condition of rules, and what it leaves in the buckets of a campaign's counter."""

from itertools import islice
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from counterfoil.domain.assignments import Assignment, copy_of, require_assignable
from counterfoil.domain.campaign_limits import NAME, CampaignLimit, limit_sent
from counterfoil.domain.campaign_places import placed
from counterfoil.domain.campaign_room import CampaignRoom
from counterfoil.domain.campaigns import Campaign
from counterfoil.domain.candidates import Candidate, RefusalCode, violated_by
from counterfoil.domain.counters import Counter
from counterfoil.domain.errors import InvalidValidationRules
from counterfoil.domain.rule_payloads import RuleUpdate
from counterfoil.domain.stacking import Applicable, evaluate
from counterfoil.domain.stacking_rules import StackingRules
from counterfoil.domain.validation_rules import ValidationRule
from tests.builders import NOW, a_candidate, amount_off, an_order

LIMITED: Final = {"name": NAME, "conditions": {"$less_than_or_equal": [3]}}


def conditions(conditions: object, **fields: object) -> dict[str, object]:
    return {"rules": {"1": {"name": NAME, "conditions": conditions, **fields}, "logic": "1"}}


def limit_of(sent: dict[str, object]) -> CampaignLimit | None:
    return limit_sent(RuleUpdate.model_validate(sent))


@pytest.mark.parametrize(
    ("sent", "most"),
    [
        (conditions({"$less_than_or_equal": [3]}), 3),
        (conditions({"$less_than_or_equal": 3}), 3),
        (conditions({"$less_than_or_equal": [3.0]}), 3),
        (conditions({"$less_than": [3]}), 2),
        (conditions({"$less_than": [0]}), 0),
        (conditions({"$less_than_or_equal": [0]}), 0),
        (conditions({"$less_than_or_equal": [3]}, property=None, rules={}, error=None), 3),
        ({"rules": {"most": LIMITED}}, 3),
        ({"rules": {"most": LIMITED, "logic": " most "}}, 3),
        ({"rules": {"1": LIMITED, "logic": None}, "bundle_rules": {}}, 3),
    ],
)
def test_a_limit_is_the_most_redemptions_that_there_may_be(
    sent: dict[str, object], most: int
) -> None:
    limit = limit_of(sent)

    assert limit is not None
    assert limit.redemptions == most


@pytest.mark.parametrize("sent", [{}, {"rules": None}, {"rules": {}}, {"rules": {"logic": ""}}])
def test_a_rule_without_conditions_has_no_limit(sent: dict[str, object]) -> None:
    assert limit_of(sent) is None


@pytest.mark.parametrize(
    ("sent", "path"),
    [
        (conditions({"$more_than": [3]}), ".rules['1'].conditions"),
        (conditions({"$less_than": [3], "$more_than": [1]}), ".rules['1'].conditions"),
        (conditions({"$less_than": [3, 4]}), ".rules['1'].conditions"),
        (conditions({"$less_than": []}), ".rules['1'].conditions"),
        (conditions({"$less_than": ["3"]}), ".rules['1'].conditions"),
        (conditions({"$less_than": [True]}), ".rules['1'].conditions"),
        (conditions({"$less_than": [-1]}), ".rules['1'].conditions"),
        (conditions({"$less_than": [2.5]}), ".rules['1'].conditions"),
        (conditions({"$less_than": [10**10]}), ".rules['1'].conditions"),
        (conditions(None), ".rules['1'].conditions"),
        (conditions({"$less_than": [3]}, property="x"), ".rules['1'].property"),
        (conditions({"$less_than": [3]}, rules={"1": {}}), ".rules['1'].rules"),
        (conditions({"$less_than": [3]}, error={"message": "x"}), ".rules['1'].error"),
        ({"rules": {"1": LIMITED, "logic": ""}}, ".rules.logic"),
        ({"rules": {"1": LIMITED, "logic": "2"}}, ".rules.logic"),
        ({"rules": {"1": LIMITED, "logic": 1}}, ".rules.logic"),
        ({"rules": {"": LIMITED}}, ".rules['']"),
        ({"rules": {"1": LIMITED, "2": LIMITED}}, ".rules['1']"),
        ({"rules": {"1": {"name": f"{NAME}.daily"}}}, ".rules['1']"),
        ({"rules": {"1": LIMITED}, "bundle_rules": {"1": LIMITED}}, ".bundle_rules['1']"),
    ],
)
def test_any_other_condition_is_refused_by_its_path(sent: dict[str, object], path: str) -> None:
    with pytest.raises(InvalidValidationRules) as refused:
        limit_of(sent)

    assert path in refused.value.details


def test_a_copy_carries_the_number_and_only_campaigns_can_have_it() -> None:
    limit = CampaignLimit(key="1", operator="$less_than", number=3)
    rule = ValidationRule(id="val_1", name="three", campaign_limit=limit, created_at=NOW)
    assignment = Assignment(
        id="asgm_1", rule_id="val_1", kind="campaign", object_id="camp_1", created_at=NOW
    )

    copy = copy_of(rule, 1, assignment)

    assert copy.campaign_redemptions == 2
    require_assignable(rule, "campaign")
    for kind in ("voucher", "promotion_tier"):
        with pytest.raises(InvalidValidationRules):
            require_assignable(rule, kind)


@pytest.mark.parametrize(
    ("limit", "taken", "bounds"),
    [
        (4, (0, 0, 0, 0), (1, 1, 1, 1)),
        (6, (0, 0, 0, 0), (2, 2, 1, 1)),
        (2, (0, 0, 0, 0), (1, 1, 0, 0)),
        (0, (0, 0, 0, 0), (0, 0, 0, 0)),
        (8, (5, 0, 0, 0), (2, 1, 1, 1)),
        (9, (5, 0, 0, 0), (2, 2, 1, 1)),
        (4, (9, 0, 0, 0), (0, 0, 0, 0)),
    ],
)
def test_bounds_are_even_shares_of_what_fuller_buckets_leave(
    limit: int, taken: tuple[int, ...], bounds: tuple[int, ...]
) -> None:
    assert CampaignRoom("val_1", limit, taken).bounds == bounds


BUCKETS: Final = st.lists(st.integers(0, 12), min_size=1, max_size=16).map(tuple)
FEW: Final = st.lists(st.integers(0, 6), min_size=1, max_size=5).map(tuple)


@given(st.integers(0, 90), BUCKETS)
def test_buckets_filled_up_to_their_bounds_come_to_the_limit_exactly(
    limit: int, taken: tuple[int, ...]
) -> None:
    room = CampaignRoom("val_1", limit, taken)

    filled = sum(max(pair) for pair in zip(taken, room.bounds, strict=True))

    assert filled == max(limit, sum(taken))


@given(st.integers(0, 90), BUCKETS, st.data())
def test_every_use_that_is_left_has_a_place_within_the_bounds(
    limit: int, taken: tuple[int, ...], data: st.DataObject
) -> None:
    room = CampaignRoom("val_1", limit, taken)
    first = data.draw(st.integers(0, len(taken) - 1))
    count = data.draw(st.integers(0, min(30, room.left)))

    places = list(islice(room.places(first, count), count))

    after = list(taken)
    for bucket in places:
        after[bucket] += 1
    assert len(places) == count
    assert all(after[each] <= room.bounds[each] for each in places)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 40), FEW, st.data())
def test_requests_that_know_different_moments_never_pass_the_limit_together(
    limit: int, taken: tuple[int, ...], data: st.DataObject
) -> None:
    """Each goes by what it read of each bucket at some time, and is held by its own bounds."""
    now = list(taken)
    past = [tuple(now)]
    for _ in range(15):
        bucket = data.draw(st.integers(0, len(taken) - 1))
        if data.draw(st.booleans()):
            now[bucket] = max(0, now[bucket] - 1)
        else:
            moments = [data.draw(st.sampled_from(past)) for _ in now]
            seen = tuple(moment[place] for place, moment in enumerate(moments))
            room = CampaignRoom("val_1", limit, seen)
            now[bucket] += room.left > 0 and now[bucket] < room.bounds[bucket]
        past.append(tuple(now))
        assert sum(now) <= max(limit, sum(taken))
        assert sum(now) <= limit or sum(now) <= sum(past[-2])


def test_a_stack_goes_where_there_is_room_for_all_of_it_and_else_to_several() -> None:
    room = CampaignRoom("val_1", 10, (3, 0, 1, 2))  # the bounds are 3, 3, 2 and 2

    assert list(islice(room.places(2, 1), 1)) == [2]
    assert list(islice(room.places(3, 1), 1)) == [1]
    assert list(islice(room.places(2, 2), 2)) == [1, 1]
    assert list(islice(room.places(2, 4), 4)) == [1, 1, 1, 2]


def candidates(count: int, room: CampaignRoom | None) -> list[Candidate]:
    campaign = Campaign(id="camp_1", name="Spring", created_at=NOW)
    counter = Counter(used=0, taken=0, version=1, generation="g", bucket=1)
    found = []
    for number in range(count):
        voucher = amount_off(10, f"CODE-{number}")
        stored = a_candidate(voucher.model_copy(update={"campaign_id": "camp_1"}))
        found.append(
            Candidate(
                stored.object,
                stored.id,
                stored.definition,
                stored.counter,
                campaign,
                counter,
                room=room,
            )
        )
    return found


PARTIAL: Final = StackingRules(redeemables_application_mode="PARTIAL")


def test_the_walk_counts_those_of_a_campaign_that_came_before() -> None:
    room = CampaignRoom("val_1", 3, (1, 0, 0, 0))

    evaluation = evaluate(candidates(4, room), an_order(amount=10_000), PARTIAL, NOW)

    assert len(evaluation.applicable) == 2
    codes = {each.refusal.code for each in evaluation.inapplicable}
    assert codes == {RefusalCode.REDEMPTION_RULES_VIOLATED}
    buckets = [
        each.candidate.campaign_counter.bucket
        for each in placed(evaluation).applicable
        if each.candidate.campaign_counter
    ]
    assert buckets == [1, 2]


def test_without_a_limit_all_of_a_call_stay_in_its_bucket() -> None:
    evaluation = evaluate(candidates(4, None), an_order(amount=10_000), PARTIAL, NOW)

    assert placed(evaluation) == evaluation
    assert len([each for each in evaluation.outcomes if isinstance(each, Applicable)]) == 4


def test_a_violation_names_the_rule_and_what_is_refused() -> None:
    (candidate,) = candidates(1, CampaignRoom("val_1", 3, (2, 0)))

    assert violated_by(candidate, 0) is None
    refusal = violated_by(candidate, 1)

    assert refusal is not None
    assert (refusal.code, refusal.message) == (
        "redemption_rules_violated",
        "redemption does not match validation rules",
    )
    assert refusal.details == (
        "Discount Coupon cannot be redeemed because of violated validation rules: val_1"
    )
