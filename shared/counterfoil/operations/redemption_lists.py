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
from counterfoil.operations.list_pages import Course, listing, page_at_hand
from counterfoil.storage import keys, records
from counterfoil.storage.lists import BOUND, Stretch, Walk, key_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from counterfoil.domain.records import Record
    from counterfoil.operations.call import Call
    from counterfoil.operations.lists import Page, Paging
    from counterfoil.storage.marshal import Attributes
    from counterfoil.storage.vouchers import Stored

# As many entries as one BatchGet holds; the firsts of stacks may take another.
_CHUNK: Final = 100
# Beyond so many vouchers, their partitions cost more than the walk through all.
_PARTITIONS: Final = 20


@dataclass(frozen=True, slots=True)
class RedemptionsWanted:
    """Which redemptions and rollbacks; times in ISO form, both excluded.

    One that is `brief` looks at 1,000 for a page, as lists of orders do.
    """

    paging: Paging
    customer: str | None = None
    after: str | None = None
    before: str | None = None
    filters: Filters = field(default_factory=Filters)
    brief: bool = False


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
    unless the order is `created_at`. Raises InvalidCursor.
    """
    paging = wanted.paging
    told = (wanted.customer, wanted.after, wanted.before, wanted.filters)
    known = listing(call, "redemptions", paging, told)
    stretch = _stretch(call, wanted)
    course = Course(call, known, paging, stretch, lambda entries: _listed(call, wanted, entries))
    if paging.sorted_by == "created_at":
        searched = course.search if wanted.brief else course.look_through
        return searched() if wanted.filters else course.page()
    entries = Walk(call.store, stretch, BOUND).entries(0, BOUND)
    found = [each for each in _listed(call, wanted, entries) if each is not None]

    def place(record: Record) -> tuple[str, str]:
        return facts_of(record)[paging.sorted_by] or "", record.id

    found.sort(key=place, reverse=paging.descending)
    return page_at_hand(known, paging, found, place)


def list_voucher_redemptions(call: Call, wanted: VoucherRedemptionsWanted) -> VoucherRedemptions:
    """One voucher's redemptions and rollbacks. Raises NotFound, and InvalidCursor."""
    voucher = named_vouchers.get(call, wanted.name)
    partition = keys.voucher_redemptions(call.project, voucher.voucher.id)
    paging = wanted.paging
    stretch = Stretch("g2", (partition,), newest_first=paging.descending)
    known = listing(call, "voucher_redemptions", paging, voucher.voucher.id)
    course = Course(call, known, paging, stretch, lambda entries: _records(call, entries))
    return VoucherRedemptions(voucher, course.page())


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


def _listed(
    call: Call, wanted: RedemptionsWanted, entries: Sequence[Attributes]
) -> list[Record | None]:
    """The record of each entry, None for one that is not wanted."""
    return [
        record if record is not None and wanted.filters.hold(facts_of(record)) else None
        for record in _records(call, entries)
    ]


def _records(call: Call, entries: Sequence[Attributes]) -> list[Record | None]:
    """The records of `entries`, each read with the first of its call, which has its status."""
    shown: list[Record | None] = []
    for place in range(0, len(entries), _CHUNK):
        wanted = [key_of(entry) for entry in entries[place : place + _CHUNK]]
        firsts = [keys.first_record(key.pk) for key in wanted]
        items = call.store.get_all([*wanted, *firsts], consistent=False)
        found = {each.id: each for each in records.decoded(items.values())}
        shown += [found.get(_record_id(items.get(key))) for key in wanted]
    return shown


def _record_id(item: Attributes | None) -> str:
    return "" if item is None else str(item["id"])
