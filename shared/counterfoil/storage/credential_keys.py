"""The keys of credentials and tokens, which alone have no project: they are what tells it.

| collection   | pk / sk              | the question it answers            |
|--------------|----------------------|------------------------------------|
| credentials  | `KEY#<app id>` / `#` | which project a key opens          |
| bearer token | `KEY#<hash>` / `T`   | what a token opens, and until when |
"""

from __future__ import annotations

from counterfoil.storage.keys import Key


def credentials(app_id: str) -> Key:
    """What a key of this app id opens."""
    return Key(f"KEY#{app_id}", "#")


def token(digest: str) -> Key:
    """The bearer token with the hash `digest`; no app id has its sort key."""
    return Key(f"KEY#{digest}", "T")
