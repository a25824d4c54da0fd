"""Validation sessions, live and lapsed, and their release."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from counterfoil.api.dashboard.chips import Chip
from counterfoil.api.dashboard.dates import moment_of
from counterfoil.api.dashboard.pages import link, page, to
from counterfoil.domain.errors import NotFound
from counterfoil.domain.timestamps import millis
from counterfoil.operations import validation_sessions, voucher_lists
from counterfoil.operations.lists import Paging, Times
from counterfoil.operations.session_lists import (
    SessionsWanted,
    list_order_sessions,
    list_sessions,
)
from counterfoil.operations.validation_sessions import Release
from counterfoil.operations.voucher_lists import VouchersWanted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from counterfoil.api.dashboard.visits import Visit
    from counterfoil.api.response import Response
    from counterfoil.domain.validation_sessions import Reservation, ValidationSession
    from counterfoil.operations.session_lists import Held

_SHOWN: Final = 50
_LOOKED: Final = 300
_DONE: Final = {"released": "What the session held of it is free again."}


@dataclass(frozen=True, slots=True)
class HeldThing:
    """What a session holds of one redeemable."""

    id: str
    label: str
    is_voucher: bool
    uses: int
    credits: int


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session; without a key where that was used again since."""

    key: str | None
    shown: str | None
    ends_at: datetime
    things: Sequence[HeldThing]


@dataclass(frozen=True, slots=True)
class OrderSession:
    """An order that is held until then, or of which so many sessions ran out."""

    id: str
    name: str
    is_held: bool
    until: datetime | None
    lapsed: int


def listed(visit: Visit) -> Response:
    """The page."""
    view = visit.query("view")
    if view == "orders":
        return _of_orders(visit)
    live = view != "lapsed"
    found = list_sessions(visit.call, SessionsWanted(_SHOWN, live))
    codes = _codes(visit, found.sessions)
    return page(
        visit,
        "sessions.html",
        section="sessions",
        rows=[_row(visit, each, codes) for each in found.sessions],
        live=live,
        more=found.has_more,
        most=_SHOWN,
        chips=_chips("live" if live else "lapsed"),
        done=_DONE.get(visit.query("done")),
    )


def _of_orders(visit: Visit) -> Response:
    """Orders that a request holds, or held when it was cut off."""
    call = visit.call
    now = millis(call.now)
    rows = [
        OrderSession(
            id=each.order.id,
            name=visit.mask.text(each.order.source_id) or each.order.id,
            is_held=each.is_held(now),
            until=moment_of(each.leased_until) if each.is_held(now) else None,
            lapsed=each.lapsed(now),
        )
        for each in list_order_sessions(call, _LOOKED)
    ]
    return page(
        visit,
        "order_sessions.html",
        section="sessions",
        rows=rows,
        chips=_chips("orders"),
        looked=_LOOKED,
    )


def _chips(chosen: str) -> list[Chip]:
    views = (("live", "Live"), ("lapsed", "Lapsed"), ("orders", "Of orders"))
    return [Chip(title, f"{link('sessions')}?view={name}", chosen == name) for name, title in views]


def released(visit: Visit) -> Response:
    """One voucher let go by the session that holds it. One that was let go already is free too."""
    voucher, key = visit.form.get("voucher", ""), visit.form.get("key", "")
    with suppress(NotFound):
        validation_sessions.release(visit.call, Release(voucher, key))
    return to(f"{link('sessions')}?done=released")


def _codes(visit: Visit, found: Sequence[Held]) -> Mapping[str, str]:
    """By id, the codes of the vouchers that are held."""
    names = {
        each.id
        for held in found
        if held.session is not None
        for each in held.session.reservations
        if each.object == "voucher"
    }
    if not names:
        return {}
    paging = Paging(len(names), 1, "-created_at")
    wanted = VouchersWanted(paging, Times(), ids=tuple(sorted(names)))
    vouchers = voucher_lists.list_vouchers(visit.call, wanted).entries
    return {each.voucher.id: each.voucher.code for each in vouchers}


def _row(visit: Visit, held: Held, codes: Mapping[str, str]) -> SessionRow:
    session: ValidationSession | None = held.session
    if session is None:
        return SessionRow(None, None, held.ends_at, ())
    things = [_thing(visit, each, codes) for each in session.reservations]
    return SessionRow(session.key, visit.mask.text(session.key), held.ends_at, things)


def _thing(visit: Visit, held: Reservation, codes: Mapping[str, str]) -> HeldThing:
    label = visit.mask.text(codes.get(held.id, held.id)) or held.id
    return HeldThing(held.id, label, held.object == "voucher", held.units, held.credits)
