"""The sign-in, the link that works once, and the sign-out."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from counterfoil.api.dashboard import cookies
from counterfoil.api.dashboard.pages import page, to
from counterfoil.api.dashboard.policy import HOME
from counterfoil.api.dashboard.visits import form_token
from counterfoil.domain.access_errors import SignInRefused, TooManyTries
from counterfoil.operations import sign_in
from counterfoil.operations.sign_in import SESSION_SECONDS, Attempt

if TYPE_CHECKING:
    from counterfoil.api.dashboard.visits import Visit
    from counterfoil.api.response import Response

PATH: Final = f"{HOME}/sign-in"
FIRST_PAGE: Final = f"{HOME}/orders"
_LONGEST: Final = 255
# What addresses are made of: no line end, and no backslash, which browsers take for a slash.
_PLAIN: Final = re.compile(r"[!-\[\]-~]+")


def asked_for(visit: Visit) -> Response:
    """The form. A visitor gets a cookie for its token."""
    if visit.user is not None:
        return to(_wanted(visit.query("to")))
    return _form(visit, visit.query("to"))


def tried(visit: Visit) -> Response:
    """Somebody signs in. Refusals say nothing of which keys there are."""
    visit.require_own_form(cookies.visitor_secret(visit))
    form = visit.form
    key_id, token = (form.get(name, "").strip() for name in ("key", "secret"))
    wanted = form.get("to", "")
    if not all(0 < len(each) <= _LONGEST and each.isascii() for each in (key_id, token)):
        return _form(visit, wanted, 401, "Enter the id of a dashboard key and its token")
    try:
        secret = sign_in.sign_in(visit.asked, Attempt(key_id, token, visit.address))
    except SignInRefused:
        return _form(visit, wanted, 401, "This key does not open the dashboard: check both fields")
    except TooManyTries as error:
        return _form(visit, wanted, 429, error.details, {"Retry-After": str(error.seconds)})
    return to(_wanted(wanted), cookies=cookies.session_begun(visit, secret, SESSION_SECONDS))


def entered(visit: Visit) -> Response:
    """A link that works once: the address that it leads to tells nothing of it."""
    if visit.request.method != "GET":
        return _form(visit, "", 401, "This link works once, when it is opened")
    try:
        secret = sign_in.use_link(visit.asked, visit.named["link"])
    except SignInRefused:
        problem = "This link was used, or is over. Sign in with a dashboard key"
        return _form(visit, "", 401, problem)
    return to(FIRST_PAGE, cookies=cookies.session_begun(visit, secret, SESSION_SECONDS))


def signed_out(visit: Visit) -> Response:
    """The session ends, in the store too."""
    secret = cookies.session_secret(visit)
    visit.require_own_form(secret)
    if secret is not None:
        sign_in.sign_out(visit.asked, secret)
    return to(PATH, cookies=cookies.session_over(visit))


def _form(
    visit: Visit,
    wanted: str,
    status: int = 200,
    problem: str | None = None,
    headers: dict[str, str] | None = None,
) -> Response:
    known = cookies.visitor_secret(visit)
    secret = known or visit.asked.ids.session_key
    token = form_token(secret)
    shown = page(visit, "sign_in.html", status, problem=problem, wanted=wanted, token=token)
    return replace(
        shown,
        headers={**shown.headers, **(headers or {})},
        cookies=() if known else cookies.visitor(visit, secret),
    )


def _wanted(address: str) -> str:
    """Where to go on: a page of the dashboard, and never another site's, nor another header."""
    parts = urlsplit(address)
    inside = not parts.scheme and not parts.netloc and parts.path.startswith(f"{HOME}/")
    return address if inside and _PLAIN.fullmatch(address) else FIRST_PAGE
