"""What tells browsers that pages of another origin may call `/client/v1` (domain.md §2.0).

A preflight carries no key, so it cannot know the project's whitelist: it is answered alike for
every origin, and reveals nothing. The request that follows is held to the whitelist of its key;
without `Access-Control-Allow-Origin` in that answer, the browser keeps it from the page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from counterfoil.api.response import Response

if TYPE_CHECKING:
    from collections.abc import Mapping

    from counterfoil.api.event import Event

_ALLOWED_HEADERS: Final = (
    "Authorization",
    "Content-Type",
    "Idempotency-Key",
    "X-Client-Application-Id",
    "X-Client-Token",
    "X-Voucherify-API-Version",
    "X-Voucherify-Channel",
)
_EXPOSED_HEADERS: Final = ("Idempotency-Replayed", "X-Order-Session", "X-Request-Id")
_KEPT_SECONDS: Final = 7200  # as long as a browser keeps it at most


def readable_by(origin: str | None) -> Mapping[str, str]:
    """The headers of an answer that pages of `origin` may read."""
    if origin is None:
        return {}
    return {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Expose-Headers": ", ".join(_EXPOSED_HEADERS),
        "Vary": "Origin",
    }


def preflight(event: Event) -> Response:
    """204 with what may be sent; without an origin there is nothing to allow."""
    headers = {name.lower(): value for name, value in event.get("headers", {}).items()}
    origin = headers.get("origin")
    if origin is None:
        return Response(204)
    allowed = {
        "Access-Control-Allow-Methods": "GET, POST",
        "Access-Control-Allow-Headers": ", ".join(_ALLOWED_HEADERS),
        "Access-Control-Max-Age": str(_KEPT_SECONDS),
    }
    return Response(204, None, {**readable_by(origin), **allowed})
