"""How many orders of a list have which status, as far as one request looks."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from counterfoil.operations.lists import id_of
from counterfoil.operations.order_lists import fitting, narrowest
from counterfoil.storage import keys, orders
from counterfoil.storage.lists import Walk

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from counterfoil.operations.call import Call
    from counterfoil.operations.order_lists import OrdersWanted
    from counterfoil.storage.marshal import Attributes

# Status is in no key of a list, so orders are asked for it themselves.
LOOKED: Final = 1_000


@dataclass(frozen=True, slots=True)
class Counts:
    """By status; `is_whole` is whether the list ended before so many were looked at."""

    by_status: Mapping[str, int]
    is_whole: bool

    @property
    def total(self) -> int:
        """Of all statuses."""
        return sum(self.by_status.values())


def counts_of(call: Call, wanted: OrdersWanted) -> Counts:
    """The orders that `wanted` would be without its statuses, the newest 1,000 looked at.

    Raises ValueError for a voucher's orders, whose list has no end that is known beforehand.
    """
    if wanted.voucher is not None:
        message = "the orders of a voucher are not counted"
        raise ValueError(message)
    every = replace(wanted, statuses=())
    walk = Walk(call.store, narrowest(call, every), LOOKED)
    entries = walk.entries(0, LOOKED + 1)
    found = Counter(_statuses(call, every, entries[:LOOKED]))
    return Counts(found, len(entries) <= LOOKED)


def _statuses(call: Call, wanted: OrdersWanted, entries: Sequence[Attributes]) -> Iterator[str]:
    """An order is read as a whole only where something else is asked of it too."""
    names = [keys.order(call.project, id_of(entry)) for entry in entries]
    if not wanted.filters:
        items = call.store.get_all(names, consistent=False, only=("st",))
        yield from (str(item["st"]) for item in items.values() if "st" in item)
        return
    fits = fitting(call, wanted)
    for item in call.store.get_all(names, consistent=False).values():
        found = orders.stored(item)
        if found is not None and fits(found.order):
            yield found.order.status.value
