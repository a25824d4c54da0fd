"""Where a list goes on: a text that means nothing to clients, and the place that it stands for.

A cursor holds the place of the last thing that was met, not how far each part of the list was read,
so it outlives a change of how lists are divided. It is signed with what it is a cursor of: project,
list, order and filters; none leads into another. That is no secret, for nothing is gained by making
one up: a place is where one's own list goes on.
"""

from __future__ import annotations

from base64 import b64decode, urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import to_json

from counterfoil.domain.errors import InvalidCursor

_SIGNATURE_BYTES: Final = 12
_LONGEST: Final = 8_192
_SORT_KEY_BYTES: Final = 1_024
_MOST: Final = 10**12


def _fitting(text: str) -> str:
    if len(text.encode()) > _SORT_KEY_BYTES:
        message = "is longer than a sort key can be"
        raise ValueError(message)
    return text


class Cursor(BaseModel):
    """The sort key of what was met last, and its id, which tells things of one sort key apart.

    `total` is what the page before it told.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    sort: Annotated[str, AfterValidator(_fitting)]
    id: Annotated[str, AfterValidator(_fitting)]
    total: Annotated[int, Field(ge=0, le=_MOST)] = 0


@dataclass(frozen=True, slots=True)
class Listing:
    """What makes one list another: everything that is asked but how much at a time.

    `filters` are whatever tells them apart, as text.
    """

    project: str
    name: str
    order: str
    filters: str = ""

    def written(self, cursor: Cursor) -> str:
        """`cursor` as clients are given it."""
        body = cursor.model_dump_json(exclude_defaults=True).encode()
        told = to_json((self.project, self.name, self.order, self.filters))
        signature = sha256(told + b"\0" + body).digest()[:_SIGNATURE_BYTES]
        return urlsafe_b64encode(signature + body).decode().rstrip("=")

    def read(self, text: str) -> Cursor:
        """The cursor that was written as `text`. Raises InvalidCursor for any other text."""
        if len(text) > _LONGEST:
            raise InvalidCursor
        try:
            whole = b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
            found = Cursor.model_validate_json(whole[_SIGNATURE_BYTES:])
        except ValueError as error:
            raise InvalidCursor from error
        if self.written(found) != text:
            raise InvalidCursor
        return found
