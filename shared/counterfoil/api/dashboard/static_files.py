"""Styles, scripts and the icon, by names that change with what is in them."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Final

from counterfoil.api.dashboard.policy import HOME, KEPT
from counterfoil.api.response import Response
from counterfoil.domain.errors import NotFound

_FOLDER: Final = Path(__file__).parent / "static"
_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}
_DIGITS: Final = 12


def address(name: str) -> str:
    """Where the file `name` is served."""
    return f"{HOME}/static/{_hashed(name)}"


def served(hashed: str) -> Response:
    """The file of that address. Raises NotFound, be it for the name of another release."""
    found = _by_hash().get(hashed)
    if found is None:
        raise NotFound("file", hashed)
    content, kind = found
    return Response(200, content, {**KEPT, "Content-Type": kind})


@cache
def _hashed(name: str) -> str:
    path = _FOLDER / name
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:_DIGITS]
    return f"{path.stem}.{digest}{path.suffix}"


@cache
def _by_hash() -> dict[str, tuple[bytes, str]]:
    return {
        _hashed(path.name): (path.read_bytes(), _TYPES[path.suffix])
        for path in sorted(_FOLDER.iterdir())
        if path.suffix in _TYPES
    }
