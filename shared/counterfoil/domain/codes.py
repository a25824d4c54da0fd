"""Voucher codes: which texts may be one, and how one is made up when the client leaves it to us."""

from __future__ import annotations

import hashlib
from math import isqrt
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from counterfoil.domain.errors import InvalidVoucher
from counterfoil.domain.numbers import ANY_SPELLING

MAX_LENGTH: Final = 512
_CHARSET: Final = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_BLANK: Final = "#"
# So many random bits beyond need that no character is likelier than another by 2^-128.
_SPARE_BYTES: Final = 16
_ROUNDS: Final = 6
_LENGTH: Final = 8


_PART_LENGTH: Final = 128

CodePart = Annotated[str, Field(max_length=_PART_LENGTH, pattern=r"^[\x20-\x7e]*$")]
# Of two patterns on one field only the last counts: this one asks for a # as well.
CodePattern = Annotated[str, Field(max_length=_PART_LENGTH, pattern=r"^[\x20-\x7e]*#[\x20-\x7e]*$")]


class CodeConfig(BaseModel):
    """How random codes look: `length` characters of `charset`, or `pattern` with its # replaced."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    length: Annotated[int, ANY_SPELLING, Field(strict=True, ge=1, le=128)] | None = None
    charset: Annotated[CodePart, Field(min_length=1)] | None = None
    pattern: CodePattern | None = None
    prefix: CodePart | None = None
    postfix: CodePart | None = None


def require_code(code: str) -> None:
    """Raises InvalidVoucher unless `code` is 1 to 512 printable ASCII characters."""
    if not (code.isascii() and code.isprintable() and 0 < len(code) <= MAX_LENGTH):
        message = f"A voucher code must be 1 to {MAX_LENGTH} printable ASCII characters"
        raise InvalidVoucher(message)


def random_code(config: CodeConfig, seed: bytes, attempt: int) -> str:
    """The `attempt`-th code that `seed` yields; the same seed yields the same codes."""
    drawn = hashlib.shake_256(seed + attempt.to_bytes(4, "big"))
    blanks = pattern_of(config).count(_BLANK)
    number = int.from_bytes(drawn.digest(blanks + _SPARE_BYTES), "big")
    return _rendered(config, number)


def nth_code(config: CodeConfig, seed: bytes, position: int) -> str:
    """The code at `position` of all `possible_codes`, in an order that `seed` shuffles.

    No code comes twice, and each comes once: a campaign can have every code that it allows.
    """
    return _rendered(config, _shuffled(position, possible_codes(config), seed))


def possible_codes(config: CodeConfig) -> int:
    """How many different codes `config` allows."""
    possible: int = len(charset_of(config)) ** pattern_of(config).count(_BLANK)
    return possible


def pattern_of(config: CodeConfig) -> str:
    """What is filled in; `length` counts only without a pattern."""
    return config.pattern or _BLANK * (config.length or _LENGTH)


def charset_of(config: CodeConfig) -> str:
    """What it is filled in with, each character once."""
    return "".join(dict.fromkeys(config.charset or _CHARSET))


def _rendered(config: CodeConfig, number: int) -> str:
    charset = charset_of(config)
    characters = []
    for character in pattern_of(config):
        if character == _BLANK:
            number, choice = divmod(number, len(charset))
            characters.append(charset[choice])
        else:
            characters.append(character)
    return f"{config.prefix or ''}{''.join(characters)}{config.postfix or ''}"


def _shuffled(position: int, size: int, seed: bytes) -> int:
    """Where a permutation of `size` numbers has `position`: a Feistel network that walks on while
    it leaves the numbers below `size`, which it hardly ever does.
    """
    rows = isqrt(size - 1) + 1
    columns = -(-size // rows)
    while True:
        row, column = divmod(position, columns)
        for turn in range(0, _ROUNDS, 2):
            row = (row + _mixed(seed, turn, column)) % rows
            column = (column + _mixed(seed, turn + 1, row)) % columns
        position = row * columns + column
        if position < size:
            return position


def _mixed(seed: bytes, turn: int, value: int) -> int:
    width = value.bit_length() // 8 + 1
    mixed = hashlib.shake_256(seed + bytes([turn]) + value.to_bytes(width, "big"))
    return int.from_bytes(mixed.digest(width + _SPARE_BYTES), "big")
