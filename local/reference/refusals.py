"""The answers to requests that are refused: which statuses a route has, and which keys each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from counterfoil.api.errors import RESPONSES, UNEXPECTED
from counterfoil.api.response import JSON
from counterfoil.domain.candidate_refusals import RefusalCode
from counterfoil.storage.credentials import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from local.reference.endpoints import Endpoint
    from local.reference.parameters import Schema

_WORDS: Final = {
    400: "The request cannot be done; `key` says why",
    401: "No key, a wrong one, or a token that is not in force",
    403: "The key or token may not do this, or not from this origin",
    404: "There is no such thing in this project",
    405: "The path has other methods; `Allow` names them",
    406: "The sender reads no JSON",
    409: "It exists already, or the Idempotency-Key was used for another request",
    413: "The body is larger than 1 MB",
    415: "The body is not JSON",
    500: "The service failed; its log has more under `request_id`",
    503: "The store did not answer in time; the request may be repeated",
}
_HEADERS: Final = {400: "Retry-After", 401: "WWW-Authenticate", 405: "Allow", 503: "Retry-After"}
_ALWAYS: Final = (400, 401, 404, 406, 500, 503)
# Of the routes that ask for no key, by their function.
_OPEN: Final[Mapping[str, tuple[int, ...]]] = {"DownloadExport": (401, 404, 500, 503)}
_TOO_LARGE: Final = 413
_REDEEMING: Final = 400


def statuses(endpoint: Endpoint, *, takes_body: bool) -> Iterator[int]:
    """The statuses that refusals of a route can have, in their order."""
    declared = endpoint.declared
    if declared is None:
        yield from _OPEN.get(endpoint.name, ())
        return
    found = {*_ALWAYS}
    if declared.opened_by is not Kind.MANAGEMENT:
        found.add(403)
    if "+}" in endpoint.path:
        found.add(405)
    if endpoint.method in {"POST", "PUT"}:
        found.add(409)
    if takes_body:
        found |= {413, 415}
    yield from sorted(found)


def components(ref: Schema, too_large: Schema) -> Schema:
    """The response objects of all refusals, by status; `ref` is the schema of most."""
    return {
        str(status): {
            "description": _description(status, words),
            "headers": _headers(status),
            "content": {JSON: {"schema": too_large if status == _TOO_LARGE else ref}},
        }
        for status, words in _WORDS.items()
    }


def _description(status: int, words: str) -> str:
    keys = sorted(_keys(status))
    return f"{words}. Keys: {', '.join(f'`{key}`' for key in keys)}." if keys else f"{words}."


def _keys(status: int) -> set[str]:
    kinds = [*RESPONSES.values(), UNEXPECTED]
    known = {each.key for each in kinds if each.status == status and each.key is not None}
    if status == _REDEEMING:
        known |= {each.value for each in RefusalCode if each is not RefusalCode.NOT_FOUND}
    return known


def _headers(status: int) -> Schema:
    names = ["X-Request-Id", *([_HEADERS[status]] if status in _HEADERS else [])]
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}
