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
