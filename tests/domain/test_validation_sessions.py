"""What a validation session asks for and holds (domain.md §6.2)."""

import pytest

from counterfoil.domain.errors import InvalidPayload
from counterfoil.domain.redemption_payloads import SessionPayload
from counterfoil.domain.validation_sessions import (
    Reservation,
    Terms,
    ValidationSession,
    terms_of,
)

DAY = 86_400_000


def asked(**fields: object) -> Terms:
    terms = terms_of(SessionPayload.model_validate(fields), "ssn_drawn")
    assert terms is not None
    return terms


def test_a_call_without_session_asks_for_none() -> None:
    assert terms_of(None, "ssn_drawn") is None


def test_a_session_lasts_seven_days_unless_said_otherwise() -> None:
    assert asked(type="LOCK").model_dump() == {
        "key": "ssn_drawn",
        "type": "LOCK",
        "ttl": 7,
        "ttl_unit": "DAYS",
    }
    assert asked().milliseconds == 7 * DAY


@pytest.mark.parametrize(
    ("fields", "milliseconds"),
    [
        ({"ttl": 2}, 2 * DAY),
        ({"ttl": 2, "ttl_unit": "DAYS"}, 2 * DAY),
        ({"ttl": 2, "ttl_unit": "HOURS"}, 7_200_000),
        ({"ttl": 2, "ttl_unit": "MINUTES"}, 120_000),
        ({"ttl": 0.1, "ttl_unit": "SECONDS"}, 100),
        ({"ttl": 100, "ttl_unit": "MILLISECONDS"}, 100),
        ({"ttl": 1_999, "ttl_unit": "MICROSECONDS"}, 1),
        ({"ttl": 999, "ttl_unit": "MICROSECONDS"}, 0),
        ({"ttl": 1, "ttl_unit": "NANOSECONDS"}, 0),
        ({"ttl": 0}, 0),
        ({"ttl": None, "ttl_unit": None}, 7 * DAY),
    ],
)
def test_a_ttl_is_kept_in_whole_milliseconds(fields: dict[str, object], milliseconds: int) -> None:
    assert asked(**fields).milliseconds == milliseconds


def test_a_key_of_the_client_s_own_is_kept() -> None:
    assert asked(key="till-3").key == "till-3"
    assert asked(key="").key == asked(key=None).key == "ssn_drawn"


@pytest.mark.parametrize("ttl", [3_651, 1e300])
def test_a_session_of_more_than_ten_years_is_refused(ttl: float) -> None:
    with pytest.raises(InvalidPayload, match="ttl must be <= 3650 days"):
        asked(ttl=ttl)


def test_what_was_used_leaves_a_session() -> None:
    held = [Reservation(id=f"v_{n}", generation="0badcafe", until=1) for n in range(3)]
    session = ValidationSession(key="K", ends=1, reservations=tuple(held))

    assert session.of("v_1") == held[1]
    assert session.without(["v_1", "v_9"]).reservations == (held[0], held[2])
    assert session.without(["v_1"]).of("v_1") is None
