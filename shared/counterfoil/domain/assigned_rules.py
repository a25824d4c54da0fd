"""The copy of a validation rule that lies in what the rule is assigned to.

A decision goes by the copy alone, so it needs no read of the rule (protocol.md §9).
"""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from counterfoil.domain.item_selection import EVERYTHING, ProductLists


class AssignedRule(BaseModel):
    """One assignment: which rule in which version, and the products that it limits to.

    `campaign_redemptions` is how many redemptions the campaign that has it may have at the most.
    """

    model_config = ConfigDict(frozen=True)

    assignment_id: str
    rule_id: str
    version: int
    created_at: datetime
    applicable_to: ProductLists = EVERYTHING
    campaign_redemptions: int | None = None

    @property
    def without_lists(self) -> AssignedRule:
        """What names the rule and its version, without the products."""
        return self.model_copy(update={"applicable_to": EVERYTHING})
