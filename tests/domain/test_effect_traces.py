"""Which caps bit and who got the odd units, told beside the money (domain.md §4.4, §4.5)."""

from collections.abc import Mapping, Sequence
from typing import Final

import pytest

from counterfoil.domain.basis import PLAIN, Basis
from counterfoil.domain.candidates import Candidate
from counterfoil.domain.caps import Cap, CapKind
from counterfoil.domain.effect_traces import EffectTrace, OddUnit, effect_trace
from counterfoil.domain.effects import Effect, effect_of
from counterfoil.domain.item_selection import ProductLists
from counterfoil.domain.orders import Order
from counterfoil.domain.outcomes import Applicable
from counterfoil.domain.unit_discounts import CatalogueItem
from tests.builders import (
    a_candidate,
    a_card_candidate,
    a_gift_card,
    a_line,
    a_rule,
    a_voucher,
    amount_off,
    an_entry,
    an_order,
    an_outcome,
    percent_off,
)

SPLIT: Final = "APPLY_TO_ITEMS_PROPORTIONALLY"
SPLIT_BY_QUANTITY: Final = "APPLY_TO_ITEMS_PROPORTIONALLY_BY_QUANTITY"
MUG: Final = CatalogueItem("prod_1", "mug", "Mug", 900, "prod_1")


def applied(candidate: Candidate, order: Order, basis: Basis = PLAIN) -> Applicable:
    effect = effect_of(candidate, order, basis)
    assert isinstance(effect, Effect)
    return an_outcome(candidate, order, effect, basis)


def of_items(
    order: Order,
    lists: Mapping[str, object] | None = None,
    basis: Basis = PLAIN,
    **discount: object,
) -> EffectTrace:
    """What is told of a discount on `order`, whose products are those of `lists`."""
    products = None if lists is None else ProductLists.model_validate(lists)
    voucher = a_voucher("ITEMS", dict(discount), rule=a_rule(products))
    return effect_trace(applied(a_candidate(voucher), order, basis))


def an_order_of(*amounts: int, **fields: object) -> Order:
    lines = [a_line(f"l{place}", each, product_id="mug") for place, each in enumerate(amounts)]
    return an_order(amount=sum(amounts), items=lines, **fields)


def caps(trace: EffectTrace) -> list[tuple[str, int | None, int, int, int]]:
    return [(each.kind, each.line, each.wanted, each.limit, each.taken) for each in trace.caps]


def test_of_what_took_all_that_it_wanted_nothing_is_told() -> None:
    order = an_order_of(5_000, 5_000)

    for voucher in (amount_off(1_000), percent_off(10), percent_off(10, limit=1_000)):
        assert effect_trace(applied(a_candidate(voucher), order)) == EffectTrace()


def test_an_amount_is_capped_by_what_is_left_to_pay() -> None:
    outcome = applied(a_candidate(amount_off(700)), an_order(amount=500))

    assert effect_trace(outcome).caps == (Cap(CapKind.ORDER_LEFT, 500, 700, 500),)


def test_a_percentage_is_capped_by_its_limit() -> None:
    outcome = applied(a_candidate(percent_off(50, limit=700)), an_order(amount=10_000))

    assert effect_trace(outcome).caps == (Cap(CapKind.AMOUNT_LIMIT, 700, 5_000, 700),)


def test_a_percentage_of_the_initial_amount_is_capped_by_what_is_left_too() -> None:
    order = an_order(amount=10_000, redemptions=[an_entry(1, 9_500)])
    outcome = applied(a_candidate(percent_off(50, limit=4_000)), order, Basis(initial=True))

    assert caps(effect_trace(outcome)) == [
        ("amount_limit", None, 5_000, 4_000, 4_000),
        ("order_left_to_pay", None, 4_000, 500, 500),
    ]


def test_a_price_that_the_order_comes_down_to_has_no_cap() -> None:
    trace = of_items(an_order(amount=500), type="FIXED", fixed_amount=800)

    assert trace == EffectTrace()


def test_a_hundred_over_three_lines_leaves_one_unit_to_the_first() -> None:
    trace = of_items(an_order_of(500, 500, 500), type="AMOUNT", amount_off=100, effect=SPLIT)

    assert trace == EffectTrace(remainder=(OddUnit(0, 1),))


@pytest.mark.parametrize(
    ("amounts", "amount_off", "lines"),
    [
        ((500, 500, 500), 101, [0, 1]),
        ((500, 500, 500), 99, []),
        ((100, 200, 400), 100, [1]),
        ((300, 300, 100), 10, [2]),
        ((500,), 101, []),
    ],
)
def test_the_odd_units_of_a_split_go_to_the_largest_remainders(
    amounts: Sequence[int], amount_off: int, lines: list[int]
) -> None:
    trace = of_items(an_order_of(*amounts), type="AMOUNT", amount_off=amount_off, effect=SPLIT)

    assert [each.line for each in trace.remainder] == lines
    assert {each.amount for each in trace.remainder} <= {1}


def test_a_split_by_quantity_tells_of_its_own_remainder() -> None:
    lines = [a_line("a", 900, quantity=1), a_line("b", 100, quantity=2)]

    order = an_order(amount=1_000, items=lines)
    trace = of_items(order, type="AMOUNT", amount_off=100, effect=SPLIT_BY_QUANTITY)

    assert trace.remainder == (OddUnit(1, 1),)


def test_a_line_that_is_capped_does_not_get_its_odd_unit() -> None:
    lists = {"included": [{"object": "product", "id": "mug", "amount_limit": 33}]}

    trace = of_items(an_order_of(500, 500, 500), lists, type="AMOUNT", amount_off=100, effect=SPLIT)

    assert caps(trace) == [("applicable_to.amount_limit", 0, 34, 33, 33)]
    assert trace.remainder == ()


def test_a_sum_to_be_split_is_capped_by_the_lines_and_by_the_order() -> None:
    order = an_order_of(500, 300, redemptions=[an_entry(1, 600)])

    trace = of_items(order, type="AMOUNT", amount_off=1_000, effect=SPLIT)

    assert caps(trace) == [
        ("lines_left_to_pay", None, 1_000, 800, 800),
        ("order_left_to_pay", None, 800, 200, 200),
    ]
    assert trace.remainder == ()


def test_a_split_over_no_line_is_told_nothing_of() -> None:
    lists = {"included": [{"object": "product", "id": "tea"}]}

    trace = of_items(an_order_of(500), lists, type="AMOUNT", amount_off=100, effect=SPLIT)

    assert trace == EffectTrace()


def test_each_line_is_capped_by_itself_and_all_by_what_they_share() -> None:
    order = an_order_of(300, 1_000, 1_000, 1_000)

    trace = of_items(
        order,
        type="AMOUNT",
        amount_off=500,
        effect="APPLY_TO_ITEMS",
        aggregated_amount_limit=1_000,
    )

    assert caps(trace) == [
        ("line_left_to_pay", 0, 500, 300, 300),
        ("aggregated_amount_limit", 2, 500, 1_000, 200),
        ("aggregated_amount_limit", 3, 500, 1_000, 0),
    ]


def test_lines_take_no_more_than_the_order_has_left() -> None:
    order = an_order_of(500, 500, redemptions=[an_entry(1, 700)])

    trace = of_items(order, type="AMOUNT", amount_off=200, effect="APPLY_TO_ITEMS")

    assert caps(trace) == [("order_left_to_pay", 1, 200, 300, 100)]


def test_the_limit_of_a_percentage_is_of_every_line() -> None:
    order = an_order_of(1_000, 100)

    trace = of_items(
        order, type="PERCENT", percent_off=50, effect="APPLY_TO_ITEMS", amount_limit=300
    )

    assert caps(trace) == [("amount_limit", 0, 500, 300, 300)]


def test_a_percentage_of_initial_lines_is_capped_by_what_they_have_left() -> None:
    order = an_order_of(1_000, redemptions=[an_entry(1, l0=700)])

    trace = of_items(
        order,
        basis=Basis(initial=True),
        type="PERCENT",
        percent_off=50,
        effect="APPLY_TO_ITEMS",
    )

    assert caps(trace) == [("line_left_to_pay", 0, 500, 300, 300)]


def test_an_entry_caps_its_lines_one_by_one_and_together() -> None:
    entry = {
        "object": "product",
        "id": "mug",
        "amount_limit": 400,
        "aggregated_amount_limit": 700,
    }

    trace = of_items(
        an_order_of(1_000, 1_000),
        {"included": [entry]},
        type="AMOUNT",
        amount_off=500,
        effect="APPLY_TO_ITEMS",
    )

    assert caps(trace) == [
        ("applicable_to.amount_limit", 0, 500, 400, 400),
        ("applicable_to.amount_limit", 1, 500, 400, 400),
        ("applicable_to.aggregated_amount_limit", 1, 400, 700, 300),
    ]


def test_an_entry_caps_the_units_of_its_lines() -> None:
    entry = {
        "object": "product",
        "id": "mug",
        "quantity_limit": 3,
        "aggregated_quantity_limit": 4,
    }
    lines = [a_line(name, 500, product_id="mug", quantity=5) for name in ("a", "b", "c")]

    trace = of_items(
        an_order(amount=1_500, items=lines),
        {"included": [entry]},
        type="PERCENT",
        percent_off=10,
        effect="APPLY_TO_ITEMS",
    )

    assert caps(trace) == [
        ("applicable_to.quantity_limit", 0, 5, 3, 3),
        ("applicable_to.quantity_limit", 1, 5, 3, 3),
        ("applicable_to.aggregated_quantity_limit", 1, 3, 4, 1),
        ("applicable_to.quantity_limit", 2, 5, 3, 3),
        ("applicable_to.aggregated_quantity_limit", 2, 3, 4, 0),
    ]


@pytest.mark.parametrize(
    ("loaded", "asked", "told"),
    [
        (9_000, None, []),
        (2_000, None, [("credits_available", None, 6_000, 2_000, 2_000)]),
        (9_000, 500, []),
        (9_000, 7_000, [("order_left_to_pay", None, 7_000, 6_000, 6_000)]),
    ],
)
def test_a_card_is_capped_by_its_credits_or_by_what_is_left(
    loaded: int, asked: int | None, told: list[object]
) -> None:
    candidate = a_card_candidate(a_gift_card(), loaded, asked)

    assert caps(effect_trace(applied(candidate, an_order(amount=6_000)))) == told


@pytest.mark.parametrize(
    ("loaded", "asked", "told"),
    [
        (9_000, None, []),
        (700, None, [("credits_available", 1, 500, 700, 200)]),
        (9_000, 700, [("credits_asked", 1, 500, 700, 200)]),
        (9_000, 1_500, [("lines_left_to_pay", None, 1_500, 1_000, 1_000)]),
    ],
)
def test_a_card_that_pays_lines_is_capped_line_by_line(
    loaded: int, asked: int | None, told: list[object]
) -> None:
    candidate = a_card_candidate(a_gift_card(effect="APPLY_TO_ITEMS"), loaded, asked)

    assert caps(effect_trace(applied(candidate, an_order_of(500, 500)))) == told


def free_mugs(count: int, effect: str, order: Order) -> EffectTrace:
    discount = {"type": "UNIT", "unit_off": count, "unit_type": "mug", "effect": effect}
    candidate = a_candidate(a_voucher("FREE", dict(discount)), units={"mug": MUG})
    return effect_trace(applied(candidate, order))


def test_free_units_are_capped_by_what_their_line_has_left() -> None:
    line = a_line("l0", 1_800, quantity=2, price=900, source_id="mug", related_object="product")
    order = an_order(amount=1_800, items=[line], redemptions=[an_entry(1, l0=1_000)])

    trace = free_mugs(2, "ADD_MISSING_ITEMS", order)

    assert caps(trace) == [("line_left_to_pay", 0, 1_800, 800, 800)]


def test_free_units_are_capped_by_what_the_order_has_left() -> None:
    line = a_line("l0", 900, quantity=1, source_id="mug", related_object="product")
    order = an_order(amount=900, items=[line], redemptions=[an_entry(1, 500)])

    assert caps(free_mugs(1, "ADD_MISSING_ITEMS", order)) == [
        ("order_left_to_pay", 0, 900, 400, 400)
    ]


def test_units_that_make_their_own_line_are_not_capped() -> None:
    assert free_mugs(2, "ADD_NEW_ITEMS", an_order_of(500)) == EffectTrace()
