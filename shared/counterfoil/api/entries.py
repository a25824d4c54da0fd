"""The entries of a rule's lists on the wire (domain.md §4.4.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from counterfoil.api.orders import Document
    from counterfoil.domain.item_selection import ProductEntry

_UNTOLD: Final = {"skip_initially": 0, "repeat": 1, "target": "ITEM"}


def entry_document(entry: ProductEntry) -> Document:
    """An entry; `effect` and `strict` are always there (domain.md §13), other defaults never."""
    known = entry.model_dump(mode="json", exclude_none=True)
    return {name: value for name, value in known.items() if _UNTOLD.get(name) != value}
