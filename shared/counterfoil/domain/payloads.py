"""What every payload is made of: shapes and bounds of what a client may send, no meaning.

Unknown fields are ignored and server-owned fields have no place here, so neither can reach a
stored thing. `null` means absent, except where `model_fields_set` is asked (a cleared date, say).
Bounds: amounts 0 to `MAX_AMOUNT` minor units, quantities 0 to 1,000,000, 500 lines, texts as
annotated; source ids at most 512 characters; metadata see `metadata`.

The payloads themselves stand in modules by what reads them (`order_payloads` and so on), for each
costs a cold start about a millisecond (docs/decisions/0002).
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from counterfoil.domain.money import MAX_AMOUNT
from counterfoil.domain.numbers import MAX_QUANTITY
from counterfoil.domain.timestamps import whole_millis

MAX_LINES: Final = 500
MAX_REDEEMABLES: Final = 30
_QUANTITY_DIGITS: Final = 7


def _numeric_string(value: object) -> object:
    """Shops send quantities as `"1"` (domain.md §1.3); nothing else is coerced."""
    if (
        isinstance(value, str)
        and value.isascii()
        and value.isdigit()
        and len(value) <= _QUANTITY_DIGITS
    ):
        return int(value)
    return value


def _aware(value: datetime) -> datetime:
    """A time without zone is UTC."""
    at = value if value.tzinfo else value.replace(tzinfo=UTC)
    try:
        return whole_millis(at.astimezone(UTC))
    except OverflowError as error:
        message = "must lie in the years 1 to 9999 of UTC"
        raise ValueError(message) from error


def _iso_text(value: object) -> object:
    """Numbers are not dates here, though pydantic would read them as epoch seconds."""
    if isinstance(value, str) and not value.replace(".", "").lstrip("+-").isdigit():
        return value
    if isinstance(value, datetime):
        return value
    message = "cannot be recognized as a ISO-8601 compliant date"
    raise ValueError(message)


Amount = Annotated[int, Field(strict=True, ge=0, le=MAX_AMOUNT)]
Quantity = Annotated[
    int, BeforeValidator(_numeric_string), Field(strict=True, ge=0, le=MAX_QUANTITY)
]
InitialQuantity = Annotated[
    int, BeforeValidator(_numeric_string), Field(strict=True, ge=1, le=MAX_QUANTITY)
]
Instant = Annotated[datetime, BeforeValidator(_iso_text), AfterValidator(_aware)]
Day = Annotated[date, BeforeValidator(_iso_text)]
SourceId = Annotated[str, Field(min_length=1, max_length=512)]
Reference = Annotated[str, Field(min_length=1, max_length=512)]
Text = Annotated[str, Field(max_length=4096)]
OrderStatusText = Literal["CREATED", "PAID", "CANCELED", "FULFILLED"]


class Payload(BaseModel):
    """The base of everything that a client may send."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    def sent(self, field: str) -> bool:
        """Whether the client named `field`, be it with null."""
        return field in self.model_fields_set
