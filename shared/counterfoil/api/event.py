"""The parts of API Gateway's event that are read here (HTTP API, payload format 2.0)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NotRequired, Protocol, TypedDict

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Http(TypedDict):
    """The request line, and where it came from."""

    method: str
    sourceIp: NotRequired[str]


class RequestContext(TypedDict):
    """What the gateway knows beside the request."""

    http: Http


class Event(TypedDict):
    """One request; path and path parameters come percent-decoded, the query does not."""

    routeKey: str
    rawPath: str
    rawQueryString: str
    headers: Mapping[str, str]
    cookies: NotRequired[list[str]]
    requestContext: RequestContext
    pathParameters: NotRequired[Mapping[str, str]]
    body: NotRequired[str]
    isBase64Encoded: NotRequired[bool]


class Invocation(Protocol):
    """What Lambda passes beside the event."""

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the function is killed."""


class Answer(TypedDict):
    """What a function returns."""

    statusCode: int
    headers: Mapping[str, str]
    body: str
    isBase64Encoded: bool
    cookies: NotRequired[list[str]]


if TYPE_CHECKING:
    Handler = Callable[[Event, Invocation], Answer]
