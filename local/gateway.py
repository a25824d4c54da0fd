"""API Gateway HTTP API on one machine: request -> route -> event -> function -> response."""

import base64
import binascii
import json
import sys
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus

from pydantic import BaseModel, Field, JsonValue, ValidationError

from local.event import build_event
from local.http_messages import Headers, HttpRequest, HttpResponse
from local.invocation import FunctionFailedError, InProcess, Invoke
from local.routing import Routes
from local.template import Template

__all__ = ["Gateway", "HttpRequest", "HttpResponse"]

FAILED = HttpResponse.message(500, "Internal Server Error")


class _Answer(BaseModel):
    """A handler's answer in payload format 2.0."""

    status: int = Field(alias="statusCode", ge=100, le=599)
    headers: Mapping[str, str | int | float | bool] | None = None
    cookies: tuple[str, ...] | None = None
    body: str | None = None
    is_base64: bool = Field(default=False, alias="isBase64Encoded")


class Gateway:
    """Serves a template's routes; safe to call from many threads when `invoke` is.

    `invoke` is how a function is called: in this process unless another way is given.
    """

    def __init__(self, template: Template, invoke: Invoke | None = None) -> None:
        self._functions = template.functions
        self._routes = Routes(template.routes)
        self.invoke = invoke or InProcess(template)

    def handle(self, request: HttpRequest) -> HttpResponse:
        """The response; a function that fails is 500 `{"message":"Internal Server Error"}`."""
        try:
            match = self._routes.match(request.method, request.path)
            if match is None:
                return HttpResponse.message(404, "Not Found")
            request_id = str(uuid.uuid4())
            event = build_event(request, match, request_id, datetime.now(UTC))
        except UnicodeDecodeError:
            return HttpResponse.refusal(HTTPStatus.BAD_REQUEST, "the path is not UTF-8")
        function = self._functions[match.route.function]
        try:
            return _response(self.invoke(function, event, request_id))
        except FunctionFailedError:
            return FAILED
        except (ValidationError, binascii.Error, UnicodeEncodeError) as error:
            print(f"{function.logical_id} gave a malformed answer: {error}", file=sys.stderr)
            return FAILED


def _response(answer: JsonValue) -> HttpResponse:
    """Format 2.0: an answer without `statusCode` is itself the JSON body of a 200."""
    if not isinstance(answer, dict) or "statusCode" not in answer:
        body = json.dumps(answer, separators=(",", ":")).encode()
        return HttpResponse(200, (("content-type", "application/json"),), body)
    parsed = _Answer.model_validate(answer)
    text = parsed.body or ""
    body = base64.b64decode(text, validate=True) if parsed.is_base64 else text.encode()
    return HttpResponse(parsed.status, _headers(parsed), body)


def _headers(answer: _Answer) -> Headers:
    headers = tuple((name, _text(value)) for name, value in (answer.headers or {}).items())
    if not any(name.lower() == "content-type" for name, _ in headers):
        headers += (("content-type", "text/plain; charset=utf-8"),)
    return headers + tuple(("set-cookie", cookie) for cookie in answer.cookies or ())


def _text(value: str | float) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
