"""Why a redeemable cannot be used, in the contract's keys (domain.md §9.3)."""

from __future__ import annotations

from enum import StrEnum


class RefusalCode(StrEnum):
    """The contract's keys of a redeemable that cannot be used; also `failure_code`."""

    NOT_FOUND = "not_found"
    VOUCHER_DISABLED = "voucher_disabled"
    VOUCHER_NOT_ACTIVE = "voucher_not_active"
    VOUCHER_EXPIRED = "voucher_expired"
    VOUCHER_NOT_ACTIVE_NOW = "voucher_not_active_now"
    PROMOTION_INACTIVE = "promotion_inactive"
    PROMOTION_NOT_ACTIVE_NOW = "promotion_not_active_now"
    QUANTITY_EXCEEDED = "quantity_exceeded"
    GIFT_AMOUNT_EXCEEDED = "gift_amount_exceeded"
    MISSING_AMOUNT = "missing_amount"
    MISSING_ORDER_ITEMS_AMOUNT = "missing_order_items_amount"
    INVALID_VOUCHER = "invalid_voucher"
    CUSTOMER_RULES_VIOLATED = "customer_rules_violated"
    ORDER_RULES_VIOLATED = "order_rules_violated"
    REDEMPTION_RULES_VIOLATED = "redemption_rules_violated"
    MISSING_CUSTOMER = "missing_customer"
    MISSING_ORDER = "missing_order"
    MISSING_ORDER_ITEMS = "missing_order_items"
