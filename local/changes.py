"""What is written to the tables, as it is seen from the clients of this process.

The stand-ins' own streams are not used: dynoxide's slow every write down as records pile up. A
hook in botocore notes the keys of each write, and the item is read when its record is made. So two
quick writes may give two records of the second; a stream has one of each.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final, Protocol

import botocore.handlers
from pydantic import BaseModel, Field, JsonValue, TypeAdapter

from local.template import Template

WRITES: Final = ("PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems", "BatchWriteItem")
CHANGES: Final = "counterfoil-changes"
FAILED: Final = 300
SERVER_ERROR: Final = 500

Key = dict[str, JsonValue]
Sent = Mapping[str, object]


class Change(BaseModel):
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


class _Write(BaseModel):
    """A request of one write, whichever it is, as far as it is read here."""

    table: str = Field(default="", alias="TableName")
    item: Mapping[str, object] | None = Field(default=None, alias="Item")
    key: Mapping[str, object] | None = Field(default=None, alias="Key")
    condition: str = Field(default="", alias="ConditionExpression")
    names: Mapping[str, str] = Field(default={}, alias="ExpressionAttributeNames")


class _Request(_Write):
    parts: tuple[Mapping[str, _Write], ...] = Field(default=(), alias="TransactItems")
    batches: Mapping[str, tuple[Mapping[str, _Write], ...]] = Field(
        default={}, alias="RequestItems"
    )


_SCHEMA: Final = TypeAdapter(list[_KeyPart])
_KEY: Final = TypeAdapter(Key)
_ABSENT: Final = re.compile(r"\(*attribute_not_exists\((#?\w+)\)\)*")


def _writes(params: Sent) -> Iterator[tuple[str, _Write]]:
    request = _Request.model_validate(params)
    if request.table:
        yield request.table, request
    for part in request.parts:
        yield from ((it.table, it) for kind, it in part.items() if kind != "ConditionCheck")
    for table, batch in request.batches.items():
        yield from ((table, it) for part in batch for it in part.values())


def _change(table: str, names: list[str], write: _Write) -> Change:
    given = write.key or write.item or {}
    key = _KEY.validate_python({name: given[name] for name in names})
    return Change(table=table, key=key, is_new=_asks_for_absence(write, names))


def _asks_for_absence(write: _Write, names: list[str]) -> bool:
    """Whether one of the conditions, all of which have to hold, is that there is no such item."""
    for condition in write.condition.split(" AND "):
        found = _ABSENT.fullmatch(condition.strip())
        if found and write.names.get(found[1], found[1]) in names:
            return True
    return False
