"""The copy of a validation rule that lies in what the rule is assigned to.

A decision goes by the copy alone, so it needs no read of the rule (protocol.md §9).
"""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from counterfoil.domain.item_selection import EVERYTHING, ProductLists


class AssignedRule(BaseModel):
    """One assignment: which rule in which version, its products, and what has to hold.

    `rules` is the text of a set (`rule_sets.read`), empty when nothing is asked; `error_message`
    what the shop says to whom it refuses.
    """

    model_config = ConfigDict(frozen=True)

    assignment_id: str
    rule_id: str
    version: int
    created_at: datetime
    applicable_to: ProductLists = EVERYTHING
    rules: str = ""
    error_message: str | None = None

    @property
    def bare(self) -> AssignedRule:
        """What names the rule and its version, without what it says."""
        said = {"applicable_to": EVERYTHING, "rules": "", "error_message": None}
        return self.model_copy(update=said)
