"""A voucher by what it is called: its code or its id."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from counterfoil.domain import ids
from counterfoil.domain.errors import NotFound
from counterfoil.storage import vouchers

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from counterfoil.operations.call import Call
    from counterfoil.storage.keys import Key
    from counterfoil.storage.marshal import Attributes
    from counterfoil.storage.vouchers import Stored

    Items = Mapping[Key, Attributes]

_ID_LENGTH: Final = len(ids.VOUCHER) + 32


def get(call: Call, name: str) -> Stored:
    """The voucher with the code or id `name`, strongly consistent. Raises NotFound."""
    return require(call, name, call.store.get_all(keys_of(call, name)))


def names(call: Call, name: str) -> Iterator[str]:
    """The voucher ids that `name` may mean: itself when it looks like an id, else as a code."""
    if name.startswith(ids.VOUCHER) and len(name) == _ID_LENGTH:
        yield name
    yield ids.voucher_id(call.project, name)


def find(call: Call, name: str, items: Items, *, deleted_too: bool = False) -> Stored | None:
    """The voucher that `name` means: by id when it looks like one, else or then by code."""
    for voucher_id in names(call, name):
        found = vouchers.stored(items, call.project, voucher_id)
        if found is not None and (deleted_too or not found.deleted):
            return found
    return None


def keys_of(call: Call, name: str) -> list[Key]:
    """What has to be read to find it."""
    return vouchers.keys_of(call.project, names(call, name))


def require(call: Call, name: str, items: Items) -> Stored:
    """The voucher that `name` means among `items`. Raises NotFound."""
    found = traced(call, name, items, deleted_too=False)
    if found is None:
        raise NotFound("voucher", name)
    return found


def traced(call: Call, name: str, items: Items, *, deleted_too: bool) -> Stored | None:
    """What `find` finds; its id comes into the log line."""
    found = find(call, name, items, deleted_too=deleted_too)
    if found is not None:
        call.trace.ids["voucher_id"] = found.voucher.id
    return found
