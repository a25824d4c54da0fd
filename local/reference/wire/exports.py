"""Exports: files of orders, redemptions and others."""

from typing import Literal, NotRequired

from pydantic import JsonValue
from typing_extensions import TypedDict

from local.reference.wire.common import Count, ListObject, Timestamp


class ExportError(TypedDict):
    """Why an export failed."""

    message: str


class ExportResult(TypedDict):
    """Where the file is: the address opens it by its token; or why there is none."""

    url: NotRequired[str]
    error: NotRequired[ExportError]


class ExportParameters(TypedDict):
    """What of the objects is exported, and in which order."""

    order: str | None
    fields: list[str]
    filters: NotRequired[dict[str, JsonValue]]


class Export(TypedDict):
    """A file that is made of all objects of a kind; `result` is null until it is over."""

    id: str
    object: Literal["export"]
    created_at: Timestamp
    status: Literal["SCHEDULED", "IN_PROGRESS", "DONE", "ERROR"]
    channel: Literal["API", "WEBSITE"]
    exported_object: str
    parameters: ExportParameters
    result: ExportResult | None
    user_id: str | None


class ExportList(TypedDict):
    """A page of exports."""

    object: ListObject
    data_ref: Literal["exports"]
    exports: list[Export]
    total: Count
