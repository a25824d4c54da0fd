"""What is written to the tables, as it is seen from the clients of this process.

The stand-ins' own streams are not used: dynoxide's slow every write down as records pile up. A
hook in botocore notes the keys of each write, and the item is read when its record is made. So two
quick writes may give two records of the second; a stream has one of each.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Protocol, TypedDict

import botocore.handlers
from pydantic import BaseModel, Field, JsonValue, TypeAdapter

from local.template import Template

WRITES: Final = ("PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems", "BatchWriteItem")
CHANGES: Final = "counterfoil-changes"
FAILED: Final = 300
SERVER_ERROR: Final = 500

Key = dict[str, JsonValue]


class Sent(TypedDict, total=False):
    """A request of one write or of several, as far as it is read here.

    It is looked at in the middle of a request of somebody's, so it is not checked: botocore is.
    """

    TableName: str
    Item: Key
    Key: Key
    ConditionExpression: str
    ExpressionAttributeNames: dict[str, str]
    TransactItems: list[dict[str, "Sent"]]
    RequestItems: dict[str, list[dict[str, "Sent"]]]


@dataclass(frozen=True, slots=True)
class Change:
    """An item of `table`, a name, that was written; `is_new` if the write asked for its absence."""

    table: str
    key: Key
    is_new: bool = False


class _Answer(Protocol):
    status_code: int


class Emitter(Protocol):
    """Where a client tells of its calls."""

    def register(self, event_name: str, handler: Callable[..., None]) -> None:
        """Have `handler` told."""


class Recorder:
    """Calls `note` with the changes of each write that took effect, or may have."""

    def __init__(self, template: Template, note: Callable[[list[Change]], None]) -> None:
        self._keys = {
            str(table["TableName"]): [it.name for it in _SCHEMA.validate_python(table["KeySchema"])]
            for table in template.tables.values()
        }
        self._note = note

    def hooks(self) -> Iterator[tuple[str, Callable[..., None]]]:
        """Botocore's events, and what is to be called at each."""
        for operation in WRITES:
            yield f"before-parameter-build.dynamodb.{operation}", self._before
            yield f"after-call.dynamodb.{operation}", self._after
            yield f"after-call-error.dynamodb.{operation}", self._after_error

    def record_every_client(self) -> None:
        """Those that this process, and those that it forks, will make from now on."""
        for name, hook in self.hooks():
            botocore.handlers.BUILTIN_HANDLERS.append((name, hook))

    def _before(self, params: Sent, context: dict[str, object], **_: object) -> None:
        # The call's own context: other threads are calling too.
        context[CHANGES] = [
            _change(table, self._keys[table], write)
            for table, write in _writes(params)
            if table in self._keys
        ]

    def _after(self, http_response: _Answer, context: dict[str, list[Change]], **_: object) -> None:
        if not FAILED <= http_response.status_code < SERVER_ERROR:
            self._after_error(context)

    def _after_error(self, context: dict[str, list[Change]], **_: object) -> None:
        """An answer was lost: that the item is looked at once too often does no harm."""
        if changes := context.pop(CHANGES, []):
            self._note(changes)


class _KeyPart(BaseModel):
    name: str = Field(alias="AttributeName")


_SCHEMA: Final = TypeAdapter(list[_KeyPart])
_ABSENT: Final = re.compile(r"\(*attribute_not_exists\((#?\w+)\)\)*")


def _writes(sent: Sent) -> Iterator[tuple[str, Sent]]:
    if "TableName" in sent:
        yield sent["TableName"], sent
    for part in sent.get("TransactItems", ()):
        for kind, write in part.items():
            if kind != "ConditionCheck":
                yield write["TableName"], write
    for table, batch in sent.get("RequestItems", {}).items():
        yield from ((table, write) for part in batch for write in part.values())


def _change(table: str, names: list[str], write: Sent) -> Change:
    given = write["Key"] if "Key" in write else write["Item"]
    key = {name: given[name] for name in names}
    return Change(table, key, _asks_for_absence(write, names))


def _asks_for_absence(write: Sent, names: list[str]) -> bool:
    """Whether one of the conditions, all of which have to hold, is that there is no such item."""
    aliases = write.get("ExpressionAttributeNames", {})
    for condition in write.get("ConditionExpression", "").split(" AND "):
        found = _ABSENT.fullmatch(condition.strip())
        if found and aliases.get(found[1], found[1]) in names:
            return True
    return False
