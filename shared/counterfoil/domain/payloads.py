"""What a client may send of orders and customers: shapes and bounds, no meaning.

Unknown fields are ignored and server-owned fields have no place here, so neither can reach a
stored thing. `null` means absent, except where `model_fields_set` is asked (a cleared date, say).
Bounds: amounts 0 to `MAX_AMOUNT` minor units, quantities 0 to 1,000,000, 500 lines, texts as
annotated; source ids at most 512 characters; metadata see `metadata`.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StrictBool

from counterfoil.domain.metadata import SentMetadata
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


class ProductPayload(Payload):
    """A line's product as the client knows it; it outranks the catalogue for this order.

    With `override` the catalogue takes it over.
    """

    id: Reference | None = None
    source_id: SourceId | None = None
    name: Text | None = None
    metadata: SentMetadata | None = None
    price: Amount | None = None
    override: StrictBool | None = None


class SkuPayload(Payload):
    """A line's SKU as the client knows it; `sku` is its name, `override` as of a product."""

    id: Reference | None = None
    source_id: SourceId | None = None
    sku: Text | None = None
    metadata: SentMetadata | None = None
    price: Amount | None = None
    override: StrictBool | None = None


class OrderLinePayload(Payload):
    """One line of a cart (domain.md §1.5); every field may be absent."""

    id: Reference | None = None
    product_id: Reference | None = None
    sku_id: Reference | None = None
    source_id: SourceId | None = None
    related_object: Literal["product", "sku"] | None = None
    quantity: Quantity | None = None
    initial_quantity: InitialQuantity | None = None
    amount: Amount | None = None
    price: Amount | None = None
    product: ProductPayload | None = None
    sku: SkuPayload | None = None
    metadata: SentMetadata | None = None


class AddressPayload(Payload):
    """A customer's postal address."""

    city: Text | None = None
    state: Text | None = None
    line_1: Text | None = None
    line_2: Text | None = None
    country: Text | None = None
    postal_code: Text | None = None


class CustomerPayload(Payload):
    """A customer as sent: to be created, changed or only named (domain.md §1.8).

    `birthday` is the vendor's older name of `birthdate`, which outranks it.
    """

    id: Reference | None = None
    source_id: SourceId | None = None
    name: Text | None = None
    description: Text | None = None
    email: Text | None = None
    phone: Text | None = None
    birthdate: Day | None = None
    birthday: Day | None = None
    address: AddressPayload | None = None
    metadata: SentMetadata | None = None


class OrderPayload(Payload):
    """An order as sent: whole, in part, or only named (domain.md §1.4)."""

    id: Reference | None = None
    source_id: SourceId | None = None
    status: OrderStatusText | None = None
    amount: Amount | None = None
    items: Annotated[list[OrderLinePayload], Field(max_length=MAX_LINES)] | None = None
    metadata: SentMetadata | None = None
    customer: CustomerPayload | None = None
    referrer: CustomerPayload | None = None
    referrer_id: Reference | None = None
    created_at: Instant | None = None


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


class RollbackPayload(Payload):
    """The body of a rollback; whoever is named must be the one of the redemption."""

    reason: Text | None = None
    tracking_id: Text | None = None
    customer: CustomerPayload | None = None
    order: OrderPayload | None = None
    metadata: SentMetadata | None = None
