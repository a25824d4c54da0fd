"""Stacking rules as every validation tells them (domain.md §5.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from counterfoil.api.orders import Document
    from counterfoil.domain.stacking_rules import StackingRules

# The contract shows them to whoever manages the project only.
_MANAGEMENT_ONLY: Final = {
    "discount_calculation_mode",
    "initial_amount_mode_categories",
    "discounted_amount_mode_categories",
}


def rules_document(rules: StackingRules) -> Document:
    """The rules as validations and qualifications tell them."""
    return rules.model_dump(mode="json", exclude=_MANAGEMENT_ONLY)
