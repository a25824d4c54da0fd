"""The collection is of Postman's format 2.1, and its requests are those of the operations."""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from local.reference.document import operations_of_all
from local.template import ROOT

COLLECTION: Final[Any] = json.loads((ROOT / "docs" / "postman_collection.json").read_text("utf-8"))
VARIABLE: Final = re.compile(r"\{\{(\w+)\}\}")


def items() -> Iterator[Any]:
    """Every request of every folder."""
    for folder in COLLECTION["item"]:
        assert set(folder) == {"name", "item"}
        yield from folder["item"]


def test_it_says_what_it_is() -> None:
    assert COLLECTION["info"]["name"] == "Counterfoil"
    assert COLLECTION["info"]["schema"] == (
        "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
    )


def test_it_has_every_operation() -> None:
    requests = {(it["request"]["method"], it["request"]["url"]["raw"]) for it in items()}

    assert requests == {
        (each.endpoint.method, "{{baseUrl}}" + re.sub(r"\{(\w+)\}", r":\1", each.endpoint.place))
        for each in operations_of_all()
    }


def test_every_request_is_well_formed() -> None:
    for item in items():
        request, url = item["request"], item["request"]["url"]
        assert item["name"]
        assert url["raw"] == "/".join([*url["host"], *url["path"]])
        named = {part.removeprefix(":") for part in url["path"] if part.startswith(":")}
        assert {each["key"] for each in url["variable"]} == named
        assert all(each["value"] for each in url["variable"])
        assert all({"key", "value"} <= set(each) for each in [*request["header"], *url["query"]])
        if "body" in request:
            assert request["body"]["mode"] == "raw"
            json.loads(request["body"]["raw"])


def test_every_variable_has_a_value() -> None:
    known = {each["key"]: each["value"] for each in COLLECTION["variable"]}

    assert set(VARIABLE.findall(json.dumps(COLLECTION["item"]))) == set(known)
    assert all(known.values())


def test_every_request_has_a_pair_of_keys_unless_its_route_asks_for_none() -> None:
    without = [
        item["request"]["url"]["raw"]
        for item in items()
        if not {"{{appToken}}", "{{managementToken}}", "{{clientToken}}"}
        & {each["value"] for each in item["request"]["header"]}
    ]

    assert without == ["{{baseUrl}}/v1/exports/:exportId/download", "{{baseUrl}}/health"]
