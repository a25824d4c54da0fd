"""The answer that an Idempotency-Key has had, kept for 24 hours (protocol.md §11).

The record is written in the transaction of the effect itself, put-if-absent: there is no "in
flight" state, and the loser of two equal requests is refused by it and given the winner's answer.
"""

from __future__ import annotations

import lzma
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from counterfoil.storage.marshal import Attributes, binary, deflate, inflate, number
from counterfoil.storage.plans import Action, Guard

if TYPE_CHECKING:
    from counterfoil.storage.keys import Key

KEPT_SECONDS: Final = 24 * 3600
# An answer tells an order twice, and deflate does not look back that far (docs/decisions/0014).
_LARGE_BYTES: Final = 64 * 1024
_FAST: Final = 2
_XZ: Final = b"\xfd7zXZ\0"


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it was sent: replaying it sends these bytes."""

    status: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Remembered:
    """What a key stands for: the hash of the request's body, and its answer."""

    body_hash: bytes
    answer: Answer


def remembered(item: Attributes | None, now: int) -> Remembered | None:
    """What is remembered at `now`, in seconds; expiry is compared, not awaited."""
    if item is None or number(item["exp"]) <= now:
        return None
    answer = Answer(number(item["code"]), _unpacked(binary(item["resp"])))
    return Remembered(binary(item["bh"]), answer)


def record(key: Key, remember: Remembered, now: int, by: str) -> Action:
    """`remember` under `key`, refused while an earlier answer is kept."""
    free = "attribute_not_exists(pk)"
    expired = "#exp <= :now"
    return Action(
        key,
        Guard.IDEMPOTENCY,
        sets={
            "bh": remember.body_hash,
            "code": remember.answer.status,
            "resp": _packed(remember.answer.body),
            "exp": now + KEPT_SECONDS,
            "by": by,
        },
        conditions=(f"{free} OR {expired}",),
        values={"now": now},
    )


def _packed(body: bytes) -> bytes:
    deflated = deflate(body)
    if len(deflated) <= _LARGE_BYTES:
        return deflated
    return lzma.compress(body, preset=_FAST)


def _unpacked(kept: bytes) -> bytes:
    """What `_packed` was given; the first bytes of the two forms are never alike."""
    return lzma.decompress(kept) if kept.startswith(_XZ) else inflate(kept)
