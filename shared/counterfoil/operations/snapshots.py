"""What a decision may look at, loaded before it is made: a decision never fetches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.storage.keys import Key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from counterfoil.operations.call import Call
    from counterfoil.storage.marshal import Attributes


class Again(Key):
    """A key that is to be read after what told of it, even if it was read before.

    Beside it is not after it: a batch is not atomic.
    """


def nothing_further(_items: Mapping[Key, Attributes]) -> list[Key]:
    """What most requests need beyond what they name."""
    return []


def completed(
    call: Call,
    items: Mapping[Key, Attributes],
    further: Callable[[Mapping[Key, Attributes]], list[Key]],
    read: Iterable[Key] = (),
) -> Mapping[Key, Attributes]:
    """`items` with what `further` tells of them, and of that in turn; a trip for each.

    What of `read` is not among `items` is known not to be there.
    """
    asked = {_asking(key) for key in read}
    while missing := [
        key for key in further(items) if _is_missing(key, items) and _asking(key) not in asked
    ]:
        asked.update(map(_asking, missing))
        items = {**items, **call.store.get_all(missing)}
    return items


def _is_missing(key: Key, items: Mapping[Key, Attributes]) -> bool:
    return isinstance(key, Again) or key not in items


def _asking(key: Key) -> tuple[Key, bool]:
    """What was read beside that which told of it is to be read again, once."""
    return key, isinstance(key, Again)


class Snapshot:
    """The items of `keys`, read afresh for every plan, in one trip.

    `further` tells from these what else is needed, such as the campaign of a voucher, and from
    that again; only if there is any, it is a further trip.

    The answer that an Idempotency-Key has had is read along with them and replayed, so asking
    for it costs no trip of its own; when there is nothing to read, the commit asks for it.
    """

    def __init__(
        self,
        call: Call,
        keys: Sequence[Key],
        further: Callable[[Mapping[Key, Attributes]], list[Key]] = nothing_further,
    ) -> None:
        self._call = call
        self._keys = [*keys]
        self._further = further
        self._ahead: Mapping[Key, Attributes] | None = None
        self._missing: list[Key] = []

    def take(self) -> Mapping[Key, Attributes]:
        """The items as they stand, or once more those that were put back and what they lack."""
        ahead, self._ahead = self._ahead, None
        missing, self._missing = self._missing, []
        if ahead is not None:
            return {**ahead, **self._call.store.get_all(missing)}
        wanted = [*self._keys, *self._call.memory_keys()] if self._keys else []
        items = self._call.store.get_all(wanted)
        self._call.replay(items)
        return completed(self._call, items, self._further, wanted)

    def put_back(self, items: Mapping[Key, Attributes]) -> None:
        """Let `items` be taken once more: what was decided from them must not be read again."""
        self._ahead = items

    def add(self, key: Key) -> None:
        """Take `key` along from now on; nothing is read before the next take."""
        self._keys.append(key)
        self._missing.append(key)
