"""Bearer tokens of a project's keys: issued, looked at, ended (domain.md §2.0).

An Idempotency-Key has no effect here: its record would keep the token in plain.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from counterfoil.domain.errors import UnknownToken
from counterfoil.domain.timestamps import millis
from counterfoil.storage import tokens
from counterfoil.storage.tokens import Token

if TYPE_CHECKING:
    from counterfoil.operations.call import Call

LIFETIME_SECONDS: Final = 900


@dataclass(frozen=True, slots=True)
class Known:
    """A token in force at `now`, in seconds, with the text that it is sent as."""

    secret: str
    token: Token
    now: int


def issue(call: Call, scopes: tuple[str, ...]) -> Known:
    """A new token of the caller's key, for 900 seconds; only its hash is stored."""
    now = _seconds(call)
    token = Token(call.project, call.app_id, scopes, now + LIFETIME_SECONDS)
    secret = call.ids.access_token
    tokens.put(call.store, secret, token)
    return Known(secret, token, now)


def introspect(call: Call, secret: str) -> Known | None:
    """The token that `secret` is; None when the project has none that is in force."""
    now = _seconds(call)
    token = tokens.get(call.store, secret, now)
    if token is None or token.project != call.project:
        return None
    return Known(secret, token, now)


def revoke(call: Call, secret: str) -> None:
    """End a token of the project at once. Raises UnknownToken when there is none in force."""
    if not tokens.revoke(call.store, call.project, secret, _seconds(call), call.ids.holder):
        raise UnknownToken


def _seconds(call: Call) -> int:
    return millis(call.now) // 1000
