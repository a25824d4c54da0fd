"""What the Python client's tests send again and again."""

import voucherify


def an_order(source: str, **fields: object) -> voucherify.OrdersCreateRequestBody:
    body = voucherify.OrdersCreateRequestBody.from_dict({"source_id": source, **fields})
    assert body is not None
    return body


def a_voucher(
    vouchers: voucherify.VouchersApi, code: str, discount: dict[str, object], **fields: object
) -> voucherify.VouchersCreateResponseBody:
    body = voucherify.VouchersCreateWithSpecificCodeRequestBody.from_dict(
        {"type": "DISCOUNT_VOUCHER", "discount": discount, **fields}
    )
    return vouchers.create_voucher(code, body)


def a_redemption(*codes: str, **fields: object) -> voucherify.RedemptionsRedeemRequestBody:
    named = [{"object": "voucher", "id": code} for code in codes]
    body = voucherify.RedemptionsRedeemRequestBody.from_dict({"redeemables": named, **fields})
    assert body is not None
    return body
