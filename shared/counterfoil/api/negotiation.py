"""What a request says of media types: its body's, and those that its sender reads (domain.md §2.0).

Everything is answered in JSON, so an `Accept` can only agree or be refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from counterfoil.api.errors import NotAcceptable, UnsupportedContentType
from counterfoil.api.response import JSON

if TYPE_CHECKING:
    from counterfoil.api.request import Request

# From the range that says most of JSON to the one that says least: the first one sent decides.
_RANGES: Final = (JSON, "application/*", "*/*")


def require_json(request: Request) -> None:
    """Raises NotAcceptable or UnsupportedContentType.

    The official clients send no content type, or one without a body.
    """
    accept = request.header("accept")
    if accept is not None and accept.strip() and not _takes_json(accept):
        raise NotAcceptable(accept)
    content_type = request.header("content-type")
    if content_type is None or not request.body:
        return
    if media_type(content_type) != JSON:
        raise UnsupportedContentType(content_type)


def _takes_json(accept: str) -> bool:
    wanted = {media_type(each): not _is_refused(each) for each in accept.split(",")}
    return next((wanted[each] for each in _RANGES if each in wanted), False)


def media_type(declared: str) -> str:
    """What a header declares, without its parameters."""
    return declared.partition(";")[0].strip().lower()


def _is_refused(media_range: str) -> bool:
    """Whether its `q` is 0; one that cannot be read counts as 1."""
    for parameter in media_range.split(";")[1:]:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q":
            return value.strip() != "" and value.strip().rstrip("0") in {"", "0."}
    return False
