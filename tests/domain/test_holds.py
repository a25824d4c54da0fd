"""Counters as a request sees them while sessions hold part of them (protocol.md §10)."""

from dataclasses import replace

import pytest

from counterfoil.domain.counters import Counter, GiftBalance
from counterfoil.domain.holds import Hold, end_of, seen_at
from counterfoil.domain.validation_sessions import Reservation
from tests.builders import a_counter

NOW = 1_000_000
LATER, BEFORE = NOW + 1, NOW - 1
CARD = GiftBalance(loaded=1_000, subtracted=0, spent=0, available=300)


def holding(*holds: Hold, used: int = 2) -> Counter:
    units = sum(hold.units for hold in holds)
    return replace(a_counter(used), taken=used + units, gift=CARD, holds=holds)


def own(until: int = LATER, **fields: object) -> Reservation:
    plain = {"id": "v_1", "generation": "0badcafe", "until": until, "units": 1}
    return Reservation.model_validate(plain | fields)


def test_what_has_lapsed_is_free_from_its_very_millisecond_on() -> None:
    counter = holding(Hold(NOW, 1, 200), Hold(LATER, 2, 500))

    seen = seen_at(counter, NOW)

    assert (seen.taken, seen.gift and seen.gift.available) == (4, 500)
    assert seen.lapsed == (Hold(NOW, 1, 200),)
    assert seen_at(counter, BEFORE) is counter


def test_its_own_hold_is_free_to_a_request() -> None:
    counter = holding(Hold(LATER, 2, 500))

    seen = seen_at(counter, NOW, own(credits=500))

    assert (seen.taken, seen.gift and seen.gift.available) == (3, 800)
    assert seen.own == own(credits=500)


@pytest.mark.parametrize(
    "reservation",
    [
        own(generation="deadbeef"),
        own(bucket=1),
        own(until=LATER + 1),
        own(units=3),
        own(credits=501),
        own(until=NOW),
    ],
)
def test_a_hold_that_the_counter_does_not_have_is_nobody_s(reservation: Reservation) -> None:
    counter = holding(Hold(LATER, 2, 500))

    assert seen_at(counter, NOW, reservation).own is None


def test_one_write_takes_off_thirty_lapsed_holds_and_counts_no_others_as_free() -> None:
    counter = holding(*(Hold(end, 1) for end in range(60)))

    seen = seen_at(counter, NOW)

    assert (len(seen.lapsed), seen.taken) == (30, 32)


def test_a_hold_ends_to_the_millisecond() -> None:
    assert end_of(NOW, 100, 0) == NOW + 100


@pytest.mark.parametrize(
    ("ttl", "width"),
    [
        (100, 1_000),
        (59_999, 1_000),
        (60_000, 60_000),
        (3_600_000, 900_000),
        (86_400_000, 7_200_000),
        (604_800_000, 7_200_000),
        (864_000_000, 86_400_000),
    ],
)
def test_a_counter_of_many_holds_lets_go_later_and_never_sooner(ttl: int, width: int) -> None:
    end = end_of(NOW, ttl, 200)

    assert end % width == 0
    assert NOW + ttl <= end < NOW + ttl + width
