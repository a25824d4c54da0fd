"""Metadata: what clients keep with their things, and how much of it one thing may have.

A record repeats the metadata of its order, customer, voucher and request, and an answer kept for
an Idempotency-Key repeats a whole order of up to 300 KB and the other three. At 20 KB each, both
fit one item, whatever was sent (docs/decisions/0014).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

from pydantic import AfterValidator, GetPydanticSchema, JsonValue
from pydantic_core import to_json
from pydantic_core.core_schema import any_schema, dict_schema, str_schema

from counterfoil.domain.errors import InvalidPayload

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_METADATA_BYTES: Final = 20 * 1024

# Values were JSON when they came, so models take them as they are: asking each for its type would
# cost a line of an order more than all else in it.
_TAKEN = GetPydanticSchema(lambda _source, _handler: dict_schema(str_schema(), any_schema()))
Metadata = Annotated[dict[str, JsonValue], _TAKEN]


def merged(kept: Mapping[str, JsonValue], sent: Mapping[str, JsonValue] | None) -> Metadata:
    """`kept` with what was `sent` over it. Raises InvalidPayload when that is too much."""
    both = {**kept, **(sent or {})}
    size = _size(both) if kept and sent else 0
    if size > MAX_METADATA_BYTES:
        message = f"Property .metadata {_excess(size)} together with what is stored"
        raise InvalidPayload(message)
    return both


def attribute_in(metadata: Mapping[str, JsonValue], name: str) -> JsonValue:
    """What `metadata` has under `name`, or else under its parts between dots; None without it."""
    if name in metadata:
        return metadata[name]
    found: JsonValue = {**metadata}
    for part in name.split("."):
        if not isinstance(found, dict):
            return None
        found = found.get(part)
    return found


def _bounded(sent: Metadata) -> Metadata:
    size = _size(sent)
    if size > MAX_METADATA_BYTES:
        raise ValueError(_excess(size))
    return sent


SentMetadata = Annotated[Metadata, AfterValidator(_bounded)]


def _size(metadata: Mapping[str, JsonValue]) -> int:
    return len(to_json(metadata))


def _excess(size: int) -> str:
    return f"must have at most {MAX_METADATA_BYTES} bytes of JSON; it has {size}"
