"""Reads the head of an HTTP/1.1 request; what is malformed is refused, never guessed."""

import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final
from urllib.parse import quote_from_bytes

from local.http_messages import Headers

TOKEN: Final = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
TARGET: Final = re.compile(rb"(?:https?://[^/?#\s]*)?((?:/|\?)[!-~\x80-\xff]*)?", re.IGNORECASE)
DIGITS: Final = re.compile(r"[0-9]{1,18}")
VERSIONS: Final = {b"HTTP/1.0", b"HTTP/1.1"}
PRINTABLE: Final = bytes(range(0x21, 0x7F))
CONTROL: Final = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")


class RefusedError(Exception):
    """Raised for a request that the server answers itself, after which it closes."""

    def __init__(self, status: HTTPStatus, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


def malformed(message: str) -> RefusedError:
    """The refusal of a request that is not HTTP/1.1."""
    return RefusedError(HTTPStatus.BAD_REQUEST, message)


@dataclass(frozen=True)
class Head:
    """Request line and headers; `length` is None when the body comes in chunks."""

    method: str
    target: str
    headers: Headers
    length: int | None
    expects_continue: bool
    keeps_alive: bool


def parse_head(head: bytes) -> Head:
    """`head` is everything before the empty line, without the line ends that close it."""
    request_line, *lines = head.split(b"\r\n")
    method, target, version = _request_line(request_line)
    headers = tuple(_header(line) for line in lines)
    is_current = version == b"HTTP/1.1"
    if is_current and len(_values(headers, "host")) != 1:
        raise malformed("a request needs exactly one Host header")
    expect = ",".join(_values(headers, "expect")).lower()
    if expect and expect != "100-continue":
        raise RefusedError(HTTPStatus.EXPECTATION_FAILED, f"Expect: {expect} is not supported")
    connection = {
        part.strip()
        for value in _values(headers, "connection")
        for part in value.lower().split(",")
    }
    return Head(
        method=method,
        target=target,
        headers=headers,
        length=_length(headers),
        expects_continue=bool(expect) and is_current,
        keeps_alive="close" not in connection and (is_current or "keep-alive" in connection),
    )


def _request_line(line: bytes) -> tuple[str, str, bytes]:
    parts = line.split(b" ")
    if len(parts) != len(("method", "target", "version")) or not TOKEN.fullmatch(parts[0]):
        raise malformed("the request line is malformed")
    method, target, version = parts
    if version not in VERSIONS:
        raise RefusedError(HTTPStatus.HTTP_VERSION_NOT_SUPPORTED, "only HTTP/1.1 is supported")
    found = TARGET.fullmatch(target) if target else None
    if found is None:
        raise malformed("the request target is malformed")
    # Some clients send UTF-8 as it is: from here on it is percent-encoded like the rest.
    path = quote_from_bytes((found[1] or b"/").partition(b"#")[0], safe=PRINTABLE)
    return method.decode("ascii"), path if path.startswith("/") else f"/{path}", version


def _header(line: bytes) -> tuple[str, str]:
    name, colon, value = line.partition(b":")
    if not colon or not TOKEN.fullmatch(name) or CONTROL.search(value):
        raise malformed("a header line is malformed")
    stripped = value.strip(b" \t")
    try:
        return name.decode("ascii"), stripped.decode("utf-8")
    except UnicodeDecodeError:
        return name.decode("ascii"), stripped.decode("latin-1")


def _values(headers: Headers, wanted: str) -> list[str]:
    return [value for name, value in headers if name.lower() == wanted]


def _length(headers: Headers) -> int | None:
    """Refuses what two readers could understand differently: two lengths, or length and chunks."""
    lengths = set(_values(headers, "content-length"))
    encodings = [value.lower() for value in _values(headers, "transfer-encoding")]
    if not encodings:
        if len(lengths) > 1 or not all(DIGITS.fullmatch(length) for length in lengths):
            raise malformed("Content-Length is malformed")
        return int(lengths.pop()) if lengths else 0
    if lengths:
        raise malformed("a request has either Content-Length or Transfer-Encoding")
    if encodings != ["chunked"]:
        raise RefusedError(HTTPStatus.NOT_IMPLEMENTED, "only Transfer-Encoding: chunked is known")
    return None
