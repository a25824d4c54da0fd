"""The tiers that an order qualifies for, as the contract's older endpoint tells them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.api.client_side import query_payload
from counterfoil.api.explaining import explained_each
from counterfoil.api.flat_validations import flat_document
from counterfoil.api.queries import refuse_unbuilt
from counterfoil.api.response import json_response
from counterfoil.domain.redemption_payloads import SingleRedemptionPayload

if TYPE_CHECKING:
    from collections.abc import Sequence

    from counterfoil.api.orders import Document
    from counterfoil.api.request import Request
    from counterfoil.api.response import Response
    from counterfoil.operations.validations import Validated


def promotions_request(request: Request) -> SingleRedemptionPayload:
    """The order and the customer. Raises InvalidQuery for `filters`, which are not built."""
    refuse_unbuilt(request, ("filters",))
    return request.payload(SingleRedemptionPayload)


def promotions_query(request: Request) -> SingleRedemptionPayload:
    """The same from a browser, all of it in the query."""
    refuse_unbuilt(request, ("filters",))
    return query_payload(request)


def promotions_answer(tried: Sequence[Validated]) -> Response:
    """200, with the tiers that apply; it is valid when there is one."""
    found = [each for each in tried if each.evaluation.applicable]
    promotions = [
        flat_document(outcome, each) for each in found for outcome in each.evaluation.outcomes
    ]
    document: Document = {"valid": bool(promotions), "promotions": promotions}
    tracking = next((each.tracking_id for each in found), None)
    if tracking is not None:
        document["tracking_id"] = tracking
    return json_response(200, document | explained_each(each.evaluation for each in tried))
