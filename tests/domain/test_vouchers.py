from datetime import datetime, timedelta

import pytest

from counterfoil.domain.candidate_refusals import RefusalCode
from counterfoil.domain.candidates import Candidate, refusal_of, unknown
from counterfoil.domain.counters import Counter
from counterfoil.domain.vouchers import Voucher
from tests.builders import NOW, a_counter, amount_off

MILLISECOND = timedelta(milliseconds=1)
UNUSED = a_counter()


def refused(voucher: Voucher, counter: Counter = UNUSED, now: datetime = NOW) -> str | None:
    refusal = refusal_of(Candidate("voucher", voucher.code, voucher, counter), now)
    return None if refusal is None else refusal.code


def taken(count: int) -> Counter:
    return Counter(used=0, taken=count, version=1, generation="0badcafe")


def test_a_voucher_without_limits_can_be_used_by_anybody_at_any_time() -> None:
    assert refused(amount_off(10), taken(1_000_000)) is None


def test_a_disabled_voucher_cannot_be_used() -> None:
    assert refused(amount_off(10, active=False)) == "voucher_disabled"


def test_a_voucher_is_active_from_its_start_on() -> None:
    voucher = amount_off(10, start_date=NOW)

    assert refused(voucher, now=NOW - MILLISECOND) == "voucher_not_active"
    assert refused(voucher, now=NOW) is None


def test_a_voucher_is_active_until_just_before_its_expiration() -> None:
    voucher = amount_off(10, expiration_date=NOW)

    assert refused(voucher, now=NOW - MILLISECOND) is None
    assert refused(voucher, now=NOW) == "voucher_expired"


def test_a_voucher_is_used_as_often_as_its_quantity_says() -> None:
    voucher = amount_off(10, quantity=2)

    assert refused(voucher, taken(1)) is None
    assert refused(voucher, taken(2)) == "quantity_exceeded"
    assert refused(voucher, taken(3)) == "quantity_exceeded"


def test_a_quantity_of_zero_is_never_used() -> None:
    assert refused(amount_off(10, quantity=0)) == "quantity_exceeded"


@pytest.mark.parametrize(
    ("fields", "code", "message"),
    [
        (
            {"active": False, "start_date": NOW + MILLISECOND, "quantity": 0},
            RefusalCode.VOUCHER_DISABLED,
            "voucher is disabled",
        ),
        (
            {"start_date": NOW + MILLISECOND, "expiration_date": NOW, "quantity": 0},
            RefusalCode.VOUCHER_NOT_ACTIVE,
            "voucher is not active yet",
        ),
        ({"expiration_date": NOW, "quantity": 0}, RefusalCode.VOUCHER_EXPIRED, "voucher expired"),
        (
            {"validity_day_of_week": [0], "quantity": 0},  # NOW is a Saturday
            RefusalCode.VOUCHER_NOT_ACTIVE_NOW,
            "voucher not active now",
        ),
        ({"quantity": 0}, RefusalCode.QUANTITY_EXCEEDED, "quantity exceeded"),
    ],
)
def test_the_first_check_that_fails_is_the_reason_and_names_the_code(
    fields: dict[str, object], code: RefusalCode, message: str
) -> None:
    voucher = amount_off(10, "TEN", **fields)
    refusal = refusal_of(Candidate("voucher", "TEN", voucher, UNUSED), NOW)

    assert refusal is not None
    assert (refusal.code, refusal.message, refusal.details) == (code, message, "TEN")


def test_a_redeemable_that_does_not_exist_is_named_with_its_kind() -> None:
    refusal = unknown("promotion_tier", "promo_1")

    assert refusal.code is RefusalCode.NOT_FOUND
    assert refusal.details == "Cannot find promotion_tier with id promo_1"
