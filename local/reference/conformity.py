"""Holds an answer to what the reference says of its route and status: closed, and strictly."""

from __future__ import annotations

from functools import cache

from pydantic import TypeAdapter, ValidationError

from local import template
from local.reference.endpoints import LEFT_OUT, endpoints
from local.reference.operations import Operation
from local.reference.refusals import statuses
from local.reference.wire.common import Csv
from local.reference.wire.refusals import Refusal, TooLarge
from local.routing import Routes
from local.template import DEFAULT_ROUTE

_REFUSED = 400
_TOO_LARGE = 413
_ADAPTERS: dict[type[object], TypeAdapter[object]] = {}


class NonconformingError(AssertionError):
    """An answer that the reference does not describe."""


def require(method: str, target: str, status: int, body: bytes) -> None:
    """Raises NonconformingError unless the route of `target` may answer like this."""
    match = _routes().match(method, target.partition("?")[0])
    if match is None or match.route.path == DEFAULT_ROUTE or match.route.function in LEFT_OUT:
        return
    operation = _operations()[match.route.key]
    shape = _shape(operation, status)
    if shape is None:
        if body:
            raise NonconformingError(f"{match.route.key}: {status} has a body: {body[:200]!r}")
        return
    if shape is Csv:
        return
    try:
        _adapter(shape).validate_json(body, strict=True, extra="forbid")
    except ValidationError as error:
        raise NonconformingError(f"{match.route.key}: {status}: {error}") from error


def _shape(operation: Operation, status: int) -> type[object] | None:
    if status < _REFUSED:
        if status not in operation.answers:
            raise NonconformingError(f"{operation.endpoint.name} does not tell of {status}")
        return operation.answers[status]
    known = statuses(operation.endpoint, takes_body=operation.model is not None)
    # A body where none belongs is refused by its size and type too.
    if status not in {*known, _TOO_LARGE, 415}:
        raise NonconformingError(f"{operation.endpoint.name} does not tell of {status}")
    return TooLarge if status == _TOO_LARGE else Refusal


def _adapter(shape: type[object]) -> TypeAdapter[object]:
    if shape not in _ADAPTERS:
        _ADAPTERS[shape] = TypeAdapter(shape)
    return _ADAPTERS[shape]


@cache
def _routes() -> Routes:
    return Routes(template.load().routes)


@cache
def _operations() -> dict[str, Operation]:
    return {f"{each.method} {each.path}": Operation(each) for each in endpoints()}
