"""The event of one HTTP request: API Gateway HTTP API, payload format 2.0."""

import base64
from collections.abc import Mapping
from datetime import datetime
from typing import Final
from urllib.parse import parse_qsl

from pydantic import JsonValue

from local.http_messages import HttpRequest, decoded
from local.intrinsics import ACCOUNT, REGION
from local.routing import Match

Event = dict[str, JsonValue]

API_ID: Final = "local"
DOMAIN: Final = f"{API_ID}.execute-api.{REGION}.amazonaws.com"
TEXT_TYPES: Final = ("text/", "application/json", "application/javascript", "application/xml")


def build_event(request: HttpRequest, match: Match, request_id: str, now: datetime) -> Event:
    """What the function is called with; a part that the request lacks is absent, never null."""
    headers = request.joined_headers()
    cookies = headers.pop("cookie", "")
    event: Event = {
        "version": "2.0",
        "routeKey": match.route.key,
        "rawPath": decoded(request.path),
        "rawQueryString": request.query,
    }
    if cookies:
        event["cookies"] = [cookie.strip() for cookie in cookies.split(";")]
    event["headers"] = {**headers}
    if request.query:
        event["queryStringParameters"] = {**_query_parameters(request.query)}
    event["requestContext"] = _context(request, match, request_id, now)
    if match.parameters:
        event["pathParameters"] = {**match.parameters}
    return event | _body(request.body, headers.get("content-type", ""))


def _query_parameters(query: str) -> Mapping[str, str]:
    """Decoded; a name that is repeated has its values joined by commas."""
    parameters: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        parameters[name] = f"{parameters[name]},{value}" if name in parameters else value
    return parameters


def _context(request: HttpRequest, match: Match, request_id: str, now: datetime) -> JsonValue:
    return {
        "accountId": ACCOUNT,
        "apiId": API_ID,
        "domainName": DOMAIN,
        "domainPrefix": API_ID,
        "http": {
            "method": request.method,
            "path": decoded(request.path),
            "protocol": "HTTP/1.1",
            "sourceIp": request.source_ip,
            "userAgent": request.joined_headers().get("user-agent", ""),
        },
        "requestId": request_id,
        "routeKey": match.route.key,
        "stage": "$default",
        "time": now.strftime("%d/%b/%Y:%H:%M:%S %z"),
        "timeEpoch": int(now.timestamp() * 1000),
    }


def _body(body: bytes, content_type: str) -> Event:
    if not body:
        return {"isBase64Encoded": False}
    if not content_type or content_type.lower().startswith(TEXT_TYPES):
        try:
            return {"body": body.decode("utf-8"), "isBase64Encoded": False}
        except UnicodeDecodeError:
            pass  # what is not text travels encoded, whatever its header says
    return {"body": base64.b64encode(body).decode("ascii"), "isBase64Encoded": True}
