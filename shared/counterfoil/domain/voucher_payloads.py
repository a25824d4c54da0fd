"""What a client may send of vouchers: shapes and bounds, no meaning.

Creation knows more fields than an update, which skips what it does not know (domain.md §2.6). An
explicit null is absent in a creation; in an update it clears what can be without a value.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field, JsonValue, StrictBool

from counterfoil.domain.codes import CodeConfig
from counterfoil.domain.discounts import AmountOffNumber, Percent
from counterfoil.domain.metadata import SentMetadata
from counterfoil.domain.money import MAX_AMOUNT
from counterfoil.domain.numbers import ANY_SPELLING, MAX_QUANTITY
from counterfoil.domain.payloads import Instant, Payload, Reference, Text
from counterfoil.domain.unit_discounts import MAX_UNITS
from counterfoil.domain.validity import Hours, Timeframe, WeekDays

_MAX_USES: Final = 1_000_000_000


UnitCount = Annotated[int, ANY_SPELLING, Field(strict=True, ge=0, le=MAX_QUANTITY)]


class FreeUnitsPayload(Payload):
    """Units of one product or SKU, among those of a discount with ADD_MANY_ITEMS."""

    unit_off: UnitCount
    unit_off_formula: Text | None = None
    unit_type: Reference
    effect: Literal["ADD_MISSING_ITEMS", "ADD_NEW_ITEMS"] | None = None


class DiscountPayload(Payload):
    """A discount of any type of the contract; what it lacks is found later."""

    type: Literal["AMOUNT", "PERCENT", "UNIT", "FIXED"]
    effect: Text | None = None
    amount_off: AmountOffNumber | None = None
    percent_off: Percent | None = None
    amount_limit: AmountOffNumber | None = None
    aggregated_amount_limit: AmountOffNumber | None = None
    amount_off_formula: Text | None = None
    percent_off_formula: Text | None = None
    fixed_amount: AmountOffNumber | None = None
    fixed_amount_formula: Text | None = None
    unit_off: UnitCount | None = None
    unit_off_formula: Text | None = None
    unit_type: Reference | None = None
    units: Annotated[list[FreeUnitsPayload], Field(max_length=MAX_UNITS)] | None = None

    @property
    def unit_types(self) -> list[str]:
        """The products and SKUs that it gives units of, by what the client calls them."""
        own = [] if self.unit_type is None else [self.unit_type]
        return own + [each.unit_type for each in self.units or []]


class GiftCardPayload(Payload):
    """A gift card's money at its creation; the server alone says what is left of it later."""

    amount: AmountOffNumber | None = None
    effect: Literal["APPLY_TO_ORDER", "APPLY_TO_ITEMS"] | None = None


class BalancePayload(Payload):
    """Credits to put on a gift card, or to take off it when negative."""

    amount: Annotated[int, ANY_SPELLING, Field(strict=True, ge=-MAX_AMOUNT, le=MAX_AMOUNT)]
    source_id: Reference | None = None
    reason: Text | None = None


class UsesPayload(Payload):
    """How often a voucher can be redeemed; null is without limit."""

    quantity: Annotated[int, ANY_SPELLING, Field(strict=True, ge=1, le=_MAX_USES)] | None = None


class VoucherUpdate(Payload):
    """The fields that may change in a voucher's life."""

    discount: DiscountPayload | None = None
    gift: GiftCardPayload | None = None
    loyalty_card: JsonValue = None
    category: Text | None = None
    category_id: Reference | None = None
    start_date: Instant | None = None
    expiration_date: Instant | None = None
    validity_timeframe: Timeframe | None = None
    validity_day_of_week: WeekDays | None = None
    validity_hours: Hours | None = None
    active: StrictBool | None = None
    additional_info: Text | None = None
    metadata: SentMetadata | None = None


class VoucherPayload(VoucherUpdate):
    """A voucher to be created. `code` is only read where the path has none."""

    code: str | None = None
    code_config: CodeConfig | None = None
    type: Literal["DISCOUNT_VOUCHER", "GIFT_VOUCHER", "LOYALTY_CARD"] | None = None
    redemption: UsesPayload | None = None
    campaign: Text | None = None
    campaign_id: Reference | None = None
    validation_rules: list[Reference] | None = None
