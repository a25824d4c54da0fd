"""What a client may send to validate or redeem."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from counterfoil.domain.customer_payloads import CustomerPayload
from counterfoil.domain.metadata import SentMetadata
from counterfoil.domain.order_payloads import OrderPayload
from counterfoil.domain.payloads import MAX_REDEEMABLES, Amount, Payload, Reference, Text


class GiftPayload(Payload):
    """How many credits of a gift card to spend; absent means as many as are needed."""

    credits: Amount | None = None


class RedeemablePayload(Payload):
    """One redeemable of a call: a voucher by code or id, a promotion tier or a promotion stack."""

    object: Literal["voucher", "promotion_tier", "promotion_stack"]
    id: Reference
    gift: GiftPayload | None = None


class SessionPayload(Payload):
    """A validation session; its key names what an earlier validation has reserved."""

    type: Literal["LOCK"] | None = "LOCK"
    key: Text | None = None
    ttl: Annotated[float, Field(strict=True, ge=0, allow_inf_nan=False)] | None = None
    ttl_unit: (
        Literal[
            "DAYS", "HOURS", "MINUTES", "SECONDS", "MILLISECONDS", "MICROSECONDS", "NANOSECONDS"
        ]
        | None
    ) = None


class OptionsPayload(Payload):
    """What the answer spells out; unknown names are the vendor's older ones and are ignored."""

    expand: list[str] | None = None


class StackPayload(Payload):
    """The body of a validation or redemption of 1 to 30 redeemables (domain.md §2.2, §2.3)."""

    redeemables: Annotated[list[RedeemablePayload], Field(min_length=1, max_length=MAX_REDEEMABLES)]
    order: OrderPayload | None = None
    customer: CustomerPayload | None = None
    session: SessionPayload | None = None
    tracking_id: Text | None = None
    metadata: SentMetadata | None = None
    options: OptionsPayload | None = None

    @property
    def expand(self) -> tuple[str, ...] | None:
        """What the answer is to spell out; None when the client left that to us."""
        listed = None if self.options is None else self.options.expand
        return None if listed is None else tuple(listed)


class SingleRedemptionPayload(Payload):
    """The body of the single redemption of the voucher in the path (deprecated by the vendor)."""

    order: OrderPayload | None = None
    customer: CustomerPayload | None = None
    session: SessionPayload | None = None
    gift: GiftPayload | None = None
    tracking_id: Text | None = None
    metadata: SentMetadata | None = None
