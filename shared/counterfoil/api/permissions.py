"""Which scopes open a route: the whole API's, and those of the part that the route belongs to.

Source: domain.md §2.0. A route's part is told by its path.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from counterfoil.domain.errors import MissingPermission
from counterfoil.domain.scopes import CLIENT_API, SERVER_API

if TYPE_CHECKING:
    from collections.abc import Mapping

    from counterfoil.api.auth import Caller

# What is done to a voucher or a tier belongs to what is done, not to what it is done to.
_ACTIONS: Final[Mapping[str, str]] = {
    "redemption": "redemptions",
    "validate": "validations",
    "validation": "validations",
}
# A token must not make, show or end tokens: only the key itself may.
_KEYS_ONLY: Final = "oauth"
_SKUS: Final = "skus"


def require_scope(route: str, caller: Caller) -> None:
    """Raises MissingPermission when the caller's scopes do not cover `route`."""
    wanted = scopes_of(route)
    if caller.scopes is not None and not wanted & caller.scopes:
        raise MissingPermission(route, wanted)


@cache
def scopes_of(route: str) -> frozenset[str]:
    """The scopes of which one suffices for `route`, such as `GET /v1/orders`."""
    parts = route.partition(" /")[2].split("/")
    if parts[0] == "client":
        return frozenset({CLIENT_API, f"client_{parts[2]}"})
    if parts[1] == _KEYS_ONLY:
        return frozenset()
    own = {parts[1], _SKUS} if _SKUS in parts else {_ACTIONS.get(parts[-1], parts[1])}
    return frozenset({SERVER_API, *own})
