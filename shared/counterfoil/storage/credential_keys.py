"""The keys of credentials, tokens and sign-ins, which alone have no project: they tell it.

| collection   | pk / sk              | the question it answers            |
|--------------|----------------------|------------------------------------|
| credentials  | `KEY#<app id>` / `#` | which project a key opens          |
| bearer token | `KEY#<hash>` / `T`   | what a token opens, and until when |
| session      | `KEY#<hash>` / `S`   | who is signed in to the dashboard  |
| link         | `KEY#<hash>` / `L`   | whom a link signs in, once         |
| tries        | `KEY#<hash>` / `F`   | how often a sign-in was tried      |
"""

from __future__ import annotations

from counterfoil.storage.keys import Key


def credentials(app_id: str) -> Key:
    """What a key of this app id opens."""
    return Key(f"KEY#{app_id}", "#")


def token(digest: str) -> Key:
    """The bearer token with the hash `digest`; no app id has its sort key."""
    return Key(f"KEY#{digest}", "T")


def session(digest: str) -> Key:
    """The session of the dashboard whose secret has the hash `digest`."""
    return Key(f"KEY#{digest}", "S")


def link(digest: str) -> Key:
    """The link to the dashboard whose secret has the hash `digest`."""
    return Key(f"KEY#{digest}", "L")


def tries(digest: str) -> Key:
    """The tries to sign in with a key, or from an address, that has the hash `digest`."""
    return Key(f"KEY#{digest}", "F")
