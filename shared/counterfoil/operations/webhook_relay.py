"""From the table's stream to the queue of deliveries: a message for each webhook and occurrence.

The stream gives the same records again from the first that is reported as not done, and the queue
takes equal messages once: nothing is lost, and what belongs to one order stays in order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from counterfoil.domain.deliveries import Notice, notices, sendings
from counterfoil.operations.deliveries import queue_of
from counterfoil.storage import webhook_keys, webhooks
from counterfoil.storage.client import CONNECT_SECONDS, READ_SECONDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from counterfoil.domain.occurrences import Happening
    from counterfoil.operations.call import Call

# What one call of the queue takes at most; the stream gives again what there was no time for.
_SENDING_SECONDS: Final = 2 * (CONNECT_SECONDS + READ_SECONDS)


def relay(call: Call, happenings: Sequence[Happening | None]) -> int | None:
    """The place of the first of `happenings` that is not wholly handed over; None when all are.

    A None among them is nothing that webhooks tell. They may be of several projects. Raises
    Unavailable, before anything is handed over.
    """
    wanted = _wanted(call, happenings)
    places = [place for place, _ in wanted]
    every = [notice for _, notice in wanted]
    left = set(range(len(every)))
    for chosen in sendings(every):
        if call.store.patience.left() < _SENDING_SECONDS:
            break
        refused = queue_of(call).send([every[each] for each in chosen])
        left -= {each for place, each in enumerate(chosen) if place not in refused}
        if refused:
            break
    return min((places[each] for each in left), default=None)


def _wanted(call: Call, happenings: Sequence[Happening | None]) -> list[tuple[int, Notice]]:
    """What is to be told, with the place of what it tells of; one trip for all projects."""
    projects = {each.project for each in happenings if each is not None}
    items = call.store.get_all([webhook_keys.webhooks(each) for each in sorted(projects)])
    known = {each: webhooks.stored(items, each).webhooks.webhooks for each in projects}
    return [
        (place, notice)
        for place, happening in enumerate(happenings)
        if happening is not None
        for notice in notices(happening, known[happening.project])
    ]
