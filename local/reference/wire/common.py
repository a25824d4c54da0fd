"""What all objects are made of."""

from typing import Annotated, Literal

from pydantic import Field, JsonValue, RootModel
from typing_extensions import TypedDict

Timestamp = Annotated[
    str,
    Field(
        pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$",
        json_schema_extra={"format": "date-time"},
    ),
]
Date = Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\d$", json_schema_extra={"format": "date"})]
Minor = Annotated[int, Field(description="Minor units: 1000 is 10.00 in the order's currency")]
Count = Annotated[int, Field(ge=0)]
Metadata = Annotated[
    dict[str, JsonValue], Field(description="What the shop keeps with it, of at most 20 KB")
]
ListObject = Literal["list"]


class Nothing(TypedDict):
    """An object without fields: the contract answers a switch with it."""


class Csv(RootModel[str]):
    """A file of comma-separated values in UTF-8, its first line the names of the columns."""
