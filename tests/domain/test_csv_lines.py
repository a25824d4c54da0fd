"""A file that a spreadsheet opens as what it is."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from counterfoil.domain.csv_lines import csv_line
from counterfoil.domain.sorted_lines import sorted_text, unsorted_line

FORMULAS = "=+-@\t\r\n＝＋－＠"  # noqa: RUF001  # they are what is meant


def read(line: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(line.decode(), newline="")))


@pytest.mark.parametrize(
    "beginning",
    [*FORMULAS, " =", "  +", "\u00a0=", "\0=", "\ufeff=", "\u200b@", " ＝"],  # noqa: RUF001  # as above
)
def test_a_text_that_looks_like_a_formula_is_a_text(beginning: str) -> None:
    ((cell,),) = read(csv_line([f"{beginning}HYPERLINK(1)"]))

    assert cell == f"'{beginning}HYPERLINK(1)"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (-5, b"-5\r\n"),
        (12.5, b"12.5\r\n"),
        (True, b"true\r\n"),
        (None, b'""\r\n'),
        ("", b'""\r\n'),
        ("a=b", b"a=b\r\n"),
        (" a=b", b" a=b\r\n"),
        ({"a": [1, "x"]}, b'"{""a"":[1,""x""]}"\r\n'),
        ("Zażółć ☕", "Zażółć ☕\r\n".encode()),
    ],
)
def test_values_are_written_as_they_are(value: JsonValue, text: bytes) -> None:
    assert csv_line([value]) == text


@given(st.lists(st.text(st.characters(codec="utf-8")), min_size=1, max_size=5))
def test_a_reader_gets_back_what_was_written(cells: list[str]) -> None:
    (found,) = read(csv_line([*cells]))

    assert [each.removeprefix("'") for each in found] == [each.removeprefix("'") for each in cells]
    assert not any(each.startswith(tuple(FORMULAS)) for each in found)


@given(st.lists(st.tuples(st.text(), st.integers(0, 99), st.text()), max_size=8))
def test_lines_come_in_the_order_of_value_and_id(lines: list[tuple[str, int, str]]) -> None:
    sent = [(value, f"{number:02d}", text) for value, number, text in lines]
    kept = b"".join(
        unsorted_line(value, number, text.encode("utf-8", "replace"))
        for value, number, text in sent
    )

    wanted = sorted(sent, key=lambda each: each[:2])
    assert sorted_text(kept, descending=False) == b"".join(
        text.encode("utf-8", "replace") for _, _, text in wanted
    )
