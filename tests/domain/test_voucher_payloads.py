"""What payloads make of vouchers, and what they may not ask for yet (domain.md §1.9, §2.6)."""

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from counterfoil.domain.errors import Invalid, InvalidPayload, InvalidVoucher
from counterfoil.domain.voucher_definitions import draft, switched, updated
from counterfoil.domain.voucher_payloads import VoucherPayload, VoucherUpdate
from counterfoil.domain.vouchers import Voucher
from tests.builders import NOW, amount_off, percent_off

AMOUNT = {"type": "AMOUNT", "amount_off": 500}
LATER = NOW + timedelta(hours=1)


def created(**fields: object) -> Voucher:
    """The voucher of a creation with an amount off unless `fields` say otherwise."""
    payload = VoucherPayload.model_validate({"discount": AMOUNT, **fields})
    return draft(payload, "TEN", "v_" + "0" * 32, NOW)


def changed(voucher: Voucher, **fields: object) -> Voucher:
    """`voucher` after an update an hour later."""
    return updated(voucher, VoucherUpdate.model_validate(fields), LATER)


def test_a_voucher_is_active_and_unlimited_unless_told_otherwise() -> None:
    voucher = created()

    assert (voucher.active, voucher.quantity, voucher.metadata) == (True, None, {})
    assert (voucher.created_at, voucher.updated_at) == (NOW, None)


@pytest.mark.parametrize(
    ("redemption", "expected"),
    [
        (None, None),
        ({}, None),
        ({"quantity": None}, None),
        ({"quantity": 3}, 3),
        ({"quantity": "3"}, 3),
        ({"quantity": 3.0}, 3),
    ],
)
def test_a_quantity_of_null_is_unlimited(redemption: object, expected: int | None) -> None:
    assert created(redemption=redemption).quantity == expected


@pytest.mark.parametrize("quantity", [0, -1, 1.5, "x", True, 10**10])
def test_a_quantity_is_a_whole_number_from_1_on(quantity: object) -> None:
    with pytest.raises(ValidationError):
        created(redemption={"quantity": quantity})


def test_dates_times_and_texts_are_kept() -> None:
    voucher = created(
        start_date="2026-01-01",
        expiration_date="2026-12-31T23:59:59+01:00",
        validity_timeframe={"interval": "P2D", "duration": "PT1H"},
        validity_day_of_week=[1, 2],
        additional_info="for friends",
        active=False,
        metadata={"a": [1]},
    )

    assert voucher.start_date == datetime(2026, 1, 1, tzinfo=UTC)
    assert voucher.expiration_date == datetime(2026, 12, 31, 22, 59, 59, tzinfo=UTC)
    assert voucher.validity_day_of_week == (1, 2)
    assert (voucher.additional_info, voucher.active) == ("for friends", False)
    assert voucher.metadata == {"a": [1]}


@pytest.mark.parametrize(
    "fields",
    [
        {"type": "GIFT_VOUCHER"},
        {"type": "DISCOUNT_VOUCHER", "gift": {"amount": 100}, "discount": None},
        {"type": "LOYALTY_CARD", "loyalty_card": {"points": 1}},
        {"discount": None},
        {"gift": {"amount": 100}},
        {"campaign": "Spring"},
        {"campaign_id": "camp_1"},
    ],
)
def test_what_is_not_supported_is_refused_and_told_what_is(fields: dict[str, object]) -> None:
    with pytest.raises(InvalidVoucher) as refused:
        created(**fields)

    assert "AMOUNT, PERCENT, FIXED or UNIT" in refused.value.details


@pytest.mark.parametrize(
    ("kind", "effect"), [("AMOUNT", "ADD_NEW_ITEMS"), ("PERCENT", "APPLY_TO_ITEMS_BY_QUANTITY")]
)
def test_an_effect_that_a_type_does_not_have_is_refused(kind: str, effect: str) -> None:
    with pytest.raises(InvalidVoucher, match=f"{effect} of type {kind} is not supported yet"):
        created(discount={"type": kind, "amount_off": 1, "percent_off": 1, "effect": effect})


def test_a_formula_is_kept_beside_the_static_value() -> None:
    sent = {**AMOUNT, "amount_off_formula": "ORDER_AMOUNT / 2"}

    discount = created(discount=sent).discount

    assert discount is not None
    assert discount.model_dump(exclude_none=True) == sent


def test_empty_lists_and_nulls_ask_for_nothing() -> None:
    voucher = created(validation_rules=[], campaign=None, category=None, gift=None, metadata=None)

    assert voucher == created()


@pytest.mark.parametrize(
    "discount", [{"type": "AMOUNT"}, {"type": "PERCENT", "amount_off": 1}, {"type": "FIXED"}]
)
def test_a_discount_needs_the_number_of_its_type(discount: dict[str, object]) -> None:
    with pytest.raises(InvalidPayload, match=r"\.discount should have required property"):
        created(discount=discount)


@pytest.mark.parametrize(
    "discount",
    [
        {"amount_off": 1},
        {"type": "HALF"},
        {"type": "AMOUNT", "amount_off": -1},
        {"type": "AMOUNT", "amount_off": 1.5},
        {"type": "PERCENT", "percent_off": 101},
        {"type": "PERCENT", "percent_off": "10"},
    ],
)
def test_a_discount_is_of_a_known_shape(discount: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        created(discount=discount)


@pytest.mark.parametrize(
    "fields",
    [
        {"validity_timeframe": {"interval": "P1D", "duration": "PT1H"}},
        {
            "validity_hours": {
                "daily": [
                    {"start_time": "09:00", "expiration_time": "12:00"},
                    {"start_time": "11:00", "expiration_time": "13:00"},
                ]
            }
        },
    ],
)
def test_recurring_times_that_cannot_be_are_refused(fields: dict[str, object]) -> None:
    with pytest.raises(InvalidVoucher):
        created(**fields)


def test_a_voucher_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(InvalidVoucher):
        created(start_date="2026-02-01", expiration_date="2026-01-31")
    with pytest.raises(InvalidVoucher):
        changed(amount_off(500, start_date=LATER), expiration_date=NOW)


def test_an_update_changes_what_it_names_and_nothing_else() -> None:
    voucher = amount_off(500, quantity=2, metadata={"a": 1}, additional_info="x")

    after = changed(voucher, metadata={"b": None}, active=False)

    assert after.metadata == {"a": 1, "b": None}
    assert after.updated_at == LATER
    kept = {"metadata": voucher.metadata, "active": True, "updated_at": None}
    assert after.model_copy(update=kept) == voucher


def test_null_clears_a_date_but_not_a_flag() -> None:
    voucher = amount_off(500, start_date=NOW, expiration_date=LATER, additional_info="x")

    after = changed(voucher, expiration_date=None, additional_info=None, active=None)

    assert (after.start_date, after.expiration_date) == (NOW, None)
    assert (after.additional_info, after.active) == (None, True)


def test_a_start_that_a_timeframe_needs_cannot_be_cleared() -> None:
    timeframe = {"interval": "P1D", "duration": "PT1H"}
    voucher = amount_off(500, start_date=NOW, validity_timeframe=timeframe)

    with pytest.raises(InvalidVoucher):
        changed(voucher, start_date=None)


def test_a_discount_may_change_within_its_type_only() -> None:
    half = {"type": "PERCENT", "percent_off": 50}

    halved = changed(percent_off(10), discount=half).discount
    assert halved is not None
    assert halved.model_dump()["percent_off"] == 50
    with pytest.raises(InvalidVoucher, match="cannot become PERCENT"):
        changed(amount_off(500), discount=half)


@pytest.mark.parametrize("fields", [{"loyalty_card": {"points": 1}}, {"gift": {"amount": 1}}])
def test_an_update_cannot_ask_for_what_is_not_supported_either(fields: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        changed(amount_off(500), **fields)


def test_an_update_skips_what_only_a_creation_knows() -> None:
    voucher = amount_off(500)

    assert changed(voucher, code="OTHER", redemption={"quantity": 1}, campaign="x") is voucher


def test_nothing_to_change_is_the_very_same_voucher() -> None:
    voucher = amount_off(500, metadata={"a": 1})

    assert changed(voucher, metadata={"a": 1}, active=True) is voucher
    assert switched(voucher, LATER, active=True) is voucher


def test_true_and_1_are_different_metadata() -> None:
    assert changed(amount_off(500, metadata={"a": 1}), metadata={"a": True}).metadata == {"a": True}


def test_a_clock_that_is_behind_never_turns_updated_at_back() -> None:
    voucher = amount_off(500, updated_at=LATER)

    assert switched(voucher, NOW, active=False).updated_at == LATER
