import pytest

from counterfoil.domain.allocations import NOTHING, Allocation
from counterfoil.domain.candidate_refusals import RefusalCode
from counterfoil.domain.candidates import Candidate
from counterfoil.domain.errors import DuplicatedRedeemables
from counterfoil.domain.limits import SKIP_MESSAGES, SkipKey
from counterfoil.domain.outcomes import Applicable, Inapplicable, Skipped
from counterfoil.domain.redemption_payloads import RedeemablePayload
from counterfoil.domain.stacking import Evaluation, evaluate, require_distinct
from counterfoil.domain.stacking_rules import StackingRules
from counterfoil.domain.vouchers import Voucher
from tests.builders import (
    DEFAULT_STACKING_RULES,
    NOW,
    a_candidate,
    amount_off,
    an_entry,
    an_occasion,
    an_order,
    an_unknown_candidate,
    percent_off,
)

RULES = StackingRules()


def vouchers(count: int, amount: int = 10) -> list[Voucher]:
    return [amount_off(amount, f"CODE-{number}") for number in range(count)]


def evaluated(*found: Candidate | Voucher, rules: StackingRules = RULES) -> Evaluation:
    candidates = [each if isinstance(each, Candidate) else a_candidate(each) for each in found]
    return evaluate(candidates, an_order(amount=10_000), rules, an_occasion())


def kinds(evaluation: Evaluation) -> list[type]:
    return [type(outcome) for outcome in evaluation.outcomes]


def redeemables(*named: tuple[str, str]) -> list[RedeemablePayload]:
    return [
        RedeemablePayload.model_validate({"object": kind, "id": identifier})
        for kind, identifier in named
    ]


def test_the_default_rules_are_those_of_a_project_that_never_set_any() -> None:
    assert RULES.model_dump(mode="json") == DEFAULT_STACKING_RULES


def test_each_redeemable_sees_the_order_as_those_before_it_left_it() -> None:
    evaluation = evaluated(amount_off(1_000), percent_off(10), amount_off(500, "LAST"))

    assert [each.candidate.id for each in evaluation.applicable] == ["AMOUNT", "PERCENT", "LAST"]
    assert [each.allocation.order for each in evaluation.applicable] == [1_000, 900, 500]
    assert [each.order.total_amount for each in evaluation.applicable] == [9_000, 8_100, 7_600]
    assert evaluation.order.total_amount == 7_600
    assert evaluation.valid


def test_the_order_of_the_request_is_the_order_of_application() -> None:
    evaluation = evaluated(percent_off(10), amount_off(1_000))

    assert [each.allocation.order for each in evaluation.applicable] == [1_000, 1_000]


def test_what_a_linked_order_holds_is_where_the_walk_begins() -> None:
    order = an_order(amount=10_000, redemptions=[an_entry(1, 4_000)])

    evaluation = evaluate([a_candidate(percent_off(10))], order, RULES, an_occasion())

    assert evaluation.applied == Allocation(order=600)
    assert evaluation.order.discount_amount == 4_600


def test_what_was_applied_is_the_sum_over_all_redeemables() -> None:
    assert evaluated(amount_off(1_000), percent_off(10)).applied == Allocation(order=1_900)
    assert evaluated(an_unknown_candidate()).applied == NOTHING


def test_a_discount_that_finds_nothing_left_applies_all_the_same() -> None:
    evaluation = evaluated(percent_off(100), amount_off(500))

    assert kinds(evaluation) == [Applicable, Applicable]
    assert evaluation.applicable[1].allocation == NOTHING
    assert evaluation.order.total_amount == 0


def test_the_order_that_came_in_is_left_as_it_was() -> None:
    order = an_order(amount=10_000)

    evaluate([a_candidate(amount_off(1_000))], order, RULES, an_occasion())

    assert order == an_order(amount=10_000)


def test_of_30_redeemables_five_apply_and_the_rest_is_skipped() -> None:
    evaluation = evaluated(*vouchers(30))

    assert kinds(evaluation) == [Applicable] * 5 + [Skipped] * 25
    assert {each.key for each in evaluation.skipped} == {SkipKey.LIMIT}
    assert evaluation.applied == Allocation(order=50)
    assert evaluation.valid


def test_exactly_as_many_as_the_limit_all_apply() -> None:
    assert kinds(evaluated(*vouchers(5))) == [Applicable] * 5


def test_the_limit_is_the_projects() -> None:
    rules = StackingRules(applicable_redeemables_limit=1)

    evaluation = evaluated(*vouchers(2), rules=rules)

    assert kinds(evaluation) == [Applicable, Skipped]


def test_what_is_beyond_the_limit_is_not_even_looked_at() -> None:
    evaluation = evaluated(*vouchers(5), an_unknown_candidate())

    assert evaluation.skipped == (Skipped(an_unknown_candidate(), SkipKey.LIMIT),)
    assert evaluation.valid


def test_the_first_failure_stops_the_walk_and_the_rest_is_skipped() -> None:
    evaluation = evaluated(amount_off(1_000), an_unknown_candidate(), *vouchers(2))

    assert kinds(evaluation) == [Applicable, Inapplicable, Skipped, Skipped]
    assert {each.key for each in evaluation.skipped} == {SkipKey.PRECEDING}
    assert not evaluation.valid
    assert evaluation.order.total_amount == 9_000


def test_a_failure_outranks_the_limit_as_the_reason_to_skip() -> None:
    rules = StackingRules(applicable_redeemables_limit=1)

    evaluation = evaluated(an_unknown_candidate(), *vouchers(2), rules=rules)

    assert [each.key for each in evaluation.skipped] == [SkipKey.PRECEDING, SkipKey.PRECEDING]


def test_a_code_that_no_voucher_has_is_refused_as_not_found() -> None:
    (outcome,) = evaluated(an_unknown_candidate("NOPE")).inapplicable

    assert outcome.refusal.code is RefusalCode.NOT_FOUND
    assert outcome.refusal.message == "Resource not found"
    assert outcome.refusal.details == "Cannot find voucher with id NOPE"


def test_a_voucher_without_its_counter_is_as_good_as_none() -> None:
    lost = Candidate("voucher", "TEN", amount_off(1_000, "TEN"))

    assert evaluated(lost).inapplicable[0].refusal.code is RefusalCode.NOT_FOUND


def test_a_voucher_that_cannot_be_used_now_is_refused_with_its_reason() -> None:
    (outcome,) = evaluated(amount_off(1_000, "TEN", active=False)).inapplicable

    assert outcome.refusal.code is RefusalCode.VOUCHER_DISABLED
    assert outcome.refusal.details == "TEN"


def test_a_voucher_is_refused_by_its_time_and_by_its_counter() -> None:
    late = a_candidate(amount_off(10, "LATE", expiration_date=NOW))
    spent = a_candidate(amount_off(10, "SPENT", quantity=1), used=1)

    refusals = [evaluated(each).inapplicable[0].refusal.code for each in (late, spent)]

    assert refusals == [RefusalCode.VOUCHER_EXPIRED, RefusalCode.QUANTITY_EXCEEDED]


def test_no_redeemables_change_nothing() -> None:
    evaluation = evaluated()

    assert evaluation.outcomes == ()
    assert evaluation.order == an_order(amount=10_000)


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("applicable_redeemables_limit_exceeded", "Applicable redeemables limit exceeded"),
        (
            "preceding_validation_failed",
            "Redeemable cannot be applied due to preceding validation failure",
        ),
    ],
)
def test_a_reason_to_skip_has_the_contracts_words(key: str, message: str) -> None:
    assert SKIP_MESSAGES[SkipKey(key)] == message


def test_every_reason_to_skip_has_a_message() -> None:
    assert set(SKIP_MESSAGES) == set(SkipKey)


def test_redeemables_may_be_many_as_long_as_each_is_another() -> None:
    require_distinct(redeemables(("voucher", "A"), ("voucher", "a"), ("promotion_tier", "A")))


def test_a_redeemable_that_is_named_twice_is_refused_by_its_name() -> None:
    with pytest.raises(DuplicatedRedeemables, match="Redeemable A is named more than once"):
        require_distinct(redeemables(("voucher", "A"), ("voucher", "B"), ("voucher", "A")))
