"""Who is signed in to the dashboard, links that sign in once, and how often it was tried.

Secrets are random, and kept as hashes. `exp` ends an item for the table's time to live, which may
lag by days: every reader compares it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from counterfoil.storage import credential_keys
from counterfoil.storage.credentials import hash_of
from counterfoil.storage.marshal import number, text
from counterfoil.storage.plans import ABSENT, Action, Guard, Plan
from counterfoil.storage.store import Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from counterfoil.storage.keys import Key
    from counterfoil.storage.marshal import Attributes
    from counterfoil.storage.store import Store

_KEPT_SECONDS: Final = 3600


@dataclass(frozen=True, slots=True)
class Session:
    """Which key somebody signed in with, by its id and the hash of its token, and until when.

    `expires_at` is in seconds since 1970.
    """

    app_id: str
    token_hash: str
    expires_at: int


@dataclass(frozen=True, slots=True)
class Tries:
    """How often it was tried, counted until `ends`, in seconds; `by` wrote that."""

    count: int
    ends: int
    by: str


def opened(store: Store, secret: str, session: Session) -> None:
    """Store `session` under the hash of `secret`, which was drawn for it; repeating changes
    nothing.
    """
    sets = _written(session)
    store.write(
        Action(
            credential_keys.session(hash_of(secret)),
            Guard.STATE,
            sets=sets,
            conditions=(f"{ABSENT} OR #exp = :exp AND #app = :app",),
            values={"exp": session.expires_at, "app": session.app_id},
        )
    )


def session_of(store: Store, secret: str, now: int) -> Session | None:
    """The session that `secret` opens at `now`; None when it is over, ended or never was.

    Strongly consistent: who signs out is out.
    """
    return _session(store.get(credential_keys.session(hash_of(secret))), now)


def ended(store: Store, secret: str, token: str) -> None:
    """End the session; one that is over already stays so."""
    plan = Plan()
    plan.add(_gone(credential_keys.session(hash_of(secret)), "attribute_exists(pk)"))
    try:
        store.commit(plan, token)
    except Refused:
        return


def link_made(store: Store, secret: str, session: Session) -> None:
    """A link that signs in once with the key of `session`, until then."""
    store.write(
        Action(
            credential_keys.link(hash_of(secret)),
            Guard.STATE,
            sets=_written(session),
            conditions=(ABSENT,),
        )
    )


def link_of(store: Store, secret: str, now: int) -> Session | None:
    """Whom the link signs in; None when it was used, is over or never was."""
    return _session(store.get(credential_keys.link(hash_of(secret))), now)


def link_used(store: Store, link: str, secret: str, session: Session, token: str) -> bool:
    """The link gone and `session` opened under `secret`, or nothing: one of many gets it."""
    plan = Plan()
    plan.add(
        _gone(credential_keys.link(hash_of(link)), "attribute_exists(pk)"),
        Action(
            credential_keys.session(hash_of(secret)),
            Guard.STATE,
            sets=_written(session),
            conditions=(ABSENT,),
        ),
    )
    try:
        store.commit(plan, token)
    except Refused:
        # An answer may have been lost: the session is there only if it was ours that took it.
        return store.get(credential_keys.session(hash_of(secret))) is not None
    return True


def tries_key(what: str, name: str) -> Key:
    """Where the tries with a key, or from an address, are counted; `what` tells the two apart."""
    return credential_keys.tries(hashlib.sha256(f"{what}\0{name}".encode()).hexdigest())


def tries_at(store: Store, places: Sequence[Key], now: int) -> dict[Key, Tries]:
    """What is counted there at `now`."""
    items = store.get_all(places)
    found = {key: _tries(item) for key, item in items.items()}
    return {key: each for key, each in found.items() if each.ends > now}


def counted(key: Key, before: Tries | None, after: Tries, now: int) -> Action:
    """`after` in place of `before`, which was read; refused when it is that no longer."""
    lapsed = f"{ABSENT} OR #ends <= :now"
    return Action(
        key,
        Guard.STATE,
        sets={
            "n": after.count,
            "ends": after.ends,
            "by": after.by,
            "exp": after.ends + _KEPT_SECONDS,
        },
        conditions=(lapsed if before is None else "#by = :seen",),
        values={"now": now} if before is None else {"seen": before.by},
    )


def forgotten(key: Key, by: str) -> Action:
    """Nothing counted there any more, if the last try was `by`'s."""
    return _gone(key, "#by = :by", by=by)


def _gone(key: Key, condition: str, **values: str) -> Action:
    return Action(key, Guard.STATE, conditions=(condition,), values={**values}, deletes=True)


def _written(session: Session) -> Attributes:
    return {"app": session.app_id, "tok": session.token_hash, "exp": session.expires_at}


def _session(item: Attributes | None, now: int) -> Session | None:
    if item is None or number(item["exp"]) <= now:
        return None
    return Session(text(item["app"]), text(item["tok"]), number(item["exp"]))


def _tries(item: Attributes) -> Tries:
    return Tries(number(item["n"]), number(item["ends"]), text(item["by"]))
