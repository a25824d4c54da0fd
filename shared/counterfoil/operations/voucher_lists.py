"""The list of vouchers (domain.md §2.6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterfoil.domain import ids
from counterfoil.domain.list_cursors import Cursor
from counterfoil.domain.timestamps import iso
from counterfoil.operations.list_pages import Course, listing, page_at_hand
from counterfoil.operations.lists import Page, Paging, Times, id_at, id_of, stretch_of
from counterfoil.storage import campaigns, keys, vouchers
from counterfoil.storage.lists import BOUND

if TYPE_CHECKING:
    from collections.abc import Sequence

    from counterfoil.domain.list_cursors import Listing
    from counterfoil.operations.call import Call
    from counterfoil.storage.marshal import Attributes
    from counterfoil.storage.vouchers import Stored


@dataclass(frozen=True, slots=True)
class VouchersWanted:
    """Which vouchers; `ids` empty are all. A campaign goes by its name or by its id."""

    paging: Paging
    times: Times
    code: str | None = None
    campaign: str | None = None
    campaign_id: str | None = None
    ids: tuple[str, ...] = ()


def list_vouchers(call: Call, wanted: VouchersWanted) -> Page[Stored]:
    """One page of the vouchers wanted that are not deleted.

    Named ones are read by their names. Times are looked for in 10,000 vouchers, unless the list is
    in their order (docs/decisions/0012). Raises InvalidCursor.
    """
    paging, owner = wanted.paging, _owner(call, wanted)
    told = (wanted.times, wanted.code, wanted.campaign, wanted.campaign_id, wanted.ids)
    known = listing(call, "vouchers", paging, told)
    if wanted.code is not None or wanted.ids:
        named = _read(call, _named(call, wanted))
        return _sorted(
            [each for each in named if owner in (None, each.voucher.campaign_id)], wanted, known
        )
    if owner is not None:
        return _members(call, owner, wanted, known)
    stretch = stretch_of(call, "V", paging, wanted.times)
    course = Course(call, known, paging, stretch, lambda entries: _listed(call, wanted, entries))
    return course.page() if wanted.times.kept_by(paging.sorted_by) else course.look_through()


def _owner(call: Call, wanted: VouchersWanted) -> str | None:
    """The campaign that is asked for; one that two names mean has no vouchers."""
    if wanted.campaign is None:
        return wanted.campaign_id
    named = ids.campaign_id(call.project, wanted.campaign)
    return named if wanted.campaign_id in (None, named) else ""


def _members(call: Call, owner: str, wanted: VouchersWanted, known: Listing) -> Page[Stored]:
    """Of one campaign: strongly consistent, in order of creation as far as the page needs."""
    paging = wanted.paging
    if paging.sorted_by == "created_at" and wanted.times == Times():
        return _members_in_order(call, owner, paging, known)
    found = campaigns.members_of(call.store, call.project, owner, BOUND, newest=True)
    return _sorted(_read(call, found), wanted, known)


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


def _sorted(found: Sequence[Stored], wanted: VouchersWanted, known: Listing) -> Page[Stored]:
    paging = wanted.paging
    kept = [each for each in found if _is_in(wanted.times, each)]

    def place(each: Stored) -> tuple[str, str]:
        return _place(each, paging.sorted_by)

    kept.sort(key=place, reverse=paging.descending)
    return page_at_hand(known, paging, kept, place)


def _listed(
    call: Call, wanted: VouchersWanted, entries: Sequence[Attributes]
) -> list[Stored | None]:
    """The voucher of each entry, None for one that is deleted or not wanted."""
    names = [id_of(entry) for entry in entries]
    found = {each.voucher.id: each for each in _read(call, names) if _is_in(wanted.times, each)}
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


def _is_in(times: Times, stored: Stored) -> bool:
    return times.hold(stored.voucher.created_at, stored.voucher.updated_at)


def _place(stored: Stored, field: str) -> tuple[str, str]:
    """Where the index sorted by `field` has it."""
    voucher = stored.voucher
    latest = voucher.updated_at or voucher.created_at
    places = {"created_at": iso(voucher.created_at), "updated_at": iso(latest)}
    return places.get(field, voucher.code), voucher.id
