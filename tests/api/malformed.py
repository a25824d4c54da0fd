"""Requests that went wrong on their way: sound bodies with hostile values, broken bytes, odd paths.

They start from the events of all functions that take a body, with every field that the contract
has, so that a mutation can reach each of them.
"""

import json
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from hypothesis import strategies as st

from local.invoke import load_event
from local.template import DEFAULT_ROUTE, load

LINE: Final = {
    "id": "ordli_0123456789abcde000",
    "product_id": "prod_1",
    "sku_id": "sku_1",
    "source_id": "mug",
    "related_object": "product",
    "quantity": "2",
    "initial_quantity": 2,
    "amount": 2400,
    "price": 1200,
    "product": {
        "id": "prod_1",
        "source_id": "mug",
        "name": "Mug",
        "price": 1200,
        "metadata": {"a": [1, {"b": None}]},
        "override": True,
    },
    "sku": {
        "source_id": "mug-blue",
        "sku": "Red",
        "price": 1200,
        "metadata": {},
        "override": True,
    },
    "metadata": {"gift": True},
}
CUSTOMER: Final = {
    "id": None,
    "source_id": "customer-7",
    "name": "Ann Example",
    "description": "regular",
    "email": "ann@example.com",
    "phone": "+49 30 1",
    "birthdate": "1990-02-28",
    "address": {"city": "Berlin", "line_1": "Invalidenstr. 1", "postal_code": "10115"},
    "metadata": {"tier": 3.5},
}
ORDER: Final = {
    "id": None,
    "source_id": "order-1001",
    "status": "PAID",
    "amount": 5000,
    "items": [LINE, {"source_id": "tea", "quantity": 1, "price": 2600}],
    "customer": CUSTOMER,
    "referrer": {"source_id": "customer-8"},
    "referrer_id": None,
    "metadata": {"channel": "web"},
    "created_at": "2026-01-01T00:00:00.000Z",
    "currency": "EUR",
}
VOUCHER: Final = {
    "code": "TOUR-20",
    "code_config": {"length": 8, "charset": "ABC123", "prefix": "P-", "pattern": "###-###"},
    "type": "DISCOUNT_VOUCHER",
    "discount": {"type": "AMOUNT", "amount_off": 20},
    "redemption": {"quantity": 10},
    "validation_rules": [],
    "start_date": "2026-01-01",
    "expiration_date": "2030-12-31T23:59:59Z",
    "validity_timeframe": {"interval": "P1D", "duration": "PT6H"},
    "validity_day_of_week": [0, 1, 6],
    "validity_hours": {
        "daily": [{"start_time": "09:00", "expiration_time": "17:00", "days_of_week": [1]}]
    },
    "active": True,
    "additional_info": "x",
    "metadata": {"purpose": "tour"},
}
PRODUCT: Final = {
    "id": None,
    "source_id": "mug",
    "name": "Mug",
    "price": 900,
    "attributes": ["colour", "size"],
    "metadata": {"shelf": 3},
    "image_url": "https://shop.test/mug.png",
}
SKU: Final = {
    "id": None,
    "source_id": "mug-blue",
    "sku": "Blue mug",
    "price": 1000,
    "currency": "EUR",
    "attributes": {"colour": "blue"},
    "metadata": {"shelf": 4},
    "image_url": None,
}
COLLECTION: Final = {
    "name": "Cheap",
    "type": "AUTO_UPDATE",
    "filter": {
        "junction": "or",
        "price": {"conditions": {"$less_than": [1000], "$more_than_equal": 1}},
        "metadata.shelf": {"conditions": {"$in": ["3", 4], "$count": [2]}},
        "created_at": {"conditions": {"$after": ["2026-01-01"], "$is_days_ago": [3]}},
        "image_url": {"conditions": {"$has_value": ""}},
    },
    "products": None,
}
SEGMENT: Final = {
    "name": "Regulars",
    "type": "passive",
    "filter": {
        "junction": "or",
        "name": {"conditions": {"$starts_with": ["A"], "$is_not": "Ann"}},
        "summary.orders.window.P30D.total_count": {"conditions": {"$more_than": ["2"]}},
        "summary.orders.last_order_date": {"conditions": {"$less_than": [30]}},
        "birthdate": {"conditions": {"$next_month": [True], "$is_less_days_ago_md": [3]}},
        "metadata.tier": {"conditions": {"$count": [2], "$this_week": True, "$is_year": [2026]}},
    },
    "customers": ["customer-7", {"source_id": "customer-7"}],
}
STACK: Final = {
    "redeemables": [{"object": "voucher", "id": "TOUR-10", "gift": {"credits": 5}}],
    "order": ORDER,
    "customer": CUSTOMER,
    "session": {"type": "LOCK", "key": "k", "ttl": 1, "ttl_unit": "DAYS"},
    "tracking_id": "track_x",
    "metadata": {"till": "3"},
    "options": {"expand": ["order"]},
}
BALANCE: Final = {"amount": -500, "source_id": "erp-1", "reason": "correction"}
CATEGORY: Final = {"name": "Seasonal", "hierarchy": 2}
STACKING_RULES: Final = {
    "redeemables_limit": 30,
    "applicable_redeemables_limit": 5,
    "applicable_redeemables_per_category_limit": 30,
    "applicable_redeemables_category_limits": {},
    "applicable_exclusive_redeemables_limit": 1,
    "applicable_exclusive_redeemables_per_category_limit": 1,
    "exclusive_categories": [],
    "joint_categories": [],
    "redeemables_application_mode": "ALL",
    "redeemables_sorting_rule": "REQUESTED_ORDER",
    "redeemables_products_application_mode": "STACK",
    "redeemables_no_effect_rule": "REDEEM_ANYWAY",
    "no_effect_skip_categories": [],
    "no_effect_redeem_anyway_categories": None,
    "redeemables_rollback_order_mode": "WITH_ORDER",
    "grouped_redeemables_sorting_rule": "JOINT_ALWAYS_LAST",
    "discount_calculation_mode": "DISCOUNTED_AMOUNT",
    "initial_amount_mode_categories": [],
    "discounted_amount_mode_categories": [],
}
RULE: Final = {
    "name": "mugs",
    "rules": {"logic": ""},
    "bundle_rules": None,
    "error": {"message": "Mugs only"},
    "applicable_to": {
        "included": [
            {
                "object": "product",
                "id": "prod_1",
                "source_id": "mug",
                "effect": "APPLY_FROM_CHEAPEST",
                "target": "UNIT",
                "skip_initially": 1,
                "repeat": 2,
                "quantity_limit": 3,
                "aggregated_amount_limit": 600,
                "price": 700.0,
                "price_formula": "PRODUCT_PRICE / 2",
                "strict": False,
            }
        ],
        "excluded": [{"object": "sku", "source_id": "mug-blue", "product_source_id": "mug"}],
        "included_all": False,
    },
    "type": "expression",
    "context_type": "global",
}
BACKTEST: Final = {
    "created_at": {"after": "2026-01-01", "before": "2030-12-31T23:59:59Z"},
    "rules": {
        "1": {"name": "order.amount", "conditions": {"$more_than": [4000]}},
        "2": {
            "name": "customer.orders.count",
            "property": "PT6H",
            "conditions": {"$less_than": [3]},
            "error": {"message": "Too many"},
        },
        "logic": "1 and 2",
    },
    "status": ["CREATED", "PAID"],
    "limit": 100,
    "cursor": None,
}
ASSIGNMENT: Final = {
    "related_object_type": "voucher",
    "related_object_id": "TOUR-10",
    "voucher": None,
    "campaign": None,
    "promotion_tier": None,
}
TIER: Final = {
    "name": "Five off",
    "banner": "5.00 off",
    "action": {"discount": {"type": "AMOUNT", "amount_off": 500}},
    "hierarchy": 2,
    "category_id": None,
    "validation_rules": [],
    **{name: VOUCHER.get(name) for name in VOUCHER if name.startswith(("validity", "start"))},
    "active": True,
    "metadata": {"a": 1},
}
PROMOTION_STACK: Final = {
    "name": "Both",
    "tiers": {"ids": ["promo_1", "promo_2"], "hierarchy_mode": "MANUAL"},
    "category_id": None,
}
ROLLBACK: Final = {
    "reason": "returned",
    "tracking_id": "t",
    "customer": CUSTOMER,
    "order": ORDER,
    "metadata": {"a": 1},
}
CAMPAIGN: Final = {
    "name": "Autumn",
    "campaign_type": "DISCOUNT_COUPONS",
    "type": "AUTO_UPDATE",
    "description": "leaves",
    "vouchers_count": 2,
    "voucher": {name: VOUCHER[name] for name in VOUCHER if name != "code"},
    "start_date": "2026-01-01",
    "expiration_date": "2030-12-31T23:59:59Z",
    "validity_timeframe": {"interval": "P1D", "duration": "PT6H"},
    "validity_day_of_week": [0, 1, 6],
    "validity_hours": VOUCHER["validity_hours"],
    "active": True,
    "auto_join": False,
    "join_once": None,
    "category": None,
    "category_id": None,
    "activity_duration_after_publishing": "P1D",
    "metadata": {"purpose": "tour"},
    "validation_rules": [],
}
MEMBER: Final = {
    "category_id": None,
    "start_date": "2026-01-01",
    "expiration_date": "2030-12-31T23:59:59Z",
    "active": True,
    "redemption": {"quantity": 10},
    "additional_info": "x",
    "metadata": {"purpose": "tour"},
}
WEBHOOK: Final = {
    "target_url": "https://shop.example/hooks",
    "events": ["customer.order.*", "redemption.succeeded"],
    "active": True,
}
EXPORT: Final = {
    "exported_object": "order",
    "parameters": {
        "fields": ["id", "status", "metadata.channel"],
        "order": "-updated_at",
        "filters": {
            "status": {"conditions": {"$in": ["PAID", "CREATED"]}},
            "created_at": {"conditions": {"$after": ["2026-01-01"]}},
            "metadata.channel": {"conditions": {"$is": ["web"]}},
            "junction": "or",
        },
    },
}
WHOLE: Final[dict[str, dict[str, Any]]] = {
    "CreateOrder": ORDER,
    "UpdateOrder": ORDER,
    "ImportOrders": ORDER,
    "ExportOrders": EXPORT,
    "CreateExport": EXPORT,
    "CreateCustomer": CUSTOMER,
    "UpdateCustomer": CUSTOMER,
    "CreateProduct": PRODUCT,
    "UpdateProduct": PRODUCT,
    "CreateSku": SKU,
    "UpdateSku": SKU,
    "CreateProductCollection": COLLECTION,
    "UpdateProductCollection": COLLECTION,
    "CreateSegment": SEGMENT,
    "CreateVoucher": VOUCHER,
    "CreateVoucherWithCode": VOUCHER,
    "UpdateVoucher": VOUCHER,
    "ChangeBalance": BALANCE,
    "CreateCampaign": CAMPAIGN,
    "UpdateCampaign": CAMPAIGN,
    "AddCampaignVouchers": MEMBER,
    "AddCampaignVoucherWithCode": MEMBER,
    "CreateCategory": CATEGORY,
    "UpdateCategory": CATEGORY,
    "CreateStackingRules": STACKING_RULES,
    "UpdateStackingRules": STACKING_RULES,
    "CreateWebhook": WEBHOOK,
    "UpdateWebhook": WEBHOOK,
    "CreateValidationRule": RULE,
    "UpdateValidationRule": RULE,
    "BacktestValidationRule": BACKTEST,
    "CreateAssignment": ASSIGNMENT,
    "CreatePromotionTier": TIER,
    "UpdatePromotionTier": TIER,
    "CreatePromotionStack": PROMOTION_STACK,
    "UpdatePromotionStack": PROMOTION_STACK,
    "ValidateStack": STACK,
    "RedeemStack": STACK,
    "RedeemVoucher": {name: STACK[name] for name in STACK if name != "redeemables"},
    "RollBackRedemption": ROLLBACK,
    "RollBackStack": ROLLBACK,
}
WRITING: Final = sorted(
    route.function
    for route in load().routes
    if route.method in {"POST", "PUT", "DELETE"} and route.key != DEFAULT_ROUTE
)

REDEMPTION: Final = "r_6903f2a10f1e2d3c00"  # the events' own

_DEEP: Final = json.loads('{"a":' * 60 + "1" + "}" * 60)
_NUMBERS: Final = (-1, 0, 1, 1.5, -0.0, 10**15, 10**37, -(10**37), 1e300, 1e-300)
_NOT_NUMBERS: Final = (10**38, float("nan"), float("inf"), float("-inf"))
_TEXTS: Final = (
    *("", " ", "\0", "#", "null", "1", "-1", "1e3", "é" * 600, "x" * 5000, "\U0001f600" * 500),
    *("\ud800", "\udfff\ud800", "ord_", "ord_x", "ord_" + "\U0001f600" * 508, "cust_" + "0" * 24),
    *("cust_" + "x" * 507, "v_" + "0" * 32, "v_" + "é" * 510, "r_0123456789abcdef00", "track_"),
    *("track_/+é", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-02-30"),
    *("2026-01-01T00:00:00.000000001Z", "24:00", "25:61", "P1Y", "PT0S", "P999999999999D", "-P1D"),
    *("PAID", "FULFILLED", "voucher", "promotion_tier", "[[", "%00", "../..", "{}"),
)
_OTHERS: Final[tuple[Any, ...]] = (None, True, False, [], {}, [[]], [None], {"": ""}, _DEEP)
HOSTILE: Final = st.sampled_from((*_NUMBERS, *_NOT_NUMBERS, *_TEXTS, *_OTHERS))
NAMES: Final = st.sampled_from(("id", "source_id", "", "\ud800", "__proto__", "a.b", "object"))


@dataclass(frozen=True)
class Malformed:
    """One request; `target` is encoded already."""

    method: str
    target: str
    body: bytes


@st.composite
def requests(draw: st.DrawFn) -> Malformed:
    """A request to one of the writing functions, with one to three things wrong."""
    function = draw(st.sampled_from(WRITING))
    event: Any = load_event(function)
    path, method = str(event["rawPath"]), event["requestContext"]["http"]["method"]
    for sound in event.get("pathParameters", {}).values():
        # What the others need is not deleted.
        if method == "DELETE" or draw(st.integers(0, 9)) == 0:
            path = path.replace(sound, draw(st.sampled_from(_TEXTS)) or "-")
    document = WHOLE.get(function, {})
    for _ in range(draw(st.integers(1, 3))):
        document = draw(_mutated(document, draw(st.integers(0, 4))))
    text = json.dumps(document, ensure_ascii=draw(st.booleans()))
    body = draw(_broken(text.encode("utf-8", "surrogatepass")))
    query = draw(st.sampled_from(("", "?force=true", "?reason=%00&tracking_id=track_%F0")))
    return Malformed(method, quote(path.encode("utf-8", "replace")) + query, body)


@st.composite
def _mutated(draw: st.DrawFn, document: Any, depth: int) -> Any:  # noqa: ANN401  # any JSON
    """`document` with one place at most `depth` levels down replaced, left out or added to."""
    if isinstance(document, list) and document:
        index = draw(st.integers(0, len(document) - 1))
        changed = draw(_mutated(document[index], depth - 1))
        times = draw(st.sampled_from((0, 1, 1, 1, 1, 2, 31, 501)))
        return [*document[:index], *[changed] * times, *document[index + 1 :]]
    kind = draw(st.sampled_from(("whole", "more", "less", *["value"] * 7)))
    if not isinstance(document, dict) or not document or (depth <= 0 and kind == "whole"):
        return draw(HOSTILE)
    name = draw(st.sampled_from(sorted(document)))
    if depth > 0:
        return {**document, name: draw(_mutated(document[name], depth - 1))}
    if kind == "less":
        return {key: document[key] for key in document if key != name}
    return {**document, draw(NAMES) if kind == "more" else name: draw(HOSTILE)}


@st.composite
def _broken(draw: st.DrawFn, body: bytes) -> bytes:
    """`body`, or something that was it before a byte was lost, changed, added or repeated."""
    at = draw(st.integers(0, len(body)))
    match draw(st.integers(0, 19)):
        case 0:
            return body[:at]
        case 1:
            return body[:at] + draw(st.binary(max_size=3)) + body[at + 1 :]
        case 2:
            return body[:at] + draw(st.sampled_from((b"[", b'"', b"\\", b",", b"\xff"))) + body[at:]
        case 3:
            return body[:at] + body[:at] + body[at:]
        case _:
            return body
