"""The vendor's Python client as a browser's: keys of their own, from a whitelisted origin."""

import pytest
import voucherify
from voucherify.exceptions import ForbiddenException

from tests.contract.sent import a_voucher

pytestmark = pytest.mark.engine

ORIGIN = "https://shop.example"


@pytest.fixture(scope="module")
def browser(client: voucherify.ApiClient) -> voucherify.ClientSideApi:
    return voucherify.ClientSideApi(client)


def test_a_voucher_is_validated_and_redeemed(
    browser: voucherify.ClientSideApi, vouchers: voucherify.VouchersApi
) -> None:
    a_voucher(vouchers, "PY-PAGE", {"type": "PERCENT", "percent_off": 20})
    sent = {"redeemables": [{"object": "voucher", "id": "PY-PAGE"}], "order": {"amount": 1000}}

    valid = browser.validate_stacked_discounts_client_side(
        ORIGIN, voucherify.ClientValidationsValidateRequestBody.from_dict(sent)
    )
    redeemed = browser.redeem_stacked_discounts_client_side(
        ORIGIN, voucherify.ClientRedemptionsRedeemRequestBody.from_dict(sent)
    )

    assert (valid.valid, valid.order.total_amount) == (True, 800)
    assert (redeemed.order.status, redeemed.order.total_amount) == ("PAID", 800)
    assert vouchers.get_voucher("PY-PAGE").redemption.redeemed_quantity == 1


def test_another_origin_is_refused(browser: voucherify.ClientSideApi) -> None:
    body = voucherify.ClientValidationsValidateRequestBody.from_dict(
        {"redeemables": [{"object": "voucher", "id": "PY-PAGE"}]}
    )

    with pytest.raises(ForbiddenException):
        browser.validate_stacked_discounts_client_side("https://evil.example", body)
