"""Whatever the rules and whatever is redeemed: limits hold, amounts add up, and undoing undoes."""

from collections import Counter
from dataclasses import replace
from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from counterfoil.domain.allocations import NOTHING
from counterfoil.domain.candidates import Candidate
from counterfoil.domain.orders import Order, OrderStatus
from counterfoil.domain.outcomes import Applicable, Inapplicable, Skipped
from counterfoil.domain.redemptions import redeem, refusal_stopping
from counterfoil.domain.rollback_payloads import RollbackPayload
from counterfoil.domain.rollbacks import roll_back, target_of
from counterfoil.domain.stacking import Evaluation, evaluate
from counterfoil.domain.stacking_rules import StackingRules
from tests.builders import APP_ID, a_candidate, a_category, an_occasion, circumstances, request_ids
from tests.properties import strategies

CATEGORIES: Final = ("x1", "x2", "joint", "common")
categories = st.sampled_from(
    (None, *(a_category(name, hierarchy) for hierarchy, name in enumerate(CATEGORIES)))
)
some_categories = st.lists(st.sampled_from(CATEGORIES), max_size=2, unique=True)
few = st.integers(1, 4)
rules = st.builds(
    StackingRules.model_validate,
    st.fixed_dictionaries(
        {
            "applicable_redeemables_limit": few,
            "applicable_redeemables_per_category_limit": few,
            "applicable_redeemables_category_limits": st.dictionaries(
                st.sampled_from(CATEGORIES), few
            ),
            "applicable_exclusive_redeemables_limit": few,
            "applicable_exclusive_redeemables_per_category_limit": few,
            "exclusive_categories": st.sampled_from([(), ("x1",), ("x1", "x2")]),
            "joint_categories": st.sampled_from([(), ("joint",)]),
            "redeemables_application_mode": st.sampled_from(["ALL", "PARTIAL"]),
            "redeemables_sorting_rule": st.sampled_from(["REQUESTED_ORDER", "CATEGORY_HIERARCHY"]),
            "redeemables_products_application_mode": st.sampled_from(["STACK", "ONCE"]),
            "redeemables_no_effect_rule": st.sampled_from(["REDEEM_ANYWAY", "SKIP"]),
            "no_effect_skip_categories": some_categories,
            "discount_calculation_mode": st.sampled_from(["DISCOUNTED_AMOUNT", "INITIAL_AMOUNT"]),
            "initial_amount_mode_categories": some_categories,
        }
    ),
)


def numbered(found: list[Candidate]) -> list[Candidate]:
    """Candidates with ids of their own, as no call names one twice."""
    return [replace(each, id=f"{place}") for place, each in enumerate(found)]


candidates = st.lists(
    st.builds(
        lambda voucher, category, spent: replace(
            a_candidate(voucher, units=strategies.CATALOGUE, category=category),
            counter=None if spent else a_candidate(voucher).counter,
        ),
        strategies.vouchers,
        categories,
        st.sampled_from([False, False, False, True]),
    ),
    max_size=6,
).map(numbered)
walks = st.tuples(candidates, strategies.orders, rules)
Walk = tuple[list[Candidate], Order, StackingRules]


def walked(walk: Walk) -> Evaluation:
    found, order, applied = walk
    return evaluate(found, order, applied, an_occasion())


@given(walks)
def test_every_redeemable_has_one_outcome_and_the_same_again(walk: Walk) -> None:
    evaluation = walked(walk)

    told = [each.candidate.id for each in evaluation.outcomes]
    assert sorted(told) == sorted(each.id for each in walk[0])
    assert walked(walk) == evaluation


@given(walks)
def test_what_applies_adds_up_and_takes_no_more_than_there_is(walk: Walk) -> None:
    evaluation = walked(walk)

    before, after = walk[1], evaluation.order
    taken = sum(each.allocation.total for each in evaluation.applicable)
    assert after.total_discount_amount == before.total_discount_amount + taken
    assert evaluation.applied.total == taken
    assert (after.total_amount or 0) >= 0
    left = {line.id: line.amount or 0 for line in after.items}
    assert all(0 <= amount <= left[line] for line, amount in after.line_discounts.items())
    for each, then in zip(evaluation.applicable, evaluation.applicable[1:], strict=False):
        assert then.before == each.order


@given(walks)
def test_no_limit_is_ever_exceeded(walk: Walk) -> None:
    evaluation, applied = walked(walk), walk[2]

    named = [each.candidate.category for each in evaluation.applicable]
    counts = Counter(each.id for each in named if each is not None)
    exclusive = {name: n for name, n in counts.items() if applied.type_of(name) == "EXCLUSIVE"}
    assert len(named) <= applied.applicable_redeemables_limit
    assert all(count <= applied.limit_of(name) for name, count in counts.items())
    assert sum(exclusive.values()) <= applied.applicable_exclusive_redeemables_limit
    most = applied.applicable_exclusive_redeemables_per_category_limit
    assert all(count <= most for count in exclusive.values())


@given(walks)
def test_nothing_common_applies_beside_what_is_exclusive(walk: Walk) -> None:
    evaluation, applied = walked(walk), walk[2]

    kinds = {
        applied.type_of(each.candidate.category.id if each.candidate.category else None)
        for each in evaluation.applicable
    }
    assert not kinds >= {"EXCLUSIVE", None}


@given(walks)
def test_in_mode_all_a_failure_is_the_last_that_is_tried(walk: Walk) -> None:
    evaluation = walked(walk)

    kinds = [type(each) for each in evaluation.outcomes]
    if walk[2].redeemables_application_mode == "ALL" and Inapplicable in kinds:
        failed = kinds.index(Inapplicable)
        assert set(kinds[failed + 1 :]) <= {Skipped}
        assert not evaluation.valid
    else:
        assert evaluation.valid == (
            Inapplicable not in kinds
            if walk[2].redeemables_application_mode == "ALL"
            else Applicable in kinds
        )


@given(walks)
def test_once_no_two_item_level_discounts_of_a_call_share_a_line(walk: Walk) -> None:
    evaluation, applied = walked(walk), walk[2]

    if applied.redeemables_products_application_mode == "ONCE":
        lines = Counter(line for each in evaluation.applicable for line in each.allocation.lines)
        assert all(count == 1 for count in lines.values())
        assert not set(lines) & set(walk[1].line_discounts)


@given(walks)
def test_what_is_redeemed_can_be_undone_to_where_it_began(walk: Walk) -> None:
    evaluation = walked(walk)
    if refusal_stopping(evaluation) is not None or not evaluation.applicable:
        return

    redeemed = redeem(walk[1], evaluation, OrderStatus.PAID, circumstances(), stored=True)
    target = target_of(redeemed.records[0].id, redeemed.records, stacks=True)
    undone = roll_back(target, redeemed.order, RollbackPayload(), request_ids(2), APP_ID).order

    assert undone.total_amount == walk[1].total_amount
    assert undone.line_discounts == walk[1].line_discounts
    assert undone.redemptions[-1].in_force == NOTHING
    assert undone.redemptions[:-1] == walk[1].redemptions
