"""The vendor's Python client spends a gift card, tops it up and reads its transactions."""

import pytest
import voucherify
from voucherify.exceptions import ApiException

from tests.contract.sent import a_redemption

pytestmark = pytest.mark.engine


def a_card(vouchers: voucherify.VouchersApi, code: str, amount: int) -> None:
    body = voucherify.VouchersCreateWithSpecificCodeRequestBody.from_dict(
        {"type": "GIFT_VOUCHER", "gift": {"amount": amount, "effect": "APPLY_TO_ORDER"}}
    )
    vouchers.create_voucher(code, body)


def balance(vouchers: voucherify.VouchersApi, code: str) -> int:
    return int(vouchers.get_voucher(code).gift.balance)


def spend(code: str, spent: int) -> voucherify.RedemptionsRedeemRequestBody:
    body = voucherify.RedemptionsRedeemRequestBody.from_dict(
        {
            "redeemables": [{"object": "voucher", "id": code, "gift": {"credits": spent}}],
            "order": {"amount": 8000},
        }
    )
    assert body is not None
    return body


def test_a_gift_card_lives_by_its_balance(
    vouchers: voucherify.VouchersApi, redemptions: voucherify.RedemptionsApi
) -> None:
    a_card(vouchers, "PY-GIFT", 10000)

    redeemed = redemptions.redeem_stacked_discounts(spend("PY-GIFT", 3000))
    assert redeemed.redemptions[0].gift.amount == 3000
    assert redeemed.order.total_amount == 5000
    assert balance(vouchers, "PY-GIFT") == 7000

    with pytest.raises(ApiException) as refused:
        redemptions.redeem_stacked_discounts(spend("PY-GIFT", 7001))
    assert '"key":"gift_amount_exceeded"' in refused.value.body

    undone = redemptions.rollback_redemption(redeemed.redemptions[0].id, reason="return")
    assert undone.amount == -3000
    assert balance(vouchers, "PY-GIFT") == 10000

    topped = vouchers.update_voucher_balance(
        "PY-GIFT", voucherify.VouchersBalanceUpdateRequestBody(amount=500, reason="sorry")
    )
    assert (topped.amount, topped.balance) == (500, 10500)
    assert balance(vouchers, "PY-GIFT") == 10500

    told = vouchers.list_voucher_transactions("PY-GIFT", limit=10)
    kinds = {each.type for each in told.data}
    assert {"CREDITS_REDEMPTION", "CREDITS_REFUND", "CREDITS_ADDITION"} <= kinds


def test_a_card_without_an_amount_spends_what_the_order_needs(
    vouchers: voucherify.VouchersApi, redemptions: voucherify.RedemptionsApi
) -> None:
    a_card(vouchers, "PY-GIFT-ALL", 1000)

    redeemed = redemptions.redeem_stacked_discounts(
        a_redemption("PY-GIFT-ALL", order={"amount": 700})
    )

    assert redeemed.order.total_amount == 0
    assert balance(vouchers, "PY-GIFT-ALL") == 300
