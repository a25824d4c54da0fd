"""The order that costs and speed are measured with: five lines, 1.9 KB on the wire."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Final

from counterfoil.domain.order_payloads import OrderPayload

if TYPE_CHECKING:
    from pydantic import JsonValue

Document = dict[str, "JsonValue"]

_PRODUCTS: Final = (
    ("Stoneware mug, 350 ml, ocean blue", "mug-350-blue", 1450, 2, "kitchen"),
    ("Linen tea towel, set of three, striped", "towel-linen-3", 2390, 1, "kitchen"),
    ("Desk lamp with dimmer, brushed brass", "lamp-desk-brass", 8900, 1, "lighting"),
    ("Notebook A5, dotted, 192 pages", "note-a5-dot", 1290, 3, "stationery"),
    ("Wool throw, 130 x 180 cm, charcoal", "throw-wool-char", 11900, 1, "living"),
)
_ATTRIBUTES: Final[Document] = {"channel": "web", "locale": "en-GB", "ship": "standard"}


def order_document(source_id: str, customer: str | None = None, lines: int = 5) -> Document:
    """The body of `POST /v1/orders`, with the customer's source_id when there is one."""
    body: Document = {
        "source_id": source_id,
        "items": [_line(index) for index in range(lines)],
        "metadata": {**_ATTRIBUTES, "basket": f"b-{source_id}", "note": "Leave it at the door"},
    }
    if customer is not None:
        body["customer"] = {"source_id": customer}
    return body


def order_payload(source_id: str, customer: str | None = None, lines: int = 5) -> OrderPayload:
    """The same, read."""
    return OrderPayload.model_validate(order_document(source_id, customer, lines))


def wire(document: Document) -> str:
    """`document` as a client sends it."""
    return json.dumps(document, separators=(",", ":"))


def _line(index: int) -> Document:
    name, sku, price, quantity, shelf = _PRODUCTS[index % len(_PRODUCTS)]
    # Beyond the first five, lines differ as those of a real cart do: they pack less well.
    own = hashlib.sha256(str(index).encode()).hexdigest()[:8] if index >= len(_PRODUCTS) else ""
    return {
        "source_id": f"{sku}-{own}" if own else sku,
        "related_object": "sku",
        "quantity": quantity,
        "price": price + int(own or "0", 16) % 1000,
        "sku": {
            "sku": f"{name} {own}".rstrip(),
            "metadata": {"shelf": shelf, "batch": f"2026-{index:04d}"},
        },
        "product": {"name": name, "metadata": {"brand": "Hearth & Hall", "tax": "standard"}},
        "metadata": {"gift_wrap": index % 2 == 0, "ref": f"ln-{own or index:>05}"},
    }
