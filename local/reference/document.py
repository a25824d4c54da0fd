"""`docs/openapi.json`: OpenAPI 3.1, whose schemas are JSON Schema as pydantic writes it."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Final

from pydantic import TypeAdapter

from counterfoil.api.auth import HEADERS
from counterfoil.api.response import JSON
from counterfoil.api.webhook_messages import SIGNATURE
from counterfoil.storage.credentials import Kind
from local.reference import parameters, refusals
from local.reference.endpoints import endpoints
from local.reference.operations import Operation
from local.reference.parameters import Parameter
from local.reference.schemas import plain
from local.reference.wire.refusals import Refusal, TooLarge
from local.reference.wire.webhooks import WebhookMessage
from local.template import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pydantic import JsonValue

    from local.reference.parameters import Schema

VERSION: Final = "3.1.0"
_REF: Final = "#/components/schemas/{model}"
_ABOUT: Final = (
    "Orders and redemptions that never double-count. The wire contract is that of Voucherify's "
    "Orders API, generation v2018-08-01, with what is said here beside it. Amounts are integers "
    "of minor units. Unknown fields of a request are ignored; answers may gain fields."
)
_SERVERS: Final[list[JsonValue]] = [
    {"url": "http://127.0.0.1:8000", "description": "`make run`"},
    {
        "url": "https://{api}.execute-api.{region}.amazonaws.com",
        "description": "A deployed stack: its output `Url`",
        "variables": {"api": {"default": "a1b2c3d4e5"}, "region": {"default": "eu-central-1"}},
    },
]
_KINDS: Final = {
    Kind.SERVER: "A server's key",
    Kind.MANAGEMENT: "The key of whoever manages the project",
    Kind.CLIENT: "A browser's key, from pages of its origins (`Origin`)",
}
_HEADERS: Final = {
    "X-Request-Id": "Names the request to the log",
    "X-Order-Session": "The turn that the request had on its order, and for how long",
    "Idempotency-Replayed": "`true` where the answer is that of an earlier request",
    "Retry-After": "Seconds after which to try again, where that helps",
    "WWW-Authenticate": "Where a bearer token is not in force",
    "Allow": "The methods of the path",
}


def operations_of_all() -> tuple[Operation, ...]:
    """Every operation, by path and method."""
    return tuple(Operation(each) for each in endpoints())


def document(operations: Sequence[Operation]) -> Schema:
    """The whole description. Raises UndescribedError where the code does something new."""
    references, schemas = _schemas(operations)
    paths: dict[str, JsonValue] = {}
    for each in operations:
        item = paths.setdefault(each.endpoint.place, {})
        if isinstance(item, dict):
            item[each.endpoint.method.lower()] = each.document(references.__getitem__)
    return {
        "openapi": VERSION,
        "info": {"title": "Counterfoil", "version": version(), "description": _ABOUT},
        "servers": _SERVERS,
        "tags": [{"name": name} for name in _tags(operations)],
        "paths": paths,
        "webhooks": {"message": {"post": _message(references[WebhookMessage])}},
        "components": {
            "schemas": schemas,
            "responses": refusals.components(references[Refusal], references[TooLarge]),
            "headers": {name: _header(words) for name, words in _HEADERS.items()},
            "securitySchemes": _security(),
        },
    }


def _schemas(operations: Iterable[Operation]) -> tuple[Mapping[type[object], Schema], Schema]:
    """How to refer to each type, and the schemas of all."""
    types = [*dict.fromkeys([Refusal, TooLarge, WebhookMessage, *_types(operations)])]
    found, definitions = TypeAdapter.json_schemas(
        [(key, "validation", TypeAdapter(each)) for key, each in enumerate(types)],
        ref_template=_REF,
    )
    known: Schema = definitions["$defs"]
    references = {each: found[(key, "validation")] for key, each in enumerate(types)}
    shared = {**known, **parameters.SHARED}
    shared.pop("Member", None)  # a value of the code, which has another form on the wire
    return references, dict(sorted((name, plain(each)) for name, each in shared.items()))


def _types(operations: Iterable[Operation]) -> Iterator[type[object]]:
    for each in operations:
        if each.model is not None:
            yield each.model
        yield from (shape for shape in each.answers.values() if shape is not None)


def _message(schema: Schema) -> Schema:
    """What the target of a webhook is sent."""
    signed = Parameter(
        SIGNATURE,
        {"type": "string", "pattern": "^[0-9a-f]{64}$"},
        "HMAC-SHA256 of exactly the bytes of the body under the webhook's secret, in hex",
        "header",
        required=True,
    )
    words = "Taken; after anything else, or nothing in time, it is told again, ten times in all"
    return {
        "summary": "Tells what happened to an order or a redemption, in the order of each order",
        "parameters": [signed.document],
        "requestBody": {"required": True, "content": {JSON: {"schema": schema}}},
        "responses": {"2XX": {"description": words}},
        "security": [],
    }


def _tags(operations: Iterable[Operation]) -> Sequence[str]:
    return sorted({each.tag for each in operations})


def _header(words: str) -> Schema:
    return {"description": words, "schema": {"type": "string"}}


def _security() -> Schema:
    schemes: Schema = {
        name: {"type": "apiKey", "in": "header", "name": name, "description": words}
        for kind, words in _KINDS.items()
        for name in HEADERS[kind]
    }
    schemes["bearer"] = {
        "type": "http",
        "scheme": "bearer",
        "description": "A token of `POST /v1/oauth/token`; `x-scopes` lists those that suffice",
    }
    schemes["basic"] = {
        "type": "http",
        "scheme": "basic",
        "description": "A server's key as OAuth libraries send it",
    }
    return schemes


def version() -> str:
    """That of the project."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return str(project["version"])
