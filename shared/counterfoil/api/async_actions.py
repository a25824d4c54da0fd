"""Async actions on the wire (domain.md §1.14, §2.11)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from counterfoil.api.queries import MAX_LIMIT, number_of, time_of
from counterfoil.api.response import Response, json_response
from counterfoil.domain.async_actions import ExportWork, ImportWork
from counterfoil.domain.order_imports import summary
from counterfoil.domain.timestamps import iso, millis
from counterfoil.operations.async_action_lists import ActionsWanted

if TYPE_CHECKING:
    from counterfoil.api.orders import Document
    from counterfoil.api.request import Request
    from counterfoil.domain.async_actions import AsyncAction
    from counterfoil.domain.order_imports import Failure
    from counterfoil.operations.async_action_lists import Listed
    from counterfoil.operations.async_actions import Watched

_LIMIT: Final = 10
_OUTCOMES: Final = {"DONE": "SUCCESS", "FAILED": "FAILED"}


def named_action_request(request: Request) -> str:
    """The id in the path."""
    return request.parameter("asyncActionId")


def actions_request(request: Request) -> ActionsWanted:
    """`limit` and `end_date` of `GET /v1/async-actions`."""
    limit = number_of(request, "limit", _LIMIT, MAX_LIMIT)
    return ActionsWanted(limit, time_of(request, "end_date"))


def action_answer(watched: Watched) -> Response:
    """200 with the action and what came of it."""
    return json_response(200, {**_document(watched.action), "result": _result(watched)})


def actions_answer(listed: Listed) -> Response:
    """200 with the newest actions."""
    return json_response(
        200,
        {
            "object": "list",
            "data_ref": "async_actions",
            "async_actions": [_document(each) for each in listed.actions],
            "has_more": listed.has_more,
        },
    )


def _document(action: AsyncAction) -> Document:
    latest = action.updated_at or action.created_at
    return {
        "id": action.id,
        "type": action.work.type,
        "status": action.status,
        "operation_status": _OUTCOMES.get(action.status, "UNKNOWN"),
        "progress": action.progress,
        "processing_time": millis(latest) - millis(action.created_at),
        "request_id": action.request_id,
        "created_at": iso(action.created_at),
        "updated_at": None if action.updated_at is None else iso(action.updated_at),
        "object": "async_action",
    }


def _result(watched: Watched) -> Document | None:
    """What was done; None while it goes on."""
    action = watched.action
    if not action.is_over:
        return None
    if isinstance(action.work, ImportWork) and action.status == "DONE":
        return _import(action.done, action.work.failed, watched.failures)
    made: Document = (
        {"export_id": action.work.export_id} if isinstance(action.work, ExportWork) else {}
    )
    error: Document = {} if action.error is None else {"error": {"message": action.error}}
    left = max(0, action.total - action.done) if action.status == "FAILED" else 0
    return {"done_count": action.done, "failed_count": left, **made, **error}


def _import(rows: int, failed: int, failures: tuple[Failure, ...]) -> Document:
    return {
        "message": summary(rows - failed, failed),
        "failed": [
            {"source_id": each.source_id, "reason": each.reason, "row": each.row}
            for each in failures
        ],
        "done_count": rows - failed,
        "failed_count": failed,
    }
