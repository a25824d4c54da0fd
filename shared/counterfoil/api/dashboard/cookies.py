"""The cookies of the dashboard: the session's, and one for a visitor who is about to sign in.

`__Host-` holds a browser to the very host, and to https. Plain http on loopback has no https, so
there it is the same cookie without the prefix and `Secure`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from counterfoil.api.dashboard.visits import Visit

_SESSION: Final = "counterfoil"
_VISITOR: Final = "counterfoil-visitor"
_ATTRIBUTES: Final = "Path=/; HttpOnly; SameSite=Strict"
_VISITOR_SECONDS: Final = 3600


def session_secret(visit: Visit) -> str | None:
    """What the session's cookie holds."""
    return visit.cookie(_name(visit, _SESSION))


def visitor_secret(visit: Visit) -> str | None:
    """What the visitor's cookie holds."""
    return visit.cookie(_name(visit, _VISITOR))


def session_begun(visit: Visit, secret: str, seconds: int) -> tuple[str, ...]:
    """The session's cookie, and the end of the visitor's."""
    return _cookie(visit, _SESSION, secret, seconds), _cookie(visit, _VISITOR, "", 0)


def session_over(visit: Visit) -> tuple[str, ...]:
    """The end of the session's cookie."""
    return (_cookie(visit, _SESSION, "", 0),)


def visitor(visit: Visit, secret: str) -> tuple[str, ...]:
    """The visitor's cookie."""
    return (_cookie(visit, _VISITOR, secret, _VISITOR_SECONDS),)


def _name(visit: Visit, name: str) -> str:
    return name if visit.is_loopback else f"__Host-{name}"


def _cookie(visit: Visit, name: str, value: str, seconds: int) -> str:
    secure = "" if visit.is_loopback else "; Secure"
    return f"{_name(visit, name)}={value}; Max-Age={seconds}; {_ATTRIBUTES}{secure}"
