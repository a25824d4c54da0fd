"""What a client may send to roll back."""

from __future__ import annotations

from counterfoil.domain.customer_payloads import CustomerPayload
from counterfoil.domain.metadata import SentMetadata
from counterfoil.domain.order_payloads import OrderPayload
from counterfoil.domain.payloads import Payload, Text


class RollbackPayload(Payload):
    """The body of a rollback; whoever is named must be the one of the redemption."""

    reason: Text | None = None
    tracking_id: Text | None = None
    customer: CustomerPayload | None = None
    order: OrderPayload | None = None
    metadata: SentMetadata | None = None
