"""Bearer tokens: stored as hashes, each under the project and the key that asked for it.

`exp` ends a token for the table's time to live too, which may lag by days: it is compared here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterfoil.storage import credential_keys, credentials
from counterfoil.storage.marshal import number, text
from counterfoil.storage.plans import Action, Guard
from counterfoil.storage.store import Refused

if TYPE_CHECKING:
    from counterfoil.storage.marshal import Attributes
    from counterfoil.storage.store import Store


@dataclass(frozen=True, slots=True)
class Token:
    """What a token opens, by whose key, and until when, in seconds since 1970."""

    project: str
    app_id: str
    scopes: tuple[str, ...]
    expires_at: int


def put(store: Store, secret: str, token: Token) -> None:
    """Store `token` under the hash of `secret`, which was drawn for it; repeating changes nothing.

    Raises storage's Refused when the hash is another token's.
    """
    store.write(
        Action(
            credential_keys.token(credentials.hash_of(secret)),
            Guard.STATE,
            sets={
                "project": token.project,
                "app": token.app_id,
                "scope": " ".join(token.scopes),
                "exp": token.expires_at,
            },
            conditions=("attribute_not_exists(pk) OR #exp = :same AND #app = :by",),
            values={"same": token.expires_at, "by": token.app_id},
        )
    )


def get(store: Store, secret: str, now: int) -> Token | None:
    """The token that `secret` is at `now`, in seconds; None when expired, revoked or never made.

    Strongly consistent: a token works from the moment it is answered, and not a moment longer
    than it is in force.
    """
    item = store.get(credential_keys.token(credentials.hash_of(secret)))
    if item is None or "revoked" in item or number(item["exp"]) <= now:
        return None
    return _token(item)


def revoke(store: Store, project: str, secret: str, now: int, by: str) -> bool:
    """End the token that `secret` is; False when `project` has none that is in force.

    `by` names this handling of the request, so that a repetition of its own write is no refusal.
    """
    try:
        store.write(
            Action(
                credential_keys.token(credentials.hash_of(secret)),
                Guard.STATE,
                sets={"revoked": by},
                conditions=(
                    "#project = :owner",
                    "#exp > :now",
                    "attribute_not_exists(#revoked) OR #revoked = :by",
                ),
                values={"owner": project, "now": now, "by": by},
            )
        )
    except Refused:
        return False
    return True


def _token(item: Attributes) -> Token:
    return Token(
        project=text(item["project"]),
        app_id=text(item["app"]),
        scopes=tuple(text(item["scope"]).split()),
        expires_at=number(item["exp"]),
    )
