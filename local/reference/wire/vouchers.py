"""Vouchers, their discounts, gift cards and what is done with their credits."""

from typing import Annotated, Literal, NotRequired

from pydantic import Field, JsonValue
from typing_extensions import TypedDict

from local.reference.wire.common import Count, ListObject, Metadata, Minor, Timestamp

Effect = Literal[
    "APPLY_TO_ORDER",
    "APPLY_TO_ITEMS",
    "APPLY_TO_ITEMS_PROPORTIONALLY",
    "APPLY_TO_ITEMS_PROPORTIONALLY_BY_QUANTITY",
    "APPLY_TO_ITEMS_BY_QUANTITY",
    "ADD_MISSING_ITEMS",
    "ADD_NEW_ITEMS",
    "ADD_MANY_ITEMS",
    "ADD_SAME_ITEMS",
    "REPLACE_ITEMS",
]


class UnitName(TypedDict):
    """The product or SKU that a discount gives units of."""

    id: str
    source_id: NotRequired[str]
    name: NotRequired[str]


class FreeUnits(TypedDict):
    """Units of one product or SKU."""

    unit_off: Count
    unit_off_formula: NotRequired[str]
    unit_type: str
    effect: Literal["ADD_MISSING_ITEMS", "ADD_NEW_ITEMS"]
    product: NotRequired[UnitName]
    sku: NotRequired[UnitName]


class Discount(TypedDict):
    """What is taken off; `type` tells which of the other fields there are."""

    type: Literal["AMOUNT", "PERCENT", "FIXED", "UNIT"]
    effect: NotRequired[Effect]
    amount_off: NotRequired[Minor]
    amount_off_formula: NotRequired[str]
    percent_off: NotRequired[float]
    percent_off_formula: NotRequired[str]
    amount_limit: NotRequired[Minor]
    aggregated_amount_limit: NotRequired[Minor]
    fixed_amount: NotRequired[Minor]
    fixed_amount_formula: NotRequired[str]
    unit_off: NotRequired[Count]
    unit_off_formula: NotRequired[str]
    unit_type: NotRequired[str]
    units: NotRequired[list[FreeUnits]]
    product: NotRequired[UnitName]
    sku: NotRequired[UnitName]
    is_dynamic: bool


class VoucherGift(TypedDict):
    """A gift card's money; records of failures leave the amounts out."""

    amount: NotRequired[Minor]
    balance: NotRequired[Minor]
    subtracted_amount: NotRequired[Minor]
    effect: Literal["APPLY_TO_ORDER", "APPLY_TO_ITEMS"]


class ValidityTimeframe(TypedDict):
    """Windows of `duration` that open at the start and every `interval` after it (ISO-8601)."""

    interval: str
    duration: str


class ValidityPeriod(TypedDict):
    """A period of the day, on some days of the week or on all; 0 is Sunday."""

    start_time: str
    expiration_time: str
    days_of_week: NotRequired[list[int]]


class ValidityHours(TypedDict):
    """Periods of the day."""

    daily: list[ValidityPeriod]


class Availability(TypedDict):
    """When it may be used; an expiration date that is not set is left out."""

    start_date: Timestamp | None
    expiration_date: NotRequired[Timestamp]
    validity_timeframe: ValidityTimeframe | None
    validity_day_of_week: list[Annotated[int, Field(ge=0, le=6)]] | None
    validity_hours: ValidityHours | None
    active: bool


class RuleAssignment(TypedDict):
    """A rule's assignment; `counting_status` tells whether past redemptions count yet."""

    id: str
    rule_id: str
    related_object_id: str
    related_object_type: Literal["voucher", "promotion_tier", "campaign"]
    created_at: Timestamp
    counting_status: NotRequired[Literal["PENDING", "DONE"]]
    object: Literal["validation_rules_assignment"]


class RuleAssignments(TypedDict):
    """The rule of a thing: a list of one or none."""

    object: ListObject
    data_ref: Literal["data"]
    data: list[RuleAssignment]
    total: Count


class VoucherRedemption(TypedDict):
    """How often it can be and was redeemed; null is without limit."""

    quantity: int | None
    redeemed_quantity: NotRequired[Count]
    redeemed_amount: NotRequired[Minor]
    object: ListObject
    url: str


class CoveredEntry(TypedDict):
    """An entry of a rule's list, and the lines and units of the order that it stands for."""

    object: Literal["product", "sku", "products_collection"]
    id: NotRequired[str]
    source_id: NotRequired[str]
    product_id: NotRequired[str]
    product_source_id: NotRequired[str]
    strict: bool
    effect: str
    target: NotRequired[str]
    skip_initially: NotRequired[Count]
    repeat: NotRequired[Count]
    quantity_limit: NotRequired[Count]
    aggregated_quantity_limit: NotRequired[Count]
    amount_limit: NotRequired[Minor]
    aggregated_amount_limit: NotRequired[Minor]
    price: NotRequired[Minor]
    price_formula: NotRequired[str | int]
    order_item_indices: NotRequired[list[int]]
    order_item_units: NotRequired[list[dict[str, JsonValue]]]


class CoveredEntries(TypedDict):
    """What a discount applies to, or does not."""

    object: ListObject
    data_ref: Literal["data"]
    data: list[CoveredEntry]
    total: Count


class Voucher(Availability):
    """A voucher: a discount coupon or a gift card."""

    id: str
    code: str
    campaign: str | None
    campaign_id: str | None
    categories: list[JsonValue]
    is_referral_code: bool
    holder_id: str | None
    category: str | None
    category_id: str | None
    type: Literal["DISCOUNT_VOUCHER", "GIFT_VOUCHER"]
    discount: Discount | None
    gift: VoucherGift | None
    loyalty_card: None
    additional_info: str | None
    metadata: Metadata
    created_at: Timestamp
    updated_at: Timestamp | None
    redemption: VoucherRedemption
    validation_rules_assignments: RuleAssignments
    object: Literal["voucher"]


class RedeemedVoucher(Voucher):
    """A voucher as it was redeemed; the redemption's own answer tells what it applied to."""

    applicable_to: NotRequired[CoveredEntries]
    inapplicable_to: NotRequired[CoveredEntries]


class VoucherList(TypedDict):
    """A page of vouchers."""

    object: ListObject
    data_ref: Literal["vouchers"]
    vouchers: list[Voucher]
    total: Count
    has_more: bool
    next_cursor: NotRequired[str]


class BalanceOwner(TypedDict):
    """The card that a balance is of."""

    type: Literal["voucher"]
    id: str


class Balance(TypedDict):
    """What moved on a gift card, and what it has then where that was looked at."""

    amount: Minor
    total: NotRequired[Minor]
    balance: NotRequired[Minor]
    type: Literal["gift_voucher"]
    operation_type: Literal["AUTOMATIC", "MANUAL"]
    object: Literal["balance"]
    related_object: BalanceOwner


class TransactionOrder(TypedDict):
    """The order that credits were spent on."""

    id: str
    source_id: str | None


class TransactionRecord(TypedDict):
    """The redemption or rollback that moved credits."""

    id: str


class TransactionDetails(TypedDict):
    """How the balance changed, and by what."""

    balance: Balance
    order: NotRequired[TransactionOrder]
    redemption: NotRequired[TransactionRecord]
    rollback: NotRequired[TransactionRecord]


class Transaction(TypedDict):
    """One movement of a gift card's credits."""

    id: str
    source_id: str | None
    voucher_id: str
    campaign_id: str | None
    source: str | None
    reason: str | None
    type: Literal["CREDITS_ADDITION", "CREDITS_REMOVAL", "CREDITS_REDEMPTION", "CREDITS_REFUND"]
    details: TransactionDetails
    related_transaction_id: str | None
    created_at: Timestamp


class TransactionList(TypedDict):
    """Some of a card's transactions; `more_starting_after` is the next `starting_after_id`."""

    object: ListObject
    data_ref: Literal["data"]
    data: list[Transaction]
    has_more: bool
    more_starting_after: NotRequired[str]
