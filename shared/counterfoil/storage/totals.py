"""How many orders a project has, exactly, without one item that every creation writes.

Sixteen parts: at a hundred creations a second few meet on one (protocol.md §12).
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from zlib import crc32

from counterfoil.storage import keys
from counterfoil.storage.marshal import number
from counterfoil.storage.plans import Action, Guard

if TYPE_CHECKING:
    from counterfoil.storage.store import Store


def one_more(project: str, by: str) -> Action:
    """One order more, in the part that the plan's name picks, so a new plan picks anew.

    A sum that commutes: the order's own creation is the condition that lets it count once.
    """
    return Action(keys.total(project, crc32(by.encode()) % keys.TOTALS), Guard.STATE, adds={"n": 1})


def of_orders(store: Store, project: str) -> int:
    """The sum of all parts, strongly consistent."""
    wanted = [keys.total(project, part) for part in range(keys.TOTALS)]
    return sum(number(item["n"]) for item in store.get_all(wanted).values())
