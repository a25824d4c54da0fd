"""The envelope of lists, and how far their pages go (domain.md §2.0, §10.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from counterfoil.api.response import Response, json_response

if TYPE_CHECKING:
    from collections.abc import Iterable

    from counterfoil.api.orders import Document

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
