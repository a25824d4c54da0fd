"""How much metadata one thing may have, at the door and by and by."""

import pytest
from pydantic import ValidationError

from counterfoil.domain import customers
from counterfoil.domain.customer_payloads import CustomerPayload
from counterfoil.domain.errors import InvalidPayload
from counterfoil.domain.metadata import MAX_METADATA_BYTES, Metadata, merged
from counterfoil.domain.order_payloads import OrderLinePayload, OrderPayload
from counterfoil.domain.voucher_payloads import VoucherUpdate
from tests.builders import CUSTOMER_ID, NOW

# What `{"a":""}` takes besides the text.
_FRAME = 8


def of_bytes(size: int, name: str = "a") -> Metadata:
    return {name: "x" * (size - _FRAME)}


@pytest.mark.parametrize(
    "payload", [CustomerPayload, OrderPayload, OrderLinePayload, VoucherUpdate]
)
def test_one_object_of_metadata_has_a_largest_size(
    payload: type[CustomerPayload | OrderPayload | OrderLinePayload | VoucherUpdate],
) -> None:
    payload.model_validate({"metadata": of_bytes(MAX_METADATA_BYTES)})

    with pytest.raises(ValidationError, match="at most 20480 bytes of JSON; it has 20481"):
        payload.model_validate({"metadata": of_bytes(MAX_METADATA_BYTES + 1)})


def test_the_size_is_that_of_utf_8() -> None:
    with pytest.raises(ValidationError, match="it has 30008"):
        OrderPayload.model_validate({"metadata": {"a": "€" * 10_000}})


def test_metadata_that_grows_by_and_by_ends_at_the_same_size() -> None:
    half = MAX_METADATA_BYTES // 2

    both = merged(of_bytes(half), of_bytes(half, "b"))

    assert set(both) == {"a", "b"}
    with pytest.raises(InvalidPayload, match="with what is stored"):
        merged(both, {"c": "xxx"})


def test_a_customer_s_metadata_cannot_outgrow_it_in_small_steps() -> None:
    payload = CustomerPayload(metadata=of_bytes(MAX_METADATA_BYTES - 1))
    ann = customers.draft(payload, CUSTOMER_ID, NOW)

    with pytest.raises(InvalidPayload):
        customers.upserted(ann, CustomerPayload(metadata={"b": 1}), NOW)


def test_what_says_nothing_of_metadata_is_not_measured() -> None:
    stored: Metadata = {"a": "x" * MAX_METADATA_BYTES}

    assert merged(stored, None) == merged(stored, {}) == stored
