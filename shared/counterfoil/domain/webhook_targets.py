"""Where a webhook may be sent to: an https URL whose every part is plain (docs/decisions/0037).

What a host name resolves to is judged when it is resolved, by `addresses`. Loopback targets, over
http too, are for running on one machine: only where they are allowed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from counterfoil.domain.addresses import is_loopback, is_public, literal

MAX_URL: Final = 2048
HTTPS: Final = 443
_HTTP: Final = 80
_FIRST_FREE_PORT: Final = 1024
_LAST_PORT: Final = 65535
_LONGEST_HOST: Final = 253
# No user, no fragment, nothing that parsers read in different ways.
_URL: Final = re.compile(
    r"(https?)://(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::([0-9]{1,5}))?"
    r"((?:[/?][A-Za-z0-9._~:/?\[\]@!$&'()*+,;=%-]*)?)"
)
_LABEL: Final = re.compile(r"(?!-)[A-Za-z0-9_-]{1,63}(?<!-)")
_NUMBER: Final = re.compile(r"[0-9]+|0[xX][0-9A-Fa-f]*")
# Services that no webhook is for, which would take a request for something else.
_OTHER_SERVICES: Final = frozenset(
    {1080, 1433, 1521, 1719, 1720, 1723, 2049, 2181, 2375, 2376, 2379, 2380, 3128, 3306, 3389}
    | {3659, 4045, 4190, 5060, 5061, 5432, 5672, 5900, 5984, 6000, 6379, 6443, 6566, 6679, 6697}
    | {*range(6665, 6670), 8086, 9042, 9092, 9200, 9300, 10080, 10250, 11211, 27017, 27018}
)


class BadTarget(ValueError):
    """`words` say what the URL must be, and are not."""


@dataclass(frozen=True, slots=True)
class Target:
    """A URL taken apart; `path` has the query with it."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def is_secure(self) -> bool:
        """Whether it is spoken to over TLS."""
        return self.scheme == "https"

    @property
    def authority(self) -> str:
        """What the Host header says: the port only where it is not the scheme's own."""
        own = HTTPS if self.is_secure else _HTTP
        return self.host if self.port == own else f"{self.host}:{self.port}"

    @property
    def name(self) -> str:
        """The host without the brackets of an IPv6 address."""
        return self.host.removeprefix("[").removesuffix("]")


def target_of(url: str, *, loopback: bool) -> Target:
    """`url` taken apart. Raises BadTarget."""
    found = _URL.fullmatch(url)
    if found is None or len(url) > MAX_URL:
        message = f"must be a URL of at most {MAX_URL} plain characters, such as https://host/path"
        raise BadTarget(message)
    scheme, host, port, path = found.groups()
    local = loopback and (host.lower() == "localhost" or is_loopback(host.strip("[]")))
    if scheme != "https" and not local:
        message = "must be an https URL"
        raise BadTarget(message)
    _require_host(host, local=local)
    number = int(port) if port else HTTPS if scheme == "https" else _HTTP
    _require_port(number)
    return Target(scheme, host.lower(), number, path if path.startswith("/") else f"/{path}")


def _require_host(host: str, *, local: bool) -> None:
    written = literal(host)
    if written is not None:
        if not (local or is_public(str(written))):
            message = "must not name an address that is not public"
            raise BadTarget(message)
        return
    labels = host.split(".")
    plain = len(host) <= _LONGEST_HOST and all(map(_LABEL.fullmatch, labels))
    # A last label that is a number makes resolvers read an address in forms of their own.
    if not plain or _NUMBER.fullmatch(labels[-1]):
        message = "must have a host name, or an address written in full"
        raise BadTarget(message)


def _require_port(port: int) -> None:
    own = port in (HTTPS, _HTTP)
    free = _FIRST_FREE_PORT <= port <= _LAST_PORT and port not in _OTHER_SERVICES
    if not (own or free):
        message = f"must have the port {HTTPS}, or one from {_FIRST_FREE_PORT} that is a webhook's"
        raise BadTarget(message)
