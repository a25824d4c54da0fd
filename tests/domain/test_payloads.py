from datetime import UTC, date, datetime

import pytest
from pydantic import ValidationError

from counterfoil.domain.customer_payloads import CustomerPayload
from counterfoil.domain.money import MAX_AMOUNT
from counterfoil.domain.order_payloads import OrderLinePayload, OrderPayload
from counterfoil.domain.redemption_payloads import StackPayload
from counterfoil.domain.rollback_payloads import RollbackPayload


def redeemables(count: int) -> list[dict[str, str]]:
    return [{"object": "voucher", "id": f"CODE-{number}"} for number in range(count)]


@pytest.mark.parametrize(("sent", "quantity"), [("1", 1), ("0", 0), ("0000012", 12), (3, 3)])
def test_a_quantity_may_be_a_numeric_string(sent: object, quantity: int) -> None:
    assert OrderLinePayload.model_validate({"quantity": sent}).quantity == quantity


@pytest.mark.parametrize(
    "sent",
    [
        *("", " 1", "-1", "1.0", "1e3", "one", "\uff11", "00000001", "1000001"),
        *(-1, 1_000_001, 1.0, True, False, [], {}),
    ],
)
def test_no_other_text_is_a_quantity(sent: object) -> None:
    with pytest.raises(ValidationError):
        OrderLinePayload.model_validate({"quantity": sent})


def test_an_initial_quantity_starts_at_one() -> None:
    assert OrderLinePayload.model_validate({"initial_quantity": "1"}).initial_quantity == 1
    with pytest.raises(ValidationError):
        OrderLinePayload.model_validate({"initial_quantity": 0})


@pytest.mark.parametrize("amount", [0, 1, MAX_AMOUNT])
def test_an_amount_is_an_integer_of_minor_units(amount: int) -> None:
    assert OrderPayload.model_validate({"amount": amount}).amount == amount
    assert OrderLinePayload.model_validate({"price": amount}).price == amount


@pytest.mark.parametrize("amount", [-1, MAX_AMOUNT + 1, 10.0, "10", True, False, [], {}])
@pytest.mark.parametrize("field", ["amount", "price"])
def test_nothing_else_is_an_amount(field: str, amount: object) -> None:
    with pytest.raises(ValidationError):
        OrderLinePayload.model_validate({field: amount})


@pytest.mark.parametrize("status", ["CREATED", "PAID", "CANCELED", "FULFILLED"])
def test_an_order_has_one_of_four_statuses(status: str) -> None:
    assert OrderPayload.model_validate({"status": status}).status == status


@pytest.mark.parametrize("status", ["PROCESSING", "paid", "", 1, True])
def test_no_other_status_is_accepted(status: object) -> None:
    with pytest.raises(ValidationError):
        OrderPayload.model_validate({"status": status})


@pytest.mark.parametrize("field", sorted(OrderPayload.model_fields))
def test_null_means_absent_for_every_field_of_an_order(field: str) -> None:
    payload = OrderPayload.model_validate({field: None})

    assert payload == OrderPayload()
    assert payload.sent(field)


@pytest.mark.parametrize("field", sorted(OrderLinePayload.model_fields))
def test_null_means_absent_for_every_field_of_a_line(field: str) -> None:
    assert OrderLinePayload.model_validate({field: None}) == OrderLinePayload()


def test_a_field_that_was_not_named_was_not_sent() -> None:
    assert not OrderPayload().sent("source_id")


@pytest.mark.parametrize(
    "field",
    [
        *("initial_amount", "discount_amount", "items_discount_amount", "total_discount_amount"),
        *("total_amount", "applied_discount_amount", "redemptions", "updated_at", "currency"),
        *("customer_id", "object"),
    ],
)
def test_what_the_server_owns_and_what_it_does_not_know_is_ignored(field: str) -> None:
    assert OrderPayload.model_validate({field: "anything"}) == OrderPayload()


def test_an_order_has_at_most_500_lines() -> None:
    line: dict[str, object] = {"amount": 1}

    assert len(OrderPayload.model_validate({"items": [line] * 500}).items or []) == 500
    with pytest.raises(ValidationError):
        OrderPayload.model_validate({"items": [line] * 501})


@pytest.mark.parametrize("source_id", ["", "x" * 513, 5, True])
def test_a_source_id_is_a_text_of_1_to_512_characters(source_id: object) -> None:
    with pytest.raises(ValidationError):
        OrderPayload.model_validate({"source_id": source_id})


def test_a_source_id_may_be_of_any_script_and_any_case() -> None:
    source_id = "Web/1001?#% ü 注文 🧾"

    assert OrderPayload.model_validate({"source_id": source_id}).source_id == source_id
    assert OrderPayload.model_validate({"source_id": "x" * 512}).source_id == "x" * 512


def test_metadata_keeps_whatever_json_can_say() -> None:
    metadata = {"channel": "web", "gift": True, "tags": ["a", 1, 2.5, None], "to": {"zip": "1"}}

    assert OrderPayload.model_validate({"metadata": metadata}).metadata == metadata


@pytest.mark.parametrize("metadata", [[], "text", 1, True])
def test_metadata_is_an_object(metadata: object) -> None:
    with pytest.raises(ValidationError):
        OrderPayload.model_validate({"metadata": metadata})


@pytest.mark.parametrize(
    ("sent", "at"),
    [
        ("2026-01-05", datetime(2026, 1, 5, tzinfo=UTC)),
        ("2026-01-05T10:00", datetime(2026, 1, 5, 10, tzinfo=UTC)),
        ("2026-01-05T10:00:00Z", datetime(2026, 1, 5, 10, tzinfo=UTC)),
        ("2026-01-05T10:00:00+02:00", datetime(2026, 1, 5, 8, tzinfo=UTC)),
        ("2026-01-05T10:00:00.1239Z", datetime(2026, 1, 5, 10, 0, 0, 123_000, tzinfo=UTC)),
        ("0001-01-01T00:00:00Z", datetime(1, 1, 1, tzinfo=UTC)),
        ("9999-12-31T23:59:59Z", datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
        (datetime(2026, 1, 5, 10, 0, 0, 1, tzinfo=UTC), datetime(2026, 1, 5, 10, tzinfo=UTC)),
    ],
)
def test_an_instant_is_read_to_the_millisecond_and_is_utc_without_a_zone(
    sent: object, at: datetime
) -> None:
    assert OrderPayload.model_validate({"created_at": sent}).created_at == at


@pytest.mark.usefixtures("machine_behind_utc")
@pytest.mark.parametrize("sent", ["2026-01-05T10:00", "2026-01-05T10:00:00Z"])
def test_an_instant_is_read_alike_wherever_the_machine_is(sent: str) -> None:
    created_at = OrderPayload.model_validate({"created_at": sent}).created_at

    assert created_at == datetime(2026, 1, 5, 10, tzinfo=UTC)
    assert created_at.tzinfo is UTC


@pytest.mark.parametrize(
    "sent",
    [
        *(1_767_607_200, 1_767_607_200.5, True, [], {}),
        *("1767607200", "+1767607200", "-1767607200", "1767607200.5", "١٧٦٧٦٠٧٢٠٠"),
        *("", "soon", "2026-02-30", "20260105", "2026-1-5", "2026-01-05T24:00:00Z"),
        *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"),
    ],
)
def test_neither_a_number_nor_a_day_outside_the_calendar_is_an_instant(sent: object) -> None:
    with pytest.raises(ValidationError):
        OrderPayload.model_validate({"created_at": sent})


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        (1_767_607_200, "cannot be recognized as a ISO-8601 compliant date"),
        ("0001-01-01T00:00:00+14:00", "must lie in the years 1 to 9999 of UTC"),
    ],
)
def test_a_refused_instant_is_told_why(sent: object, message: str) -> None:
    with pytest.raises(ValidationError, match=f"Value error, {message} "):
        OrderPayload.model_validate({"created_at": sent})


@pytest.mark.parametrize("sent", ["1990-05-01", "1990-05-01T00:00:00Z"])
def test_a_birthdate_is_a_day(sent: str) -> None:
    assert CustomerPayload.model_validate({"birthdate": sent}).birthdate == date(1990, 5, 1)


@pytest.mark.parametrize("sent", ["1990-05-01T10:00:00Z", "19900501", 641_520_000, "", True])
def test_a_birthdate_has_no_time_and_is_no_number(sent: object) -> None:
    with pytest.raises(ValidationError):
        CustomerPayload.model_validate({"birthdate": sent})


@pytest.mark.parametrize("count", [1, 30])
def test_a_call_has_1_to_30_redeemables(count: int) -> None:
    payload = StackPayload.model_validate({"redeemables": redeemables(count)})

    assert len(payload.redeemables) == count


@pytest.mark.parametrize("sent", [redeemables(0), redeemables(31), None, {}, [None]])
def test_a_call_of_no_redeemables_or_too_many_is_refused(sent: object) -> None:
    with pytest.raises(ValidationError):
        StackPayload.model_validate({"redeemables": sent})


@pytest.mark.parametrize(
    "redeemable", [{"id": "TEN"}, {"object": "voucher"}, {"object": "campaign", "id": "TEN"}]
)
def test_a_redeemable_says_what_it_is_and_which(redeemable: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        StackPayload.model_validate({"redeemables": [redeemable]})


def test_an_empty_body_rolls_back() -> None:
    assert RollbackPayload.model_validate({}) == RollbackPayload()


def test_a_payload_cannot_be_changed() -> None:
    payload = OrderPayload.model_validate({"amount": 1})

    with pytest.raises(ValidationError):
        payload.amount = 2  # type: ignore[misc]  # the refusal is what is tested
