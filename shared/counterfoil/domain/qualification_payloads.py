"""What a client may send to ask which redeemables an order qualifies for (domain.md §2.4)."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field, JsonValue

from counterfoil.domain.customer_payloads import CustomerPayload
from counterfoil.domain.metadata import SentMetadata
from counterfoil.domain.order_payloads import OrderPayload
from counterfoil.domain.payloads import Instant, Payload, Text
from counterfoil.domain.redemption_payloads import SessionPayload

DEFAULT_LIMIT: Final = 5

Scenario = Literal[
    "ALL",
    "CUSTOMER_WALLET",
    "AUDIENCE_ONLY",
    "PRODUCTS",
    "PRODUCTS_DISCOUNT",
    "PROMOTION_STACKS",
    "PRODUCTS_BY_CUSTOMER",
    "PRODUCTS_DISCOUNT_BY_CUSTOMER",
]
SortingRule = Literal["DEFAULT", "BEST_DEAL", "LEAST_DEAL"]


class QualificationOptions(Payload):
    """Which of those that qualify, how many, in which order, and what is spelt out of them."""

    limit: Annotated[int, Field(strict=True, ge=1, le=50)] | None = None
    starting_after: Instant | None = None
    filters: dict[str, JsonValue] | None = None
    expand: list[str] | None = None
    sorting_rule: SortingRule | None = None


class QualificationPayload(Payload):
    """The body of a qualification: an order, a customer, and what is asked about them."""

    customer: CustomerPayload | None = None
    order: OrderPayload | None = None
    scenario: Scenario | None = None
    options: QualificationOptions | None = None
    session: SessionPayload | None = None
    tracking_id: Text | None = None
    metadata: SentMetadata | None = None

    @property
    def asked(self) -> QualificationOptions:
        """The options, or none of them."""
        return self.options or QualificationOptions()
