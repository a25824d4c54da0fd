"""docs/openapi.json is what the code says now, and says all of it."""

import json
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import parse_qsl

import pytest
from pydantic import TypeAdapter

from local import template
from local.invoke import load_event
from local.reference.__main__ import OPENAPI, SERVED, files
from local.reference.answers import ANSWERS, OPEN_ANSWERS
from local.reference.document import operations_of_all
from local.reference.endpoints import LEFT_OUT
from local.reference.operations import BODILESS, Operation
from local.template import DEFAULT_ROUTE, ROOT

OPERATIONS: Final = operations_of_all()
DOCUMENT: Final[Any] = json.loads(OPENAPI.read_text("utf-8"))
CHANGING: Final = [each for each in OPERATIONS if each.endpoint.method in {"POST", "PUT"}]


def named(operation: Operation) -> str:
    return operation.endpoint.name


def references(value: object) -> Iterator[str]:
    """Every $ref in a document."""
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for each in value.values():
            yield from references(each)
    elif isinstance(value, list):
        for each in value:
            yield from references(each)


def test_what_is_kept_is_what_the_code_says_now() -> None:
    for path, text in files().items():
        assert path.read_text("utf-8") == text, f"{path.relative_to(ROOT)}: run make openapi"


def test_what_is_served_is_what_lies_in_docs() -> None:
    for name in ("openapi.json", "postman_collection.json"):
        assert (SERVED / name).read_bytes() == (ROOT / "docs" / name).read_bytes()


def test_every_route_is_an_operation_or_left_out_for_a_reason() -> None:
    described = {
        (method.upper(), path, operation["operationId"])
        for path, item in DOCUMENT["paths"].items()
        for method, operation in item.items()
    }
    routes = [each for each in template.load().routes if each.path != DEFAULT_ROUTE]

    assert described == {
        (each.method, each.path.replace("+}", "}"), each.function)
        for each in routes
        if each.function not in LEFT_OUT
    }


def test_what_is_left_out_exists() -> None:
    assert set(LEFT_OUT) <= {each.function for each in template.load().routes}


@pytest.mark.parametrize("operation", CHANGING, ids=named)
def test_what_changes_something_has_a_body_or_a_reason_for_none(operation: Operation) -> None:
    assert (operation.model is None) == (operation.endpoint.name in BODILESS)


def test_every_renderer_that_is_described_renders_some_route() -> None:
    used = {each.endpoint.declared.encode for each in OPERATIONS if each.endpoint.declared}
    opened = {each.endpoint.name for each in OPERATIONS if each.endpoint.declared is None}

    assert set(ANSWERS) == used
    assert set(OPEN_ANSWERS) == opened


def test_every_reference_leads_somewhere() -> None:
    for reference in set(references(DOCUMENT)):
        found = DOCUMENT
        for step in reference.removeprefix("#/").split("/"):
            found = found[step]
        assert found is not None


def test_every_schema_is_referred_to() -> None:
    unused = {f"#/components/schemas/{each}" for each in DOCUMENT["components"]["schemas"]}

    assert unused <= set(references(DOCUMENT))


@pytest.mark.parametrize("operation", [each for each in CHANGING if each.example], ids=named)
def test_an_example_is_a_body_that_its_route_takes(operation: Operation) -> None:
    assert operation.model is not None

    TypeAdapter[object](operation.model).validate_python(operation.example)


@pytest.mark.parametrize("operation", OPERATIONS, ids=named)
def test_the_query_of_an_event_is_described(operation: Operation) -> None:
    pairs = parse_qsl(str(load_event(operation.endpoint.name)["rawQueryString"]))
    sent = {name.partition("[")[0] for name, _ in pairs}

    assert sent <= {name.partition("[")[0] for name in operation.reads.query}


def test_names_of_operations_and_of_parameters_are_their_own() -> None:
    names = [each.endpoint.name for each in OPERATIONS]

    assert len(names) == len(set(names))
    for each in OPERATIONS:
        own = [(one.place, one.name) for one in each.parameters]
        assert len(own) == len(set(own))
