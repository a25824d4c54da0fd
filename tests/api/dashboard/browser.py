"""A browser without scripts: it keeps cookies, reads forms, and follows what it is told to."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from local.http_messages import HttpRequest, HttpResponse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.gateway import Gateway

HOST: Final = "dash.example"
LOOPBACK: Final = "127.0.0.1:8000"
POLICY: Final = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
DIRECTIVES: Final = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
}
# What the policy forbids anyway: nothing of a page may need it.
INLINE: Final = re.compile(
    r"<style|<script(?![^>]*\ssrc=)|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE
)
VISIBLE_TEXT: Final = re.compile(r">[^<]*<")


class _Texts(HTMLParser):
    """The text of a page, and the tags that it has."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.token = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.add(tag)
        if tag == "a":
            self.links.append(given.get("href") or "")
        if tag == "input" and given.get("name") == "token":
            self.token = given.get("value") or ""

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


@dataclass(frozen=True)
class Page:
    """An answer of the dashboard."""

    answer: HttpResponse

    @property
    def status(self) -> int:
        return self.answer.status

    @property
    def location(self) -> str:
        """Where it leads to."""
        return self.answer.header("location") or ""

    @property
    def html(self) -> str:
        return self.answer.body.decode()

    @property
    def _read(self) -> _Texts:
        read = _Texts()
        read.feed(self.html)
        return read

    @property
    def text(self) -> str:
        """What is to be read, with single spaces."""
        return " ".join(" ".join(self._read.texts).split())

    @property
    def links(self) -> list[str]:
        return self._read.links

    @property
    def tags(self) -> set[str]:
        return self._read.tags

    @property
    def token(self) -> str:
        """What its forms bring."""
        return self._read.token


@dataclass
class Browser:
    """Whoever sits at it; every answer is held to the policy."""

    gateway: Gateway
    host: str = HOST
    address: str = "198.51.100.7"
    cookies: dict[str, str] = field(default_factory=dict)
    set: list[str] = field(default_factory=list)
    token: str = ""

    def get(self, path: str, **headers: str) -> Page:
        """The page at `path`, not followed any further."""
        return self.send("GET", path, b"", {"sec-fetch-site": "none", **_named(headers)})

    def follow(self, path: str) -> Page:
        """The page that `path` leads to in the end."""
        page = self.get(path)
        while page.status == 303:
            page = self.get(page.location)
        return page

    def post(self, path: str, fields: Mapping[str, str], **headers: str) -> Page:
        """The answer to a form of the page that was seen last."""
        body = urlencode({"token": self.token, **fields}).encode()
        sent = {
            "content-type": "application/x-www-form-urlencoded",
            "sec-fetch-site": "same-origin",
            **_named(headers),
        }
        return self.send("POST", path, body, sent)

    def send(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Page:
        """The answer to exactly that."""
        target = path if path.startswith("/dashboard") else f"/dashboard/{path}"
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        known = {"host": self.host, "accept": "text/html", **({"cookie": cookie} if cookie else {})}
        request = HttpRequest(method, target, {**known, **headers}, body, self.address)
        page = Page(self.gateway.handle(request))
        self._keep(page)
        require_policy(page)
        return page

    def sign_in(self, key: str, secret: str, to: str = "") -> Page:
        """The answer to the form of the sign-in, filled in."""
        self.get("sign-in")
        return self.post("sign-in", {"key": key, "secret": secret, "to": to})

    def _keep(self, page: Page) -> None:
        self.set = [value for name, value in page.answer.headers if name.lower() == "set-cookie"]
        for each in self.set:
            pair, *attributes = each.split("; ")
            name, _, value = pair.partition("=")
            if "Max-Age=0" in attributes:
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = value
        if page.answer.body and (page.answer.header("content-type") or "").startswith("text/html"):
            self.token = page.token or self.token


def require_policy(page: Page) -> None:
    """Every answer has the policy, and no page has what it forbids."""
    answer = page.answer
    directives = (answer.header("content-security-policy") or "").split("; ")
    assert set(directives) == DIRECTIVES, (page.status, answer.headers)
    assert {name: answer.header(name) for name in POLICY} == POLICY
    kind = answer.header("content-type") or ""
    if "/static/" not in (answer.header("x-path") or "") and "immutable" not in (
        answer.header("cache-control") or ""
    ):
        assert answer.header("cache-control") == "no-store"
    if kind.startswith("text/html"):
        found = INLINE.search(VISIBLE_TEXT.sub("><", page.html))
        assert found is None, page.html[max(0, found.start() - 80) : found.end() + 80]


def _named(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}
