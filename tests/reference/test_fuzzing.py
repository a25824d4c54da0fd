"""The fuzzer's requests reach what there is: half of them name something that the shop has."""

import json

import pytest

from local import fuzzing


@pytest.fixture
def described(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> dict[str, dict[str, object]]:
    monkeypatch.setattr(fuzzing, "FOLDER", tmp_path)
    known = {**fuzzing.KNOWN, "tierId": ("promo_1",)}
    found: dict[str, dict[str, object]] = json.loads(fuzzing.describe(known).read_text("utf-8"))
    return found


def test_a_path_names_what_there_is_or_anything(described: dict[str, dict[str, object]]) -> None:
    operation = described["paths"]["/v1/orders/{orderId}"]
    assert isinstance(operation, dict)
    (schema,) = [it["schema"] for it in operation["get"]["parameters"] if it["in"] == "path"]

    known, anything = schema["anyOf"]
    assert known == {"type": "string", "enum": ["order-1001"]}
    assert anything["maxLength"] == 512


def test_a_redeemable_is_a_voucher_or_tier_that_there_is_or_anything(
    described: dict[str, dict[str, object]],
) -> None:
    schemas = described["components"]["schemas"]
    assert isinstance(schemas, dict)

    known, anything = schemas["RedeemablePayload"]["properties"]["id"]["anyOf"]
    assert set(known["enum"]) == {"TOUR-10", "TOUR-GIFT", "promo_1"}
    assert anything["minLength"] == 1
