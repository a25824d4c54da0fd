"""Rendering: every value is escaped, a name that is not there is an error, times are the zone's."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from counterfoil.api.dashboard import cookies, static_files
from counterfoil.api.dashboard.policy import HOME
from counterfoil.api.dashboard.visits import form_token
from counterfoil.api.response import Response
from counterfoil.domain.roles import Role
from counterfoil.domain.timestamps import iso, local

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from counterfoil.api.dashboard.visits import Visit

_HTML: Final = {"Content-Type": "text/html; charset=utf-8"}
_TEMPLATES: Final = Path(__file__).parent / "templates"
NONE: Final = "\N{EN DASH}"
SECTIONS: Final = (
    ("orders", "Orders"),
    ("redemptions", "Redemptions"),
    ("vouchers", "Vouchers"),
    ("campaigns", "Campaigns"),
    ("sessions", "Sessions"),
    ("exports", "Exports"),
    ("webhooks", "Webhooks"),
    ("reports", "Reports"),
)


def page(visit: Visit, template: str, status: int = 200, **shown: object) -> Response:
    """The page that `template` makes of `shown`, and of what every page shows."""
    secret = cookies.session_secret(visit) if visit.user else cookies.visitor_secret(visit)
    known = {
        "home": HOME,
        "sections": SECTIONS,
        "visit": visit,
        "user": visit.user,
        "mask": visit.mask,
        "operates": visit.role.may(Role.OPERATOR),
        "administers": visit.role.may(Role.ADMIN),
        "token": "" if secret is None else form_token(secret),
        "zone": None if visit.call_ is None else visit.call_.zone,
        "zone_name": "UTC" if visit.call_ is None else str(visit.call_.zone),
    }
    html = _environment().get_template(template).render({**known, **shown})
    return Response(status, html.encode("utf-8", "replace"), _HTML)


def to(address: str, *, cookies: tuple[str, ...] = ()) -> Response:
    """303: what was asked for is seen there."""
    return Response(303, None, {"Location": address}, cookies)


def link(*parts: str) -> str:
    """The address of a page, each part quoted."""
    return "/".join((HOME, *(quote(part, safe="") for part in parts)))


def money(amount: int | None) -> str:
    """Minor units as people write them: 12345 is 123.45; the currency is the shop's affair."""
    if amount is None:
        return NONE
    sign = "\N{MINUS SIGN}" if amount < 0 else ""
    whole, minor = divmod(abs(amount), 100)
    return f"{sign}{whole:,}.{minor:02}"


def count(number: int) -> str:
    """A number with its thousands apart."""
    return f"{number:,}"


def instant(at: datetime, zone: tzinfo) -> str:
    """An instant as the clocks of `zone` show it, to the second."""
    return local(at, zone).strftime("%Y-%m-%d %H:%M:%S")


def moment(at: datetime, zone: tzinfo) -> str:
    """The same to the minute."""
    return local(at, zone).strftime("%Y-%m-%d %H:%M")


def said(value: object) -> str:
    """A value of metadata as text."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def word(status: object) -> str:
    """A status as a word of a sentence."""
    return str(status).replace("_", " ").capitalize()


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters.update(
        money=money, count=count, instant=instant, moment=moment, said=said, word=word, iso=iso
    )
    made.globals.update(link=link, file=static_files.address)
    return made
