"""What every answer under `/dashboard` carries, be it a redirect, a refusal or an error.

It imports nothing, for the fallback carries it too where a path is none of the dashboard's.
"""

from __future__ import annotations

from typing import Final

HOME: Final = "/dashboard"
_CONTENT: Final = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
)
POLICY: Final = {
    "Content-Security-Policy": "; ".join(_CONTENT),
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    # Not no-referrer: a form would then be sent with `Origin: null`, which tells nothing.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "X-Robots-Tag": "noindex",
}
NEVER_KEPT: Final = {"Cache-Control": "no-store"}
KEPT: Final = {"Cache-Control": "public, max-age=31536000, immutable"}


def policy_of(path: str) -> dict[str, str]:
    """The policy for an answer to `path`; nothing outside the dashboard."""
    inside = path == HOME or path.startswith(f"{HOME}/")
    return {**POLICY, **NEVER_KEPT} if inside else {}
