"""The events of queues and streams, and what their functions answer."""

import base64
import itertools
import json
import time
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Final, TypedDict

from pydantic import BaseModel, ConfigDict, Field, JsonValue, TypeAdapter, ValidationError

from local.changes import Change, Key
from local.event import Event
from local.filters import takes
from local.intrinsics import REGION
from local.resources import Message
from local.sources import Queue, StreamSource
from local.template import stream_arn

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Record = dict[str, JsonValue]
Item = Mapping[str, object]


class Asked(TypedDict):
    """The items of one table that a batch asks for."""

    Keys: list[Key]
    ConsistentRead: bool


MOST_READ: Final = 100

_ITEM: Final = TypeAdapter(Record)
_NUMBERS: Final = itertools.count(time.time_ns())


class _Failure(BaseModel):
    record: str = Field(alias="itemIdentifier")


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore")

    failures: tuple[_Failure, ...] = Field(default=(), alias="batchItemFailures")


def failures(answer: JsonValue, known: Collection[str]) -> set[str]:
    """Which of `known` the function says it could not do: all, where it names another or none."""
    if answer is None:
        return set()
    try:
        named = {it.record for it in _Answer.model_validate(answer).failures}
    except ValidationError:
        return set(known)
    return set(known) if named.difference(known) else named


def message_record(message: Message, queue: Queue) -> Record:
    """A message as the function that reads `queue` is given it."""
    given = {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": {**message.get("Attributes", {})},
        "messageAttributes": {},
        "md5OfBody": message["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": queue.arn,
        "awsRegion": REGION,
    }
    return _ITEM.validate_python(given)


def change_records(client: "DynamoDBClient", changes: Sequence[Change]) -> list[Record]:
    """The changes as a stream tells them, with the items of now; none for what came and went."""
    items: dict[str, Item] = {}
    for start in range(0, len(changes), MOST_READ):
        items |= _read(client, changes[start : start + MOST_READ])
    return [
        _record(change, item)
        for change in changes
        for item in (items.get(_named(change.table, change.key)),)
        if item is not None or not change.is_new
    ]


def _named(table: str, key: Mapping[str, object]) -> str:
    return json.dumps((table, key), sort_keys=True)


def _read(client: "DynamoDBClient", changes: Sequence[Change]) -> dict[str, Item]:
    """By what `_named` says of their keys, the items that are there."""
    wanted = {_named(change.table, change.key): change for change in changes}
    asked: dict[str, Asked] = {}
    for change in wanted.values():
        asked.setdefault(change.table, {"Keys": [], "ConsistentRead": True})["Keys"].append(
            change.key
        )
    names = {change.table: tuple(change.key) for change in changes}
    found: dict[str, Item] = {}
    while asked:
        answer = client.batch_get_item(RequestItems=asked)  # type: ignore[arg-type]  # keys as they were sent
        for table, items in answer["Responses"].items():
            for item in items:
                found[_named(table, {name: item[name] for name in names[table]})] = item
        asked = answer["UnprocessedKeys"]  # type: ignore[assignment]  # of the same shape
    return found


def _record(change: Change, item: Item | None) -> Record:
    name = "REMOVE" if item is None else "INSERT" if change.is_new else "MODIFY"
    number = next(_NUMBERS)
    told: dict[str, object] = {
        "ApproximateCreationDateTime": number // 1_000_000_000,
        "Keys": change.key,
        "SequenceNumber": f"{number:021d}",
        "SizeBytes": len(str(item)),
        "StreamViewType": "NEW_IMAGE",
    }
    if item is not None:
        told["NewImage"] = _as_text(item)
    return {
        "eventID": f"{number:032x}",
        "eventName": name,
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": REGION,
        "dynamodb": _ITEM.validate_python(told),
        "eventSourceARN": stream_arn(change.table),
    }


def _as_text(value: object) -> JsonValue:
    """Bytes travel in base 64."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, Mapping):
        return {str(key): _as_text(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_as_text(entry) for entry in value]
    return value if isinstance(value, bool) else str(value)


def number_of(record: Record) -> str:
    """What a function names a record by that it could not do."""
    told = record["dynamodb"]
    return str(told["SequenceNumber"]) if isinstance(told, dict) else ""


def wanted_by(source: StreamSource, records: Sequence[Record]) -> list[Record]:
    """Those of `records` that `source` is given."""
    ours = (it for it in records if it["eventSourceARN"] == source.stream)
    return [it for it in ours if takes(source.patterns, it)]


def unfinished(source: StreamSource, records: Sequence[Record], answer: JsonValue) -> list[Record]:
    """From the first that failed on: a stream goes on from there."""
    if not source.reports_failures:
        return []
    failed = failures(answer, [number_of(it) for it in records])
    first = next((at for at, it in enumerate(records) if number_of(it) in failed), len(records))
    return list(records[first:])


def event_of(records: Sequence[Record]) -> Event:
    """What a function is called with."""
    return {"Records": list(records)}
