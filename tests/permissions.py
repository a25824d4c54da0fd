"""What the template allows each function to do with table and queue, and what a call needs."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

import yaml

from local.intrinsics import Loader
from local.template import TEMPLATE

TABLE: Final = {"Fn::GetAtt": ["Table", "Arn"]}
QUEUE: Final = {"Fn::GetAtt": ["ActionQueue", "Arn"]}
SENDING: Final = ("sqs:SendMessage", "")
INDEX: Final = "${Table.Arn}/index/"
WRITES: Final = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
}

# An action, and the name of the index; `""` is the table itself.
Permission = tuple[str, str]


@cache
def resources() -> Mapping[str, dict[str, Any]]:
    """The template's resources as written."""
    # The loader is SafeLoader with CloudFormation's tags.
    document: Any = yaml.load(TEMPLATE.read_text("utf-8"), Loader)  # noqa: S506
    return dict(document["Resources"])


@cache
def allowed() -> Mapping[str, frozenset[Permission]]:
    """By function, what its own policy grants."""
    return {
        name: frozenset(_granted(resource["Properties"].get("Policies", [])))
        for name, resource in resources().items()
        if resource["Type"] == "AWS::Serverless::Function"
    }


def needed(operation: str, body: bytes) -> Iterator[Permission]:
    """What AWS asks for when `operation` is called with `body`; a transaction is its parts."""
    sent = json.loads(body)
    if operation == "SendMessage":
        yield SENDING
    elif operation == "TransactWriteItems":
        for item in sent["TransactItems"]:
            yield from ((WRITES[kind], "") for kind in item)
    else:
        yield operation, sent.get("IndexName", "")


def _granted(policies: list[dict[str, Any]]) -> Iterator[Permission]:
    for policy in policies:
        for statement in policy["Statement"]:
            for resource in _many(statement["Resource"]):
                for action in _many(statement["Action"]):
                    yield action.removeprefix("dynamodb:"), _index(resource)


def _index(resource: dict[str, Any]) -> str:
    return "" if resource in (TABLE, QUEUE) else str(resource["Fn::Sub"]).removeprefix(INDEX)


def _many(value: Any) -> list[Any]:  # noqa: ANN401  # CloudFormation takes one or many
    return value if isinstance(value, list) else [value]
