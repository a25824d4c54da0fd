"""Parameters that their decoders read in a way of their own, by the name of the function."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

from pydantic import BaseModel, Field, RootModel

from counterfoil.domain.order_imports import MAX_ROWS
from counterfoil.domain.order_payloads import OrderPayload
from local.reference.parameters import Parameter

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.reference.parameters import Schema

_API: Final = "counterfoil.api."


class OrdersToImport(
    RootModel[Annotated[list[OrderPayload], Field(min_length=1, max_length=MAX_ROWS)]]
):
    """Orders to take in, one after the other; a row that cannot be is told, and stops no other."""


# Of routes with an edge of their own, by their function.
OF_ROUTES: Final[Mapping[str, tuple[Parameter, ...]]] = {
    "DownloadExport": (
        Parameter(
            "token", {"type": "string"}, "That of the address in `result.url`", required=True
        ),
    )
}
# Bodies that are no object.
BODIES: Final[Mapping[str, type[BaseModel]]] = {
    f"{_API}order_imports.import_request": OrdersToImport
}


def _several(*values: str) -> Schema:
    return {"type": "array", "items": {"type": "string", "enum": [*values]}}


def _each(name: str, words: str) -> Parameter:
    return Parameter(name, {"type": "array", "items": {"type": "string"}}, words)


TOLD: Final[Mapping[str, tuple[Parameter, ...]]] = {
    f"{_API}reports.reports_request": (
        Parameter("first", {"type": "string"}, "Only reports from this label on"),
        Parameter("last", {"type": "string"}, "Only reports up to this label"),
    ),
    f"{_API}order_lists._statuses": (
        Parameter("status", _several("CREATED", "PAID", "CANCELED", "FULFILLED"), "Only in these"),
    ),
    f"{_API}order_reads.order_request": (
        Parameter("as_of", {"type": "string", "format": "date-time"}, "The order as it was then"),
    ),
    f"{_API}voucher_lists.vouchers_request": (
        _each("ids[]", "Only vouchers with one of these ids"),
    ),
    f"{_API}redemption_lists._shortcuts": (
        Parameter(
            "result",
            _several("SUCCESS", "FAILURE"),
            "Only those with this result",
        ),
        _each("voucher_code", "Only those of this voucher"),
        _each("related_object_id", "Only those of this voucher or tier, by id"),
        _each("related_object_parent_id", "Only those of this campaign, by id"),
        _each("campaign", "Only those of this campaign, by name"),
        _each("campaign_name", "Only those of this campaign, by name"),
    ),
    f"{_API}client_side._code": (
        Parameter("code", {"type": "string", "minLength": 1}, "The voucher's code", required=True),
    ),
    f"{_API}client_side.query_payload": (
        Parameter("amount", {"type": "integer", "minimum": 0}, "The order's amount"),
        Parameter(
            "item",
            {
                "type": "array",
                "items": {"$ref": "#/components/schemas/OrderLinePayload"},
            },
            "The order's lines, as `item[0][source_id]=mug&item[0][quantity]=2`",
            deep=True,
        ),
        Parameter(
            "customer",
            {"$ref": "#/components/schemas/CustomerPayload"},
            "The customer, as `customer[source_id]=ann`",
            deep=True,
        ),
        Parameter("session_type", {"type": "string", "enum": ["LOCK"]}, "Reserve what is valid"),
        Parameter("session_key", {"type": "string", "maxLength": 4096}, "The session's key"),
        Parameter("session_ttl", {"type": "number", "minimum": 0}, "How long it holds"),
        Parameter(
            "session_ttl_unit",
            {
                "type": "string",
                "enum": [
                    "DAYS",
                    "HOURS",
                    "MINUTES",
                    "SECONDS",
                    "MILLISECONDS",
                    "MICROSECONDS",
                    "NANOSECONDS",
                ],
            },
            "What `session_ttl` counts",
        ),
        Parameter("tracking_id", {"type": "string", "maxLength": 4096}, "The shopper's own id"),
        Parameter(
            "metadata",
            {"type": "object"},
            "What redemption rules may look at, as `metadata[till]=3`",
            deep=True,
        ),
    ),
}
