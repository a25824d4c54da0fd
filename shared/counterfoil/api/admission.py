"""Who may come in: by key or by bearer token, from where, and to which routes (domain.md §2.0)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from counterfoil.api.auth import Caller, Keys
from counterfoil.api.permissions import require_scope
from counterfoil.domain.errors import InactiveToken, OriginNotAllowed
from counterfoil.domain.timestamps import millis
from counterfoil.storage import tokens
from counterfoil.storage.credentials import ANY_ORIGIN, Kind

if TYPE_CHECKING:
    from datetime import datetime

    from counterfoil.api.exchange import Exchange
    from counterfoil.api.request import Request
    from counterfoil.storage.store import Store

_BEARER: Final = "bearer "
_MAX_LENGTH: Final = 255


class Admission:
    """Admits the requests of one process, which believes keys for a minute and tokens never."""

    def __init__(self) -> None:
        self._keys = Keys()

    def admit(
        self, request: Request, store: Store, exchange: Exchange, kind: Kind, now: datetime
    ) -> Caller:
        """The caller of `request`; a bearer token, where there is one, decides alone.

        Raises Unauthorized, InactiveToken, OriginNotAllowed and MissingPermission.
        """
        began = exchange.began
        secret = None if kind is Kind.MANAGEMENT else _bearer(request)
        if secret is None:
            caller = self._keys.caller(request, store, began, kind)
        else:
            caller = self._by_token(secret, store, began, now)
        if kind is Kind.CLIENT:
            exchange.origin = _origin(request, caller)
        require_scope(request.route, caller)
        return caller

    def _by_token(self, secret: str, store: Store, began: float, now: datetime) -> Caller:
        """A token goes by its key: with the key gone, it is over within a minute."""
        token = tokens.get(store, secret, millis(now) // 1000)
        if token is None:
            raise InactiveToken
        known = self._keys.named(token.app_id, store, began)
        if known is None or (known.project, known.kind) != (token.project, Kind.SERVER):
            raise InactiveToken
        return Caller(token.project, token.app_id, frozenset(token.scopes), (ANY_ORIGIN,))


def _bearer(request: Request) -> str | None:
    authorization = request.header("authorization") or ""
    if not authorization.lower().startswith(_BEARER):
        return None
    secret = authorization[len(_BEARER) :].strip()
    if not secret or len(secret) > _MAX_LENGTH or not secret.isascii():
        raise InactiveToken
    return secret


def _origin(request: Request, caller: Caller) -> str:
    """The origin whose pages may read the answer. Raises OriginNotAllowed."""
    origin = request.header("origin")
    if origin is None or not {origin, ANY_ORIGIN} & set(caller.origins):
        raise OriginNotAllowed(origin)
    return origin
