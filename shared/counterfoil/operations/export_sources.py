"""Where the lines of an export come from: lists, walked in order of creation, some at a time.

What has no list of its own (SKUs, transactions of gift cards) is found beside what has one. What is
read is strongly consistent; the lists lag a moment behind.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING, Final

from counterfoil.domain import export_facts
from counterfoil.domain.timestamps import iso
from counterfoil.operations import families, gift_cards
from counterfoil.storage import customers, history, keys, orders, products, records, vouchers
from counterfoil.storage.lists import Place, Stretch, Walk, key_of
from counterfoil.storage.marshal import text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from counterfoil.domain.customers import Summary
    from counterfoil.domain.export_facts import Facts
    from counterfoil.domain.exports import Export
    from counterfoil.operations.call import Call

    # What the lines tell of the things that some entries of a list stand for.
    Read = Callable[[Call, Export, Sequence[keys.Key]], Iterator[Facts]]

# An order may say that it was created some minutes from now.
_AHEAD: Final = timedelta(minutes=10)
_LAST_ORDER: Final = ("orders_last_order_amount", "orders_last_order_date")
_AT_ONCE: Final = 2000


@dataclass(frozen=True, slots=True)
class Source:
    """A list by its kind, and what is made of `some` entries of it.

    Lines are `in_order` of their creation when there is one for each entry.
    """

    kind: str
    read: Read
    some: int = 100
    in_order: bool = True

    def walk(
        self, call: Call, export: Export, reached: tuple[str, str] | None, *, newest_first: bool
    ) -> Walk:
        """The way along the list, beyond what has been `reached`."""
        project = call.project
        stretch = Stretch(
            "g1",
            tuple(keys.listing(project, self.kind, shard) for shard in range(keys.SHARDS)),
            newest_first=newest_first,
            before=iso(export.created_at + _AHEAD),
            since=None if reached is None else Place(*reached),
        )
        return Walk(call.store, stretch, _AT_ONCE)


@dataclass(frozen=True, slots=True)
class Batch:
    """Some entries that were walked: how many, up to where, and their lines' facts."""

    count: int
    reached: Place
    facts: tuple[Facts, ...]


def batches(call: Call, export: Export, source: Source, walk: Walk) -> Iterator[Batch]:
    """What lies along the way, some entries at a time."""
    entries = walk.following()
    while some := tuple(islice(entries, source.some)):
        found = tuple(source.read(call, export, [key_of(entry) for entry in some]))
        yield Batch(len(some), walk.place_of(some[-1]), found)


def _orders(call: Call, _: Export, wanted: Sequence[keys.Key]) -> Iterator[Facts]:
    items = call.store.get_all(wanted)
    for key in wanted:
        found = orders.stored(items.get(key))
        if found is not None:
            yield export_facts.order_facts(found.order)


def _redemptions(call: Call, _: Export, wanted: Sequence[keys.Key]) -> Iterator[Facts]:
    """Each is read with the first of its call, which has its status."""
    firsts = [keys.first_record(key.pk) for key in wanted]
    items = call.store.get_all([*wanted, *firsts])
    found = {each.id: each for each in records.decoded(items.values())}
    for key in wanted:
        if key in items:
            yield export_facts.record_facts(found[text(items[key]["id"])])


def _vouchers(call: Call, _: Export, wanted: Sequence[keys.Key]) -> Iterator[Facts]:
    for found in _stored_vouchers(call, wanted):
        yield export_facts.voucher_facts(found.voucher, found.counter)


def _transactions(call: Call, _: Export, wanted: Sequence[keys.Key]) -> Iterator[Facts]:
    for found in _stored_vouchers(call, wanted):
        if found.voucher.gift is not None:
            for moved in gift_cards.all_of(call, found):
                yield export_facts.transaction_facts(moved)


def _stored_vouchers(call: Call, wanted: Sequence[keys.Key]) -> Iterator[vouchers.Stored]:
    names = _names(wanted)
    items = call.store.get_all(vouchers.keys_of(call.project, names))
    for name in names:
        found = vouchers.stored(items, call.project, name)
        if found is not None and not found.deleted:
            yield found


def _customers(call: Call, export: Export, wanted: Sequence[keys.Key]) -> Iterator[Facts]:
    """With their newest orders where these are asked for, which is a query each."""
    lives = [keys.lifetime(call.project, name) for name in _names(wanted)]
    items = call.store.get_all([*wanted, *lives])
    asks = not {*_LAST_ORDER}.isdisjoint(_asked(export))
    for key, life in zip(wanted, lives, strict=True):
        found = customers.stored(items.get(key))
        if found is not None and not found.customer.deleted:
            summary = history.totals(items.get(life))
            shown = _with_last_order(call, found.customer.id, summary) if asks else summary
            yield export_facts.customer_facts(found.customer, shown)


def _with_last_order(call: Call, customer_id: str, summary: Summary) -> Summary:
    if not summary.orders_count:
        return summary
    found = history.newest(call.store, call.project, customer_id)
    if not found:
        return summary
    last = found[0]
    return replace(summary, last_order_amount=last.amount, last_order_date=last.created_at)


def _asked(export: Export) -> set[str]:
    """The fields that the lines or the filters look at."""
    return {*export.parameters.fields, *(export.parameters.filters or {})}


def _products(call: Call, _: Export, wanted: Sequence[keys.Key]) -> Iterator[Facts]:
    items = call.store.get_all(wanted)
    for key in wanted:
        found = products.stored(items.get(key))
        if found is not None:
            yield export_facts.product_facts(found.product)


def _skus(call: Call, _: Export, wanted: Sequence[keys.Key]) -> Iterator[Facts]:
    for name in _names(wanted):
        for sku in families.skus_of(call, name):
            yield export_facts.sku_facts(sku)


def _names(wanted: Sequence[keys.Key]) -> list[str]:
    return [key.pk.rpartition("#")[2] for key in wanted]


SOURCES: Final[Mapping[str, Source]] = {
    "order": Source("O", _orders),
    "redemption": Source("R", _redemptions, some=50),
    "voucher": Source("V", _vouchers, some=50),
    "voucher_transactions": Source("V", _transactions, some=10, in_order=False),
    "customer": Source("C", _customers, some=50),
    "product": Source("K", _products),
    "sku": Source("K", _skus, some=10, in_order=False),
}
