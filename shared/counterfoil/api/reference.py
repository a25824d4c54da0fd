"""The reference of the API, as `make openapi` wrote it beside this module: read, not made, here."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from counterfoil.api.errors import UnknownPath
from counterfoil.api.response import JSON, Response

if TYPE_CHECKING:
    from collections.abc import Mapping

    from counterfoil.api.event import Event

_FOLDER: Final = Path(__file__).with_name("reference_files")
_PAGE: Final = "index.html"
_TYPES: Final = {
    _PAGE: "text/html; charset=utf-8",
    "openapi.json": JSON,
    "postman_collection.json": JSON,
}
_STYLE: Final = re.compile(rb"<style>(.*?)</style>", re.DOTALL)
_KEPT: Final = "public, max-age=300"


def reference(event: Event) -> Response:
    """200 with one of the files. Raises UnknownPath."""
    name = (event.get("pathParameters") or {}).get("file", "")
    if name not in _TYPES:
        raise UnknownPath(event["rawPath"])
    body = _read(name)
    return Response(200, body, {"Content-Type": _TYPES[name], **_headers(name, body)})


@cache
def _read(name: str) -> bytes:
    return (_FOLDER / name).read_bytes()


def _headers(name: str, body: bytes) -> Mapping[str, str]:
    """Tools of any origin may read the documents; the page may do nothing but look as it does."""
    common = {"Cache-Control": _KEPT, "X-Content-Type-Options": "nosniff"}
    if name != _PAGE:
        return {**common, "Access-Control-Allow-Origin": "*"}
    return {**common, "Content-Security-Policy": _policy(body), "Referrer-Policy": "no-referrer"}


def _policy(page: bytes) -> str:
    """Nothing from anywhere but the page's own style."""
    digests = (hashlib.sha256(style).digest() for style in _STYLE.findall(page))
    styles = " ".join(f"'sha256-{base64.b64encode(each).decode()}'" for each in digests)
    return (
        f"default-src 'none'; style-src {styles}; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    )
