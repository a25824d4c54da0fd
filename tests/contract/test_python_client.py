"""The vendor's own Python client, unchanged but for its host, does the README's tour.

It is the strictest reader of the contract there is: a wrong enum, a float for an integer or a null
for an object makes its call raise although the answer was 200 (domain.md §13).
"""

from datetime import UTC, datetime

import pytest
import voucherify
from voucherify.exceptions import ApiException, NotFoundException

from tests.contract.sent import a_redemption, a_voucher, an_order

pytestmark = pytest.mark.engine

LINES = [
    {"source_id": "mug", "related_object": "product", "quantity": 2, "price": 900},
    {"product_id": "prod_tea", "quantity": 3, "price": 1000, "product": {"name": "Tea"}},
]


def test_an_order_lives_from_creation_to_fulfilment(orders: voucherify.OrdersApi) -> None:
    customer = {"source_id": "ann@shop.test", "name": "Ann"}

    made = orders.create_order(an_order("life", items=LINES, customer=customer))
    paid = orders.update_order(
        "life", voucherify.OrdersUpdateRequestBody.from_dict({"status": "FULFILLED"})
    )
    listed = orders.list_orders(limit=100, page=1, order="-created_at")

    assert (made.amount, made.total_amount, made.status) == (4800, 4800, "CREATED")
    assert made.items is not None
    assert [line.amount for line in made.items] == [1800, 3000]
    assert paid.status == "FULFILLED"
    assert orders.get_order(made.id).source_id == "life"
    assert listed.total == len(listed.orders)
    assert made.id in [order.id for order in listed.orders]


def test_a_voucher_is_validated_redeemed_and_rolled_back(
    client: voucherify.ApiClient,
    vouchers: voucherify.VouchersApi,
    redemptions: voucherify.RedemptionsApi,
    orders: voucherify.OrdersApi,
) -> None:
    a_voucher(vouchers, "TOUR-10", {"type": "PERCENT", "percent_off": 10.0})
    named = {"redeemables": [{"object": "voucher", "id": "TOUR-10"}]}
    body = voucherify.ValidationsValidateRequestBody.from_dict(
        {**named, "order": {"source_id": "tour", "items": LINES}}
    )

    valid = voucherify.ValidationsApi(client).validate_stacked_discounts(body)
    redeemed = redemptions.redeem_stacked_discounts(
        a_redemption("TOUR-10", order={"source_id": "tour", "items": LINES})
    )
    undone = redemptions.rollback_redemption(redeemed.redemptions[0].id, reason="return")

    assert valid.valid
    assert valid.order.total_amount == 4320
    assert valid.inapplicable_redeemables is None
    assert redeemed.parent_redemption is None
    assert (redeemed.order.total_amount, redeemed.order.status) == (4320, "PAID")
    assert undone.reason == "return"
    assert orders.get_order("tour").status == "CANCELED"
    assert vouchers.get_voucher("TOUR-10").redemption.redeemed_quantity == 0


def test_a_stack_is_redeemed_and_rolled_back_with_a_status_of_ones_own(
    vouchers: voucherify.VouchersApi, redemptions: voucherify.RedemptionsApi
) -> None:
    a_voucher(vouchers, "STACK-A", {"type": "AMOUNT", "amount_off": 500})
    a_voucher(vouchers, "STACK-B", {"type": "PERCENT", "percent_off": 20})

    redeemed = redemptions.redeem_stacked_discounts(
        a_redemption("STACK-A", "STACK-B", order={"amount": 10500})
    )
    parent = redeemed.parent_redemption
    undone = redemptions.rollback_stacked_redemptions(
        parent.id,
        redemptions_rollbacks_create_request_body=(
            voucherify.RedemptionsRollbacksCreateRequestBody.from_dict(
                {"order": {"status": "PAID"}}
            )
        ),
    )

    assert [each.redemption for each in redeemed.redemptions] == [parent.id] * 2
    assert redeemed.order.total_amount == 8000
    assert (undone.order.status, undone.order.total_amount) == ("PAID", 10500)
    assert len(undone.rollbacks) == 2


def test_lists_take_the_filters_that_the_client_writes(
    vouchers: voucherify.VouchersApi, redemptions: voucherify.RedemptionsApi
) -> None:
    a_voucher(vouchers, "LISTED", {"type": "AMOUNT", "amount_off": 1})
    redemptions.redeem_stacked_discounts(a_redemption("LISTED", order={"amount": 5}))
    filters = voucherify.ParameterFiltersListRedemptions.from_dict(
        {"voucher_code": {"conditions": {"$is": "LISTED"}}}
    )

    found = redemptions.list_redemptions(limit=10, page=1, result="SUCCESS", filters=filters)
    of_voucher = redemptions.get_voucher_redemptions("LISTED")

    assert [each.voucher.code for each in found.redemptions] == ["LISTED"]
    assert of_voucher.total == 1
    assert of_voucher.redemption_entries[0].status == "SUCCEEDED"


def test_vouchers_are_switched_changed_listed_and_deleted(
    vouchers: voucherify.VouchersApi,
) -> None:
    made = a_voucher(vouchers, "LIFE", {"type": "AMOUNT", "amount_off": 100})
    assert made.active

    assert vouchers.disable_voucher("LIFE").active is False
    assert vouchers.enable_voucher("LIFE").active is True
    until = datetime(2030, 1, 1, tzinfo=UTC)
    changed = vouchers.update_voucher(
        "LIFE", voucherify.VouchersUpdateRequestBody(expiration_date=until, metadata={"a": 1})
    )
    assert (changed.expiration_date, changed.metadata) == (until, {"a": 1})
    assert "LIFE" in [each.code for each in vouchers.list_vouchers(limit=100).vouchers]
    vouchers.delete_voucher("LIFE", force=True)
    with pytest.raises(NotFoundException):
        vouchers.get_voucher("LIFE")


def test_a_random_code_is_made_by_its_configuration(vouchers: voucherify.VouchersApi) -> None:
    body = voucherify.VouchersCreateRequestBody.from_dict(
        {
            "type": "DISCOUNT_VOUCHER",
            "discount": {"type": "AMOUNT", "amount_off": 100},
            "code_config": {"pattern": "X-###", "charset": "AB"},
            "redemption": {"quantity": None},
        }
    )

    made = vouchers.generate_random_code(body)

    assert len(made.code) == 5
    assert set(made.code[2:]) <= {"A", "B"}
    assert made.redemption.quantity is None


def test_customers_are_upserted_listed_and_deleted(client: voucherify.ApiClient) -> None:
    customers = voucherify.CustomersApi(client)
    body = voucherify.CustomersCreateRequestBody.from_dict(
        {"source_id": "bob", "name": "Bob", "address": {"city": "Ghent"}}
    )

    made = customers.create_customer(body)
    found = customers.get_customer("bob")

    assert (found.id, found.name, found.address.city) == (made.id, "Bob", "Ghent")
    assert found.summary.orders.total_count == 0
    assert made.id in [each.id for each in customers.list_customers(limit=100).customers]
    customers.delete_customer(made.id)
    with pytest.raises(NotFoundException):
        customers.get_customer("bob")


def test_a_refusal_reaches_the_client_in_the_contracts_shape(
    redemptions: voucherify.RedemptionsApi,
) -> None:
    with pytest.raises(ApiException) as refused:
        redemptions.redeem_stacked_discounts(a_redemption("NOBODY-HAS-IT", order={"amount": 1}))

    assert refused.value.status == 404
    assert '"key":"not_found"' in refused.value.body


def test_a_session_holds_a_use_until_it_is_released_or_redeemed(
    client: voucherify.ApiClient,
    vouchers: voucherify.VouchersApi,
    redemptions: voucherify.RedemptionsApi,
) -> None:
    a_voucher(vouchers, "PY-LOCK", {"type": "AMOUNT", "amount_off": 1}, redemption={"quantity": 1})

    def validate(key: str) -> voucherify.ValidationsValidateResponseBody:
        body = voucherify.ValidationsValidateRequestBody.from_dict(
            {
                "redeemables": [{"object": "voucher", "id": "PY-LOCK"}],
                "order": {"amount": 100},
                "session": {"type": "LOCK", "key": key, "ttl": 1, "ttl_unit": "HOURS"},
            }
        )
        return voucherify.ValidationsApi(client).validate_stacked_discounts(body)

    first, second = validate("py-a"), validate("py-b")
    vouchers.release_validation_session("PY-LOCK", "py-a")
    third = validate("py-b")
    redeemed = redemptions.redeem_stacked_discounts(
        a_redemption("PY-LOCK", order={"amount": 100}, session={"type": "LOCK", "key": "py-b"})
    )

    assert (first.valid, second.valid, third.valid) == (True, False, True)
    assert (first.session.key, first.session.ttl_unit) == ("py-a", "HOURS")
    assert second.redeemables[0].result.error.key == "quantity_exceeded"
    assert redeemed.order.total_amount == 99
