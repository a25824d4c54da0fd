from datetime import UTC, datetime, timedelta, timezone

import pytest

from counterfoil.domain.timestamps import from_iso, iso, millis, whole_millis

AT = datetime(2026, 1, 5, 10, 0, 0, 7_000, tzinfo=UTC)


def test_an_instant_is_written_with_milliseconds_and_z() -> None:
    assert iso(AT) == "2026-01-05T10:00:00.007Z"


def test_a_whole_second_is_written_as_wide_as_any_other_instant() -> None:
    assert iso(AT.replace(microsecond=0)) == "2026-01-05T10:00:00.000Z"


def test_an_instant_of_another_zone_is_written_in_utc() -> None:
    berlin = AT.astimezone(timezone(timedelta(hours=1)))

    assert iso(berlin) == "2026-01-05T10:00:00.007Z"


@pytest.mark.usefixtures("machine_behind_utc")
def test_an_instant_is_written_alike_wherever_the_machine_is() -> None:
    assert iso(AT) == "2026-01-05T10:00:00.007Z"


def test_the_first_years_are_written_with_four_digits() -> None:
    assert iso(datetime(1, 1, 1, tzinfo=UTC)) == "0001-01-01T00:00:00.000Z"


def test_a_written_instant_is_read_back() -> None:
    assert from_iso(iso(AT)) == AT


def test_milliseconds_are_counted_exactly_since_1970() -> None:
    assert millis(datetime(1970, 1, 1, tzinfo=UTC)) == 0
    assert millis(AT) == 1_767_607_200_007
    assert isinstance(millis(AT), int)
    assert millis(datetime(1969, 12, 31, 23, 59, 59, 999_000, tzinfo=UTC)) == -1


def test_what_the_wire_cannot_carry_is_cut_off() -> None:
    assert whole_millis(AT.replace(microsecond=7_999)) == AT
