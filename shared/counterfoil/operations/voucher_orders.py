"""The orders that a voucher was redeemed on, in the order of its redemptions.

They follow the voucher's own list of redemptions (docs/decisions/0007). An order on which it was
redeemed more than once is shown at the first of these that the list meets.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from counterfoil.domain import ids
from counterfoil.domain.records import Result
from counterfoil.domain.timestamps import iso
from counterfoil.operations.list_pages import Course
from counterfoil.storage import keys, orders, records
from counterfoil.storage.lists import Stretch, key_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from counterfoil.domain.list_cursors import Listing
    from counterfoil.domain.orders import Order, RedemptionEntry
    from counterfoil.domain.records import Record
    from counterfoil.operations.call import Call
    from counterfoil.operations.lists import Paging
    from counterfoil.storage.keys import Key
    from counterfoil.storage.marshal import Attributes

# What is longer, or of other letters, is no id of a voucher, and would be no key either.
_LONGEST_ID: Final = 64


def course(
    call: Call, listing: Listing, paging: Paging, name: str, fits: Callable[[Order], bool]
) -> Course[Order]:
    """The orders that fit, of those that the voucher `name`, a code or id, was redeemed on."""
    is_id = name.startswith(ids.VOUCHER) and name.isascii() and len(name) <= _LONGEST_ID
    wanted = frozenset([*([name] if is_id else []), ids.voucher_id(call.project, name)])
    partitions = tuple(keys.voucher_redemptions(call.project, each) for each in sorted(wanted))
    stretch = Stretch("g2", partitions, paging.descending)
    reader = _Reader(call, wanted, fits, newest_first=paging.descending)
    return Course(call, listing, paging, stretch, reader.read)


class _Reader:
    """Turns redemptions of the vouchers into their orders, each order once."""

    def __init__(
        self,
        call: Call,
        vouchers: frozenset[str],
        fits: Callable[[Order], bool],
        *,
        newest_first: bool,
    ) -> None:
        self._call = call
        self._vouchers = vouchers
        self._fits = fits
        self._first = max if newest_first else min

    def read(self, entries: Sequence[Attributes]) -> list[Order | None]:
        """The order of each entry; None for what is no redemption, or shown elsewhere."""
        wanted = [key_of(entry) for entry in entries]
        found = self._items(wanted)
        by_key = {key: next(iter(records.decoded([item])), None) for key, item in found.items()}
        of_records = [by_key.get(key) for key in wanted]
        known = self._orders(of_records)
        uses = self._uses(known.values())
        return [self._shown(record, known, uses) for record in of_records]

    def _shown(
        self,
        record: Record | None,
        known: Mapping[str, Order],
        uses: Mapping[str, list[tuple[str, str]]],
    ) -> Order | None:
        order = None if record is None else known.get(record.order_id or "")
        if record is None or order is None or not self._fits(order):
            return None
        places = uses.get(order.id)
        # What the order does not list was no redemption that succeeded.
        here = (iso(record.date), record.id)
        return order if places and self._first(places) == here else None

    def _orders(self, of_records: Sequence[Record | None]) -> dict[str, Order]:
        wanted = {
            each.order_id
            for each in of_records
            if each is not None and each.result is Result.SUCCESS and not each.is_rollback
        }
        named = [keys.order(self._call.project, each) for each in sorted(filter(None, wanted))]
        found = (orders.stored(item) for item in self._items(named).values())
        return {each.order.id: each.order for each in found if each is not None}

    def _uses(self, known: Iterable[Order]) -> dict[str, list[tuple[str, str]]]:
        """Of each order, when and by which redemptions the vouchers were redeemed on it."""
        entries = [(order.id, entry) for order in known for entry in order.redemptions]
        children = self._children([entry for _, entry in entries])
        uses: dict[str, list[tuple[str, str]]] = {}
        for order_id, entry in entries:
            for name in entry.stacked or (entry.id,):
                voucher = children.get(name) if entry.stacked else entry.related_object_id
                if voucher in self._vouchers:
                    uses.setdefault(order_id, []).append((iso(entry.date), name))
        return uses

    def _children(self, entries: Sequence[RedemptionEntry]) -> dict[str, str]:
        """What each redemption of a stack was of."""
        wanted = [
            keys.records_named(self._call.project, name)[1]
            for entry in entries
            for name in entry.stacked
        ]
        items = self._items(wanted).values()
        return {str(item["id"]): str(item["rel"]) for item in items}

    def _items(self, wanted: Sequence[Key]) -> dict[Key, Attributes]:
        return self._call.store.get_all(wanted, consistent=False)
