"""One route as an OpenAPI operation, and what it needs of the components."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl

from counterfoil.api.auth import HEADERS
from counterfoil.api.oauth import FORM
from counterfoil.api.permissions import scopes_of
from counterfoil.api.response import JSON
from counterfoil.storage.credentials import Kind
from local.invoke import load_event
from local.reference import parameters
from local.reference.answers import ANSWERS, OPEN_ANSWERS, Shapes
from local.reference.endpoints import Endpoint, UndescribedError
from local.reference.readings import Readings, path_names, readings
from local.reference.refusals import statuses
from local.reference.told import OF_ROUTES
from local.reference.wire.common import Csv

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from pydantic import BaseModel, JsonValue

    from local.reference.parameters import Parameter, Schema

# What changes something without being told more than its path, and why.
_SWITCH: Final = "a switch, whose path says all"
BODILESS: Final[Mapping[str, str]] = {
    "ResendDelivery": "the same is sent again",
    "TestWebhook": "what is sent is always the same",
    **dict.fromkeys(
        (
            *(
                f"{verb}{what}"
                for verb in ("Enable", "Disable")
                for what in ("Campaign", "Voucher")
            ),
            *(f"{verb}PromotionTier" for verb in ("Enable", "Disable")),
        ),
        _SWITCH,
    ),
}
_CHANGING: Final = frozenset({"POST", "PUT"})
# The folders of what works on an order.
_OF_ORDERS: Final = frozenset({"orders", "redemptions"})
_KEY: Final = parameters.Parameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
    "The same key and request within 24 hours is answered with the first answer, byte for byte",
    "header",
)
_WORDS: Final = {
    200: "Done",
    202: "Begun; it goes on after this answer",
    204: "Done",
    302: "It lies at `Location`, for some minutes",
}
_TYPES: Final[Mapping[type[object], str]] = {Csv: "text/csv"}


@dataclass(frozen=True)
class Operation:
    """A route, with what its decoder reads and its renderer answers."""

    endpoint: Endpoint

    @cached_property
    def reads(self) -> Readings:
        """Body and query."""
        declared = self.endpoint.declared
        found = Readings() if declared is None else readings(declared.decode)
        found.add(OF_ROUTES.get(self.endpoint.name, ()))
        if declared is not None:
            _keep(found, "dry_run", wanted=declared.rehearses)
            _keep(found, "explain", wanted=declared.explains)
        return found

    @property
    def model(self) -> type[BaseModel] | None:
        """What its body is read as; None for a request without a body."""
        if self.endpoint.method not in _CHANGING:
            return None
        if self.reads.model is None and self.endpoint.name not in BODILESS:
            raise UndescribedError(f"{self.endpoint.name} has no body: local/reference/told.py")
        return self.reads.model

    @cached_property
    def answers(self) -> Shapes:
        """Types by status. Raises UndescribedError for a renderer that nobody described."""
        declared = self.endpoint.declared
        if declared is None:
            found = OPEN_ANSWERS.get(self.endpoint.name)
        else:
            found = ANSWERS.get(declared.encode)
        if found is None:
            raise UndescribedError(f"{self.endpoint.name}: local/reference/answers.py")
        return found

    def document(self, ref: Callable[[type[object]], Schema]) -> Schema:
        """The operation object; `ref` refers to the schema of a type."""
        endpoint = self.endpoint
        document: Schema = {
            "operationId": endpoint.name,
            "summary": endpoint.summary,
            "tags": [self.tag],
            "parameters": [each.document for each in self.parameters],
        }
        if self.model is not None:
            document["requestBody"] = self._body(ref(self.model))
        document["responses"] = self._responses(ref)
        return document | self._security()

    @property
    def tag(self) -> str:
        """The part of the API that it is of."""
        return self.endpoint.folder.replace("_", "-")

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """Those of the path, of the query and of the headers."""
        remembered = self.endpoint.method in _CHANGING and self.endpoint.declared is not None
        headers = (_KEY,) if remembered else ()
        return (*_path_parameters(self.endpoint), *self.reads.query.values(), *headers)

    @property
    def example(self) -> JsonValue:
        """The body of its event file; None where it has none."""
        return _example_body(self.endpoint) if self.model is not None else None

    @property
    def example_path(self) -> Mapping[str, str]:
        """The path parameters of its event file."""
        found = load_event(self.endpoint.name).get("pathParameters")
        return (
            {name: str(value) for name, value in found.items()} if isinstance(found, dict) else {}
        )

    def _body(self, schema: Schema) -> Schema:
        example = self.example
        content: Schema = {"schema": schema, **({"example": example} if example else {})}
        declared = self.endpoint.declared
        types = (FORM, JSON) if declared is not None and declared.reads_forms else (JSON,)
        return {"required": _is_required(self.model), "content": dict.fromkeys(types, content)}

    def _responses(self, ref: Callable[[type[object]], Schema]) -> Schema:
        document: Schema = {}
        for status, shape in self.answers.items():
            content: Schema | None = (
                None if shape is None else {_TYPES.get(shape, JSON): {"schema": ref(shape)}}
            )
            document[str(status)] = _response(status, content, self._headers())
        for status in statuses(self.endpoint, takes_body=self.model is not None):
            document[str(status)] = {"$ref": f"#/components/responses/{status}"}
        return document

    def _headers(self) -> Iterator[str]:
        """What an answer may have beside its body."""
        yield "X-Request-Id"
        if self.endpoint.method in _CHANGING and self.endpoint.declared is not None:
            yield "Idempotency-Replayed"
            if self.endpoint.folder in _OF_ORDERS:
                yield "X-Order-Session"

    def _security(self) -> Schema:
        declared = self.endpoint.declared
        if declared is None:
            return {"security": []}
        pairs: list[JsonValue] = [{key: [] for key in HEADERS[declared.opened_by]}]
        scopes: list[JsonValue] = []
        if declared.opened_by is not Kind.MANAGEMENT:
            scopes = [*sorted(scopes_of(f"{self.endpoint.method} {self.endpoint.path}"))]
        if scopes:
            pairs.append({"bearer": []})
            return {"security": pairs, "x-scopes": scopes}
        if declared.reads_forms:
            pairs.append({"basic": []})
        return {"security": pairs}


def _keep(found: Readings, flag: str, *, wanted: bool) -> None:
    """A rehearsal and an explanation are read by the endpoint, not by its decoder."""
    found.query.pop(flag, None)
    if wanted:
        found.add(parameters.flag(flag))


def _path_parameters(endpoint: Endpoint) -> Iterator[Parameter]:
    for name in path_names(endpoint.path):
        yield parameters.path(name, greedy=f"{{{name}+}}" in endpoint.path)


def _response(status: int, content: Schema | None, headers: Iterable[str]) -> Schema:
    document: Schema = {
        "description": _WORDS[status],
        "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in headers},
    }
    if content is not None:
        document["content"] = content
    return document


def _is_required(model: type[BaseModel] | None) -> bool:
    """An empty body is an empty object."""
    fields = {} if model is None else model.model_fields
    return any(each.is_required() for each in fields.values())


def _example_body(endpoint: Endpoint) -> JsonValue:
    """The body of its event file."""
    body = load_event(endpoint.name).get("body")
    if not isinstance(body, str) or not body:
        return None
    if endpoint.declared is not None and endpoint.declared.reads_forms:
        return dict(parse_qsl(body))
    document: JsonValue = json.loads(body)
    return document
