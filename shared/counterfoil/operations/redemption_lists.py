"""Lists of redemptions and rollbacks: all, a customer's, a voucher's (domain.md §2.3, §10.3).

Each follows its own index (docs/decisions/0007). What the index cannot tell is asked of the
records themselves, of 10,000 at most: the newest, unless the oldest are asked for first.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from counterfoil.domain import ids
from counterfoil.domain.filters import Filters
from counterfoil.operations import named_vouchers, people
from counterfoil.operations.lists import Page, Paging
from counterfoil.storage import keys, records
from counterfoil.storage.lists import BOUND, Stretch, Walk, key_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from counterfoil.domain.records import Record
    from counterfoil.operations.call import Call
    from counterfoil.storage.marshal import Attributes
    from counterfoil.storage.vouchers import Stored

# As many entries as one BatchGet holds; the firsts of stacks may take another.
_CHUNK: Final = 100
# Beyond so many vouchers, their partitions cost more than the walk through all.
_PARTITIONS: Final = 20


@dataclass(frozen=True, slots=True)
class RedemptionsWanted:
    """Which redemptions and rollbacks; times in ISO form, both excluded."""

    paging: Paging
    customer: str | None = None
    after: str | None = None
    before: str | None = None
    filters: Filters = field(default_factory=Filters)


@dataclass(frozen=True, slots=True)
class VoucherRedemptionsWanted:
    """The redemptions of the voucher that `name`, a code or id, stands for."""

    name: str
    paging: Paging


@dataclass(frozen=True, slots=True)
class VoucherRedemptions:
    """A voucher and one page of its redemptions."""

    voucher: Stored
    page: Page[Record]


def list_redemptions(call: Call, wanted: RedemptionsWanted) -> Page[Record]:
    """One page of redemptions and rollbacks, successful and failed.

    With filters, or in another order than that of time, 10,000 are looked through, the newest
    unless the order is `created_at`.
    """
    paging = wanted.paging
    stretch = _stretch(call, wanted)
    if not wanted.filters and paging.sorted_by == "created_at":
        return _page(call, stretch, paging)
    walk = Walk(call.store, stretch, BOUND)
    entries = walk.entries(0, BOUND)
    found = [each for each in _records(call, entries) if wanted.filters.hold(facts_of(each))]
    if paging.sorted_by != "created_at":
        found.sort(
            key=lambda record: (facts_of(record)[paging.sorted_by] or "", record.id),
            reverse=paging.descending,
        )
    return Page(tuple(found[paging.start : paging.stop]), len(found))


def list_voucher_redemptions(call: Call, wanted: VoucherRedemptionsWanted) -> VoucherRedemptions:
    """One voucher's redemptions and rollbacks. Raises NotFound."""
    voucher = named_vouchers.get(call, wanted.name)
    partition = keys.voucher_redemptions(call.project, voucher.voucher.id)
    stretch = Stretch("g2", (partition,), newest_first=wanted.paging.descending)
    return VoucherRedemptions(voucher, _page(call, stretch, wanted.paging))


def facts_of(record: Record) -> dict[str, str | None]:
    """What filters and orders may ask of a record; users are unknown so far."""
    use = record.use
    voucher = None if use is None else use.voucher
    campaign = None if use is None else use.campaign
    return {
        "id": record.id,
        "object": record.object,
        "result": record.result.value,
        "failure_code": record.failure_code,
        "customer_id": record.customer_id,
        "tracking_id": record.tracking_id,
        "voucher_code": None if voucher is None else voucher.code,
        "related_object_id": record.related_object_id,
        "related_object_parent_id": None if use is None else use.definition.campaign_id,
        "parent_redemption_id": record.parent_id,
        "campaign_name": None if campaign is None else campaign.name,
        "user_login": None,
    }


def _stretch(call: Call, wanted: RedemptionsWanted) -> Stretch:
    """The narrowest list that has all that is wanted."""
    by_time = wanted.paging.sorted_by == "created_at"
    newest_first = wanted.paging.descending or not by_time
    index, partitions = _partitions(call, wanted)
    return Stretch(index, partitions, newest_first, wanted.after, wanted.before)


def _partitions(call: Call, wanted: RedemptionsWanted) -> tuple[str, tuple[str, ...]]:
    project = call.project
    if wanted.customer is not None:
        names = people.names(call, wanted.customer)
        return "g3", tuple(keys.customer_redemptions(project, name) for name in names)
    codes = wanted.filters.exactly("voucher_code")
    if codes and len(codes) <= _PARTITIONS:
        ids_of_codes = {ids.voucher_id(project, code) for code in codes}
        return "g2", tuple(keys.voucher_redemptions(project, each) for each in ids_of_codes)
    return "g1", tuple(keys.listing(project, "R", shard) for shard in range(keys.SHARDS))


def _page(call: Call, stretch: Stretch, paging: Paging) -> Page[Record]:
    walk = Walk(call.store, stretch, paging.stop)
    shown = tuple(_records(call, walk.entries(paging.start, paging.stop)))
    return Page(shown, walk.total())


def _records(call: Call, entries: Sequence[Attributes]) -> Iterator[Record]:
    """The records of `entries`, each read with the first of its call, which has its status."""
    for place in range(0, len(entries), _CHUNK):
        wanted = [key_of(entry) for entry in entries[place : place + _CHUNK]]
        firsts = [keys.first_record(key.pk) for key in wanted]
        items = call.store.get_all([*wanted, *firsts], consistent=False)
        found = {each.id: each for each in records.decoded(items.values())}
        for key in wanted:
            record = found.get(_record_id(items.get(key)))
            if record is not None:
                yield record


def _record_id(item: Attributes | None) -> str:
    return "" if item is None else str(item["id"])
