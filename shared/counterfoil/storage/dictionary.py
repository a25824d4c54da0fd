"""What bodies have in common, so that deflating one need not spell it out.

Never changed: every stored body was deflated with these bytes, and is read with them. Bodies name
their dictionary by its checksum, so a better one may come to stand beside this one, as names and
values of the contract change; until then it is merely less good. What lies at the end is found
soonest, so orders, which are written most, come last (docs/decisions/0010).
"""

from typing import Final

_FRAGMENTS: Final = (
    # vouchers
    '"type":"DISCOUNT_VOUCHER","active":true,"expiration_date":"2026-',
    '"start_date":"2026-',
    '"discount":{"type":"PERCENT","percent_off":1',
    '"discount":{"type":"AMOUNT","effect":"APPLY_TO_ORDER","amount_off":',
    # customers
    '"description":"","phone":"+',
    '"birthdate":"19',
    '"address":{"city":"","line_1":"","country":"","postal_code":"',
    '"name":"","email":"@',
    # records of redemptions and rollbacks
    '"failure_code":"not_found","failure_message":"Resource not found","result":"FAILURE"',
    '"object":"redemption_rollback","redemption_id":"r_","reason":"',
    '"rollback_id":"rr_","rollback_date":"2026-',
    '"rollback_stacked":["rr_","stacked":["r_",',
    '"used":1,"version":1,"generation":"',
    '.com","tracking_id":"track_',
    '"customer":{"id":"cust_',
    '"related_object_type":"redemption",',
    '"referrer_id":"cust_',
    '"allocation":{"order":',
    '},"channel_id":"',
    '"status":"CANCELED","status":"CREATED","status":"PAID","amount":',
    '"items_discount_amount":',
    '"discount_amount":',
    '"applied_discount_amount":',
    '"customer_id":"cust_',
    '"created_at":"2026-',
    '"updated_at":"2026-',
    '"order":{"id":"ord_',
    '"voucher":{"voucher":{"id":"v_',
    '"code":"',
    '"quantity":1',
    '"parent_id":"r_',
    # orders
    '"redemptions":[{"id":"r_',
    '","date":"2026-',
    'Z","related_object_type":"voucher","related_object_id":"v_',
    '"in_force":{"order":',
    '0}}],"metadata":{}},"product_id":"prod_',
    '"sku_id":"sku_',
    '"related_object":"product","quantity":1,"initial_quantity":1,"amount":',
    '00,"price":',
    '00,"product":{"name":"',
    '","metadata":{"',
    '"}},"sku":{"sku":"',
    '{"items":[{"id":"ordli_',
    '","source_id":"',
    '","related_object":"sku","quantity":1,"initial_quantity":1,"amount":',
)
DICTIONARY: Final = "".join(_FRAGMENTS).encode()
