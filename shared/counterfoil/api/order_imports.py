"""Imports of orders on the wire (domain.md §2.1, §3.7)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from counterfoil.api import guard
from counterfoil.api.response import Response, json_response
from counterfoil.api.validation import validated
from counterfoil.domain.errors import Invalid, InvalidPayload
from counterfoil.domain.order_imports import MAX_ROWS, Import, Row
from counterfoil.domain.order_payloads import OrderPayload

if TYPE_CHECKING:
    from pydantic import JsonValue

    from counterfoil.api.request import Request
    from counterfoil.domain.async_actions import AsyncAction

MAX_BYTES: Final = 5 * 1024 * 1024
# The contract's import has no such field.
_NOT_IMPORTED: Final = "created_at"


def import_request(request: Request) -> Import:
    """The body of `POST /v1/orders/import`; what is wrong with a row is the row's affair."""
    document = guard.parse(request.body)
    if not isinstance(document, list):
        raise InvalidPayload("The request body must be a JSON array of orders")
    if not document:
        raise InvalidPayload("The request body must have at least 1 element")
    if len(document) > MAX_ROWS:
        raise InvalidPayload(f"The request body must have at most {MAX_ROWS} elements")
    return Import(tuple(_row(*each) for each in enumerate(document, 1)))


def started_answer(action: AsyncAction) -> Response:
    """200 with the id under which the import can be watched."""
    return json_response(200, {"async_action_id": action.id})


def _row(number: int, sent: JsonValue) -> Row:
    if not isinstance(sent, dict):
        return Row(number, None, reason="The order must be a JSON object")
    source = sent.get("source_id")
    known = source if isinstance(source, str) else None
    order = {name: value for name, value in sent.items() if name != _NOT_IMPORTED}
    try:
        validated(OrderPayload, order)
    except Invalid as error:
        return Row(number, known, reason=error.details)
    return Row(number, known, order)
