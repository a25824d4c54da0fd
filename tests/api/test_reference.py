"""The reference is served to anybody, as it was made, and its page may do nothing."""

import base64
import hashlib
import json
import re
from html.parser import HTMLParser

import pytest

from local.template import ROOT
from tests.api.client import Api


class Page(HTMLParser):
    """The anchors, links and tags of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.ids: list[str] = []
        self.links: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            self.attributes.add(name)
            if name == "id":
                self.ids.append(value or "")
            if name == "href":
                self.links.add(value or "")


@pytest.fixture
def page(api: Api) -> Page:
    return Page(api.send("GET", "/reference/index.html", b"", {}).body.decode())


@pytest.mark.parametrize("name", ["openapi.json", "postman_collection.json"])
def test_a_document_is_served_as_it_lies_in_docs_to_pages_of_any_origin(
    api: Api, name: str
) -> None:
    reply = api.send("GET", f"/reference/{name}", b"", {})

    assert reply.status == 200
    assert reply.body == (ROOT / "docs" / name).read_bytes()
    assert reply.headers["content-type"] == "application/json"
    assert reply.headers["access-control-allow-origin"] == "*"


def test_the_page_may_do_nothing_but_show_its_own_style(api: Api) -> None:
    reply = api.send("GET", "/reference/index.html", b"", {})

    (style,) = re.findall(rb"<style>(.*?)</style>", reply.body, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style).digest()).decode()
    assert reply.headers["content-type"] == "text/html; charset=utf-8"
    assert reply.headers["content-security-policy"] == (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    )
    assert reply.headers["x-content-type-options"] == "nosniff"


def test_the_page_needs_nothing_from_elsewhere(page: Page) -> None:
    assert not page.tags & {"script", "link", "img", "iframe", "form", "object"}
    assert not {name for name in page.attributes if name.startswith("on") or name == "style"}
    assert {each for each in page.links if not each.startswith("#")} == {
        "openapi.json",
        "postman_collection.json",
    }


def test_every_operation_and_schema_has_an_anchor_and_every_link_leads_to_one(page: Page) -> None:
    document = json.loads((ROOT / "docs" / "openapi.json").read_text("utf-8"))
    operations = {it["operationId"] for path in document["paths"].values() for it in path.values()}

    assert operations | {f"schema-{it}" for it in document["components"]["schemas"]} <= {*page.ids}
    assert len(page.ids) == len(set(page.ids))
    assert {each[1:] for each in page.links if each.startswith("#")} <= {*page.ids}


@pytest.mark.parametrize("name", ["..%2Freference.py", "index", "reference.py"])
def test_nothing_else_is_served(api: Api, name: str) -> None:
    assert api.send("GET", f"/reference/{name}", b"", {}).status == 404
