from collections.abc import Callable

import pytest

from counterfoil.storage.marshal import (
    Typed,
    Value,
    binary,
    deflate,
    inflate,
    number,
    plain,
    text,
    typed,
)


@pytest.mark.parametrize(
    ("value", "wire"),
    [
        ("text", {"S": "text"}),
        ("", {"S": ""}),
        (10**37, {"N": "1" + "0" * 37}),
        (-1, {"N": "-1"}),
        (0, {"N": "0"}),
        (True, {"BOOL": True}),
        (False, {"BOOL": False}),
        (b"\x00", {"B": b"\x00"}),
        ([1, "a"], {"L": [{"N": "1"}, {"S": "a"}]}),
        ([], {"L": []}),
        ({"a": {"b": 1}}, {"M": {"a": {"M": {"b": {"N": "1"}}}}}),
        ({}, {"M": {}}),
    ],
)
def test_a_value_has_one_form_on_the_wire(value: Value, wire: Typed) -> None:
    assert typed(value) == wire
    assert plain(wire) == value
    assert type(plain(wire)) is type(value)


def test_bytes_are_read_from_the_base64_of_an_answer() -> None:
    assert plain({"B": "AP8="}) == b"\x00\xff"


@pytest.mark.parametrize("wire", [{}, {"SS": ["a"]}, {"NS": ["1"]}, {"S": 1}, {"N": 1}])
def test_what_we_never_write_is_not_read(wire: Typed) -> None:
    with pytest.raises(TypeError, match="unknown attribute value"):
        plain(wire)


@pytest.mark.parametrize("body", [b"", b"{}", b'{"items":[]}' * 1_000, bytes(range(256))])
def test_a_deflated_body_is_inflated_to_what_it_was(body: bytes) -> None:
    assert inflate(deflate(body)) == body


def test_a_body_with_repetitions_is_deflated_to_less_than_a_tenth() -> None:
    body = b'{"source_id":"mug","quantity":1,"price":900}' * 500

    assert len(deflate(body)) < len(body) // 10


def test_a_value_of_the_type_that_it_must_have_is_passed_on() -> None:
    assert text("a") == "a"
    assert number(7) == 7
    assert binary(b"a") == b"a"


@pytest.mark.parametrize("reader", [text, number, binary, inflate])
@pytest.mark.parametrize("value", [[], {}])
def test_a_value_of_another_type_is_an_error_at_once(
    reader: Callable[[Value], Value], value: Value
) -> None:
    with pytest.raises(TypeError):
        reader(value)


@pytest.mark.parametrize(("reader", "value"), [(text, 1), (number, "1"), (binary, "a")])
def test_a_number_is_no_text_and_a_text_no_number_or_bytes(
    reader: Callable[[Value], Value], value: Value
) -> None:
    with pytest.raises(TypeError):
        reader(value)
