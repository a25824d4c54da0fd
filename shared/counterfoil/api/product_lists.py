"""`applicable_to` and `inapplicable_to`: what a discount covers of an order (domain.md §4.4.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.api.entries import entry_document
from counterfoil.domain.product_coverage import coverage_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from counterfoil.api.orders import Document
    from counterfoil.domain.outcomes import Applicable
    from counterfoil.domain.product_coverage import Covered


def product_lists(outcome: Applicable) -> Document:
    """Both lists of what applies, by the order as its turn found it; empty without a rule's."""
    found = coverage_of(
        outcome.candidate.products,
        outcome.before,
        outcome.basis.closed,
        outcome.basis.collections,
    )
    return {
        "applicable_to": _list(found.applicable, tells_units=found.tells_units),
        "inapplicable_to": _list(found.inapplicable, tells_units=found.tells_units),
    }


def _list(entries: Sequence[Covered], *, tells_units: bool) -> Document:
    documents = [_covered(each, tells_units=tells_units) for each in entries]
    return {"data": documents, "total": len(documents), "data_ref": "data", "object": "list"}


def _covered(covered: Covered, *, tells_units: bool) -> Document:
    return {
        **entry_document(covered.entry),
        "order_item_indices": [place for place, _ in covered.lines],
        "order_item_units": [
            {"index": place, "units": list(units)}
            if tells_units
            else {"index": place, "units_limit_exceeded": True}
            for place, units in covered.lines
        ],
    }
