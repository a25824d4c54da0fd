"""A request and a response, free of the server that carries them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Self
from urllib.parse import unquote

Headers = tuple[tuple[str, str], ...]


def phrase(status: int) -> str:
    """The words for a status; empty for one that HTTP does not know."""
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return "Request Entity Too Large"  # Python 3.13 calls it Content Too Large
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def decoded(text: str) -> str:
    """`text` percent-decoded once; raises UnicodeDecodeError where the bytes are not UTF-8."""
    return unquote(text, errors="strict")


@dataclass(frozen=True)
class HttpRequest:
    """`target` is the request line's: path and query, still percent-encoded."""

    method: str
    target: str
    headers: Headers | Mapping[str, str] = ()
    body: bytes = b""
    source_ip: str = "127.0.0.1"

    @property
    def path(self) -> str:
        """The path, still percent-encoded."""
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        """The query, still percent-encoded, without its question mark."""
        return self.target.partition("?")[2]

    def joined_headers(self) -> dict[str, str]:
        """Names in lower case; a repeated header has its values joined by commas."""
        pairs = self.headers.items() if isinstance(self.headers, Mapping) else self.headers
        joined: dict[str, str] = {}
        for name, value in pairs:
            key = name.lower()
            joined[key] = f"{joined[key]},{value}" if key in joined else value
        return joined


@dataclass(frozen=True)
class HttpResponse:
    """`headers` in the order in which they are sent; `Set-Cookie` may be there more than once."""

    status: int
    headers: Headers
    body: bytes

    def header(self, name: str) -> str | None:
        """The first value of a header; upper and lower case are the same."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)

    @classmethod
    def message(cls, status: int, text: str) -> Self:
        """API Gateway's own answers: `{"message": text}`."""
        return cls.json(status, {"message": text})

    @classmethod
    def refusal(cls, status: HTTPStatus, message: str) -> Self:
        """What the server refuses before any function sees it."""
        return cls.json(
            status, {"statusCode": int(status), "error": phrase(status), "message": message}
        )

    @classmethod
    def json(cls, status: int, body: Mapping[str, str | int]) -> Self:
        """A compact JSON body."""
        encoded = json.dumps(body, separators=(",", ":")).encode()
        return cls(int(status), (("Content-Type", "application/json"),), encoded)
