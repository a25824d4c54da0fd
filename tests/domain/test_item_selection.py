"""Which lines and units a discount applies to (domain.md §4.4)."""

import pytest

from counterfoil.domain.allocations import Allocation
from counterfoil.domain.basis import Basis
from counterfoil.domain.discounts import AmountOff, FixedPrice, PercentOff, allocate
from counterfoil.domain.effects import Effect, effect_of
from counterfoil.domain.gifts import Card, spend
from counterfoil.domain.item_selection import (
    EVERYTHING,
    ProductEntry,
    ProductLists,
    positions,
    select,
)
from counterfoil.domain.orders import Order
from tests.builders import a_candidate, a_line, a_rule, a_voucher, an_entry, an_order


def an_entry_of(product: str = "shirt", **fields: object) -> ProductLists:
    """One included product."""
    entry = ProductEntry.model_validate({"id": product, **fields})
    return ProductLists(included=(entry,))


def order_of(*lines: tuple[str, int, int], **fields: object) -> Order:
    """Lines of one product by id, quantity and price."""
    items = [
        a_line(name, quantity * price, quantity=quantity, price=price, product_id="shirt")
        for name, quantity, price in lines
    ]
    return an_order(items=items, amount=sum(each.amount or 0 for each in items), **fields)


def chosen(lists: ProductLists, order: Order) -> dict[str, list[int]]:
    """The units chosen, by line, in the order of application."""
    return {each.line.id: list(each.units) for each in select(lists, order)}


THREE = order_of(("a", 1, 300), ("b", 2, 100), ("c", 2, 200))


def test_no_lists_are_every_line_with_all_its_units() -> None:
    assert chosen(EVERYTHING, THREE) == {"a": [1], "b": [1, 2], "c": [1, 2]}


def test_vector_12_one_is_skipped_and_every_third_of_ten_units_is_chosen() -> None:
    lists = an_entry_of(target="UNIT", skip_initially=1, repeat=3)

    assert chosen(lists, order_of(("a", 10, 100))) == {"a": [2, 5, 8]}


@pytest.mark.parametrize(
    ("effect", "target", "expected"),
    [
        ("APPLY_TO_EVERY", "ITEM", {"a": [1], "b": [1, 2], "c": [1, 2]}),
        ("APPLY_TO_CHEAPEST", "ITEM", {"b": [1, 2]}),
        ("APPLY_TO_CHEAPEST", "UNIT", {"b": [1]}),
        ("APPLY_TO_MOST_EXPENSIVE", "ITEM", {"a": [1]}),
        ("APPLY_TO_MOST_EXPENSIVE", "UNIT", {"a": [1]}),
        ("APPLY_FROM_CHEAPEST", "ITEM", {"b": [1, 2], "c": [1, 2], "a": [1]}),
        ("APPLY_FROM_MOST_EXPENSIVE", "UNIT", {"a": [1], "c": [1, 2], "b": [1, 2]}),
    ],
)
def test_an_effect_chooses_by_unit_price(
    effect: str, target: str, expected: dict[str, list[int]]
) -> None:
    found = chosen(an_entry_of(effect=effect, target=target), THREE)

    assert list(found.items()) == list(expected.items())


def test_of_equal_prices_the_lower_subtotal_goes_first_and_then_the_earlier_line() -> None:
    order = order_of(("a", 2, 100), ("b", 1, 100), ("c", 1, 100))

    assert list(chosen(an_entry_of(effect="APPLY_FROM_CHEAPEST"), order)) == ["b", "c", "a"]
    assert list(chosen(an_entry_of(effect="APPLY_TO_MOST_EXPENSIVE"), order)) == ["b"]


def test_a_line_whose_price_nobody_knows_is_never_the_cheapest() -> None:
    unknown = a_line("free", None, quantity=1, product_id="shirt")
    order = an_order(items=[unknown, a_line("a", 300, product_id="shirt")])

    assert list(chosen(an_entry_of(effect="APPLY_TO_CHEAPEST"), order)) == ["a"]


@pytest.mark.parametrize("skip", range(5))
@pytest.mark.parametrize("repeat", range(1, 5))
def test_positions_over_several_lines_are_those_over_one(skip: int, repeat: int) -> None:
    entry = ProductEntry(skip_initially=skip, repeat=repeat)
    whole = [i for i in range(1, 13) if i > skip and (i - skip - 1) % repeat == 0]

    for cut in range(13):
        first = list(positions(0, cut, entry))
        second = [cut + unit for unit in positions(cut, 12 - cut, entry)]

        assert first + second == whole


def test_quantity_limits_are_of_a_line_and_of_all_lines_of_the_entry() -> None:
    order = order_of(("a", 3, 100), ("b", 3, 100), ("c", 3, 100))

    assert chosen(an_entry_of(quantity_limit=2), order) == {"a": [1, 2], "b": [1, 2], "c": [1, 2]}
    assert chosen(an_entry_of(aggregated_quantity_limit=4), order) == {"a": [1, 2, 3], "b": [1]}
    both = an_entry_of(quantity_limit=2, aggregated_quantity_limit=3)
    assert chosen(both, order) == {"a": [1, 2], "b": [1]}
    assert chosen(an_entry_of(quantity_limit=0), order) == {}


NAMED = [
    a_line("by-id", 100, product_id="shirt", sku_id="red"),
    a_line("by-source", 100, source_id="shirt", related_object="product"),
    a_line("sku-source", 100, source_id="shirt", related_object="sku"),
    a_line("embedded", 100, product={"source_id": "shirt"}, sku={"id": "red"}),
    a_line("nameless", 100),
]


def test_a_product_matches_by_its_id_or_source_id_wherever_the_line_has_it() -> None:
    order = an_order(items=NAMED)

    assert list(chosen(an_entry_of(), order)) == ["by-id", "by-source", "embedded"]
    by_source = ProductLists(included=(ProductEntry(source_id="shirt"),))
    assert list(chosen(by_source, order)) == ["by-id", "by-source", "embedded"]


def test_the_entry_of_a_sku_wins_over_the_one_of_its_product() -> None:
    product, sku = ProductEntry(id="shirt"), ProductEntry(object="sku", id="red")

    found = select(ProductLists(included=(product, sku)), an_order(items=NAMED))

    assert {each.line.id: each.entry for each in found} == {
        "by-source": product,
        "by-id": sku,
        "embedded": sku,
    }


def test_excluded_lines_are_left_out_even_of_everything() -> None:
    order = an_order(items=NAMED)
    red = (ProductEntry(object="sku", source_id="red"),)

    expected = ["by-source", "sku-source", "nameless"]
    assert list(chosen(ProductLists(excluded=red), order)) == expected
    assert list(chosen(ProductLists(included_all=True, excluded=red), order)) == expected
    included = ProductLists(included=(ProductEntry(id="shirt"),), excluded=red)
    assert list(chosen(included, order)) == ["by-source"]


def test_with_everything_included_an_entry_still_says_how_it_applies_to_its_lines() -> None:
    only_one = ProductEntry(id="shirt", effect="APPLY_TO_CHEAPEST")

    found = chosen(ProductLists(included=(only_one,), included_all=True), an_order(items=NAMED))

    assert list(found) == ["by-id", "sku-source", "nameless"]


DRINKS = ProductEntry(object="products_collection", id="pc_drinks")
MEMBERS = {"pc_drinks": frozenset({"by-source", "nameless"}), "pc_red": frozenset({"by-id"})}


def entries_of(lists: ProductLists) -> dict[str, ProductEntry]:
    found = select(lists, an_order(items=NAMED), collections=MEMBERS)
    return {each.line.id: each.entry for each in found}


def test_the_entry_of_a_collection_has_the_lines_that_are_of_it() -> None:
    assert entries_of(ProductLists(included=(DRINKS,))) == {
        "by-source": DRINKS,
        "nameless": DRINKS,
    }
    assert chosen(ProductLists(included=(DRINKS,)), an_order(items=NAMED)) == {}


def test_the_entry_of_a_sku_or_a_product_wins_over_the_one_of_a_collection() -> None:
    red = ProductEntry(object="products_collection", id="pc_red")
    product, sku = ProductEntry(source_id="shirt"), ProductEntry(object="sku", id="red")

    assert entries_of(ProductLists(included=(DRINKS, red, product, sku))) == {
        "nameless": DRINKS,
        "by-source": product,
        "by-id": sku,
        "embedded": sku,
    }


def test_of_two_collections_with_a_line_the_first_entry_has_it() -> None:
    other = ProductEntry(object="products_collection", id="pc_other")
    order = an_order(items=[a_line("a", 1)])
    members = {"pc_drinks": frozenset({"a"}), "pc_other": frozenset({"a"})}

    for lists in (ProductLists(included=(other, DRINKS)), ProductLists(included=(DRINKS, other))):
        (found,) = select(lists, order, collections=members)
        assert found.entry == lists.included[0]


def test_the_lines_of_an_excluded_collection_are_left_out() -> None:
    lists = ProductLists(included_all=True, excluded=(DRINKS,))

    assert list(entries_of(lists)) == ["by-id", "sku-source", "embedded"]


def test_a_collection_is_not_a_product_that_is_called_like_it() -> None:
    order = an_order(items=[a_line("a", 1, product_id="pc_drinks", sku_id="pc_drinks")])

    assert chosen(ProductLists(included=(DRINKS,)), order) == {}


def test_a_discount_is_taken_of_the_lines_of_a_collection() -> None:
    order = an_order(items=NAMED, amount=500)
    basis = Basis(collections=MEMBERS)
    lists = ProductLists(included=(DRINKS,))
    discount = AmountOff(type="AMOUNT", effect="APPLY_TO_ITEMS", amount_off=30)
    by_source_and_nameless = Allocation(lines={"by-source": 30, "nameless": 30})

    assert allocate(discount, order, lists, basis=basis) == by_source_and_nameless
    voucher = a_voucher("DRINK", discount.model_dump(), rule=a_rule(lists))
    effect = effect_of(a_candidate(voucher), order, basis)
    assert isinstance(effect, Effect)
    assert effect.allocation == by_source_and_nameless


def test_a_gift_card_pays_of_the_lines_of_a_collection() -> None:
    order = an_order(items=NAMED, amount=500)
    card = Card("GIFT", "APPLY_TO_ITEMS", 150)

    paid = spend(card, order, ProductLists(included=(DRINKS,)), Basis(collections=MEMBERS))

    assert paid == Allocation(lines={"by-source": 100, "nameless": 50})


def of_lines(**lines: int) -> Allocation:
    return Allocation(lines=lines)


def test_amount_limits_are_of_a_line_and_of_all_lines_of_the_entry() -> None:
    order = order_of(("a", 1, 300), ("b", 1, 300), ("c", 1, 300))
    discount = AmountOff(type="AMOUNT", effect="APPLY_TO_ITEMS", amount_off=200)

    each = an_entry_of(amount_limit=150)
    assert allocate(discount, order, each) == of_lines(a=150, b=150, c=150)
    both = an_entry_of(amount_limit=150, aggregated_amount_limit=250)
    assert allocate(discount, order, both) == of_lines(a=150, b=100)


def test_the_limit_of_the_discount_is_of_all_lines() -> None:
    order = order_of(("a", 1, 300), ("b", 1, 300))
    amount = AmountOff(
        type="AMOUNT", effect="APPLY_TO_ITEMS", amount_off=200, aggregated_amount_limit=250
    )
    percent = PercentOff.model_validate(
        {
            "type": "PERCENT",
            "effect": "APPLY_TO_ITEMS",
            "percent_off": 50,
            "amount_limit": 100,
            "aggregated_amount_limit": 130,
        }
    )

    assert allocate(amount, order) == of_lines(a=200, b=50)
    assert allocate(percent, order) == of_lines(a=100, b=30)


def test_a_split_sum_knows_no_limit_but_itself_and_what_is_left() -> None:
    order = order_of(("a", 1, 100), ("b", 3, 100), redemptions=[an_entry(1, a=90)])
    split = AmountOff(
        type="AMOUNT",
        effect="APPLY_TO_ITEMS_PROPORTIONALLY_BY_QUANTITY",
        amount_off=80,
        aggregated_amount_limit=1,
    )

    assert allocate(split, order) == of_lines(a=10, b=60)
    nearly_paid = order_of(("a", 1, 100), ("b", 3, 100), redemptions=[an_entry(1, 360)])
    assert allocate(split, nearly_paid) == of_lines(a=10, b=30)


def test_a_line_is_discounted_by_what_earlier_discounts_left_of_it() -> None:
    order = order_of(("a", 2, 500), redemptions=[an_entry(1, a=600)])
    percent = PercentOff.model_validate(
        {"type": "PERCENT", "effect": "APPLY_TO_ITEMS", "percent_off": 50}
    )
    by_unit = AmountOff(type="AMOUNT", effect="APPLY_TO_ITEMS_BY_QUANTITY", amount_off=300)

    assert allocate(percent, order) == of_lines(a=200)
    assert allocate(by_unit, order) == of_lines(a=400)
    assert allocate(by_unit, order, an_entry_of(quantity_limit=1)) == of_lines(a=200)


def test_an_amount_once_per_line_is_scaled_to_the_units_when_units_are_the_target() -> None:
    order = order_of(("a", 4, 1_000))
    discount = AmountOff(type="AMOUNT", effect="APPLY_TO_ITEMS", amount_off=400)
    every_second = an_entry_of(target="UNIT", skip_initially=1, repeat=2)

    assert allocate(discount, order, every_second) == of_lines(a=200)


def test_a_fixed_price_is_the_entrys_or_else_the_discounts_and_never_raises_a_price() -> None:
    order = order_of(("a", 2, 1_000), ("b", 1, 500))
    discount = FixedPrice(type="FIXED", effect="APPLY_TO_ITEMS", fixed_amount=800)

    assert allocate(discount, order) == of_lines(a=400)
    assert allocate(discount, order, an_entry_of(price=300)) == of_lines(a=1_400, b=200)
    explicit = an_order(items=[a_line("a", 999, quantity=2)])
    assert allocate(discount.model_copy(update={"fixed_amount": 400}), explicit) == of_lines(a=199)


def test_a_fixed_price_of_the_order_takes_what_is_above_it() -> None:
    discount = FixedPrice(type="FIXED", fixed_amount=800)

    assert allocate(discount, an_order(amount=1_000)) == Allocation(order=200)
    assert allocate(discount, an_order(amount=700)) == Allocation(order=0)


def test_a_million_units_are_chosen_as_fast_as_one() -> None:
    (portion,) = select(an_entry_of(target="UNIT", repeat=2), order_of(("a", 1_000_000, 1)))

    assert (len(portion.units), portion.left) == (500_000, 500_000)
