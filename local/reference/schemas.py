"""Pydantic's JSON Schema without what says nothing to a reader."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pydantic import JsonValue

# Bounds behind a validator of ours keep pydantic's own names.
_BOUNDS: Final = {
    "ge": "minimum",
    "le": "maximum",
    "gt": "exclusiveMinimum",
    "lt": "exclusiveMaximum",
}
_SOURCE: Final = re.compile(r" \((?:domain|protocol)\.md[^)]*\)")
_DROPPED: Final = frozenset({"title"})
_NULL: Final[JsonValue] = {"type": "null"}


def plain(schema: JsonValue) -> JsonValue:
    """`schema` without titles, defaults of null and where a text has its facts from."""
    if isinstance(schema, list):
        return [plain(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    document = {
        _BOUNDS.get(name, name): _names(value) if name == "properties" else plain(value)
        for name, value in schema.items()
        if name not in _DROPPED and not (name == "default" and value is None)
    }
    text = document.get("description")
    if isinstance(text, str):
        document["description"] = _SOURCE.sub("", " ".join(text.split()))
    return _joined(document)


def _names(properties: JsonValue) -> JsonValue:
    """The schemas of properties, which may themselves be called `title`."""
    if not isinstance(properties, dict):
        return properties
    return {name: plain(value) for name, value in properties.items()}


def _joined(document: dict[str, JsonValue]) -> JsonValue:
    """One type that may be null, in one schema."""
    either = document.get("anyOf")
    if not isinstance(either, list) or len(either) != 2 or either[1] != _NULL:  # noqa: PLR2004
        return document
    first = either[0]
    if not isinstance(first, dict) or not isinstance(first.get("type"), str):
        return document
    rest = {name: value for name, value in document.items() if name != "anyOf"}
    joined: dict[str, JsonValue] = {**first, **rest, "type": [first["type"], "null"]}
    choices = joined.get("enum")
    if isinstance(choices, list):
        joined["enum"] = [*choices, None]
    return joined
