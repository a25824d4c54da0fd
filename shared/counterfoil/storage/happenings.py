"""Event items as the table's stream hands them over, read for what webhooks tell of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from counterfoil.domain.occurrences import Happening
from counterfoil.storage.marshal import Attributes, plain_item, text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from counterfoil.storage.marshal import Typed

# An image holds more, bodies among it, which the stream spells otherwise than the table.
_READ: Final = ("pk", "sk", "kind", "at", "red")
# Nobody is told of what an import did (domain.md §3.7).
_UNTOLD: Final = "imp"
_PARTITION: Final = re.compile(r"([^#]+)#([OR]#[^#]+)")
_EVENT: Final = re.compile(r"E(?:#([0-9]{8}))?")


def happening(image: Mapping[str, Typed]) -> Happening | None:
    """What the event item of `image` tells; None for an item that is none or tells nobody."""
    item = plain_item({name: image[name] for name in _READ if name in image})
    partition = _PARTITION.fullmatch(str(item.get("pk")))
    event = _EVENT.fullmatch(str(item.get("sk")))
    if partition is None or event is None or "at" not in item or _UNTOLD in image:
        return None
    project, subject = partition.groups()
    return Happening(
        project=project,
        subject=subject,
        version=int(event[1] or "0"),
        at=text(item["at"]),
        kinds=_texts(item),
        record_id=text(item["red"]) if "red" in item else None,
    )


def _texts(item: Attributes) -> tuple[str, ...]:
    kinds = item.get("kind", [])
    return tuple(map(text, kinds)) if isinstance(kinds, list) else ()
