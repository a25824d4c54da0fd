"""What a client may send to have something exported (domain.md §2.1, §2.11)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, JsonValue

from counterfoil.domain.payloads import Payload, Text

ExportedObject = Literal[
    "voucher",
    "redemption",
    "publication",
    "customer",
    "order",
    "points_expiration",
    "voucher_transactions",
    "product",
    "sku",
]


class ParametersPayload(Payload):
    """What of it, in which order; all of it is optional."""

    fields: Annotated[list[Text], Field(max_length=1000)] | None = None
    order: Text | None = None
    filters: dict[str, JsonValue] | None = None


class OrderExportPayload(Payload):
    """The body of an export of orders."""

    parameters: ParametersPayload | None = None


class ExportPayload(OrderExportPayload):
    """The body of any export."""

    exported_object: ExportedObject
