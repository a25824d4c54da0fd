from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from math import floor

from hypothesis import given
from hypothesis import strategies as st

from counterfoil.domain.money import MAX_AMOUNT, percent_of, prorate

amounts = st.integers(0, MAX_AMOUNT)
percents = st.decimals(0, 100, places=6)
weights = st.lists(amounts, min_size=1, max_size=20)


@given(total=amounts, weights=weights)
def test_the_parts_of_a_split_amount_sum_to_it(total: int, weights: list[int]) -> None:
    assert sum(prorate(total, weights)) == total


@given(total=amounts, weights=weights.filter(any))
def test_every_part_is_its_exact_share_rounded_up_or_down(total: int, weights: list[int]) -> None:
    for part, weight in zip(prorate(total, weights), weights, strict=True):
        exact = Fraction(total * weight, sum(weights))

        assert part in {floor(exact), -floor(-exact)}


@given(total=amounts, weights=weights.filter(any))
def test_a_larger_weight_never_has_a_smaller_part(total: int, weights: list[int]) -> None:
    parts = sorted(zip(weights, prorate(total, weights), strict=True))

    for (weight, part), (larger_weight, larger_part) in pairwise(parts):
        assert larger_part >= part or larger_weight == weight


@given(base=amounts, percent=percents)
def test_a_percentage_is_half_up_and_never_more_than_the_whole(base: int, percent: Decimal) -> None:
    exact = Fraction(percent) * base / 100

    assert percent_of(base, percent) == floor(exact + Fraction(1, 2))
    assert 0 <= percent_of(base, percent) <= base


@given(base=amounts, percents=st.tuples(percents, percents))
def test_a_larger_percentage_is_never_less(base: int, percents: tuple[Decimal, Decimal]) -> None:
    assert percent_of(base, min(percents)) <= percent_of(base, max(percents))
