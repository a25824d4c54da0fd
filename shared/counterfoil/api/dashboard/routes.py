"""Which page an address is, whom it is for, and what it needs."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from counterfoil.api.dashboard import (
    campaigns,
    customers,
    exports,
    order,
    orders,
    redemptions,
    reports,
    search,
    sessions,
    signing_in,
    static_files,
    vouchers,
    webhooks,
)
from counterfoil.api.dashboard.pages import to
from counterfoil.api.errors import MethodNotAllowed, UnknownPath
from counterfoil.domain.roles import Role

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from counterfoil.api.dashboard.visits import Visit
    from counterfoil.api.response import Response

_NAMED: Final = re.compile(r"<(\w+)>")


@dataclass(frozen=True, slots=True)
class Route:
    """`is_open` reads no session at all; `is_for_visitors` is for who is not signed in too."""

    method: str
    path: str
    view: Callable[[Visit], Response]
    needs: Role = Role.VIEWER
    is_open: bool = False
    is_for_visitors: bool = False
    pattern: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        expression = _NAMED.sub(r"(?P<\1>.+)", self.path)
        object.__setattr__(self, "pattern", re.compile(f"/dashboard{expression}", re.DOTALL))


def _static(visit: Visit) -> Response:
    return static_files.served(visit.named["name"])


ROUTES: Final = (
    Route("GET", "", lambda _visit: to(signing_in.FIRST_PAGE)),
    Route("GET", "/static/<name>", _static, is_open=True),
    Route("GET", "/sign-in", signing_in.asked_for, is_for_visitors=True),
    Route("POST", "/sign-in", signing_in.tried, is_open=True),
    Route("GET", "/enter/<link>", signing_in.entered, is_open=True),
    Route("POST", "/sign-out", signing_in.signed_out),
    Route("GET", "/search", search.found),
    Route("GET", "/orders", orders.listed),
    Route("GET", "/orders.csv", orders.as_csv),
    Route("GET", "/orders/<name>", order.shown),
    Route("GET", "/redemptions", redemptions.listed),
    Route("GET", "/redemptions.csv", redemptions.as_csv),
    Route("GET", "/redemptions/<name>", redemptions.shown),
    Route("POST", "/redemptions/<name>/roll-back", order.rolled_back, needs=Role.OPERATOR),
    Route("GET", "/vouchers", vouchers.listed),
    Route("GET", "/vouchers/<name>", vouchers.shown),
    Route("GET", "/campaigns", campaigns.listed),
    Route("GET", "/campaigns/<name>", campaigns.shown),
    Route("GET", "/customers/<name>", customers.shown),
    Route("GET", "/sessions", sessions.listed),
    Route("POST", "/sessions/release", sessions.released, needs=Role.OPERATOR),
    Route("GET", "/exports", exports.listed),
    Route("POST", "/exports", exports.started, needs=Role.OPERATOR),
    Route("GET", "/exports/<name>/file", exports.fetched, needs=Role.OPERATOR),
    Route("GET", "/webhooks", webhooks.listed),
    Route("GET", "/webhooks/<name>", webhooks.shown),
    Route("POST", "/webhooks/<name>/resend", webhooks.resent, needs=Role.OPERATOR),
    Route("POST", "/webhooks/<name>/test", webhooks.tested, needs=Role.ADMIN),
    Route("GET", "/reports", reports.shown),
    Route("GET", "/reports/<name>", reports.fetched),
)


def route_of(method: str, path: str) -> tuple[Route, Mapping[str, str]]:
    """The page of `path`, and what its address names. Raises UnknownPath, MethodNotAllowed."""
    wanted = "GET" if method == "HEAD" else method
    here = [(each, found) for each in ROUTES if (found := each.pattern.fullmatch(path))]
    for route, found in here:
        if route.method == wanted:
            return route, found.groupdict()
    if here:
        raise MethodNotAllowed(method, tuple(sorted({each.method for each, _ in here})))
    raise UnknownPath(path)
