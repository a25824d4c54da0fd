"""The list of vouchers (domain.md §2.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.operations.lists import Page, ids_on, walk
from counterfoil.storage import keys, vouchers

if TYPE_CHECKING:
    from counterfoil.operations.call import Call
    from counterfoil.operations.lists import Paging
    from counterfoil.storage.vouchers import Stored


def list_vouchers(call: Call, paging: Paging) -> Page[Stored]:
    """One page of all vouchers that are not deleted."""
    project = call.project
    listed = walk(call, "V", paging)
    names = ids_on(listed, paging)
    wanted = [
        key for name in names for key in (keys.voucher(project, name), keys.counter(project, name))
    ]
    items = call.store.get_all(wanted)
    found = (vouchers.stored(items, project, name) for name in names)
    shown = tuple(stored for stored in found if stored is not None and not stored.deleted)
    return Page(shown, listed.total())
