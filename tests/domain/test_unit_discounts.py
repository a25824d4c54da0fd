"""Free units beside the vectors of domain.md §4.8: lines, money, bounds, rollback, updates."""

import pytest

from counterfoil.domain.allocations import AddedUnits, MadeLine
from counterfoil.domain.candidate_refusals import RefusalCode
from counterfoil.domain.discounts import allocate
from counterfoil.domain.errors import InvalidVoucher
from counterfoil.domain.item_selection import ProductEntry, ProductLists
from counterfoil.domain.money import MAX_AMOUNT
from counterfoil.domain.orders import Order, draft, upserted
from counterfoil.domain.stacking import evaluate
from counterfoil.domain.stacking_rules import StackingRules
from counterfoil.domain.unit_discounts import CatalogueItem, UnitOff
from counterfoil.domain.vouchers import Voucher
from tests.builders import (
    ORDER_ID,
    a_candidate,
    a_payload,
    a_rule,
    a_voucher,
    amount_off,
    an_occasion,
    percent_off,
    redeemed,
    request_ids,
    rolled_back,
)
from tests.vectors import MISSING, NEW, free_units, line

MUG = CatalogueItem("prod_1", "mug", "Mug", 1_000, "prod_1")
RED = CatalogueItem("sku_1", "mug-red", "Red mug", 1_100, "prod_1", is_sku=True)
SHIPPING = CatalogueItem("prod_9", "shipping", "Shipping", None, "prod_9")
CATALOGUE = {
    "prod_1": MUG,
    "mug": MUG,
    "sku_1": RED,
    "mug-red": RED,
    "prod_9": SHIPPING,
}
NOBODY = (None, None)


def ordered(**fields: object) -> Order:
    return draft(a_payload(**fields), ORDER_ID, request_ids(), NOBODY)


def free(count: int, of: str, effect: str = MISSING) -> Voucher:
    return a_voucher(f"{count}{of}", free_units(count, of, effect))


def given(order: Order, *vouchers: Voucher) -> Order:
    return redeemed(order, vouchers, units=CATALOGUE).order


def changed(order: Order, **fields: object) -> Order:
    return upserted(order, a_payload(**fields), request_ids(7), NOBODY)


def quantities(order: Order) -> list[int | None]:
    return [each.quantity for each in order.items]


def discounts(order: Order) -> list[int]:
    return [order.line_discounts.get(each.id, 0) for each in order.items]


@pytest.mark.parametrize(
    ("sent", "unit"),
    [
        ({"product_id": "prod_1"}, "prod_1"),
        ({"product_id": "mug"}, "prod_1"),
        ({"product_id": "prod_1"}, "mug"),
        ({"source_id": "mug", "related_object": "product"}, "prod_1"),
        ({"product": {"source_id": "mug"}}, "prod_1"),
        ({"sku_id": "sku_1"}, "mug-red"),
        ({"sku": {"source_id": "mug-red"}}, "sku_1"),
        ({"product_id": "prod_1", "sku_id": "sku_1"}, "prod_1"),
        ({"product_id": "unheard-of"}, "unheard-of"),
        ({"sku_id": "sku_unheard_of"}, "sku_unheard_of"),
    ],
)
def test_units_go_to_the_line_that_names_their_product_or_sku(
    sent: dict[str, object], unit: str
) -> None:
    order = ordered(items=[{"price": 900, "quantity": 1, **sent}])

    after = given(order, free(2, unit, NEW))

    assert quantities(after) == [3]
    assert (after.amount, after.total_amount) == (2_700, 900)


def test_a_line_of_the_product_is_not_one_of_its_sku() -> None:
    after = given(ordered(items=[line(1, 900, "prod_1")]), free(1, "sku_1"))

    assert quantities(after) == [1, 1]


@pytest.mark.parametrize(
    ("unit", "product_id", "sku_id", "price"),
    [
        ("mug", "prod_1", None, 1_000),
        ("mug-red", "prod_1", "sku_1", 1_100),
        ("unheard-of", "unheard-of", None, None),
        ("sku_unheard_of", None, "sku_unheard_of", None),
    ],
)
def test_a_line_that_units_make_says_what_is_known_of_them(
    unit: str, product_id: str | None, sku_id: str | None, price: int | None
) -> None:
    (made,) = given(ordered(), free(3, unit)).items

    assert (made.product_id, made.sku_id, made.price) == (product_id, sku_id, price)
    assert (made.quantity, made.initial_quantity, made.made_by_units) == (3, 0, True)
    assert made.amount == (None if price is None else 3 * price)


def test_missing_units_make_those_free_that_are_there_already() -> None:
    order = ordered(items=[line(2, 1_000, "mug"), line(1, 500, "cup"), line(4, 900, "mug")])

    after = given(order, free(5, "mug"))

    assert quantities(after) == [2, 1, 4]
    assert discounts(after) == [2_000, 0, 2_700]
    assert (after.amount, after.initial_amount) == (6_100, 6_100)


def test_missing_units_are_added_to_the_first_line_of_their_product() -> None:
    order = ordered(items=[line(1, 1_000, "mug"), line(1, 900, "mug")])

    after = given(order, free(5, "mug"))

    assert quantities(after) == [4, 1]
    assert discounts(after) == [4_000, 900]
    assert after.total_amount == 0


def test_new_units_are_free_and_those_that_are_there_are_not() -> None:
    after = given(ordered(items=[line(3, 1_000, "mug")]), free(1, "mug", NEW))

    assert (after.amount, after.total_amount) == (4_000, 3_000)
    assert list(after.line_units.values()) == [AddedUnits(quantity=1, amount=1_000, discounted=1)]


def test_the_price_is_the_lines_else_the_catalogues_else_the_amounts_share() -> None:
    explicit = {"product_id": "mug", "quantity": 2, "amount": 1_500}
    unknown = {"product_id": "cup", "quantity": 2, "amount": 1_500}

    assert given(ordered(items=[line(1, 700, "mug")]), free(1, "mug", NEW)).amount == 1_400
    assert given(ordered(items=[explicit]), free(1, "mug", NEW)).amount == 2_500
    assert given(ordered(items=[unknown]), free(1, "cup", NEW)).amount == 2_250


def test_a_line_of_unknown_amount_takes_units_without_money() -> None:
    after = given(ordered(items=[{"product_id": "mug"}, line(1, 500, "cup")]), free(3, "mug"))

    assert quantities(after) == [3, 1]
    assert (after.amount, after.total_discount_amount) == (500, 0)
    assert after.items[0].amount is None


def test_units_alone_give_an_order_of_unknown_amount_one_until_they_go() -> None:
    result = redeemed(ordered(), [free(1, "mug")], units=CATALOGUE)
    assert (result.order.amount, result.order.total_amount) == (1_000, 0)

    undone = rolled_back(result.order, result.records).order

    assert (undone.amount, undone.initial_amount, undone.items) == (None, None, ())


def test_free_units_take_no_more_than_what_is_left_to_pay() -> None:
    order = given(ordered(items=[line(1, 1_000, "mug")]), amount_off(700))

    after = given(order, free(1, "mug"))

    assert (after.items_discount_amount, after.total_amount) == (300, 0)


def test_no_units_are_no_effect() -> None:
    order = ordered(items=[line(1, 1_000, "cup")])
    discount = UnitOff.model_validate(free_units(0, "mug", NEW))

    taken = allocate(discount, order, units=CATALOGUE)

    assert not taken.has_effect
    assert order.trying(taken).items == order.items


def test_a_later_redeemable_of_a_stack_sees_the_units_of_an_earlier_one() -> None:
    order = ordered(items=[line(1, 1_000, "mug")])

    after = given(order, free(2, "cup", NEW), free(1, "mug", NEW), percent_off(50))

    assert quantities(after) == [2, 2]
    assert (after.amount, after.items_discount_amount) == (2_000, 1_000)
    assert after.discount_amount == 500


def test_two_redeemables_of_a_stack_make_lines_with_ids_of_their_own() -> None:
    result = redeemed(
        ordered(), [free(1, "mug"), free(2, "mug-red"), free(1, "mug", NEW)], units=CATALOGUE
    )

    order = result.order
    assert quantities(order) == [2, 2]
    assert len({each.id for each in order.items}) == 2
    first, second, third = (each.allocation.units for each in result.redemptions)
    assert [list(each) for each in (first, second, third)] == [
        [order.items[0].id],
        [order.items[1].id],
        [order.items[0].id],
    ]
    assert first[order.items[0].id].made == MadeLine(product_id="prod_1", price=1_000)
    assert third[order.items[0].id].made is None


def test_a_line_keeps_its_id_in_every_plan_and_never_gets_one_that_was_used() -> None:
    order = ordered(items=[line(1, 1_000, "cup")])
    result = redeemed(order, [free(1, "mug")], units=CATALOGUE)
    again = redeemed(order, [free(1, "mug")], units=CATALOGUE)
    assert result.order.items == again.order.items

    undone = rolled_back(result.order, result.records).order
    later = redeemed(undone, [free(1, "mug-red")], request_ids(2), units=CATALOGUE).order

    assert later.items[1].id != result.order.items[1].id


def test_a_rollback_takes_its_own_units_and_leaves_those_of_others() -> None:
    order = ordered(items=[line(1, 1_000, "cup")])
    first = redeemed(order, [free(2, "mug")], request_ids(2), units=CATALOGUE)
    second = redeemed(first.order, [free(3, "mug", NEW)], request_ids(3), units=CATALOGUE)
    assert quantities(second.order) == [1, 5]

    without_first = rolled_back(second.order, first.records, ids=request_ids(4)).order
    assert quantities(without_first) == [1, 3]
    assert (without_first.amount, without_first.total_amount) == (4_000, 1_000)

    without_both = rolled_back(without_first, second.records, ids=request_ids(5)).order
    assert without_both.items == order.items
    assert (without_both.amount, without_both.total_amount) == (1_000, 1_000)


def test_a_rollback_leaves_a_line_of_the_cart_that_had_no_units() -> None:
    order = ordered(items=[{"product_id": "mug", "price": 1_000, "quantity": 0}])
    result = redeemed(order, [free(2, "mug")], units=CATALOGUE)

    assert rolled_back(result.order, result.records).order.items == order.items


def test_a_rollback_takes_no_line_below_what_others_hold_on_it() -> None:
    order = ordered(items=[line(1, 1_000, "mug")])
    units = redeemed(order, [free(1, "mug", NEW)], request_ids(2), units=CATALOGUE)
    shrunk = changed(changed(units.order, amount=100), amount=5_000)
    off_items = a_voucher(
        "OFF", {"type": "AMOUNT", "amount_off": 2_000, "effect": "APPLY_TO_ITEMS"}
    )
    discounted = given(shrunk, off_items)
    assert discounts(discounted) == [2_000]

    undone = rolled_back(discounted, units.records, ids=request_ids(5)).order

    assert (undone.items[0].amount, discounts(undone)) == (1_000, [1_000])


def test_lines_that_are_sent_are_the_cart_and_no_unit_was_added_to_it() -> None:
    order = given(ordered(items=[line(1, 1_000, "mug")]), free(3, "mug"))
    assert (order.amount, order.total_amount) == (3_000, 0)

    after = changed(order, items=[line(2, 1_000, "mug")])

    assert (after.amount, after.initial_amount) == (2_000, 2_000)
    assert after.line_units == {}
    assert discounts(after) == [2_000]


def test_lines_that_are_sent_without_the_free_ones_end_their_discount() -> None:
    order = given(ordered(items=[line(1, 1_000, "cup")]), free(1, "mug"))

    after = changed(order, items=[line(1, 1_000, "cup")])

    assert quantities(after) == [1]
    assert (after.amount, after.total_amount) == (1_000, 1_000)


def test_an_amount_that_is_sent_includes_the_units_and_no_rollback_lowers_it() -> None:
    result = redeemed(ordered(items=[line(1, 1_000, "cup")]), [free(1, "mug")], units=CATALOGUE)

    after = changed(result.order, amount=2_500)
    assert (after.amount, after.initial_amount, after.total_amount) == (2_500, 2_500, 1_500)
    assert quantities(after) == [1, 1]

    undone = rolled_back(after, result.records).order
    assert (undone.amount, undone.total_amount, quantities(undone)) == (2_500, 2_500, [1])


def test_the_amount_that_the_order_has_already_changes_nothing() -> None:
    order = given(ordered(items=[line(1, 1_000, "cup")]), free(1, "mug"))

    after = changed(order, amount=2_000)

    assert (after.amount, after.initial_amount) == (2_000, 1_000)
    assert after.redemptions == order.redemptions


def test_where_each_line_takes_one_discount_free_units_leave_those_that_have_one_alone() -> None:
    once = StackingRules(redeemables_products_application_mode="ONCE")
    order = ordered(items=[line(1, 1_000, "mug"), line(1, 900, "cup")])
    off_mugs = a_voucher(
        "OFF",
        {"type": "AMOUNT", "amount_off": 100, "effect": "APPLY_TO_ITEMS"},
        rule=a_rule(ProductLists(included=(ProductEntry(source_id="mug"),))),
    )
    vouchers = [off_mugs, free(1, "mug"), free(2, "mug"), free(3, "mug", NEW)]

    found = [a_candidate(each, units=CATALOGUE) for each in vouchers]
    results = evaluate(found, order, once, an_occasion()).applicable

    assert [quantities(each.order) for each in results] == [[1, 1], [1, 1], [1, 1, 1], [1, 1, 1, 3]]
    assert [discounts(each.order)[0] for each in results] == [100] * 4


def test_percentages_of_initial_amounts_leave_added_units_out() -> None:
    initially = StackingRules(discount_calculation_mode="INITIAL_AMOUNT")
    order = ordered(items=[line(1, 1_000, "mug")])
    half_of_items = a_voucher(
        "HALF", {"type": "PERCENT", "percent_off": 50, "effect": "APPLY_TO_ITEMS"}
    )
    vouchers = [free(1, "mug", NEW), free(1, "spoon", NEW), half_of_items]

    found = [a_candidate(each, units=CATALOGUE) for each in vouchers]
    after = evaluate(found, order, initially, an_occasion()).order

    assert (after.amount, after.items_discount_amount) == (2_000, 1_500)


@pytest.mark.parametrize("effect", ["ADD_SAME_ITEMS", "REPLACE_ITEMS"])
def test_effects_that_are_only_kept_refuse_their_voucher(effect: str) -> None:
    voucher = free(1, "mug", effect)

    evaluation = evaluate(
        [a_candidate(voucher)], ordered(amount=100), StackingRules(), an_occasion()
    )

    (refused,) = evaluation.inapplicable
    assert refused.refusal.code is RefusalCode.INVALID_VOUCHER
    assert effect in refused.refusal.details


@pytest.mark.parametrize(
    ("order", "count", "unit"),
    [
        (ordered(items=[line(1_000_000, 1, "mug")]), 1, "mug"),
        (ordered(items=[line(1, MAX_AMOUNT, "mug")]), 1, "mug"),
        (ordered(amount=MAX_AMOUNT), 1, "mug"),
    ],
)
def test_more_than_an_order_can_have_refuses_the_voucher(
    order: Order, count: int, unit: str
) -> None:
    discount = UnitOff.model_validate(free_units(count, unit, NEW))

    with pytest.raises(InvalidVoucher):
        allocate(discount, order, units=CATALOGUE)


def test_a_discount_is_shown_with_what_the_catalogue_calls_its_units() -> None:
    many = UnitOff.model_validate(
        {
            "type": "UNIT",
            "effect": "ADD_MANY_ITEMS",
            "units": [
                {"unit_off": 1, "unit_type": "mug"},
                {"unit_off": 2, "unit_type": "unheard-of"},
            ],
        }
    )
    red = UnitOff.model_validate(free_units(1, "mug-red", NEW))

    assert many.unit_types == ("mug", "unheard-of")
    assert many.named(CATALOGUE).model_dump(exclude_none=True)["units"] == (
        {
            "unit_off": 1,
            "unit_type": "mug",
            "effect": "ADD_MISSING_ITEMS",
            "product": {"id": "prod_1", "source_id": "mug", "name": "Mug"},
        },
        {"unit_off": 2, "unit_type": "unheard-of", "effect": "ADD_MISSING_ITEMS"},
    )
    named = red.named(CATALOGUE)
    assert named.product is None
    assert named.sku is not None
    assert (named.sku.id, named.sku.name) == ("sku_1", "Red mug")
