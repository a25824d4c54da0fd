"""Requests to hosts that strangers name: the one place that speaks to them.

The host is resolved here, every address that it has is judged, and the connection is made to one of
these and none other, so that a name which changes its mind meanwhile gains nothing. No redirect is
followed, and the whole exchange, the last byte that trickles in included, has one deadline: every
receipt waits no longer than what is left of it, without a thread that could outlive the answer.
"""

from __future__ import annotations

import socket
import ssl
from dataclasses import dataclass
from functools import cache
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import TYPE_CHECKING, Final

from counterfoil.domain.addresses import is_loopback, is_public
from counterfoil.domain.deliveries import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from _typeshed import WriteableBuffer

    from counterfoil.domain.webhook_targets import Target

_CONNECT_SECONDS: Final = 2.0
_MOST_ADDRESSES: Final = 4
_READ_BYTES: Final = 4096
_SHOWN: Final = 500
# The first that fits.
_FAULTS: Final[tuple[tuple[type[Exception], str], ...]] = (
    (ssl.SSLError, "no TLS connection could be made"),
    (ConnectionRefusedError, "the connection was refused"),
    (OSError, "the connection failed"),
    (Exception, "the answer is not of HTTP"),
)


class _Failed(Exception):  # its text is what the delivery shows
    """No answer; the text says why."""


@dataclass(frozen=True, slots=True)
class _Limit:
    """When the exchange must be over, by `clock`."""

    clock: Callable[[], float]
    end: float

    def left(self) -> float:
        """The seconds that are left. Raises TimeoutError when none are."""
        seconds = self.end - self.clock()
        if seconds <= 0:
            raise TimeoutError
        return seconds


class _Plain(socket.socket):
    """A socket whose every receipt keeps to the limit; `sendall` has one for all that it sends."""

    limit: _Limit

    def recv_into(self, buffer: WriteableBuffer, nbytes: int = 0, flags: int = 0) -> int:
        """As of any socket."""
        self.settimeout(self.limit.left())
        return super().recv_into(buffer, nbytes, flags)


class _Secure(ssl.SSLSocket):
    """The same over TLS, where each part that is sent is waited for anew."""

    limit: _Limit

    def recv_into(self, buffer: WriteableBuffer, nbytes: int | None = None, flags: int = 0) -> int:
        """As of any socket."""
        self.settimeout(self.limit.left())
        return super().recv_into(buffer, nbytes, flags)

    def send(self, data: bytes, flags: int = 0) -> int:  # type: ignore[override]  # only bytes are sent here
        """As of any socket."""
        self.settimeout(self.limit.left())
        return super().send(data, flags)


def resolve(host: str, port: int) -> Sequence[str]:
    """The addresses of `host`, those of IPv4 first. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    ordered = sorted(found, key=lambda each: each[0] != socket.AF_INET)
    return list(dict.fromkeys(str(each[4][0]) for each in ordered))


@cache
def trusted() -> ssl.SSLContext:
    """Whom this machine trusts, with certificates and host names verified."""
    return ssl.create_default_context()


@dataclass(frozen=True, slots=True)
class Outbound:
    """How requests are made: to public addresses, and to this machine's where `loopback` is set.

    `seconds` bound the exchange by `clock`; of a look-up, only the system says how long it takes.
    """

    clock: Callable[[], float]
    loopback: bool = False
    seconds: float = 5.0
    resolve: Callable[[str, int], Sequence[str]] = resolve
    trust: Callable[[], ssl.SSLContext] = trusted

    def post(self, target: Target, body: bytes, headers: Mapping[str, str]) -> Outcome:
        """What came of posting `body`: it is taken when the answer is 2xx."""
        began = self.clock()
        limit = _Limit(self.clock, began + self.seconds)
        status, said = None, None
        try:
            with self._connected(target, limit) as connected:
                status, said = _exchange(connected, target, body, headers)
            error = _fault(status)
        except (_Failed, OSError, HTTPException, ValueError) as failure:
            error = self._reason(failure)
        spent = max(0, round((self.clock() - began) * 1000))
        return Outcome(spent, status, error, said)

    def _connected(self, target: Target, limit: _Limit) -> socket.socket:
        """A connection to the first of the host's addresses that takes one. Raises OSError."""
        *others, last = self._addresses(target)
        for address in others:
            try:
                return self._connect(target, address, limit)
            except OSError:
                continue
        return self._connect(target, last, limit)

    def _addresses(self, target: Target) -> Sequence[str]:
        """The host's, all of which may be connected to. Raises _Failed."""
        try:
            found = self.resolve(target.name, target.port)
        except (OSError, UnicodeError) as error:
            message = "the host has no address"
            raise _Failed(message) from error
        for address in found:
            if not (is_public(address) or (self.loopback and is_loopback(address))):
                # Which one it is, would tell whoever asks what names there are inside.
                message = "the host has an address that is not public"
                raise _Failed(message)
        if not found:
            message = "the host has no address"
            raise _Failed(message)
        return found[:_MOST_ADDRESSES]

    def _connect(self, target: Target, address: str, limit: _Limit) -> socket.socket:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        plain = _Plain(family, socket.SOCK_STREAM)
        try:
            plain.limit = limit
            plain.settimeout(min(_CONNECT_SECONDS, limit.left()))
            plain.connect((address, target.port))
            if not target.is_secure:
                return plain
            plain.settimeout(limit.left())
            return self._secured(plain, target, limit)
        except BaseException:
            plain.close()
            raise

    def _secured(self, plain: socket.socket, target: Target, limit: _Limit) -> socket.socket:
        context = self.trust()
        context.sslsocket_class = _Secure
        secure = context.wrap_socket(plain, server_hostname=target.name)
        secure.limit = limit  # type: ignore[attr-defined]  # it is a _Secure
        return secure

    def _reason(self, failure: Exception) -> str:
        """What the delivery shows: never more than what kind of failure it was."""
        match failure:
            case _Failed():
                return str(failure)
            case ssl.SSLCertVerificationError():
                return f"its certificate is not trusted: {failure.verify_message}"[:_SHOWN]
            case TimeoutError():
                return f"there was no whole answer within {self.seconds:g} s"
            case _:
                return next(words for kind, words in _FAULTS if isinstance(failure, kind))


def _exchange(
    connected: socket.socket, target: Target, body: bytes, headers: Mapping[str, str]
) -> tuple[int, str | None]:
    """The status of the answer and how it begins; what follows that is left unread."""
    connection = HTTPConnection(target.host, target.port)
    connection.sock = connected
    own = {"Host": target.authority, "Accept-Encoding": "identity", "Connection": "close"}
    connection.request("POST", target.path, body, {**own, **headers})
    answer = connection.getresponse()
    with answer:
        return answer.status, None if _fault(answer.status) is None else _beginning(answer)


def _beginning(answer: HTTPResponse) -> str | None:
    """The first characters of a refusal's body, which the outcome does not hang on."""
    try:
        start = answer.read(_READ_BYTES)
    except (OSError, HTTPException, ValueError):
        return None
    shown = start.decode("utf-8", "replace")[:_SHOWN]
    return "".join(each if each.isprintable() else " " for each in shown) or None


def _fault(status: int) -> str | None:
    """Why an answer of `status` is no taking."""
    match status // 100:
        case 2:
            return None
        case 3:
            return f"it answered {status}; redirects are not followed"
        case _:
            return f"it answered {status}"
