"""What a client may send of a customer segment: shapes and bounds, no meaning.

Source: domain.md §1.14, §2.10, §8.6.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final, Literal

from pydantic import Field, JsonValue, PlainValidator

from counterfoil.domain.payloads import Payload

MAX_CUSTOMERS: Final = 20_000
_MAX_NAME: Final = 512

SegmentType = Literal["static", "auto-update", "passive"]


@dataclass(frozen=True, slots=True)
class Member:
    """A customer as a static segment names one: by `id`, by `source_id`, or by either of the two.

    Only one of the three is told.
    """

    either: str | None = None
    id: str | None = None
    source_id: str | None = None

    @property
    def text(self) -> str:
        """The name itself."""
        return self.either or self.id or self.source_id or ""


def _member(sent: JsonValue) -> Member:
    """A string is an id or a source_id; an object has one of them, of which the id wins."""
    found = Member()
    if isinstance(sent, str):
        found = Member(either=sent)
    elif isinstance(sent, dict):
        named, source = sent.get("id"), sent.get("source_id")
        if isinstance(named, str):
            found = Member(id=named)
        elif named is None and isinstance(source, str):
            found = Member(source_id=source)
    if not 0 < len(found.text) <= _MAX_NAME:
        message = f"must name a customer by id or source_id, in 1 to {_MAX_NAME} characters"
        raise ValueError(message)
    return found


_Sent = Annotated[
    Member, PlainValidator(_member, json_schema_input_type=str | dict[str, JsonValue])
]


class SegmentPayload(Payload):
    """A segment to be created; without a type it is `auto-update`, as in the contract's older form.

    `customers` are of a static one, `filter` is of the others.
    """

    name: Annotated[str, Field(min_length=1, max_length=255)]
    type: SegmentType | None = None
    filter: dict[str, JsonValue] | None = None
    customers: Annotated[list[_Sent], Field(max_length=MAX_CUSTOMERS)] | None = None
