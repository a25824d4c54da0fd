"""The list of vouchers (domain.md §2.6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterfoil.domain import ids
from counterfoil.domain.timestamps import iso
from counterfoil.operations.lists import (
    Page,
    Paging,
    Times,
    ids_on,
    ids_to_look_at,
    page_of,
    walk,
)
from counterfoil.storage import campaigns, keys, vouchers
from counterfoil.storage.lists import BOUND

if TYPE_CHECKING:
    from collections.abc import Sequence

    from counterfoil.operations.call import Call
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
    in their order (docs/decisions/0012).
    """
    paging, owner = wanted.paging, _owner(call, wanted)
    if wanted.code is not None or wanted.ids:
        named = _read(call, _named(call, wanted))
        return _sorted(
            [each for each in named if owner in (None, each.voucher.campaign_id)], wanted
        )
    if owner is not None:
        return _members(call, owner, wanted)
    if wanted.times.kept_by(paging.sorted_by):
        listed = walk(call, "V", paging, wanted.times)
        return Page(tuple(_read(call, ids_on(listed, paging))), listed.total())
    looked_at = _read(call, ids_to_look_at(call, "V", paging, wanted.times))
    return page_of([each for each in looked_at if _is_in(wanted.times, each)], paging)


def _owner(call: Call, wanted: VouchersWanted) -> str | None:
    """The campaign that is asked for; one that two names mean has no vouchers."""
    if wanted.campaign is None:
        return wanted.campaign_id
    named = ids.campaign_id(call.project, wanted.campaign)
    return named if wanted.campaign_id in (None, named) else ""


def _members(call: Call, owner: str, wanted: VouchersWanted) -> Page[Stored]:
    """Of one campaign: strongly consistent, in order of creation as far as the page needs."""
    paging = wanted.paging
    in_order = paging.sorted_by == "created_at" and wanted.times == Times()
    newest = paging.descending if in_order else True
    limit = paging.stop if in_order else BOUND
    found = campaigns.members_of(call.store, call.project, owner, limit, newest=newest)
    if not in_order:
        return _sorted(_read(call, found), wanted)
    tallies = call.store.get_all([keys.tally(call.project, owner)])
    total = campaigns.tally(tallies, call.project, owner).count
    return Page(tuple(_read(call, found[paging.start :])), total)


def _sorted(found: Sequence[Stored], wanted: VouchersWanted) -> Page[Stored]:
    paging = wanted.paging
    kept = [each for each in found if _is_in(wanted.times, each)]
    kept.sort(key=lambda each: _place(each, paging.sorted_by), reverse=paging.descending)
    return page_of(kept, paging)


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
