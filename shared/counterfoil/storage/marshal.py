"""Between plain values and the store's typed ones, and between bodies and their deflated JSON.

Only what items hold is handled: texts, whole numbers, bytes, flags, maps and lists. Numbers are
integers (the store has no floats); whatever else a client may send lives inside a body.
"""

from __future__ import annotations

import json
import zlib
from base64 import b64decode
from typing import TYPE_CHECKING, Final, TypedDict, Union

from counterfoil.storage.dictionary import DICTIONARY

if TYPE_CHECKING:
    from collections.abc import Mapping

# 8 KB reach over most bodies; the usual 32 KB take longer to set up than a body takes to pack.
_WINDOW_BITS: Final = 13

Value = Union[str, int, bytes, bool, "Attributes", list["Value"]]
Attributes = dict[str, Value]


class Typed(TypedDict, total=False):
    """One attribute value as the store's wire form has it; exactly one key is set."""

    S: str
    N: str
    B: bytes | str  # bytes on their way out, base64 on their way in
    BOOL: bool
    M: dict[str, Typed]
    L: list[Typed]


def typed(value: Value) -> Typed:
    """`value` in wire form."""
    match value:
        case str():
            return {"S": value}
        case bool():
            return {"BOOL": value}
        case int():
            return {"N": str(value)}
        case bytes():
            return {"B": value}
        case dict():
            return {"M": {name: typed(each) for name, each in value.items()}}
        case _:
            return {"L": [typed(each) for each in value]}


def plain(value: Typed) -> Value:
    """The value that `typed` wrote; bytes are in base64 where the answer's JSON is all there is."""
    for kind, held in value.items():
        match kind, held:
            case "B", str():
                return b64decode(held)
            case (("S" | "B" | "BOOL"), (str() | bytes() | bool())):
                return held
            case "N", str():
                return int(held)
            case "M", dict():
                return {name: plain(each) for name, each in held.items()}
            case "L", list():
                return [plain(each) for each in held]
            case _:
                break
    message = f"unknown attribute value of kind {next(iter(value), None)}"  # never the value: logs
    raise TypeError(message)


def typed_item(attributes: Mapping[str, Value]) -> dict[str, Typed]:
    """Every attribute in wire form."""
    return {name: typed(value) for name, value in attributes.items()}


def plain_item(item: Mapping[str, Typed]) -> Attributes:
    """Every attribute as a plain value."""
    return {name: plain(value) for name, value in item.items()}


def deflate(body: bytes) -> bytes:
    """`body` a quarter of its size, so that most items fit one write unit (protocol.md §11)."""
    packer = zlib.compressobj(wbits=_WINDOW_BITS, zdict=DICTIONARY)
    return packer.compress(body) + packer.flush()


def inflate(body: Value) -> bytes:
    """What `deflate` was given."""
    unpacker = zlib.decompressobj(zdict=DICTIONARY)
    return unpacker.decompress(binary(body)) + unpacker.flush()


def unpacked(item: Attributes, identifier: str) -> dict[str, object]:
    """The fields of a thing whose item has a body and its times beside it."""
    known: dict[str, object] = json.loads(inflate(item["body"]))
    times = {"created_at": item["ca"], "updated_at": item.get("ua")}
    return {**known, "id": identifier, **times}


def text(value: Value) -> str:
    """`value`, known to be a text."""
    if not isinstance(value, str):
        raise TypeError(type(value))
    return value


def number(value: Value) -> int:
    """`value`, known to be a whole number."""
    if not isinstance(value, int):
        raise TypeError(type(value))
    return value


def binary(value: Value) -> bytes:
    """`value`, known to be bytes."""
    if not isinstance(value, bytes):
        raise TypeError(type(value))
    return value
