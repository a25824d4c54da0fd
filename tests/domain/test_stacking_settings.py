"""Every setting of domain.md §5.3 that has a say in the walk, with what it changes."""

from collections.abc import Mapping, Sequence
from typing import Final

import pytest

from counterfoil.domain.allocations import Allocation
from counterfoil.domain.campaigns import Campaign
from counterfoil.domain.candidate_refusals import RefusalCode
from counterfoil.domain.candidates import Candidate
from counterfoil.domain.item_selection import ProductEntry, ProductLists
from counterfoil.domain.limits import SKIP_MESSAGES, SkipKey
from counterfoil.domain.orders import Order
from counterfoil.domain.outcomes import Applicable, Inapplicable, Skipped
from counterfoil.domain.stacking import Evaluation, evaluate
from counterfoil.domain.stacking_rules import StackingRules
from counterfoil.domain.unit_discounts import CatalogueItem
from tests.builders import (
    NOW,
    a_candidate,
    a_category,
    a_line,
    a_rule,
    a_voucher,
    amount_off,
    an_entry,
    an_occasion,
    an_order,
    an_unknown_candidate,
    percent_off,
)

ITEMS: Final = "APPLY_TO_ITEMS"


def rules(**settings: object) -> StackingRules:
    return StackingRules.model_validate(settings)


def walked(found: Sequence[Candidate], /, **settings: object) -> Evaluation:
    return walked_on(an_order(amount=10_000), found, **settings)


def walked_on(order: Order, found: Sequence[Candidate], /, **settings: object) -> Evaluation:
    return evaluate(found, order, rules(**settings), an_occasion())


def of(code: str, category: str | None = None, hierarchy: int = 1, amount: int = 100) -> Candidate:
    """A voucher of `amount` off, in a category of the name."""
    named = None if category is None else a_category(category, hierarchy)
    return a_candidate(amount_off(amount, code), category=named)


def disabled(code: str, category: str | None = None) -> Candidate:
    named = None if category is None else a_category(category)
    return a_candidate(amount_off(100, code, active=False), category=named)


def told(evaluation: Evaluation) -> dict[str, str]:
    """What became of each, by its code, in the order of application."""

    def word(outcome: object) -> str:
        match outcome:
            case Skipped(key=key):
                return key.value
            case Inapplicable(refusal=refusal):
                return refusal.code.value
            case _:
                return "applied"

    return {each.candidate.id: word(each) for each in evaluation.outcomes}


# --- sorting


def test_as_requested_a_hierarchy_has_no_say() -> None:
    found = [of("A", "low", 9), of("B", "high", 0), of("C")]

    assert list(told(walked(found))) == ["A", "B", "C"]


def test_by_hierarchy_the_lower_come_first_and_ties_as_requested() -> None:
    found = [of("A", "nine", 9), of("B"), of("C", "one", 1), of("D", "zero", 0), of("E")]

    evaluation = walked(found, redeemables_sorting_rule="CATEGORY_HIERARCHY")

    assert list(told(evaluation)) == ["D", "B", "C", "E", "A"]


def test_each_order_is_the_one_after_its_own_turn_also_when_sorted() -> None:
    tenth = a_candidate(percent_off(10), category=a_category("later", 2))
    found = [tenth, of("OFF", "sooner", 0, amount=1_000)]

    evaluation = walked(found, redeemables_sorting_rule="CATEGORY_HIERARCHY")

    assert [each.candidate.id for each in evaluation.applicable] == ["OFF", "PERCENT"]
    assert [each.allocation.order for each in evaluation.applicable] == [1_000, 900]
    assert [each.order.total_amount for each in evaluation.applicable] == [9_000, 8_100]


@pytest.mark.parametrize("sorting", ["REQUESTED_ORDER", "CATEGORY_HIERARCHY"])
def test_with_exclusive_ones_the_joint_always_come_last(sorting: str) -> None:
    found = [of("J", "joint", 0), of("C", "common", 0), of("X", "exclusive", 5)]

    evaluation = walked(
        found,
        redeemables_sorting_rule=sorting,
        exclusive_categories=["exclusive"],
        joint_categories=["joint"],
    )

    assert list(told(evaluation)) == ["X", "C", "J"]


def test_without_exclusive_ones_the_joint_keep_their_place() -> None:
    found = [of("J", "joint"), of("C", "common")]

    assert list(told(walked(found, joint_categories=["joint"]))) == ["J", "C"]


# --- exclusivity


EXCLUSIVE: Final[Mapping[str, object]] = {
    "exclusive_categories": ["x1", "x2"],
    "joint_categories": ["joint"],
    "applicable_exclusive_redeemables_limit": 5,
    "applicable_exclusive_redeemables_per_category_limit": 5,
}


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (
            [of("C", "common"), of("X", "x1"), of("N")],
            {"C": "exclusion_rules_not_met", "X": "applied", "N": "exclusion_rules_not_met"},
        ),
        ([of("X", "x1"), of("Y", "x2")], {"X": "applied", "Y": "applied"}),
        ([of("X", "x1"), of("J", "joint")], {"X": "applied", "J": "applied"}),
        ([of("C", "common"), of("J", "joint")], {"C": "applied", "J": "applied"}),
        ([of("C", "common"), of("N")], {"C": "applied", "N": "applied"}),
        (
            [of("J", "joint"), of("C"), of("X", "x1")],
            {"X": "applied", "C": "exclusion_rules_not_met", "J": "applied"},
        ),
    ],
)
def test_categories_combine_as_the_table_says(
    found: list[Candidate], expected: dict[str, str]
) -> None:
    evaluation = walked(found, **EXCLUSIVE)

    assert told(evaluation) == expected
    assert evaluation.valid


def test_an_exclusive_one_that_fails_leaves_the_others_in_peace() -> None:
    found = [of("C"), disabled("X", "x1"), of("D", "common")]

    evaluation = walked(found, redeemables_application_mode="PARTIAL", **EXCLUSIVE)

    assert told(evaluation) == {"C": "applied", "X": "voucher_disabled", "D": "applied"}


def test_one_exclusive_that_applies_is_enough_to_exclude() -> None:
    found = [of("C"), disabled("X", "x1"), of("Y", "x2")]

    evaluation = walked(found, redeemables_application_mode="PARTIAL", **EXCLUSIVE)

    assert told(evaluation) == {
        "C": "exclusion_rules_not_met",
        "X": "voucher_disabled",
        "Y": "applied",
    }


def test_an_unknown_code_is_told_beside_one_that_is_exclusive() -> None:
    found = walked(
        [an_unknown_candidate("NOPE"), of("ONE", "first")], exclusive_categories=("first",)
    )

    assert [each.candidate.id for each in found.inapplicable] == ["NOPE"]
    assert not found.valid


def test_an_exclusive_one_without_effect_that_is_skipped_excludes_nobody() -> None:
    nothing = a_candidate(amount_off(0, "X"), category=a_category("x1"))

    evaluation = walked([of("C"), nothing], no_effect_skip_categories=["x1"], **EXCLUSIVE)

    assert told(evaluation) == {"C": "applied", "X": "no_effect"}


def test_an_exclusive_one_without_effect_gets_none_from_what_is_common() -> None:
    free = {"type": "UNIT", "effect": "ADD_NEW_ITEMS", "unit_off": 1, "unit_type": "mug"}
    known = {"mug": CatalogueItem("mug", "mug", "Mug", 500, "mug")}
    giving = a_candidate(a_voucher("GIVE", free), units=known)
    lists = ProductLists(included=(ProductEntry(id="mug"),))
    off_mugs: dict[str, object] = {"type": "AMOUNT", "effect": ITEMS, "amount_off": 100}
    taking = a_candidate(a_voucher("TAKE", off_mugs, rule=a_rule(lists)), category=a_category("x1"))

    evaluation = walked([giving, taking], no_effect_skip_categories=["x1"], **EXCLUSIVE)

    assert told(evaluation) == {"GIVE": "applied", "TAKE": "no_effect"}


def test_a_campaigns_category_is_that_of_its_vouchers_without_one() -> None:
    campaign = Campaign(id="camp_1", name="Spring", category_id="its", created_at=NOW)
    plain, own = amount_off(100, "A"), amount_off(100, "B", category_id="own")

    assert Candidate("voucher", "A", plain, campaign=campaign).category_id == "its"
    assert Candidate("voucher", "B", own, campaign=campaign).category_id == "own"
    assert Candidate("voucher", "A", plain).category_id is None
    assert Candidate("voucher", "NOPE").category_id is None


def test_an_exclusive_one_sees_the_order_without_what_it_excludes() -> None:
    half = a_candidate(percent_off(50), category=a_category("x1"))

    evaluation = walked([of("C", amount=5_000), half], **EXCLUSIVE)

    assert evaluation.applied == Allocation(order=5_000)
    assert evaluation.order.total_amount == 5_000


def test_in_mode_all_a_failed_exclusive_one_stops_the_walk() -> None:
    evaluation = walked([of("C"), disabled("X", "x1"), of("D")], **EXCLUSIVE)

    assert told(evaluation) == {
        "C": "applied",
        "X": "voucher_disabled",
        "D": "preceding_validation_failed",
    }
    assert not evaluation.valid


# --- limits


@pytest.mark.parametrize(
    ("settings", "found", "skipped"),
    [
        ({"applicable_redeemables_limit": 2}, ["a", "b", None, "a"], [2, 3]),
        ({"applicable_redeemables_per_category_limit": 1}, ["a", "a", "b", None, None], [1]),
        ({"applicable_redeemables_per_category_limit": 2}, ["a", "a", "a", "b"], [2]),
        ({"applicable_redeemables_category_limits": {"a": 1}}, ["a", "a", "b", "b"], [1]),
        (
            {
                "applicable_redeemables_per_category_limit": 1,
                "applicable_redeemables_category_limits": {"a": 3},
            },
            ["a", "a", "a", "b", "b"],
            [4],
        ),
        ({"exclusive_categories": ["a", "b"]}, ["a", "b"], [1]),
        (
            {"exclusive_categories": ["a", "b"], "applicable_exclusive_redeemables_limit": 2},
            ["a", "b", "a"],
            [2],
        ),
        (
            {"exclusive_categories": ["a", "b"], "applicable_exclusive_redeemables_limit": 3},
            ["a", "a", "b"],
            [1],
        ),
        (
            {
                "exclusive_categories": ["a"],
                "applicable_exclusive_redeemables_limit": 3,
                "applicable_exclusive_redeemables_per_category_limit": 2,
            },
            ["a", "a", "a"],
            [2],
        ),
    ],
)
def test_a_limit_passes_over_what_is_beyond_it(
    settings: dict[str, object], found: list[str | None], skipped: list[int]
) -> None:
    candidates = [of(f"V{place}", category) for place, category in enumerate(found)]

    evaluation = walked(candidates, **settings)

    places = [at for at, each in enumerate(evaluation.outcomes) if isinstance(each, Skipped)]
    assert places == skipped
    assert evaluation.valid


@pytest.mark.parametrize(
    ("settings", "key"),
    [
        ({"applicable_redeemables_limit": 1}, SkipKey.LIMIT),
        ({"applicable_redeemables_per_category_limit": 1}, SkipKey.CATEGORY_LIMIT),
        ({"applicable_redeemables_category_limits": {"a": 1}}, SkipKey.CATEGORY_LIMIT),
        ({"exclusive_categories": ["a"]}, SkipKey.EXCLUSIVE_LIMIT),
        (
            {"exclusive_categories": ["a"], "applicable_exclusive_redeemables_limit": 2},
            SkipKey.EXCLUSIVE_CATEGORY_LIMIT,
        ),
    ],
)
def test_what_is_passed_over_is_told_the_limit(settings: dict[str, object], key: SkipKey) -> None:
    evaluation = walked([of("A", "a"), of("B", "a")], **settings)

    assert [each.key for each in evaluation.skipped] == [key]
    assert "exceeded" in SKIP_MESSAGES[key]


def test_what_does_not_apply_counts_against_no_limit() -> None:
    found = [disabled("A", "a"), of("B", "a"), of("C", "a")]

    evaluation = walked(
        found,
        redeemables_application_mode="PARTIAL",
        applicable_redeemables_limit=1,
        applicable_redeemables_per_category_limit=1,
    )

    assert told(evaluation) == {
        "A": "voucher_disabled",
        "B": "applied",
        "C": "applicable_redeemables_limit_exceeded",
    }


# --- no effect


@pytest.mark.parametrize(
    ("settings", "category", "expected"),
    [
        ({}, None, "applied"),
        ({"redeemables_no_effect_rule": "SKIP"}, None, "no_effect"),
        ({"redeemables_no_effect_rule": "SKIP"}, "a", "no_effect"),
        ({"no_effect_skip_categories": ["a"]}, "a", "no_effect"),
        ({"no_effect_skip_categories": ["a"]}, "b", "applied"),
        (
            {
                "redeemables_no_effect_rule": "SKIP",
                "no_effect_redeem_anyway_categories": ["a"],
            },
            "a",
            "applied",
        ),
    ],
)
def test_without_effect_a_redeemable_is_redeemed_anyway_or_skipped(
    settings: dict[str, object], category: str | None, expected: str
) -> None:
    found = [of("ALL", amount=10_000), of("LATE", category)]

    assert told(walked(found, **settings)) == {"ALL": "applied", "LATE": expected}


def test_what_is_skipped_without_effect_takes_no_ones_place() -> None:
    found = [of("NONE", amount=0), of("SOME")]

    evaluation = walked(found, redeemables_no_effect_rule="SKIP", applicable_redeemables_limit=1)

    assert told(evaluation) == {"NONE": "no_effect", "SOME": "applied"}


# --- products once


def off_lines(code: str, *products: str, amount: int = 100) -> Candidate:
    lists = ProductLists(included=tuple(ProductEntry(id=each) for each in products))
    discount: dict[str, object] = {"type": "AMOUNT", "effect": ITEMS, "amount_off": amount}
    return a_candidate(a_voucher(code, discount, rule=a_rule(lists if products else None)))


def two_lines(**fields: object) -> Order:
    items = [
        a_line("mug", 1_000, product_id="mug", quantity=1),
        a_line("tea", 2_000, product_id="tea", quantity=1),
    ]
    return an_order(amount=3_000, items=items, **fields)


def test_stacked_every_discount_reaches_every_line() -> None:
    evaluation = walked_on(two_lines(), [off_lines("A", "mug"), off_lines("B")])

    assert [each.allocation.lines for each in evaluation.applicable] == [
        {"mug": 100},
        {"mug": 100, "tea": 100},
    ]


def test_once_a_line_that_was_discounted_is_closed_to_later_ones() -> None:
    found = [off_lines("A", "mug"), off_lines("B"), off_lines("C"), of("ORDER")]

    evaluation = walked_on(two_lines(), found, redeemables_products_application_mode="ONCE")

    assert [each.allocation for each in evaluation.applicable] == [
        Allocation(lines={"mug": 100}),
        Allocation(lines={"tea": 100}),
        Allocation(),
        Allocation(order=100),
    ]


def test_once_a_line_that_the_linked_order_has_discounted_is_closed_too() -> None:
    order = two_lines(redemptions=[an_entry(1, mug=50)])

    evaluation = walked_on(order, [off_lines("A")], redeemables_products_application_mode="ONCE")

    assert evaluation.applied == Allocation(lines={"tea": 100})


def test_once_and_without_effect_what_finds_no_line_left_is_skipped() -> None:
    evaluation = walked_on(
        two_lines(),
        [off_lines("A"), off_lines("B")],
        redeemables_products_application_mode="ONCE",
        redeemables_no_effect_rule="SKIP",
    )

    assert told(evaluation) == {"A": "applied", "B": "no_effect"}


# --- initial and discounted amounts


@pytest.mark.parametrize(
    ("settings", "amounts"),
    [
        ({}, [1_000, 1_800]),
        ({"discount_calculation_mode": "INITIAL_AMOUNT"}, [1_000, 2_000]),
        ({"initial_amount_mode_categories": ["b"]}, [1_000, 2_000]),
        ({"initial_amount_mode_categories": ["a"]}, [1_000, 1_800]),
        (
            {
                "discount_calculation_mode": "INITIAL_AMOUNT",
                "discounted_amount_mode_categories": ["b"],
            },
            [1_000, 1_800],
        ),
    ],
)
def test_vector_35_a_percentage_is_of_the_initial_or_of_the_discounted_amount(
    settings: dict[str, object], amounts: list[int]
) -> None:
    found = [
        a_candidate(percent_off(10, "A"), category=a_category("a")),
        a_candidate(percent_off(20, "B"), category=a_category("b")),
    ]

    evaluation = walked(found, **settings)

    assert [each.allocation.order for each in evaluation.applicable] == amounts


def test_a_percentage_of_the_initial_amount_is_never_more_than_what_is_left() -> None:
    found = [a_candidate(percent_off(60, "A")), a_candidate(percent_off(60, "B"))]

    evaluation = walked(found, discount_calculation_mode="INITIAL_AMOUNT")

    assert [each.allocation.order for each in evaluation.applicable] == [6_000, 4_000]
    assert evaluation.order.total_amount == 0


def test_a_linked_orders_discounts_do_not_lower_the_initial_amount() -> None:
    order = an_order(amount=10_000, redemptions=[an_entry(1, 4_000)])

    evaluation = walked_on(
        order, [a_candidate(percent_off(10))], discount_calculation_mode="INITIAL_AMOUNT"
    )

    assert evaluation.applied == Allocation(order=1_000)


def test_a_percentage_of_lines_is_of_their_initial_amounts_up_to_what_they_have_left() -> None:
    half: dict[str, object] = {"type": "PERCENT", "effect": ITEMS, "percent_off": 60}
    found = [a_candidate(a_voucher(code, half)) for code in ("A", "B")]

    evaluation = walked_on(two_lines(), found, discount_calculation_mode="INITIAL_AMOUNT")

    assert [each.allocation.lines for each in evaluation.applicable] == [
        {"mug": 600, "tea": 1_200},
        {"mug": 400, "tea": 800},
    ]


def test_a_fixed_price_and_a_sum_know_no_initial_amount() -> None:
    fixed = a_voucher("FIXED", {"type": "FIXED", "fixed_amount": 500})
    found = [of("A", amount=1_000), a_candidate(fixed)]

    evaluation = walked(found, discount_calculation_mode="INITIAL_AMOUNT")

    assert [each.allocation.order for each in evaluation.applicable] == [1_000, 8_500]


# --- all or some


def test_in_mode_partial_what_fails_is_told_and_the_rest_goes_on() -> None:
    found = [disabled("A"), of("B"), an_unknown_candidate("C"), of("D")]

    evaluation = walked(found, redeemables_application_mode="PARTIAL")

    assert told(evaluation) == {
        "A": "voucher_disabled",
        "B": "applied",
        "C": "not_found",
        "D": "applied",
    }
    assert [each.refusal.code for each in evaluation.inapplicable] == [
        RefusalCode.VOUCHER_DISABLED,
        RefusalCode.NOT_FOUND,
    ]
    assert evaluation.applied == Allocation(order=200)
    assert evaluation.valid


@pytest.mark.parametrize(
    ("mode", "found", "valid"),
    [
        ("ALL", [of("A")], True),
        ("ALL", [of("A"), disabled("B")], False),
        ("ALL", [of("NONE", amount=0)], True),
        ("PARTIAL", [of("A")], True),
        ("PARTIAL", [of("A"), disabled("B")], True),
        ("PARTIAL", [disabled("B")], False),
        ("PARTIAL", [of("NONE", amount=0)], False),
    ],
)
def test_all_is_valid_when_nothing_fails_and_partial_when_something_applies(
    mode: str, found: list[Candidate], *, valid: bool
) -> None:
    evaluation = walked(found, redeemables_application_mode=mode, redeemables_no_effect_rule="SKIP")

    assert evaluation.valid is valid
    assert all(
        isinstance(each, Applicable | Inapplicable | Skipped) for each in evaluation.outcomes
    )


def test_a_stack_of_30_applies_as_a_whole_where_the_rules_let_it() -> None:
    found = [of(f"V{place}", amount=10) for place in range(30)]

    evaluation = walked(found, applicable_redeemables_limit=30)

    assert evaluation.applied == Allocation(order=300)
    assert len(evaluation.applicable) == 30
