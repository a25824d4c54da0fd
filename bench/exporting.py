"""One export in this process: by the worker, or by the bare reads and the same lines."""

from __future__ import annotations

import csv
import io
import json
import os
import resource
import sys
import time
from dataclasses import dataclass, field
from datetime import UTC
from typing import TYPE_CHECKING, Final

import boto3

from bench.exports import OURS
from counterfoil.api import context, stores
from counterfoil.domain.async_actions import ExportWork
from counterfoil.domain.export_payloads import ParametersPayload
from counterfoil.operations import async_work
from counterfoil.operations.async_action_lists import ActionsWanted, list_async_actions
from counterfoil.operations.async_actions import get
from counterfoil.operations.call import Call
from counterfoil.operations.exports import Wanted, create
from counterfoil.storage import keys
from counterfoil.storage.files import Files
from counterfoil.storage.queue import Message, Queue

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

_FIELDS: Final = ["id", "source_id", "status", "created_at"]
_ATTRIBUTES: Final = ("pk", "src", "st", "ca")
_AT_ONCE: Final = 100
# As long as a function runs.
_SECONDS: Final = 10.0


@dataclass(frozen=True)
class Nowhere(Files):
    """Takes files and keeps the short ones, those that are laid by."""

    kept: dict[str, bytes] = field(default_factory=dict, compare=False)

    def put(self, name: str, content: bytes, content_type: str) -> None:
        """Keep what a worker comes back for."""
        if content_type == "application/octet-stream":
            self.kept[name] = content

    def get(self, name: str) -> bytes | None:
        """What was kept."""
        return self.kept.get(name)

    def delete(self, name: str) -> None:
        """It need not be kept any more."""
        self.kept.pop(name, None)

    def begin(self, name: str, content_type: str) -> str:
        """An upload."""
        return f"{name} {content_type}"

    def upload(self, name: str, upload: str, number: int, content: bytes) -> str:
        """A part."""
        return f"{name} {upload} {number} {len(content)}"

    def complete(self, name: str, upload: str, parts: Iterable[tuple[int, str]]) -> None:
        """A file of parts."""


@dataclass(frozen=True)
class Unheard(Queue):
    """A queue that nobody reads: the work is done here."""

    def promise(self, message: Message) -> None:
        """Nothing."""

    def hand_over(self, message: Message) -> None:
        """Nothing."""


def main(arguments: Sequence[str]) -> int:
    """Prints what it took as JSON."""
    how, table, project = arguments
    began = time.perf_counter()
    rows = _ours(table, project) if how == OURS else _bare(table, project)
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"rows": rows, "seconds": seconds, "peak": peak}))
    return 0


def _ours(table: str, project: str) -> int:
    os.environ["COUNTERFOIL_TABLE"] = table
    files = Nowhere("nowhere")
    parameters = ParametersPayload(fields=_FIELDS, order="created_at")
    create(_call(project, files), Wanted("order", parameters))
    (action,) = list_async_actions(_call(project, files), ActionsWanted(1)).actions
    while not action.is_over:
        async_work.work(_call(project, files), action.id)
        action = get(_call(project, files), action.id).action
    if not isinstance(action.work, ExportWork) or action.status != "DONE":
        raise RuntimeError(action)
    return action.work.rows


def _call(project: str, files: Files) -> Call:
    known = context.settings()
    ends = time.monotonic() + _SECONDS
    store = stores.store_of(known, _Invocation(ends))
    queue = Unheard("nowhere")
    ids = context.request_ids()
    return Call(store, project, "", ids, UTC, lease_seconds=12, queue=queue, files=files)


@dataclass(frozen=True)
class _Invocation:
    """Lambda's clock."""

    ends: float

    def get_remaining_time_in_millis(self) -> int:
        """Until the function would be killed."""
        return int((self.ends - time.monotonic()) * 1000)


def _bare(table: str, project: str) -> int:
    """The shards one after the other; nothing is sorted, and no body is read."""
    client = boto3.client("dynamodb")
    rows = 0
    for shard in range(keys.SHARDS):
        some: list[dict[str, AttributeValueTypeDef]] = []
        for key in _listed(client, table, keys.listing(project, "O", shard)):
            some.append(key)
            if len(some) == _AT_ONCE:
                rows += _written(client, table, some)
                some = []
        rows += _written(client, table, some)
    return rows


def _listed(
    client: DynamoDBClient, table: str, partition: str
) -> Iterable[dict[str, AttributeValueTypeDef]]:
    pages = client.get_paginator("query").paginate(
        TableName=table,
        IndexName="list-g1",
        KeyConditionExpression="g1p = :p",
        ExpressionAttributeValues={":p": {"S": partition}},
    )
    for page in pages:
        for item in page["Items"]:
            yield {"pk": item["pk"], "sk": item["sk"]}


def _written(
    client: DynamoDBClient, table: str, some: list[dict[str, AttributeValueTypeDef]]
) -> int:
    if not some:
        return 0
    answer = client.batch_get_item(RequestItems={table: {"Keys": some, "ConsistentRead": True}})
    text = io.StringIO()
    lines = csv.writer(text)
    found = answer["Responses"][table]
    for item in found:
        lines.writerow([item[name].get("S") for name in _ATTRIBUTES if name in item])
    return len(found)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
