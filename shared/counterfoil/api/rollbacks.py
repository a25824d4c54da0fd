"""What clients send to roll back, and what they are answered (domain.md §2.3, §7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.api.orders import Document, order_document
from counterfoil.api.records import record_document
from counterfoil.api.response import Response, json_response
from counterfoil.domain.rollback_payloads import RollbackPayload
from counterfoil.operations.rollbacks import Rollback

if TYPE_CHECKING:
    from counterfoil.api.request import Request
    from counterfoil.domain.rollbacks import RolledBack


def rollback_request(request: Request) -> Rollback:
    """The redemption in the path, on the endpoint for single redemptions."""
    return _rollback(request, stacks=False)


def rollbacks_request(request: Request) -> Rollback:
    """The redemption in the path, on the endpoint for stacks, which takes single ones too."""
    return _rollback(request, stacks=True)


def rollback_answer(undone: RolledBack) -> Response:
    """200 with the one rollback and the whole order after it."""
    return json_response(200, record_document(undone.rollbacks[0], order_document(undone.order)))


def rollbacks_answer(undone: RolledBack) -> Response:
    """200 with every rollback, their parent when they are several, and the order."""
    order = order_document(undone.order)
    whole = order if undone.parent is None else None
    document: Document = {"rollbacks": [record_document(each, whole) for each in undone.rollbacks]}
    if undone.parent is not None:
        document["parent_rollback"] = record_document(undone.parent)
    document["order"] = order
    return json_response(200, document)


def _rollback(request: Request, *, stacks: bool) -> Rollback:
    """Reason and tracking id of the query, unless the body has its own (domain.md §7, row 8)."""
    payload = request.payload(RollbackPayload)
    said = {
        "reason": payload.reason or request.query_value("reason"),
        "tracking_id": payload.tracking_id or request.query_value("tracking_id"),
    }
    return Rollback(request.parameter("redemptionId"), payload.model_copy(update=said), stacks)
