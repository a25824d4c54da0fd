"""Who is asking: an id and a token in the two headers of the route's kind (domain.md §2.0).

The answer to a wrong token is that to an unknown app id, after the same work. A key that was
found right is believed for a minute; a wrong token is always looked up anew, so that a token works
from the moment it is minted, and a retired one for a minute at most.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from counterfoil.domain.errors import Unauthorized
from counterfoil.domain.scopes import CLIENT_API, CLIENT_WITHOUT_REDEMPTIONS
from counterfoil.storage import credentials
from counterfoil.storage.credentials import NOBODY, Credentials, Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from counterfoil.api.request import Request
    from counterfoil.storage.store import Store

MANAGEMENT: Final = Kind.MANAGEMENT
BELIEVED_SECONDS: Final = 60.0
_BELIEVED_KEYS: Final = 256
_MAX_LENGTH: Final = 255
HEADERS: Final[Mapping[Kind, tuple[str, str]]] = {
    Kind.SERVER: ("X-App-Id", "X-App-Token"),
    Kind.MANAGEMENT: ("X-Management-Id", "X-Management-Token"),
    Kind.CLIENT: ("X-Client-Application-Id", "X-Client-Token"),
}
CLIENT: Final = Kind.CLIENT


@dataclass(frozen=True, slots=True)
class Caller:
    """Whose request it is, and with which key.

    `scopes` are what it may do, None for all that its kind of key can; `origins` are where a
    client's request may come from.
    """

    project: str
    app_id: str
    scopes: frozenset[str] | None = None
    origins: tuple[str, ...] = ()


class Keys:
    """The keys that one process believes in, the oldest dropped when there are too many."""

    def __init__(self) -> None:
        self._believed: dict[str, tuple[Credentials, float]] = {}

    def caller(
        self, request: Request, store: Store, now: float, kind: Kind = Kind.SERVER
    ) -> Caller:
        """The caller of `request` at `now`, in seconds of any steady clock.

        Raises Unauthorized, also for a good key of another kind than the route is for.
        """
        app_id, token = (_sent(request, name, kind) for name in HEADERS[kind])
        digest = credentials.hash_of(token)
        known, until = self._believed.get(app_id, (NOBODY, 0.0))
        if until < now or not known.is_opened_by(digest, kind):
            known = credentials.get(store, app_id) or NOBODY
            if not known.is_opened_by(digest, kind):
                raise Unauthorized(*HEADERS[kind])
            self._believe(app_id, known, now + BELIEVED_SECONDS)
        return Caller(known.project, app_id, _scopes(known), known.origins)

    def named(self, app_id: str, store: Store, now: float) -> Credentials | None:
        """The key of `app_id`, for one that a token came from; None when there is none."""
        known, until = self._believed.get(app_id, (NOBODY, 0.0))
        if until >= now:
            return known
        found = credentials.get(store, app_id)
        if found is not None:
            self._believe(app_id, found, now + BELIEVED_SECONDS)
        return found

    def _believe(self, app_id: str, known: Credentials, until: float) -> None:
        self._believed.pop(app_id, None)
        if len(self._believed) >= _BELIEVED_KEYS:
            del self._believed[next(iter(self._believed))]
        self._believed[app_id] = (known, until)


def _scopes(known: Credentials) -> frozenset[str] | None:
    if known.kind is not Kind.CLIENT:
        return None
    return frozenset({CLIENT_API}) if known.redeems else CLIENT_WITHOUT_REDEMPTIONS


def _sent(request: Request, name: str, kind: Kind) -> str:
    value = request.header(name.lower()) or ""
    if not value or len(value) > _MAX_LENGTH or not value.isascii():
        raise Unauthorized(*HEADERS[kind])
    return value
