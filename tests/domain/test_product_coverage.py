"""What is told of the lines and units that a rule's entries cover (domain.md §4.4.6)."""

import pytest

from counterfoil.domain.item_selection import EVERYTHING, ProductEntry, ProductLists
from counterfoil.domain.orders import Order, draft
from counterfoil.domain.product_coverage import Covered, coverage_of
from tests.builders import ORDER_ID, a_payload, request_ids
from tests.vectors import line

MUG = ProductEntry(id="mug")
TEA = ProductEntry(id="tea")


def an_order(*lines: dict[str, object]) -> Order:
    return draft(a_payload(items=list(lines)), ORDER_ID, request_ids(), (None, None))


def told(covered: Covered) -> list[tuple[int, list[int]]]:
    return [(place, list(units)) for place, units in covered.lines]


@pytest.mark.parametrize("lists", [None, EVERYTHING])
def test_without_products_nothing_is_told(lists: ProductLists | None) -> None:
    coverage = coverage_of(lists, an_order(line(1, 100, "mug")))

    assert (coverage.applicable, coverage.inapplicable) == ((), ())


def test_every_entry_tells_its_lines_by_their_place_in_the_order() -> None:
    order = an_order(line(1, 100, "any"), line(2, 100, "tea"), line(1, 300, "mug"))

    coverage = coverage_of(ProductLists(included=(MUG, TEA)), order)

    assert [each.entry for each in coverage.applicable] == [MUG, TEA]
    assert [told(each) for each in coverage.applicable] == [[(2, [1])], [(1, [1, 2])]]
    assert coverage.inapplicable == ()


def test_what_is_excluded_is_told_with_all_its_units() -> None:
    order = an_order(line(1, 100, "mug"), line(2, 100, "tea"))

    coverage = coverage_of(ProductLists(included=(MUG, TEA), excluded=(TEA,)), order)

    assert [told(each) for each in coverage.applicable] == [[(0, [1])], []]
    assert [told(each) for each in coverage.inapplicable] == [[(1, [1, 2])]]


def test_lines_are_told_in_the_order_of_application() -> None:
    entry = ProductEntry(id="mug", effect="APPLY_FROM_MOST_EXPENSIVE")
    order = an_order(line(1, 100, "mug"), line(1, 300, "mug"), line(1, 200, "mug"))

    (covered,) = coverage_of(ProductLists(included=(entry,)), order).applicable

    assert [place for place, _ in covered.lines] == [1, 2, 0]


def test_vector_12_tells_the_units_that_are_discounted() -> None:
    entry = ProductEntry(id="mug", target="UNIT", skip_initially=1, repeat=3)

    (covered,) = coverage_of(
        ProductLists(included=(entry,)), an_order(line(10, 5, "mug"))
    ).applicable

    assert told(covered) == [(0, [2, 5, 8])]


def test_of_two_equal_entries_the_first_has_the_lines() -> None:
    coverage = coverage_of(ProductLists(included=(MUG, MUG)), an_order(line(1, 100, "mug")))

    assert [told(each) for each in coverage.applicable] == [[(0, [1])], []]


@pytest.mark.parametrize(("quantity", "tells"), [(999, True), (1000, False)])
def test_units_are_told_up_to_a_thousand_in_the_whole_order(quantity: int, tells: bool) -> None:  # noqa: FBT001  # a case
    order = an_order(line(1, 100, "mug"), line(quantity, 100, "any"))

    assert coverage_of(ProductLists(included=(MUG,)), order).tells_units is tells


KITCHEN = ProductEntry(object="products_collection", id="pc_kitchen", quantity_limit=5)
CUPS = an_order(
    line(1, 100, "mug"),
    {"sku_id": "tea-big", "product_id": "tea", "quantity": 2, "price": 300},
    line(1, 100, "mug"),
    {"source_id": "pot", "related_object": "product", "price": 900},
    {"sku": {"id": "sku_1", "source_id": "jar"}, "product": {"source_id": "jars"}, "price": 10},
)
ALL = frozenset(each.id for each in CUPS.items)


def test_a_collection_is_followed_by_the_products_and_skus_that_its_lines_have() -> None:
    coverage = coverage_of(
        ProductLists(included=(KITCHEN, MUG)), CUPS, collections={"pc_kitchen": ALL}
    )

    own = {**KITCHEN.model_dump(exclude={"object", "id"}), "strict": True}
    assert [told(each) for each in coverage.applicable] == [
        [(1, [1, 2]), (3, [1]), (4, [1])],
        [(1, [1, 2])],
        [(3, [1])],
        [(4, [1])],
        [(0, [1]), (2, [1])],
    ]
    assert [each.entry for each in coverage.applicable] == [
        KITCHEN,
        ProductEntry(**own | {"object": "sku", "id": "tea-big", "product_id": "tea"}),
        ProductEntry(**own | {"id": "pot", "source_id": "pot"}),
        ProductEntry(
            **own
            | {
                "object": "sku",
                "id": "sku_1",
                "source_id": "jar",
                "product_id": "jars",
                "product_source_id": "jars",
            }
        ),
        MUG,
    ]


def test_lines_of_one_product_are_told_together() -> None:
    order = an_order(line(1, 100, "mug"), line(2, 100, "mug"))
    members = {"pc_kitchen": frozenset(each.id for each in order.items)}
    _, mugs = coverage_of(ProductLists(included=(KITCHEN,)), order, collections=members).applicable

    assert told(mugs) == [(0, [1]), (1, [1, 2])]


def test_a_collection_without_lines_is_told_without_any() -> None:
    (kitchen,) = coverage_of(ProductLists(included=(KITCHEN,)), CUPS).applicable

    assert (kitchen.entry, told(kitchen)) == (KITCHEN, [])


def test_an_excluded_collection_tells_its_lines_too() -> None:
    lists = ProductLists(included_all=True, excluded=(KITCHEN,))
    members = {"pc_kitchen": frozenset({CUPS.items[3].id})}

    coverage = coverage_of(lists, CUPS, collections=members)

    assert [told(each) for each in coverage.inapplicable] == [[(3, [1])], [(3, [1])]]
    assert [each.entry.id for each in coverage.inapplicable] == ["pc_kitchen", "pot"]
