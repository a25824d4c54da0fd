"""The redemptions and rollbacks of one order, successful and refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from counterfoil.domain import ids
from counterfoil.domain.records import Result
from counterfoil.domain.timestamps import iso
from counterfoil.operations.lists import Paging
from counterfoil.operations.redemption_lists import RedemptionsWanted, list_redemptions
from counterfoil.storage import keys, records

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from counterfoil.domain.orders import Order, RedemptionEntry
    from counterfoil.domain.records import Record
    from counterfoil.operations.call import Call
    from counterfoil.storage.keys import Key

# A refused redemption is no part of its order: it is looked for among so many of the newest.
LOOKED_AT: Final = 100


def of_order(call: Call, order: Order) -> dict[str, Record]:
    """The records that the order remembers, children and rollbacks included, by id."""
    wanted = [key for entry in order.redemptions for key in _keys(call, entry)]
    items = call.store.get_all(wanted)
    return {each.id: each for each in records.decoded(items.values())}


def refused(call: Call, order: Order) -> Sequence[Record]:
    """Redemptions that were refused on the order since it is there, of the newest 100 of its
    customer, or of all when it has none.
    """
    paging = Paging(limit=LOOKED_AT, page=1, order="-created_at")
    wanted = RedemptionsWanted(paging, customer=order.customer_id, after=iso(order.created_at))
    found = list_redemptions(call, wanted).entries
    return [each for each in found if each.result is Result.FAILURE and each.order_id == order.id]


def _keys(call: Call, entry: RedemptionEntry) -> Iterator[Key]:
    for name in (entry.id, *entry.stacked):
        root = ids.record_root(name)
        if root is None:
            continue
        index = int(name[-2:], 16)
        yield keys.record_at(call.project, root, index, undoes=False)
        if entry.rollback_id is not None:
            yield keys.record_at(call.project, root, index, undoes=True)
