"""Voucher codes: which texts may be one, and how one is made up when the client leaves it to us."""

from __future__ import annotations

import hashlib
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from counterfoil.domain.errors import InvalidVoucher
from counterfoil.domain.numbers import ANY_SPELLING

MAX_LENGTH: Final = 512
_CHARSET: Final = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_BLANK: Final = "#"
# So many random bits beyond need that no character is likelier than another by 2^-128.
_SPARE_BYTES: Final = 16


CodePart = Annotated[str, Field(max_length=128, pattern=r"^[\x20-\x7e]*$")]


class CodeConfig(BaseModel):
    """How random codes look: `length` characters of `charset`, or `pattern` with its # replaced."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    length: Annotated[int, ANY_SPELLING, Field(strict=True, ge=1, le=128)] | None = None
    charset: Annotated[CodePart, Field(min_length=1)] | None = None
    pattern: Annotated[CodePart, Field(pattern=_BLANK)] | None = None
    prefix: CodePart | None = None
    postfix: CodePart | None = None


def require_code(code: str) -> None:
    """Raises InvalidVoucher unless `code` is 1 to 512 printable ASCII characters."""
    if not (code.isascii() and code.isprintable() and 0 < len(code) <= MAX_LENGTH):
        message = f"A voucher code must be 1 to {MAX_LENGTH} printable ASCII characters"
        raise InvalidVoucher(message)


def random_code(config: CodeConfig, seed: bytes, attempt: int) -> str:
    """The `attempt`-th code that `seed` yields; the same seed yields the same codes."""
    pattern = config.pattern or _BLANK * (config.length or 8)
    charset = "".join(dict.fromkeys(config.charset or _CHARSET))
    drawn = hashlib.shake_256(seed + attempt.to_bytes(4, "big"))
    number = int.from_bytes(drawn.digest(pattern.count(_BLANK) + _SPARE_BYTES), "big")
    characters = []
    for character in pattern:
        if character == _BLANK:
            number, choice = divmod(number, len(charset))
            characters.append(charset[choice])
        else:
            characters.append(character)
    return f"{config.prefix or ''}{''.join(characters)}{config.postfix or ''}"
