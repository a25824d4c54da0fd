"""One request of a browser: cookies, form, where it comes from, and who it is.

A form counts only when it comes from a page of ours: the browser says so (`Sec-Fetch-Site`, or
`Origin` from those that do not send it), and the form brings a token that only such a page knows.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, quote, urlencode

from counterfoil.api.dashboard.masking import Mask
from counterfoil.domain.access_errors import ForeignForm, NotAllowed
from counterfoil.domain.errors import InvalidPayload, TooLarge
from counterfoil.domain.roles import Role

if TYPE_CHECKING:
    from collections.abc import Mapping

    from counterfoil.api.event import Event
    from counterfoil.api.request import Request
    from counterfoil.operations.call import Call
    from counterfoil.operations.sign_in import Asked, SignedIn

_FORM: Final = "application/x-www-form-urlencoded"
_MAX_FORM_BYTES: Final = 64 * 1024
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "[::1]"})
_OURS: Final = "same-origin"
_LONGEST_SECRET: Final = 128


@dataclass(frozen=True)
class Visit:
    """`user` and `call` are there once somebody is signed in; `asked` is there always."""

    request: Request
    event: Event
    asked: Asked
    path: str
    user: SignedIn | None = None
    call_: Call | None = None
    named: Mapping[str, str] = field(default_factory=dict)

    @property
    def call(self) -> Call:
        """What operations take. Raises TypeError where nobody is signed in."""
        if self.call_ is None:
            message = f"{self.path} is served to somebody who is signed in only"
            raise TypeError(message)
        return self.call_

    @property
    def role(self) -> Role:
        """What the user may do."""
        return Role.VIEWER if self.user is None else self.user.role

    @cached_property
    def mask(self) -> Mask:
        """What the user is shown of persons."""
        return Mask(hides=not self.role.may(Role.OPERATOR))

    def require(self, needed: Role) -> None:
        """Raises NotAllowed."""
        if not self.role.may(needed):
            raise NotAllowed(needed)

    @property
    def is_loopback(self) -> bool:
        """Whether it came in plain http to this very machine, as it does with `make run`."""
        headers = self.request.headers
        host = headers.get("host", "").rpartition(":")[0] or headers.get("host", "")
        return host in _LOOPBACK and headers.get("x-forwarded-proto", "http") == "http"

    @property
    def address(self) -> str:
        """Where it comes from."""
        return self.event["requestContext"]["http"].get("sourceIp", "")

    @property
    def is_partial(self) -> bool:
        """Whether a script asks, to put a part of the answer into the page that is there."""
        return self.request.header("hx-request") == "true"

    @property
    def is_from_elsewhere(self) -> bool:
        """Whether a page of another site led here: then the browser keeps the cookie back."""
        return self.request.header("sec-fetch-site") == "cross-site"

    def query(self, name: str) -> str:
        """A parameter of the query, without space around it; empty when it was not sent."""
        return (self.request.query_value(name) or "").strip()

    def cookie(self, name: str) -> str | None:
        """The value of a cookie; None for none, or for what cannot be one of ours."""
        for each in self.event.get("cookies", []):
            key, _, value = each.partition("=")
            if key == name and value.isascii() and 0 < len(value) <= _LONGEST_SECRET:
                return value
        return None

    @cached_property
    def form(self) -> Mapping[str, str]:
        """The fields of the form that was sent; of one named twice, the last.

        Raises InvalidPayload, TooLarge.
        """
        request = self.request
        if len(request.body) > _MAX_FORM_BYTES:
            raise TooLarge(len(request.body), _MAX_FORM_BYTES)
        declared = (request.header("content-type") or "").partition(";")[0].strip().lower()
        if declared != _FORM:
            raise InvalidPayload("The request body is not a form")
        try:
            return dict(parse_qsl(request.body.decode(), keep_blank_values=True, errors="strict"))
        except ValueError as error:
            raise InvalidPayload("The request body is not a form in UTF-8") from error

    def require_own_form(self, secret: str | None) -> None:
        """Raises ForeignForm unless a page of ours sent it, to whoever has `secret`."""
        if not self._is_from_here():
            raise ForeignForm
        known = "" if secret is None else form_token(secret)
        given = self.form.get("token", "")
        if secret is None or not hmac.compare_digest(known.encode(), given.encode()):
            raise ForeignForm

    def _is_from_here(self) -> bool:
        said = self.request.header("sec-fetch-site")
        if said is not None:
            return said == _OURS
        origin = self.request.header("origin")
        scheme = "http" if self.is_loopback else "https"
        return origin == f"{scheme}://{self.request.header('host')}"

    def here(self, **changes: str) -> str:
        """The view's address with other parameters; an empty one is left out."""
        kept = {name: value for name, value in self.request.query if value}
        wanted = {name: value for name, value in {**kept, **changes}.items() if value}
        path = quote(self.path)  # it came decoded
        return f"{path}?{urlencode(wanted)}" if wanted else path


def form_token(secret: str) -> str:
    """What the forms of whoever has the cookie `secret` bring: it follows from the cookie, which
    no other page can read, and does not tell it.
    """
    return hmac.digest(secret.encode(), b"form", "sha256").hex()
