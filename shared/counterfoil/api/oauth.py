"""Bearer tokens on the wire (domain.md §2.0): forms in, JSON out.

The key is the OAuth client: its id and token come in `X-App-Id` and `X-App-Token` as everywhere,
or as any OAuth library sends them, in `Authorization: Basic` or as `client_id` and `client_secret`.
"""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, unquote_plus

from counterfoil.api.guard import MAX_BYTES
from counterfoil.api.negotiation import media_type
from counterfoil.api.request import Request
from counterfoil.api.response import JSON, Response, json_response
from counterfoil.domain.errors import InvalidGrantType, InvalidPayload, MissingParameters
from counterfoil.domain.payloads import Payload, Text
from counterfoil.domain.scopes import scopes_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from counterfoil.api.event import Event
    from counterfoil.operations.tokens import Known

FORM: Final = "application/x-www-form-urlencoded"
_GRANT: Final = "client_credentials"
_BASIC: Final = "basic "
_NOT_CACHED: Final = {"Cache-Control": "no-store"}


class GrantPayload(Payload):
    """What a token is asked for with."""

    grant_type: Text | None = None
    scope: Text | None = None


class TokenPayload(Payload):
    """Which token is meant; OAuth libraries call it `token`."""

    access_token: Text | None = None
    token: Text | None = None


class _ClientPayload(Payload):
    client_id: Text | None = None
    client_secret: Text | None = None


def form_request(event: Event) -> Request:
    """The request with a form as the JSON object of its fields, and its key in the headers.

    Raises InvalidPayload for a form that is not UTF-8 or names a field twice.
    """
    request = Request.of(event)
    declared = media_type(request.header("content-type") or "")
    is_form = declared == FORM and len(request.body) <= MAX_BYTES
    if is_form:
        body = json.dumps(_fields(request.body)).encode()
        request = replace(request, body=body, headers={**request.headers, "content-type": JSON})
    if request.header("x-app-id") is None and (key := _key(request, is_form=is_form)):
        request = replace(request, headers={**request.headers, **key})
    return request


def grant_request(request: Request) -> tuple[str, ...]:
    """The scopes asked for. Raises InvalidGrantType, InvalidScope."""
    payload = request.payload(GrantPayload)
    if payload.grant_type != _GRANT:
        raise InvalidGrantType(payload.grant_type)
    return scopes_in(payload.scope)


def token_request(request: Request) -> str:
    """The token meant. Raises MissingParameters."""
    payload = request.payload(TokenPayload)
    secret = payload.access_token or payload.token
    if not secret:
        raise MissingParameters("access_token")
    return secret


def token_answer(known: Known) -> Response:
    """200 with the token: the only time that it is told."""
    return json_response(200, _document(known), _NOT_CACHED)


def introspection_answer(known: Known | None) -> Response:
    """200; of a token that is not in force, only that."""
    document = {"active": False} if known is None else {**_document(known), "active": True}
    return json_response(200, document, _NOT_CACHED)


def _document(known: Known) -> dict[str, object]:
    token = known.token
    return {
        "access_token": known.secret,
        "client_id": token.app_id,
        "expires_at": token.expires_at,
        "expires_in": token.expires_at - known.now,
        "scope": " ".join(token.scopes),
        "token_type": "Bearer",
    }


def _fields(form: bytes) -> Mapping[str, str]:
    try:
        pairs = parse_qsl(form.decode(), keep_blank_values=True, errors="strict")
    except ValueError as error:
        raise InvalidPayload("The request body is not a form in UTF-8") from error
    if len(pairs) != len(dict(pairs)):
        raise InvalidPayload("The form names a field twice")
    return dict(pairs)


def _key(request: Request, *, is_form: bool) -> Mapping[str, str] | None:
    """The headers of the key that the OAuth client has named in its own way."""
    authorization = request.header("authorization") or ""
    if authorization.lower().startswith(_BASIC):
        named = _decoded(authorization[len(_BASIC) :])
        if named is not None:
            app_id, _, token = named.partition(":")
            return {"x-app-id": unquote_plus(app_id), "x-app-token": unquote_plus(token)}
    if is_form:
        client = request.payload(_ClientPayload)
        if client.client_id is not None:
            return {"x-app-id": client.client_id, "x-app-token": client.client_secret or ""}
    return None


def _decoded(credentials: str) -> str | None:
    try:
        return base64.b64decode(credentials, validate=True).decode("ascii")
    except ValueError:
        return None
