"""What a viewer is shown of persons."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.api.dashboard.masking import Mask

VIEWER, OPERATOR = Mask(hides=True), Mask(hides=False)


@pytest.mark.parametrize(
    ("given_", "shown"),
    [
        ("Ann Archer", "A••• A•••"),
        ("  Ann ", "A•••"),
        (" ", "•••"),
        ("", ""),
        (None, None),
    ],
)
def test_a_name_is_its_initials(given_: str | None, shown: str | None) -> None:
    assert VIEWER.name(given_) == shown


@pytest.mark.parametrize(
    ("given_", "shown"),
    [
        ("ann@shop.test", "a•••@s•••.test"),
        ("web-1", "web-1"),
        ("order of ann@shop.test, paid", "order of a•••@s•••.test, paid"),
        ("<ann@shop.test>", "<•••@s•••.test>"),
        ("a@b and c@d.e", "a•••@b••• and c•••@d•••.e"),
    ],
)
def test_an_address_is_hidden_wherever_it_stands(given_: str, shown: str) -> None:
    assert VIEWER.text(given_) == shown


def test_other_personal_data() -> None:
    assert VIEWER.email("ann@shop.test") == "a•••@s•••.test"
    assert VIEWER.email("no address") == "n•••"
    assert VIEWER.phone("+48 601 602 603") == "•••03"
    assert VIEWER.secret("Piotrkowska 1") == "•••"
    assert VIEWER.metadata({"vip": "yes", "age": 40}) == {"vip": "•••", "age": "•••"}
    assert VIEWER.values({"to ann@x.y": ["ann@x.y", 1, None]}) == {
        "to a•••@x•••.y": ["a•••@x•••.y", 1, None]
    }


@given(st.text())
def test_whoever_is_not_a_viewer_is_shown_all(text: str) -> None:
    assert OPERATOR.text(text) == OPERATOR.name(text) == OPERATOR.email(text) == text
    assert OPERATOR.metadata({"a": text}) == {"a": text}


@given(st.emails(), st.text(max_size=20), st.text(max_size=20))
def test_no_address_is_left_in_any_text(address: str, before: str, after: str) -> None:
    shown = VIEWER.text(f"{before} {address} {after}") or ""

    assert address not in shown
