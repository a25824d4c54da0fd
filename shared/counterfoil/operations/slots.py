"""The slot of a new order's source_id: where the order will live, and whether it is free.

Source: protocol.md §2. The commit's condition is what decides; reading the slot beside the rest
only saves a transaction that would be refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterfoil.domain import ids
from counterfoil.operations.commits import SlotTaken
from counterfoil.storage import keys

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from counterfoil.operations.call import Call
    from counterfoil.operations.snapshots import Snapshot
    from counterfoil.storage.keys import Key
    from counterfoil.storage.marshal import Attributes


@dataclass(frozen=True, slots=True)
class Slot:
    """The place of a source_id; None names no place, and the order takes a drawn id.

    `left` tells that an order which was renamed since lives in it: the newcomer lives elsewhere,
    and its claim is an alias here.
    """

    source: str | None
    left: bool = False

    def order_id(self, call: Call) -> str:
        """The id of the order that is to be created."""
        if self.source is None or self.left:
            return call.ids.order
        return ids.order_id(call.project, self.source)

    def keys(self, call: Call) -> Iterator[Key]:
        """What must be loaded to see who is there."""
        if self.source is not None:
            yield keys.order(call.project, ids.order_id(call.project, self.source))

    def require_free(self, call: Call, snapshot: Snapshot, items: Mapping[Key, Attributes]) -> None:
        """Raises SlotTaken when `items` show what the commit would be refused by."""
        for key in self.keys(call):
            item = items.get(key, {})
            claimed = "alias" in item or item.get("src") == self.source
            if claimed or ("st" in item and not self.left):
                snapshot.put_back(items)
                raise SlotTaken(item)
