from decimal import Decimal

import pytest

from counterfoil.domain.money import MAX_AMOUNT, percent_of, prorate


@pytest.mark.parametrize(
    ("base", "percent", "amount"),
    [
        (20_050, "10", 2_005),
        (999, "10", 100),
        (5, "10", 1),
        (4, "10", 0),
        (15, "10", 2),
        (25, "10", 3),
        (1, "49.999999", 0),
        (1, "50", 1),
        (10_000, "12.345", 1_235),
        (10_000, "12.3449", 1_234),
        (10_000, "0", 0),
        (10_000, "100", 10_000),
        (0, "100", 0),
    ],
)
def test_a_percentage_is_rounded_half_up_to_the_minor_unit(
    base: int, percent: str, amount: int
) -> None:
    assert percent_of(base, Decimal(percent)) == amount


def test_the_largest_amount_has_an_exact_percentage() -> None:
    assert percent_of(MAX_AMOUNT, Decimal(100)) == MAX_AMOUNT
    assert percent_of(MAX_AMOUNT, Decimal("99.999999")) == 999_999_989_999_999


@pytest.mark.parametrize(
    ("total", "weights", "shares"),
    [
        (100, [1, 1, 1], [34, 33, 33]),
        (1_000, [2_000, 8_000], [200, 800]),  # vector 3 of domain.md §4.8
        (1_000, [2_000, 4_500, 6_000], [160, 360, 480]),  # vector 6
        (300, [3_300, 3_400], [148, 152]),  # vector 17
        (1, [1, 2], [0, 1]),
        (10, [1, 2, 4], [1, 3, 6]),
        (5, [3, 0, 7], [2, 0, 3]),
        (2, [1, 1, 1, 1], [1, 1, 0, 0]),
        (0, [1, 2], [0, 0]),
        (7, [5], [7]),
    ],
)
def test_an_amount_is_split_by_largest_remainder_and_ties_go_to_the_earlier(
    total: int, weights: list[int], shares: list[int]
) -> None:
    assert prorate(total, weights) == shares


def test_weights_that_are_all_zero_count_as_equal() -> None:
    assert prorate(5, [0, 0]) == [3, 2]


def test_nothing_is_split_among_nobody() -> None:
    assert prorate(5, []) == []
