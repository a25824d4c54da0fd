"""What the template lets each function do with table, queues and files, and what a call needs."""

from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from functools import cache
from typing import Any, Final

import yaml

from local.intrinsics import Loader
from local.template import TEMPLATE, Template

SENDING: Final = "sqs:SendMessage"
INDEX: Final = "Table/index/"
WRITES: Final = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
}
# Where an action is not called like its operation.
ACTIONS: Final = {
    "s3:HeadObject": "s3:GetObject",
    "s3:DeleteObjects": "s3:DeleteObject",
    "s3:CreateMultipartUpload": "s3:PutObject",
    "s3:UploadPart": "s3:PutObject",
    "s3:CompleteMultipartUpload": "s3:PutObject",
    "s3:ListParts": "s3:ListMultipartUploadParts",
    "s3:ListMultipartUploads": "s3:ListBucketMultipartUploads",
    "s3:ListObjectsV2": "s3:ListBucket",
    "s3:ListObjects": "s3:ListBucket",
    "s3:HeadBucket": "s3:ListBucket",
    "sqs:SendMessageBatch": "sqs:SendMessage",
}

# An action and what it is done to. The table: the name of an index, or "" for itself, and the
# action without `dynamodb:`. A queue: its logical id. Files: `Files/exports/*`.
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


def of_table(granted: Iterable[Permission]) -> frozenset[Permission]:
    """Those that are about the table."""
    return frozenset((action, what) for action, what in granted if ":" not in action)


def refused(granted: Iterable[Permission], wanted: Iterable[Permission]) -> set[Permission]:
    """What is wanted but not granted; a resource may be granted with `*`."""
    grants = set(granted)
    return {
        (action, what)
        for action, what in set(wanted) - grants
        if not any(action == held and fnmatchcase(what, of) for held, of in grants)
    }


def needed(
    described: Template, service: str, operation: str, params: Mapping[str, Any]
) -> Iterator[Permission]:
    """What AWS asks for when `operation` is called so; a transaction is its parts."""
    action = f"{service}:{operation}"
    action = ACTIONS.get(action, action)
    if operation == "TransactWriteItems":
        for item in params["TransactItems"]:
            yield from ((WRITES[kind], "") for kind in item)
    elif service == "dynamodb":
        yield operation, params.get("IndexName", "")
    elif service == "sqs":
        yield action, _queue_of(described, params["QueueUrl"])
    else:
        yield from ((action, what) for what in _files_of(described, params))


def _queue_of(described: Template, url: str) -> str:
    name = url.rpartition("/")[2]
    known = (it.logical_id for it in described.queues.values() if it.name == name)
    return next(known, url)


def _files_of(described: Template, params: Mapping[str, Any]) -> Iterator[str]:
    names = {name: logical_id for logical_id, name in described.buckets.items()}
    bucket = names.get(params["Bucket"], params["Bucket"])
    several = [it["Key"] for it in params.get("Delete", {}).get("Objects", ())]
    keys = several or ([params["Key"]] if "Key" in params else [])
    yield from (f"{bucket}/{key}" for key in keys)
    if not keys:
        yield bucket


def _granted(policies: list[dict[str, Any]]) -> Iterator[Permission]:
    for policy in policies:
        for statement in policy["Statement"]:
            for resource in _many(statement["Resource"]):
                for action in _many(statement["Action"]):
                    yield action.removeprefix("dynamodb:"), _named(resource)


def _named(resource: Any) -> str:  # noqa: ANN401  # CloudFormation's text or function
    """`${Files.Arn}/exports/*` is `Files/exports/*`; of the table, the index alone."""
    if not isinstance(resource, dict):
        return str(resource)
    if "Fn::GetAtt" in resource:
        name = str(resource["Fn::GetAtt"][0])
    else:
        name = str(resource["Fn::Sub"]).replace("${", "").replace(".Arn}", "")
    return "" if name == "Table" else name.removeprefix(INDEX)


def _many(value: Any) -> list[Any]:  # noqa: ANN401  # CloudFormation takes one or many
    return value if isinstance(value, list) else [value]
