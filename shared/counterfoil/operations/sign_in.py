"""Signing in to the dashboard: with a key, by a link that works once, and out again.

A try is counted before it is looked at, by key and by address, so that a thousand at once are not
a thousand guesses. Who had it right has what was counted for the key forgotten.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from typing import TYPE_CHECKING, Final

from counterfoil.domain.access_errors import SignInRefused, TooManyTries
from counterfoil.domain.errors import Contended
from counterfoil.storage import credentials, dashboard_access
from counterfoil.storage.credentials import NOBODY, Kind
from counterfoil.storage.dashboard_access import Session, Tries
from counterfoil.storage.plans import Plan
from counterfoil.storage.store import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from counterfoil.domain.ids import RequestIds
    from counterfoil.domain.roles import Role
    from counterfoil.storage.keys import Key
    from counterfoil.storage.store import Store

SESSION_SECONDS: Final = 12 * 3600
LOCKED_SECONDS: Final = 15 * 60
MOST_TRIES_BY_KEY: Final = 5
MOST_TRIES_BY_ADDRESS: Final = 30
_PLANS: Final = 8
_IPV6_HOST_BITS: Final = 64


@dataclass(frozen=True, slots=True)
class Asked:
    """One request of somebody who may not be signed in: its store, its ids and its time."""

    store: Store
    ids: RequestIds

    @property
    def seconds(self) -> int:
        """The time of the request, in whole seconds since 1970."""
        return int(self.ids.now.timestamp())


@dataclass(frozen=True, slots=True)
class Attempt:
    """A key as it was typed in, and where from."""

    key_id: str
    token: str
    address: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who is signed in: their project, the id and the name of their key, and what they may do."""

    project: str
    app_id: str
    name: str
    role: Role


def sign_in(asked: Asked, attempt: Attempt) -> str:
    """The secret of a new session. Raises SignInRefused, and TooManyTries after too many."""
    by = _claim(asked, attempt)
    known = credentials.get(asked.store, attempt.key_id, consistent=True) or NOBODY
    digest = credentials.hash_of(attempt.token)
    if not known.is_opened_by(digest, Kind.DASHBOARD):
        raise SignInRefused
    secret = asked.ids.access_token
    expires_at = asked.seconds + SESSION_SECONDS
    dashboard_access.opened(asked.store, secret, Session(attempt.key_id, digest, expires_at))
    _forget(asked, attempt, by)
    return secret


def use_link(asked: Asked, link: str) -> str:
    """The secret of the session that the link opens, once. Raises SignInRefused."""
    whom = dashboard_access.link_of(asked.store, link, asked.seconds)
    if whom is None:
        raise SignInRefused
    secret = asked.ids.access_token
    session = Session(whom.app_id, whom.token_hash, asked.seconds + SESSION_SECONDS)
    if not dashboard_access.link_used(asked.store, link, secret, session, asked.ids.token(0)):
        raise SignInRefused
    return secret


def signed_in(asked: Asked, secret: str) -> SignedIn | None:
    """Who has the session; None when it is over, or the token that opened it was replaced."""
    session = dashboard_access.session_of(asked.store, secret, asked.seconds)
    if session is None:
        return None
    known = credentials.get(asked.store, session.app_id) or NOBODY
    if not known.is_opened_by(session.token_hash, Kind.DASHBOARD):
        return None
    return SignedIn(known.project, session.app_id, known.name or session.app_id, known.role)


def sign_out(asked: Asked, secret: str) -> None:
    """End the session."""
    dashboard_access.ended(asked.store, secret, asked.ids.token(0))


def _claim(asked: Asked, attempt: Attempt) -> str:
    """Count the try; what it is signed with. Raises TooManyTries, and Contended."""
    places = _places(attempt)
    for number in range(_PLANS):
        by = asked.ids.token(number)
        known = dashboard_access.tries_at(asked.store, [*places], asked.seconds)
        if any(each.by == asked.ids.token(number - 1) for each in known.values() if number):
            return asked.ids.token(number - 1)  # it was counted: only the answer was lost
        for key, most in places.items():
            if key in known and known[key].count >= most:
                raise TooManyTries(known[key].ends - asked.seconds)
        try:
            asked.store.commit(_counting(asked, places, known, by), by)
        except Refused:
            continue
        return by
    raise Contended("key", attempt.key_id)


def _counting(asked: Asked, places: Mapping[Key, int], known: Mapping[Key, Tries], by: str) -> Plan:
    plan = Plan()
    for key, most in places.items():
        before = known.get(key)
        count = 1 if before is None else before.count + 1
        ends = asked.seconds + LOCKED_SECONDS
        if before is not None and count < most:
            ends = before.ends
        plan.add(dashboard_access.counted(key, before, Tries(count, ends, by), asked.seconds))
    return plan


def _forget(asked: Asked, attempt: Attempt, by: str) -> None:
    """What was counted for the key is forgotten, and this try for the address, unless somebody
    tries at this very moment.
    """
    own, address = _places(attempt)
    known = dashboard_access.tries_at(asked.store, [address], asked.seconds).get(address)
    plan = Plan()
    plan.add(dashboard_access.forgotten(own, by))
    if known is not None and known.by == by:
        after = Tries(known.count - 1, known.ends, asked.ids.token(_PLANS))
        plan.add(dashboard_access.counted(address, known, after, asked.seconds))
    try:
        asked.store.commit(plan, asked.ids.token(_PLANS))
    except Refused:
        return


def _places(attempt: Attempt) -> Mapping[Key, int]:
    return {
        dashboard_access.tries_key("key", attempt.key_id): MOST_TRIES_BY_KEY,
        dashboard_access.tries_key("address", _network(attempt.address)): MOST_TRIES_BY_ADDRESS,
    }


def _network(address: str) -> str:
    """Whoever has one IPv6 address has the other 2^64 of its network too."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv6Address):
        return str(int(found) >> _IPV6_HOST_BITS)
    return str(found)
