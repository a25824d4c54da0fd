"""What the lines of an export tell of each thing, by field; metadata is asked for by itself.

A field that a thing of this service never has (a QR code, points) is not here, and its cell empty.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from counterfoil.domain.timestamps import iso

if TYPE_CHECKING:
    from datetime import datetime

    from pydantic import JsonValue

    from counterfoil.domain.counters import Counter
    from counterfoil.domain.customers import Customer, Summary
    from counterfoil.domain.discounts import AnyDiscount
    from counterfoil.domain.gift_transactions import GiftTransaction
    from counterfoil.domain.orders import Order
    from counterfoil.domain.products import Product
    from counterfoil.domain.records import Record
    from counterfoil.domain.skus import Sku
    from counterfoil.domain.vouchers import Voucher

Facts = dict[str, "JsonValue"]

METADATA: Final = "metadata"


def order_facts(order: Order) -> Facts:
    """Those of an order; discounts that there are none of are 0."""
    return {
        "id": order.id,
        "source_id": order.source_id,
        **_times(order.created_at, order.updated_at),
        "status": order.status.value,
        "amount": order.amount,
        "initial_amount": order.initial_amount,
        "discount_amount": order.discount_amount,
        "items_discount_amount": order.items_discount_amount,
        "total_discount_amount": order.total_discount_amount,
        "total_amount": order.total_amount,
        "customer_id": order.customer_id,
        "referrer_id": order.referrer_id,
        METADATA: order.metadata,
    }


def voucher_facts(voucher: Voucher, counter: Counter) -> Facts:
    """Those of a voucher with what its counter says."""
    rule = voucher.rule
    return {
        "id": voucher.id,
        "code": voucher.code,
        "voucher_type": voucher.type,
        "campaign": voucher.campaign,
        "campaign_id": voucher.campaign_id,
        "category": voucher.category,
        **_validity(voucher),
        "gift_balance": None if counter.gift is None else counter.gift.balance,
        "redemption_quantity": voucher.quantity,
        "redemption_count": counter.used,
        "active": voucher.active,
        "is_referral_code": False,
        "additional_info": voucher.additional_info,
        "validation_rules_id": None if rule is None else rule.rule_id,
        **({} if voucher.discount is None else _discount(voucher.discount)),
        **({} if counter.gift is None else {"value": counter.gift.loaded}),
        METADATA: voucher.metadata,
        **_times(voucher.created_at, voucher.updated_at),
    }


def record_facts(record: Record) -> Facts:
    """Those of a redemption or a rollback; `created_at` is its date."""
    order, customer = record.order, record.customer
    return {
        "id": record.id,
        "object": record.object,
        "date": iso(record.date),
        "created_at": iso(record.date),
        **_used(record),
        "customer_id": record.customer_id,
        "customer_source_id": None if customer is None else customer.source_id,
        "customer_name": None if customer is None else customer.name,
        "tracking_id": record.tracking_id,
        "order_id": record.order_id,
        "order_amount": None if order is None else order.amount,
        "result": record.result.value,
        "status": record.status.value,
        "failure_code": record.failure_code,
        "failure_message": record.failure_message,
        "reason": record.reason,
        METADATA: record.metadata or {},
    }


def customer_facts(customer: Customer, summary: Summary) -> Facts:
    """Those of a customer with what they bought and redeemed."""
    address = customer.address
    parts = {} if address is None else address.model_dump()
    birth = None if customer.birthdate is None else customer.birthdate.isoformat()
    return {
        **{field: getattr(customer, field) for field in _PROFILE},
        "birthday": birth,
        "birthdate": birth,
        **{f"address_{part}": value for part, value in parts.items()},
        "redemptions_total_redeemed": summary.redemptions_succeeded,
        "redemptions_total_failed": summary.redemptions_failed,
        "redemptions_total_succeeded": summary.redemptions_succeeded,
        "redemptions_total_rolled_back": summary.rollbacks_succeeded,
        "redemptions_total_rollback_failed": summary.rollbacks_failed,
        "redemptions_total_rollback_succeeded": summary.rollbacks_succeeded,
        "orders_total_amount": summary.orders_amount,
        "orders_total_count": summary.orders_count,
        "orders_average_amount": summary.average_amount,
        "orders_last_order_amount": summary.last_order_amount,
        "orders_last_order_date": summary.last_order_date,
        "loyalty_points": 0,
        "loyalty_referred_customers": 0,
        METADATA: customer.metadata,
        **_times(customer.created_at, customer.updated_at),
    }


def product_facts(product: Product) -> Facts:
    """Those of a product."""
    return {
        **{field: getattr(product, field) for field in _PRODUCT},
        "attributes": [*product.attributes],
        METADATA: product.metadata,
        **_times(product.created_at, product.updated_at),
    }


def sku_facts(sku: Sku) -> Facts:
    """Those of a SKU."""
    return {
        **{field: getattr(sku, field) for field in _SKU},
        "product_id": sku.product.id,
        METADATA: sku.metadata,
        **_times(sku.created_at, sku.updated_at),
    }


def transaction_facts(moved: GiftTransaction) -> Facts:
    """Those of a gift card's transaction."""
    order: Facts = {"id": moved.order_id, "source_id": moved.order_source_id}
    details: Facts = {
        "balance": {"amount": moved.amount, "total": moved.total, "balance": moved.balance},
        **({} if moved.order_id is None else {"order": order}),
        **({} if moved.record_id is None else {"redemption": {"id": moved.record_id}}),
    }
    return {
        **{field: getattr(moved, field) for field in _TRANSACTION},
        "related_transaction_id": moved.related_id,
        "created_at": iso(moved.created_at),
        "details": details,
    }


_PROFILE: Final = ("id", "source_id", "name", "description", "email", "phone")
_PRODUCT: Final = ("id", "source_id", "name", "price", "image_url")
_SKU: Final = ("id", "source_id", "sku", "price", "currency", "attributes", "image_url")
_VALUES: Final = ("amount_off", "percent_off", "fixed_amount", "unit_off")
_TRANSACTION: Final = (
    *("id", "type", "source_id", "reason", "source", "balance", "amount"),
    *("voucher_id", "campaign_id"),
)


def _times(created_at: datetime, updated_at: datetime | None) -> Facts:
    return {"created_at": iso(created_at), "updated_at": _time(updated_at)}


def _time(at: datetime | None) -> str | None:
    return None if at is None else iso(at)


def _validity(voucher: Voucher) -> Facts:
    frame, days = voucher.validity_timeframe, voucher.validity_day_of_week
    return {
        "start_date": _time(voucher.start_date),
        "expiration_date": _time(voucher.expiration_date),
        "validity_timeframe_interval": None if frame is None else frame.interval,
        "validity_timeframe_duration": None if frame is None else frame.duration,
        "validity_day_of_week": None if days is None else [*days],
    }


def _used(record: Record) -> Facts:
    """What was redeemed, as far as it was found."""
    if record.use is None:
        return {}
    voucher, tier, campaign = record.use.voucher, record.use.tier, record.use.campaign
    moved = -record.use.credits if record.is_rollback else record.use.credits
    return {
        "voucher_code": None if voucher is None else voucher.code,
        "campaign": None if campaign is None else campaign.name,
        "campaign_id": None if campaign is None else campaign.id,
        "promotion_tier_id": None if tier is None else tier.id,
        "gift_amount": moved or None,
    }


def _discount(discount: AnyDiscount) -> Facts:
    known: Facts = discount.model_dump(mode="json", exclude_none=True)
    values = (known[name] for name in _VALUES if name in known)
    formulas = (known[f"{name}_formula"] for name in _VALUES if f"{name}_formula" in known)
    is_unit = discount.type == "UNIT"
    return {
        "discount_type": discount.type,
        "discount_effect": None if is_unit else known.get("effect"),
        "discount_unit_effect": known.get("effect") if is_unit else None,
        "discount_unit_type": known.get("unit_type"),
        "discount_amount_limit": known.get("amount_limit"),
        "value": next(values, None),
        "formula": next(formulas, None),
    }
