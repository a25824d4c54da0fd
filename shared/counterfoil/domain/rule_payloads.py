"""What a client may send of validation rules and their assignments: shapes and bounds, no meaning.

Source: domain.md §1.13, §2.5, §4.4, §8.1.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import AfterValidator, ConfigDict, Field, JsonValue, StrictBool

from counterfoil.domain.item_selection import EntryEffect
from counterfoil.domain.money import MAX_AMOUNT
from counterfoil.domain.numbers import ANY_SPELLING
from counterfoil.domain.payloads import Payload, Reference, SourceId, Text

MAX_ENTRIES: Final = 500
_MAX_UNITS: Final = 1_000_000_000

_Limit = Annotated[int, ANY_SPELLING, Field(strict=True, ge=0, le=MAX_AMOUNT)]
_Place = Annotated[int, ANY_SPELLING, Field(strict=True, ge=0, le=_MAX_UNITS)]
_Step = Annotated[int, ANY_SPELLING, Field(strict=True, ge=1, le=_MAX_UNITS)]
# A name is the sort key of a list, of which the store takes 1,024 bytes.
RuleName = Annotated[str, Field(min_length=1, max_length=255)]

_ITEM_EFFECTS: Final = (
    "apply_to_order",
    "apply_to_items",
    "apply_to_items_proportionally",
    "apply_to_items_proportionally_by_quantity",
    "apply_to_items_by_quantity",
    "fixed.apply_to_items",
    "percent.apply_to_items",
)
CONTEXT_TYPES: Final = frozenset(
    {
        "global",
        "distribution.custom_event",
        *(f"distribution.order.{each}" for each in ("paid", "created", "canceled", "updated")),
        "earning_rule.order.paid",
        "earning_rule.custom_event",
        "earning_rule.customer.segment.entered",
        *(
            f"earning_rule.customer.tier.{each}"
            for each in ("joined", "left", "upgraded", "downgraded", "prolonged")
        ),
        "reward_assignment.pay_with_points",
        "campaign.loyalty_program",
        "voucher.loyalty_card",
        *(
            name
            for holder in (
                "campaign.discount_coupons",
                "campaign.referral_program",
                "campaign.promotion",
                "voucher.discount_voucher",
            )
            for name in (holder, *(f"{holder}.discount.{each}" for each in _ITEM_EFFECTS))
        ),
        *(
            name
            for holder in ("campaign.gift_vouchers", "voucher.gift_voucher")
            for name in (holder, f"{holder}.gift.apply_to_order", f"{holder}.gift.apply_to_items")
        ),
    }
)


def _known_context(name: str) -> str:
    """The official clients refuse a whole answer for a context_type that they do not know."""
    if name not in CONTEXT_TYPES:
        message = "must be one of the contract's context types, such as global"
        raise ValueError(message)
    return name


class EntryPayload(Payload):
    """One product, SKU or collection of a list. What else it has is looked at for its names only.

    The formula is a text to one of the official clients and a number to another.
    """

    model_config = ConfigDict(frozen=True, extra="allow")

    object: Literal["product", "sku", "products_collection"]
    id: Reference | None = None
    source_id: SourceId | None = None
    product_id: Reference | None = None
    product_source_id: SourceId | None = None
    strict: StrictBool | None = None
    effect: EntryEffect | None = None
    target: Literal["ITEM", "UNIT"] | None = None
    skip_initially: _Place | None = None
    repeat: _Step | None = None
    quantity_limit: _Limit | None = None
    aggregated_quantity_limit: _Limit | None = None
    amount_limit: _Limit | None = None
    aggregated_amount_limit: _Limit | None = None
    price: _Limit | None = None
    price_formula: Text | _Limit | None = None


_Entries = Annotated[list[EntryPayload], Field(max_length=MAX_ENTRIES)]


class ListsPayload(Payload):
    """The products that a discount applies to."""

    included: _Entries | None = None
    excluded: _Entries | None = None
    included_all: StrictBool | None = None


class ErrorPayload(Payload):
    """What a shop wants its customers to be told."""

    message: Text | None = None


class RuleUpdate(Payload):
    """What is to change of a rule, by its top-level names."""

    name: RuleName | None = None
    rules: dict[str, JsonValue] | None = None
    bundle_rules: dict[str, JsonValue] | None = None
    error: ErrorPayload | None = None
    applicable_to: ListsPayload | None = None
    type: Literal["expression", "basic", "advanced", "complex"] | None = None
    context_type: Annotated[str, AfterValidator(_known_context)] | None = None


class RulePayload(RuleUpdate):
    """A rule to be created."""

    name: RuleName


class AssignmentPayload(Payload):
    """What a rule is to be assigned to; the last three are the contract's older form."""

    related_object_type: (
        Literal[
            "voucher",
            "promotion_tier",
            "campaign",
            "earning_rule",
            "reward_assignment",
            "distribution",
        ]
        | None
    ) = None
    related_object_id: Reference | None = None
    voucher: Reference | None = None
    campaign: Reference | None = None
    promotion_tier: Reference | None = None
