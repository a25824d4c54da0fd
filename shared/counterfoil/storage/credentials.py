"""API keys: which project an app id opens, and the hashes of its active tokens.

A token is random, so one SHA-256 keeps it; two may be active, so that one can be replaced
without a moment in which neither works. A key is of one kind for life, and opens only the routes
of that kind.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from counterfoil.domain.roles import Role
from counterfoil.domain.timestamps import iso
from counterfoil.storage import credential_keys, projects
from counterfoil.storage.marshal import text
from counterfoil.storage.plans import Action, Guard

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from counterfoil.storage.marshal import Attributes
    from counterfoil.storage.store import Store

ACTIVE_TOKENS: Final = 2
ANY_ORIGIN: Final = "*"
_PROJECT: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_TAKEN: Final = "KEY"  # what the keys of credentials open with


class Kind(StrEnum):
    """Whose key it is: a shop's server, whoever manages the project, a shopper's browser, or
    somebody who signs in to the dashboard.
    """

    SERVER = "server"
    MANAGEMENT = "management"
    CLIENT = "client"
    DASHBOARD = "dashboard"


class UnusableProject(ValueError):
    """The name of a project would not keep its keys apart from those of others."""

    def __init__(self, project: str) -> None:
        super().__init__(
            f"a project is called by 1 to 64 of A-Z a-z 0-9 _ -, and not {_TAKEN}: {project!r}"
        )


@dataclass(frozen=True, slots=True)
class Credentials:
    """An app id's project and the hashes of its tokens, newest first.

    A client's key is good for requests from pages of its `origins` only, and for redemptions only
    if it `redeems`. A dashboard's key has a `role` there, and the `name` that its work goes by.
    """

    project: str
    token_hashes: tuple[str, ...]
    kind: Kind = Kind.SERVER
    origins: tuple[str, ...] = ()
    redeems: bool = False
    role: Role = Role.VIEWER
    name: str = ""

    def is_opened_by(self, digest: str, kind: Kind) -> bool:
        """Whether it is a key of this kind with a token of this hash.

        Compares with every hash, present or not, so that time tells nothing.
        """
        padded = (*self.token_hashes, *NOBODY.token_hashes)[:ACTIVE_TOKENS]
        matches = [hmac.compare_digest(each, digest) for each in padded]
        return any(matches) and self.kind is kind


NOBODY: Final = Credentials(project="", token_hashes=("",) * ACTIVE_TOKENS)


def hash_of(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def get(store: Store, app_id: str, *, consistent: bool = False) -> Credentials | None:
    """The credentials of `app_id`; callers cache them for a minute, so a lag does not matter.

    Who cannot have it lag asks for it `consistent`.
    """
    item = store.get(credential_keys.credentials(app_id), consistent=consistent)
    if item is None:
        return None
    return _credentials(item, _texts(item["tokens"]))


def mint(
    store: Store, project: str, app_id: str, token: str, now: datetime, kind: Kind = Kind.SERVER
) -> Credentials:
    """Make `token` the newest of `app_id`; with it and the one before, older ones end.

    Idempotent: minting the newest token again changes nothing. Raises storage's Refused when the
    app id belongs to another project, is of another kind or was changed meanwhile, and
    UnusableProject: every key of the table opens with a project, and this is where one comes in.
    """
    if not _PROJECT.fullmatch(project) or project == _TAKEN:
        raise UnusableProject(project)
    projects.enter(store, project, now)
    known = store.get(credential_keys.credentials(app_id))
    before = () if known is None else _texts(known["tokens"])
    kept = tuple(each for each in before if each != hash_of(token))
    after = (hash_of(token), *kept)[:ACTIVE_TOKENS]
    unchanged = "attribute_not_exists(pk)" if known is None else "#tokens = :before"
    action = Action(
        credential_keys.credentials(app_id),
        Guard.STATE,
        sets={"project": project, "tokens": list(after), "kind": kind.value, "ua": iso(now)},
        conditions=(unchanged, f"attribute_not_exists(pk) OR #project = :owner AND {_same(kind)}"),
        values={
            "owner": project,
            "kind": kind.value,
            **({} if known is None else {"before": list(before)}),
        },
    )
    store.write(action)
    return Credentials(project, after, kind)


def allow(store: Store, app_id: str, origins: Sequence[str], *, redeems: bool) -> None:
    """Let the client's key of `app_id` work from pages of `origins`, and redeem if `redeems`.

    What it was allowed before ends. An origin is a scheme and a host, with a port if it has one;
    `ANY_ORIGIN` is every one. Raises storage's Refused when the key is no client's.
    """
    store.write(
        Action(
            credential_keys.credentials(app_id),
            Guard.STATE,
            sets={"origins": list(origins), "redeems": redeems},
            conditions=("#kind = :client",),
            values={"client": Kind.CLIENT.value},
        )
    )


def appoint(store: Store, app_id: str, role: Role, name: str) -> None:
    """Give whoever signs in to the dashboard with the key of `app_id` this role and name.

    Those who are signed in have it from their next request on. Raises storage's Refused when the
    key is no dashboard's.
    """
    store.write(
        Action(
            credential_keys.credentials(app_id),
            Guard.STATE,
            sets={"role": role.value, "name": name},
            conditions=("#kind = :dashboard",),
            values={"dashboard": Kind.DASHBOARD.value},
        )
    )


def retire(store: Store, app_id: str, now: datetime) -> Credentials | None:
    """End all tokens of `app_id` but the newest; None when there is no such key.

    Raises storage's Refused when the key was changed meanwhile.
    """
    known = store.get(credential_keys.credentials(app_id))
    if known is None:
        return None
    before = _texts(known["tokens"])
    action = Action(
        credential_keys.credentials(app_id),
        Guard.STATE,
        sets={"tokens": list(before[:1]), "ua": iso(now)},
        conditions=("#tokens = :before",),
        values={"before": list(before)},
    )
    store.write(action)
    return _credentials(known, before[:1])


def _credentials(item: Attributes, token_hashes: tuple[str, ...]) -> Credentials:
    """A key without a kind is from before there were several: a server's."""
    kind = Kind(text(item.get("kind", Kind.SERVER.value)))
    return Credentials(
        project=text(item["project"]),
        token_hashes=token_hashes,
        kind=kind,
        origins=_texts(item.get("origins")),
        redeems=item.get("redeems") is True,
        role=Role(text(item.get("role", Role.VIEWER.value))),
        name=text(item.get("name", "")),
    )


def _same(kind: Kind) -> str:
    same = "#kind = :kind"
    return f"(attribute_not_exists(#kind) OR {same})" if kind is Kind.SERVER else same


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(each) for each in value) if isinstance(value, list) else ()
