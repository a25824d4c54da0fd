"""The dashboard's one function: who it is, which page, and every failure as a page."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from counterfoil.api import context
from counterfoil.api.dashboard import cookies, signing_in
from counterfoil.api.dashboard.pages import page, to
from counterfoil.api.dashboard.routes import route_of
from counterfoil.api.dashboard.visits import Visit
from counterfoil.api.errors import Kind, MethodNotAllowed, kind_of
from counterfoil.api.exchange import Exchange
from counterfoil.api.request import Request
from counterfoil.api.response import Response
from counterfoil.api.stores import client, means_of, store_of
from counterfoil.domain.access_errors import SignedOut
from counterfoil.domain.errors import CounterfoilError
from counterfoil.operations import sign_in
from counterfoil.operations.call import Call
from counterfoil.operations.sign_in import Asked

if TYPE_CHECKING:
    from counterfoil.api.dashboard.routes import Route
    from counterfoil.api.event import Answer, Event, Handler, Invocation
    from counterfoil.operations.sign_in import SignedIn

_FAILED: Final = Kind(500, "internal_error", "Something went wrong")
_READING: Final = frozenset({"GET", "HEAD"})


def dashboard() -> Handler:
    """A Lambda handler for all pages."""
    if context.is_lambda():
        client(context.settings())
    context.end_cold_start()

    def handler(event: Event, invocation: Invocation) -> Answer:
        exchange = Exchange(context.new_request_id(), context.steady_seconds())
        return exchange.settle(event, lambda: _served(event, invocation, exchange))

    return handler


def _served(event: Event, invocation: Invocation, exchange: Exchange) -> Response:
    store = exchange.store = store_of(context.settings(), invocation)
    request = Request.of(event)
    asked = Asked(store, context.request_ids())
    visit = Visit(request, event, asked, event["rawPath"])
    try:
        route, named = route_of(request.method, visit.path)
        visit = _known(replace(visit, named=named), route, exchange)
        return _answered(visit, route)
    except SignedOut as error:
        exchange.error_key = kind_of(error).key
        return _led_to_sign_in(visit, error)
    except CounterfoilError as error:
        kind = kind_of(error)
        exchange.error_key = kind.key
        shown = _refused(visit, kind, error.details, exchange)
        allowed = {"Allow": error.allowed} if isinstance(error, MethodNotAllowed) else {}
        return replace(shown, headers={**shown.headers, **allowed})
    except Exception as error:  # noqa: BLE001  # the edge: the browser gets a page, the log the traceback
        exchange.unexpected = error
        return _refused(visit, _FAILED, "It is in the log under the number below.", exchange)


def _known(visit: Visit, route: Route, exchange: Exchange) -> Visit:
    """The visit of whoever is signed in, with what operations take."""
    secret = None if route.is_open else cookies.session_secret(visit)
    user = None if secret is None else sign_in.signed_in(visit.asked, secret)
    call = None if user is None else _call(visit, user, exchange)
    return replace(visit, user=user, call_=call)


def _answered(visit: Visit, route: Route) -> Response:
    if visit.user is None and not route.is_open and not route.is_for_visitors:
        raise SignedOut
    if visit.user is not None:
        visit.require(route.needs)
        if visit.request.method not in _READING:
            visit.require_own_form(cookies.session_secret(visit))
    return route.view(visit)


def _call(visit: Visit, user: SignedIn, exchange: Exchange) -> Call:
    exchange.call = Call(
        store=visit.asked.store,
        project=user.project,
        app_id=user.app_id,
        ids=visit.asked.ids,
        request_id=exchange.request_id,
        actor=user.name,
        **means_of(context.settings()),
    )
    return exchange.call


def _led_to_sign_in(visit: Visit, error: SignedOut) -> Response:
    """To the sign-in, and from there back; a script is told to go there."""
    reads = visit.request.method in _READING
    wanted = visit.here() if reads else ""
    address = f"{signing_in.PATH}?{urlencode({'to': wanted})}" if wanted else signing_in.PATH
    if visit.is_partial:
        return Response(401, error.details.encode(), {"HX-Redirect": address, **_PLAIN})
    if reads and visit.is_from_elsewhere:
        # Led here by a page of another site, the browser kept the cookie back (SameSite=Strict).
        # Asked for again by a page of ours, it sends it, if there is one.
        return page(visit, "again.html", address=visit.here())
    return to(address)


_PLAIN: Final = {"Content-Type": "text/plain; charset=utf-8"}


def _refused(visit: Visit, kind: Kind, details: str, exchange: Exchange) -> Response:
    return page(
        visit,
        "error.html",
        kind.status,
        message=kind.message,
        details=details,
        number=exchange.request_id,
    )
