"""A Postman collection (format 2.1) of every operation, made from the OpenAPI document.

Its variables have the keys of `make run`, so that it works there at once.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from counterfoil.api.auth import HEADERS
from counterfoil.api.response import JSON
from counterfoil.storage.credentials import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pydantic import JsonValue

    from local.reference.operations import Operation
    from local.reference.parameters import Schema

SCHEMA: Final = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
_VARIABLES: Final = {
    "X-App-Id": "appId",
    "X-App-Token": "appToken",
    "X-Management-Id": "managementId",
    "X-Management-Token": "managementToken",
    "X-Client-Application-Id": "clientId",
    "X-Client-Token": "clientToken",
}
_VALUES: Final = {
    "baseUrl": "http://127.0.0.1:8000",
    "appId": "local-app",
    "appToken": "local-token",
    "managementId": "local-management",
    "managementToken": "local-management-token",
    "clientId": "local-client",
    "clientToken": "local-client-token",
    "origin": "http://127.0.0.1:8000",
}


def collection(operations: Sequence[Operation], version: str) -> Schema:
    """All operations in folders, as the functions are."""
    folders: dict[str, list[JsonValue]] = {}
    for each in operations:
        folders.setdefault(each.tag, []).append(_item(each))
    return {
        "info": {
            "name": "Counterfoil",
            "description": f"Every operation of Counterfoil {version}.",
            "schema": SCHEMA,
        },
        "item": [{"name": name, "item": items} for name, items in sorted(folders.items())],
        "variable": [
            {"key": name, "value": value, "type": "string"} for name, value in _VALUES.items()
        ],
    }


def _item(operation: Operation) -> Schema:
    endpoint = operation.endpoint
    request: Schema = {
        "method": endpoint.method,
        "description": endpoint.summary,
        "header": [*_headers(operation)],
        "url": _url(operation),
    }
    body = operation.example
    if body is not None:
        text = json.dumps(body, indent=2, ensure_ascii=False)
        options: Schema = {"raw": {"language": "json"}}
        request["body"] = {"mode": "raw", "raw": text, "options": options}
    return {"name": endpoint.summary, "request": request, "response": []}


def _headers(operation: Operation) -> Iterator[JsonValue]:
    declared = operation.endpoint.declared
    if declared is not None:
        for name in HEADERS[declared.opened_by]:
            yield {"key": name, "value": f"{{{{{_VARIABLES[name]}}}}}"}
        if declared.opened_by is Kind.CLIENT:
            yield {"key": "Origin", "value": "{{origin}}"}
    if operation.model is not None:
        yield {"key": "Content-Type", "value": JSON}
    for each in operation.parameters:
        if each.place == "header":
            shown = {"key": each.name, "value": "", "description": each.description}
            yield {**shown, "disabled": True}


def _url(operation: Operation) -> Schema:
    steps = [_step(part) for part in operation.endpoint.place.strip("/").split("/")]
    query: list[JsonValue] = [
        {
            "key": each.name,
            "value": str(each.schema.get("default", "")),
            "description": each.description,
            "disabled": not each.required,
        }
        for each in operation.parameters
        if each.place == "query"
    ]
    return {
        "raw": "{{baseUrl}}/" + "/".join(steps),
        "host": ["{{baseUrl}}"],
        "path": [*steps],
        "query": query,
        "variable": [*_path_variables(operation, operation.example_path)],
    }


def _path_variables(operation: Operation, known: Mapping[str, str]) -> Iterator[JsonValue]:
    for each in operation.parameters:
        if each.place == "path":
            value = quote(known.get(each.name, ""), safe="")
            yield {"key": each.name, "value": value, "description": each.description}


def _step(part: str) -> str:
    return f":{part.strip('{}')}" if part.startswith("{") else part
