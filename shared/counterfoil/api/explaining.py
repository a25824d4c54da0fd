"""The `explanation` of an answer that was asked for with `?explain=true`, and of no other.

Its rendering is loaded by the first request that asks for it, so nobody else pays for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from counterfoil.api.orders import Document
    from counterfoil.domain.stacking import Evaluation
    from counterfoil.operations.qualifications import Qualification


def explained(evaluation: Evaluation | None) -> Document:
    """How the outcomes of a call came about."""
    return {} if evaluation is None else explained_each([evaluation])


def explained_each(evaluations: Iterable[Evaluation]) -> Document:
    """The same of several that were tried each alone; nothing where there is none."""
    asked = [each for each in evaluations if each.explains]
    if not asked:
        return {}
    from counterfoil.api.explanations import explanation  # noqa: PLC0415  # see above

    return {"explanation": explanation(asked)}


def explained_offers(found: Qualification) -> Document:
    """How the offers that were tried for a page came to be on it, or not."""
    if found.attempts is None:
        return {}
    from counterfoil.api.explanations import explanation_of_offers  # noqa: PLC0415  # see above

    return {"explanation": explanation_of_offers(found, found.attempts)}
