"""How many redeemables of one call may apply, in all and by category (domain.md §5.3, §5.5)."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from counterfoil.domain.candidates import Candidate
    from counterfoil.domain.stacking_rules import StackingRules


class SkipKey(StrEnum):
    """Why a redeemable was passed over without being wrong."""

    LIMIT = "applicable_redeemables_limit_exceeded"
    CATEGORY_LIMIT = "applicable_redeemables_per_category_limit_exceeded"
    EXCLUSIVE_LIMIT = "applicable_exclusive_redeemables_limit_exceeded"
    EXCLUSIVE_CATEGORY_LIMIT = "applicable_exclusive_redeemables_per_category_limit_exceeded"
    EXCLUSION = "exclusion_rules_not_met"
    PRECEDING = "preceding_validation_failed"
    NO_EFFECT = "no_effect"


SKIP_MESSAGES: Final = {
    SkipKey.LIMIT: "Applicable redeemables limit exceeded",
    SkipKey.CATEGORY_LIMIT: "Applicable redeemables limit per category exceeded",
    SkipKey.EXCLUSIVE_LIMIT: "Applicable exclusive redeemables limit exceeded",
    SkipKey.EXCLUSIVE_CATEGORY_LIMIT: (
        "Applicable exclusive redeemables limit per category exceeded"
    ),
    SkipKey.EXCLUSION: "Redeemable cannot be applied due to exclusion rules",
    SkipKey.PRECEDING: "Redeemable cannot be applied due to preceding validation failure",
    SkipKey.NO_EFFECT: "Redeemable cannot be applied due to no effect",
}


class Tally:
    """What has applied so far in one walk. A redeemable without a category counts in none."""

    def __init__(self, rules: StackingRules) -> None:
        self._rules = rules
        self._all = 0
        self._exclusive = 0
        self._by_category: Counter[str] = Counter()

    def add(self, candidate: Candidate) -> None:
        """One more applies."""
        self._all += 1
        if candidate.category is None:
            return
        self._by_category[candidate.category.id] += 1
        self._exclusive += self._rules.type_of(candidate.category.id) == "EXCLUSIVE"

    def exceeded_by(self, candidate: Candidate) -> SkipKey | None:
        """The first limit that one more would be over, in the order of the contract's table."""
        rules, category = self._rules, candidate.category
        of_category = 0 if category is None else self._by_category[category.id]
        exclusive = category is not None and rules.type_of(category.id) == "EXCLUSIVE"
        reached = {
            SkipKey.LIMIT: self._all >= rules.applicable_redeemables_limit,
            SkipKey.CATEGORY_LIMIT: (
                category is not None and of_category >= rules.limit_of(category.id)
            ),
            SkipKey.EXCLUSIVE_LIMIT: (
                exclusive and self._exclusive >= rules.applicable_exclusive_redeemables_limit
            ),
            SkipKey.EXCLUSIVE_CATEGORY_LIMIT: (
                exclusive
                and of_category >= rules.applicable_exclusive_redeemables_per_category_limit
            ),
        }
        return next((key for key, is_reached in reached.items() if is_reached), None)
