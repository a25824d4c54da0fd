"""Voucher codes: what may be one, and those that we make up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from counterfoil.domain.codes import (
    MAX_LENGTH,
    CodeConfig,
    nth_code,
    possible_codes,
    random_code,
    require_code,
)
from counterfoil.domain.errors import InvalidVoucher

SEED = b"seed" * 8


def test_a_random_code_is_eight_letters_and_digits_unless_told_otherwise() -> None:
    code = random_code(CodeConfig(), SEED, 0)

    assert len(code) == 8
    assert code.isalnum()
    assert code.isascii()


def test_one_seed_yields_one_series_of_codes() -> None:
    codes = [random_code(CodeConfig(), SEED, attempt) for attempt in range(100)]

    assert codes == [random_code(CodeConfig(), SEED, attempt) for attempt in range(100)]
    assert len(set(codes)) == 100


def test_a_pattern_outranks_the_length_and_has_its_hashes_replaced() -> None:
    config = CodeConfig(length=20, pattern="AUT-##-#", charset="X", prefix="P", postfix="S")

    assert random_code(config, SEED, 0) == "PAUT-XX-XS"


@given(
    length=st.integers(1, 128),
    charset=st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=95),
    seed=st.binary(min_size=32, max_size=32),
)
def test_every_code_is_of_its_length_and_charset(length: int, charset: str, seed: bytes) -> None:
    code = random_code(CodeConfig(length=length, charset=charset), seed, 0)

    assert len(code) == length
    assert set(code) <= set(charset)
    require_code(code)


def test_long_codes_use_all_of_their_charset() -> None:
    code = random_code(CodeConfig(length=128, charset="01"), SEED, 0)

    assert 32 < code.count("0") < 96


@pytest.mark.parametrize(
    "config",
    [
        {"length": 0},
        {"length": 129},
        {"length": 7.5},
        {"charset": ""},
        {"charset": "é"},
        {"pattern": "FIXED"},
        {"pattern": "É-##"},
        {"pattern": "##\n"},
        {"prefix": "a\nb"},
        {"postfix": "x" * 129},
    ],
)
def test_a_config_that_cannot_make_codes_is_refused(config: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        CodeConfig.model_validate(config)


def test_a_length_may_be_spelt_as_a_float_or_a_text() -> None:
    for length in (12.0, "12"):
        assert CodeConfig.model_validate({"length": length}).length == 12


@pytest.mark.parametrize("code", ["", "é", "a\tb", "x" * (MAX_LENGTH + 1), "\x7f"])
def test_what_is_not_printable_ascii_of_a_sane_length_is_no_code(code: str) -> None:
    with pytest.raises(InvalidVoucher):
        require_code(code)


@pytest.mark.parametrize("code", ["A", "10% off!", "a/b?c#d", "x" * MAX_LENGTH])
def test_any_printable_ascii_is_a_code(code: str) -> None:
    require_code(code)


@given(
    blanks=st.integers(1, 3),
    charset=st.text(st.sampled_from("ABCDEFG"), min_size=1, max_size=9),
    seed=st.binary(min_size=32, max_size=32),
)
def test_every_possible_code_comes_once_whatever_the_seed(
    blanks: int, charset: str, seed: bytes
) -> None:
    config = CodeConfig(pattern="x" + "#" * blanks, charset=charset)

    codes = [nth_code(config, seed, position) for position in range(possible_codes(config))]

    assert len(set(codes)) == len(codes) == len(set(charset)) ** blanks
    assert all(code[0] == "x" and set(code[1:]) <= set(charset) for code in codes)


def test_another_seed_is_another_order() -> None:
    config = CodeConfig(length=4)

    orders = [[nth_code(config, seed, each) for each in range(20)] for seed in (SEED, SEED[::-1])]

    assert orders[0] != orders[1]
    assert orders[0] != sorted(orders[0])


def test_a_long_code_has_room_for_all_its_positions() -> None:
    config = CodeConfig(length=128, prefix="P-", postfix="-S")

    codes = {nth_code(config, SEED, position) for position in range(1000)}

    assert len(codes) == 1000
    assert {len(code) for code in codes} == {132}
