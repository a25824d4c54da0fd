"""Amounts are integers of minor units (1000 is 10.00), whatever the currency."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

# The largest amount, price or sum that is accepted: every JSON reader holds it exactly
# (JavaScript's limit is 2^53), and ten thousand of them still fit the store's 38 digits.
MAX_AMOUNT: Final = 999_999_999_999_999


def percent_of(base: int, percent: Decimal) -> int:
    """`percent` (0 to 100) of `base`, rounded half up to the minor unit (domain.md §12-G).

    >>> percent_of(999, Decimal("10"))
    100
    """
    exact = Decimal(base) * percent / 100
    return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def prorate(total: int, weights: Sequence[int]) -> list[int]:
    """`total` split by `weights` into integers that sum to it, by largest remainder.

    Missing units go to the largest remainders, ties to the earlier weight (domain.md §4.5).
    Weights must not be negative; when all are zero they count as equal.

    >>> prorate(100, [1, 1, 1])
    [34, 33, 33]
    """
    if not weights:
        return []
    whole = sum(weights)
    if whole == 0:
        return prorate(total, [1] * len(weights))
    shares = [total * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % whole), i))
    for i in by_remainder[: total - sum(shares)]:
        shares[i] += 1
    return shares
