"""What a call's redeemables stand for: which items to load, and who the candidates are then."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from counterfoil.domain import ids
from counterfoil.domain.errors import DuplicatedRedeemables, InvalidRedeemables
from counterfoil.domain.stacking import Candidate, require_distinct
from counterfoil.storage import vouchers

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from counterfoil.domain.payloads import RedeemablePayload
    from counterfoil.operations.call import Call
    from counterfoil.storage.keys import Key
    from counterfoil.storage.marshal import Attributes
    from counterfoil.storage.vouchers import Stored

_ID_LENGTH: Final = len(ids.VOUCHER) + 32


def require_combinable(redeemables: Sequence[RedeemablePayload]) -> None:
    """Raises DuplicatedRedeemables or InvalidRedeemables for what can never be in one call."""
    require_distinct(redeemables)
    stacks = [each for each in redeemables if each.object == "promotion_stack"]
    if stacks and len(redeemables) > 1:
        message = "A promotion stack must be the only redeemable of its call"
        raise InvalidRedeemables(message)


def names(call: Call, name: str) -> Iterator[str]:
    """The voucher ids that `name` may mean: itself when it looks like an id, else as a code."""
    if name.startswith(ids.VOUCHER) and len(name) == _ID_LENGTH:
        yield name
    yield ids.voucher_id(call.project, name)


def keys_of(call: Call, redeemables: Sequence[RedeemablePayload]) -> list[Key]:
    """The definition and the counter of every voucher named."""
    called = [each.id for each in redeemables if each.object == "voucher"]
    meant = [voucher_id for name in called for voucher_id in names(call, name)]
    return vouchers.keys_of(call.project, meant)


def find(
    call: Call, name: str, items: Mapping[Key, Attributes], *, deleted_too: bool = False
) -> Stored | None:
    """The voucher that `name` means: by id when it looks like one, else or then by code."""
    for voucher_id in names(call, name):
        found = vouchers.stored(items, call.project, voucher_id)
        if found is not None and (deleted_too or not found.deleted):
            return found
    return None


def candidates(
    call: Call, redeemables: Sequence[RedeemablePayload], items: Mapping[Key, Attributes]
) -> tuple[Candidate, ...]:
    """The redeemables with what is stored of them, in the order they were sent.

    Raises DuplicatedRedeemables when a code and an id name one voucher.
    """
    found = tuple(_candidate(call, each, items) for each in redeemables)
    known: set[str] = set()
    for each in found:
        if each.voucher is not None and each.voucher.id in known:
            raise DuplicatedRedeemables(each.id)
        if each.voucher is not None:
            known.add(each.voucher.id)
    return found


def _candidate(
    call: Call, redeemable: RedeemablePayload, items: Mapping[Key, Attributes]
) -> Candidate:
    stored = find(call, redeemable.id, items) if redeemable.object == "voucher" else None
    if stored is None:
        return Candidate(redeemable.object, redeemable.id, None, None)
    return Candidate(redeemable.object, redeemable.id, stored.voucher, stored.counter)
