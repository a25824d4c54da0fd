"""Redeemables that did not apply, as validations and redemptions list them (domain.md §2.2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterfoil.api.categories import category_document
from counterfoil.api.errors import refusal_document
from counterfoil.domain.errors import RedemptionRefused
from counterfoil.domain.limits import SKIP_MESSAGES
from counterfoil.domain.outcomes import Skipped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from counterfoil.api.orders import Document
    from counterfoil.domain.candidates import Candidate
    from counterfoil.domain.outcomes import Inapplicable, Outcome
    from counterfoil.domain.stacking import Evaluation
    from counterfoil.domain.stacking_rules import StackingRules


@dataclass(frozen=True, slots=True)
class Telling:
    """How one answer tells of its redeemables; `spelt_out` is what its request asked to see."""

    rules: StackingRules
    request_id: str
    spelt_out: tuple[str, ...] = ()

    def left_out(self, evaluation: Evaluation) -> Document:
        """The lists of those that do not apply, as far as there are any."""
        refused = [self.refused(each) for each in evaluation.inapplicable]
        document: Document = {"inapplicable_redeemables": refused} if refused else {}
        if evaluation.skipped:
            document["skipped_redeemables"] = self.skipped(evaluation.outcomes)
        return document

    def skipped(self, outcomes: Sequence[Outcome]) -> list[Document]:
        """The entries of those that were passed over."""
        return [self.passed_over(each) for each in outcomes if isinstance(each, Skipped)]

    def refused(self, outcome: Inapplicable, record_id: str | None = None) -> Document:
        """One that does not apply, with the error that it alone would have been answered with.

        `record_id` is the failed redemption, where one was recorded.
        """
        candidate, refusal = outcome.candidate, outcome.refusal
        error = RedemptionRefused(refusal, candidate.object, candidate.id, record_id)
        return {
            "status": "INAPPLICABLE",
            "id": candidate.id,
            "object": _listed(candidate.object),
            "result": {
                "error": refusal_document(error, self.request_id),
                "details": {"key": refusal.code.value, "message": refusal.message},
            },
            "metadata": {},
            "categories": self.categories(candidate),
        }

    def passed_over(self, outcome: Skipped) -> Document:
        """One that was passed over, and why."""
        candidate = outcome.candidate
        details = {"key": outcome.key.value, "message": SKIP_MESSAGES[outcome.key]}
        return {
            "status": "SKIPPED",
            "id": candidate.id,
            "object": _listed(candidate.object),
            "result": {"details": details},
            "metadata": {},
            "categories": self.categories(candidate),
        }

    def categories(self, candidate: Candidate) -> list[Document]:
        """The category with what the rules make of it, where the request asked to see it."""
        category = candidate.category
        if category is None or "category" not in self.spelt_out:
            return []
        kind = self.rules.type_of(category.id)
        return [category_document(category) | ({"stacking_rules_type": kind} if kind else {})]


def _listed(kind: str) -> str:
    """The kind that an entry is listed under.

    A stack is listed by its tiers; one that is unknown has none, and strict clients take no
    other kind (domain.md §2.2). Its error tells what it is.
    """
    return "promotion_tier" if kind == "promotion_stack" else kind
