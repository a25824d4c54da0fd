"""The service in this process: requests as events, handlers as Lambda would call them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from pydantic import JsonValue, TypeAdapter

from local.event import Event, build_event
from local.http_messages import HttpRequest
from local.invocation import Context, InProcess
from local.routing import Routes

if TYPE_CHECKING:
    from local.template import Template

Document = dict[str, JsonValue]

PROJECT: Final = "bench"
APP_ID: Final = "bench"
MANAGEMENT_ID: Final = "bench-management"
TOKEN: Final = "bench-token"  # noqa: S105  # opens a table that is gone when the run ends
_DOCUMENT: Final = TypeAdapter(Document)


class Prepared(NamedTuple):
    """A request on its way: all that is left is to call the function."""

    function: str
    event: Event


@dataclass(frozen=True)
class Service:
    """Calls the handlers that `template` names for their routes."""

    template: Template
    functions: InProcess
    routes: Routes

    @classmethod
    def of(cls, template: Template) -> Service:
        """The service of `template`, with its variables set in this process."""
        return cls(template, InProcess(template), Routes(template.routes))

    def prepared(self, method: str, target: str, body: Document | None = None) -> Prepared:
        """The event of one request, as API Gateway would build it."""
        content = b"" if body is None else json.dumps(body, separators=(",", ":")).encode()
        headers = {
            "Content-Type": "application/json",
            "X-App-Id": APP_ID,
            "X-App-Token": TOKEN,
            "X-Management-Id": MANAGEMENT_ID,
            "X-Management-Token": TOKEN,
            "Host": "localhost",
        }
        request = HttpRequest(method, target, headers, content)
        match = self.routes.match(method, request.path)
        if match is None:
            raise LookupError(f"{method} {target}")
        now = datetime.now(UTC)  # an event has its time, as API Gateway's has
        return Prepared(match.route.function, build_event(request, match, "bench", now))

    def call(self, request: Prepared) -> JsonValue:
        """The function's answer, and nothing done to it."""
        function = self.template.functions[request.function]
        handler = self.functions.load(function)
        return handler(request.event, Context.of(function, "bench"))

    def document(self, method: str, target: str, body: Document | None = None) -> Document:
        """The answered document. Raises RuntimeError for any status but 200."""
        answer = _DOCUMENT.validate_python(self.call(self.prepared(method, target, body)))
        if answer["statusCode"] != 200:
            raise RuntimeError(f"{method} {target}: {answer['body']}")
        return _DOCUMENT.validate_json(str(answer["body"]))
