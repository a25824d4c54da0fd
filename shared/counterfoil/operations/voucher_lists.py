"""The list of vouchers (domain.md §2.6)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from counterfoil.domain import ids
from counterfoil.domain.list_cursors import Cursor
from counterfoil.domain.timestamps import iso
from counterfoil.domain.voucher_filters import values_of, voucher_filter
from counterfoil.operations.list_pages import Course, listing, page_at_hand
from counterfoil.operations.lists import Page, Paging, Times, id_at, id_of, stretch_of
from counterfoil.storage import campaigns, keys, settings, vouchers
from counterfoil.storage.lists import BOUND

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pydantic import JsonValue

    from counterfoil.domain.list_cursors import Listing
    from counterfoil.domain.vouchers import Voucher
    from counterfoil.operations.call import Call
    from counterfoil.storage.marshal import Attributes
    from counterfoil.storage.vouchers import Stored


@dataclass(frozen=True, slots=True)
class VouchersWanted:
    """Which vouchers; `ids` empty are all. Campaign and category go by their names or their ids.

    `filters` are in the form of a body (`domain.voucher_filters`), and were read before.
    """

    paging: Paging
    times: Times
    code: str | None = None
    campaign: str | None = None
    campaign_id: str | None = None
    ids: tuple[str, ...] = ()
    category: str | None = None
    category_id: str | None = None
    filters: Mapping[str, JsonValue] = field(default_factory=dict)

    @property
    def indexed(self) -> bool:
        """Whether a list in its order tells who is wanted of it, its times aside."""
        return self.category is None and not self.filters


def list_vouchers(call: Call, wanted: VouchersWanted) -> Page[Stored]:
    """One page of the vouchers wanted that are not deleted.

    Named ones are read by their names. Times are looked for in 10,000 vouchers, unless the list is
    in their order (docs/decisions/0012). Raises InvalidCursor.
    """
    wanted = _with_category_id(call, wanted)
    paging, owner = wanted.paging, _owner(call, wanted)
    asked = (wanted.code, wanted.campaign, wanted.campaign_id, wanted.ids, wanted.category)
    told = (wanted.times, *asked, wanted.filters)
    known = listing(call, "vouchers", paging, told)
    if wanted.code is not None or wanted.ids:
        named = _read(call, _named(call, wanted))
        own = [each for each in named if owner in (None, each.voucher.campaign_id)]
        return _sorted(call, own, wanted, known)
    if owner is not None:
        return _members(call, owner, wanted, known)
    stretch = stretch_of(call, "V", paging, wanted.times)
    fits = _fitting(call, wanted)
    course = Course(call, known, paging, stretch, lambda entries: _listed(call, fits, entries))
    kept = wanted.indexed and wanted.times.kept_by(paging.sorted_by)
    return course.page() if kept else course.look_through()


def _with_category_id(call: Call, wanted: VouchersWanted) -> VouchersWanted:
    """The same with the category by its id, which is what vouchers know of it.

    A voucher may also say its category in words of its own.
    """
    if wanted.category is None:
        return wanted
    items = call.store.get_all([keys.settings(call.project)], consistent=False)
    known = settings.stored(items, call.project).settings.categories
    named = (each.id for each in known if each.name == wanted.category)
    return replace(wanted, category_id=next(named, wanted.category))


def _owner(call: Call, wanted: VouchersWanted) -> str | None:
    """The campaign that is asked for; one that two names mean has no vouchers."""
    if wanted.campaign is None:
        return wanted.campaign_id
    named = ids.campaign_id(call.project, wanted.campaign)
    return named if wanted.campaign_id in (None, named) else ""


def _members(call: Call, owner: str, wanted: VouchersWanted, known: Listing) -> Page[Stored]:
    """Of one campaign: strongly consistent, in order of creation as far as the page needs."""
    paging = wanted.paging
    if paging.sorted_by == "created_at" and wanted.times == Times() and wanted.indexed:
        return _members_in_order(call, owner, paging, known)
    found = campaigns.members_of(call.store, call.project, owner, BOUND, newest=True)
    return _sorted(call, _read(call, found), wanted, known)


def _members_in_order(call: Call, owner: str, paging: Paging, known: Listing) -> Page[Stored]:
    cursor = None if paging.cursor is None else known.read(paging.cursor)
    place, start = ("", paging.start) if cursor is None else (cursor.sort, 0)
    stop = start + paging.limit
    found = campaigns.members_since(
        call.store, call.project, owner, place, stop + 1, newest=paging.descending
    )
    names = [id_at(each) for each in found[start:stop]]
    tallies = call.store.get_all([keys.tally(call.project, owner)])
    total = campaigns.tally(tallies, call.project, owner).count
    following = None
    if len(found) > stop:
        following = known.written(Cursor(sort=found[stop - 1], id=names[-1]))
    return Page(tuple(_read(call, names)), total, following)


def _sorted(
    call: Call, found: Sequence[Stored], wanted: VouchersWanted, known: Listing
) -> Page[Stored]:
    paging = wanted.paging
    kept = [*filter(_fitting(call, wanted), found)]

    def place(each: Stored) -> tuple[str, str]:
        return _place(each, paging.sorted_by)

    kept.sort(key=place, reverse=paging.descending)
    return page_at_hand(known, paging, kept, place)


def _listed(
    call: Call, fits: Callable[[Stored], bool], entries: Sequence[Attributes]
) -> list[Stored | None]:
    """The voucher of each entry, None for one that is deleted or not wanted."""
    names = [id_of(entry) for entry in entries]
    found = {each.voucher.id: each for each in _read(call, names) if fits(each)}
    return [found.get(name) for name in names]


def _named(call: Call, wanted: VouchersWanted) -> list[str]:
    """The ids of those that fit every name."""
    names = list(dict.fromkeys(wanted.ids))
    if wanted.code is None:
        return names
    named = ids.voucher_id(call.project, wanted.code)
    return [named] if not names or named in names else []


def _read(call: Call, names: Sequence[str]) -> list[Stored]:
    items = call.store.get_all(vouchers.keys_of(call.project, names), consistent=False)
    found = (vouchers.stored(items, call.project, name) for name in names)
    return [stored for stored in found if stored is not None and not stored.deleted]


def _fitting(call: Call, wanted: VouchersWanted) -> Callable[[Stored], bool]:
    """Whether a voucher is wanted, as far as it tells by itself."""
    asked = None
    if wanted.filters:
        asked = voucher_filter(wanted.filters, week_start=call.week_start)

    def fits(stored: Stored) -> bool:
        voucher, used = stored.voucher, stored.counter.used
        return (
            wanted.times.hold(voucher.created_at, voucher.updated_at)
            and (wanted.category is None or _is_of(wanted, voucher))
            and (asked is None or asked.holds(values_of(voucher, used), call.local_now))
        )

    return fits


def _is_of(wanted: VouchersWanted, voucher: Voucher) -> bool:
    """Whether a voucher is of the category wanted."""
    return wanted.category_id == voucher.category_id or wanted.category == voucher.category


def _place(stored: Stored, name: str) -> tuple[str, str]:
    """Where the index sorted by the field `name` has it."""
    voucher = stored.voucher
    latest = voucher.updated_at or voucher.created_at
    places = {"created_at": iso(voucher.created_at), "updated_at": iso(latest)}
    return places.get(name, voucher.code), voucher.id
