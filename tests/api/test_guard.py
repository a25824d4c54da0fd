"""What a body has to be before anyone reads it (architecture §8)."""

import json
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from counterfoil.api import guard
from counterfoil.domain.errors import InvalidPayload, TooLarge

DIGITS: Final = "9" * 38
TEXTS: Final = st.text(st.characters(exclude_categories=["Cs"]))
NUMBERS: Final = st.integers(-int(DIGITS), int(DIGITS)) | st.floats(
    allow_nan=False, allow_infinity=False
)
DOCUMENTS: Final[st.SearchStrategy[JsonValue]] = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner),
)


def refusal(body: bytes | str) -> str:
    with pytest.raises(InvalidPayload) as raised:
        guard.parse(body.encode() if isinstance(body, str) else body)
    return raised.value.details


@given(DOCUMENTS)
def test_every_sound_document_is_read_as_it_was_written(document: JsonValue) -> None:
    for escapes in (False, True):
        assert guard.parse(json.dumps(document, ensure_ascii=escapes).encode()) == document


@pytest.mark.parametrize("body", [b"", b" ", b"\r\n\t "])
def test_an_empty_body_is_an_empty_object(body: bytes) -> None:
    assert guard.parse(body) == {}


@pytest.mark.parametrize(
    "body",
    [
        "{",
        "{]",
        "nul",
        "{'a': 1}",
        '{"a": 1,}',
        '{"a": 01}',
        '{"a": +1}',
        '{"a": .5}',
        '{"a" 1}',
        '"unclosed',
        '"line\nbreak"',
        r'"\x41"',
        r'"\u12"',
        "{} {}",
        "\ufeff{}",
        "\u00a0",
        "// {}",
        "}" * 100,
        "NaN,",
        '{"a": 1, "a": 2',
    ],
)
def test_what_is_not_json_is_refused(body: str) -> None:
    assert refusal(body).startswith("The request body is not JSON: ")


@pytest.mark.parametrize(
    "body", [b'"\xff"', b'"\xc3"', b'"\xed\xa0\x80"', b'"\xc0\x80"', '"a"'.encode("utf-16")]
)
def test_what_is_not_utf_8_is_refused(body: bytes) -> None:
    assert refusal(body).startswith("The request body is not UTF-8: ")


@pytest.mark.parametrize("number", [DIGITS, f"-{DIGITS}", f"0.{DIGITS[1:]}", f"1.5e-{'0' * 35}1"])
def test_a_number_may_have_38_digits(number: str) -> None:
    assert guard.parse(f'{{"a": {number}}}'.encode()) == {"a": json.loads(number)}


@pytest.mark.parametrize(
    "number",
    [
        f"{DIGITS}9",
        f"-{DIGITS}9",
        f"0.{DIGITS}",
        f"1e{'0' * 38}1",
        "9" * 5000,
        f"1.{'3' * 100_000}",
        "1e999",
        "-1e999",
        "1E+400",
        "NaN",
        "Infinity",
        "-Infinity",
    ],
)
def test_a_number_that_cannot_be_kept_is_refused_with_its_path(number: str) -> None:
    body = f'{{"items": [{{"price": 1}}, {{"price": {number}}}]}}'

    fault = "must be a number of at most 38 digits"
    assert refusal(body) == f"Property .items[1].price {fault}"


def test_a_number_alone_has_no_path() -> None:
    assert refusal("NaN") == "The request body must be a number of at most 38 digits"


@pytest.mark.parametrize("body", ["[" * 64 + "]" * 64, '{"a":' * 64 + "1" + "}" * 64])
def test_64_levels_are_read(body: str) -> None:
    assert guard.parse(body.encode()) == json.loads(body)


@pytest.mark.parametrize(
    "body",
    [
        "[" * 65 + "]" * 65,
        '{"a":' * 65 + "1" + "}" * 65,
        "[" * 100_000,
        "[" * 100_000 + "]" * 100_000,
        '{"a":' * 100_000,
        '[{"a":' * 33 + '"]"',
        '"' + "[" * 65 + '",' + "[" * 65,
    ],
)
def test_65_levels_are_refused(body: str) -> None:
    assert refusal(body) == "The request body is nested more than 64 levels deep"


@pytest.mark.parametrize(
    "document",
    [
        [[]] * 1000,
        {"a": "[" * 1000},
        {'"' + "{" * 1000: '\\"' + "[" * 100},
        [{"a": "\\"}, {"b": '"'}] * 100,
    ],
)
def test_many_brackets_are_not_many_levels(document: JsonValue) -> None:
    assert guard.parse(json.dumps(document).encode()) == document


@pytest.mark.parametrize("body", ['"' + '\\"' * 500_000, '"a' * 300_000, '"' + "\\" * 1_000_001])
def test_a_text_that_never_ends_is_scanned_once(body: str) -> None:
    assert refusal("[" * 65 + body) == "The request body is nested more than 64 levels deep"


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ('{"a": 1, "a": 1}', ".a"),
        ('{"items": [{}, {"price": 1, "price": 2}]}', ".items[1].price"),
        ('{"metadata": {"a b": {"\\u0041": 1, "A": 2}}}', ".metadata['a b'].A"),
        ('{"": 1, "": 2}', "['']"),
    ],
)
def test_a_name_given_twice_is_refused_with_its_path(body: str, path: str) -> None:
    assert refusal(body) == f"Property {path} must not be given twice"


@pytest.mark.parametrize(
    ("body", "details"),
    [
        (r'{"source_id": "\ud800"}', "Property .source_id must not have an unpaired surrogate"),
        (r'{"a": ["", "\uDFFF-"]}', "Property .a[1] must not have an unpaired surrogate"),
        (r'{"a": "\ude00\ud83d"}', "Property .a must not have an unpaired surrogate"),
        (r'"\ud83d\u0041"', "The request body must not have an unpaired surrogate"),
    ],
)
def test_an_unpaired_surrogate_is_refused_with_its_path(body: str, details: str) -> None:
    assert refusal(body) == details


def test_an_unpaired_surrogate_in_a_name_is_refused() -> None:
    details = refusal(r'{"metadata": {"\ud800": 1}}')

    assert details.startswith("Property .metadata[")
    assert details.endswith("must not have an unpaired surrogate in its name")


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (r'"\ud83d\ude00"', "\U0001f600"),
        (r'"\\ud800"', r"\ud800"),
        (r'"\u0000"', "\0"),
        (r'"\u00e9\u4e2d\/"', "é中/"),
    ],
)
def test_other_escapes_are_read(body: str, text: str) -> None:
    assert guard.parse(body.encode()) == text


def test_a_path_of_the_clients_own_making_is_cut() -> None:
    name = "n" * 10_000

    assert len(refusal(f'{{"{name}": 1, "{name}": 2}}')) < 300


def test_a_body_may_have_the_limit_and_no_byte_more() -> None:
    guard.require_size(b" " * 100, 100)

    with pytest.raises(TooLarge) as raised:
        guard.require_size(b" " * 101, 100)

    assert raised.value.details == "The request body is 101 bytes; the limit is 100"
