"""In which order the redeemables of one call are applied (domain.md §5.3, §5.4.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from counterfoil.domain.categories import DEFAULT_HIERARCHY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from counterfoil.domain.candidates import Candidate
    from counterfoil.domain.stacking_rules import CategoryType, StackingRules

_BY_TYPE: Final[dict[CategoryType | None, int]] = {"EXCLUSIVE": 0, None: 1, "JOINT": 2}


def type_of(candidate: Candidate, rules: StackingRules) -> CategoryType | None:
    """Whether `candidate` is exclusive, joint, or neither: common."""
    return rules.type_of(candidate.category.id if candidate.category else None)


def in_order(candidates: Sequence[Candidate], rules: StackingRules) -> list[Candidate]:
    """`candidates` in the order of application; where nothing tells them apart, as they were sent.

    With exclusive and joint ones in one call, the exclusive come first and the joint last.
    """
    ranked = list(candidates)
    if rules.redeemables_sorting_rule == "CATEGORY_HIERARCHY":
        ranked.sort(key=_hierarchy)
    if {type_of(each, rules) for each in ranked} >= {"EXCLUSIVE", "JOINT"}:
        ranked.sort(key=lambda each: _BY_TYPE[type_of(each, rules)])
    return ranked


def _hierarchy(candidate: Candidate) -> int:
    return DEFAULT_HIERARCHY if candidate.category is None else candidate.category.hierarchy
