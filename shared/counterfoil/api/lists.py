"""The envelope of lists, and how far their pages go (domain.md §2.0, §10.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

from counterfoil.api.response import Response, json_response

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from counterfoil.api.orders import Document
    from counterfoil.operations.lists import Page

T = TypeVar("T")

ORDER_PAGES: Final = 100
PAGES: Final = 99


def list_answer(
    name: str, documents: Iterable[Document], total: int, *, has_more: bool | None = None
) -> Response:
    """200 with a page, under the name that `data_ref` tells; few lists tell whether more follow."""
    document: Document = {"object": "list", "data_ref": name, name: list(documents), "total": total}
    if has_more is not None:
        document["has_more"] = has_more
    return json_response(200, document)


def page_answer(name: str, page: Page[T], document_of: Callable[[T], Document]) -> Response:
    """200 with a page of a list that can be gone on with, by the cursor that it tells."""
    shown = [document_of(each) for each in page.entries]
    document: Document = {"object": "list", "data_ref": name, name: shown, "total": page.total}
    return json_response(200, document | following(page))


def following(page: Page[T]) -> Document:
    """Whether there is more, and the cursor that leads to it."""
    if page.next_cursor is None:
        return {"has_more": False}
    return {"has_more": True, "next_cursor": page.next_cursor}
