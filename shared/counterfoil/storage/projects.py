"""The projects that there are: one entry each, in one partition.

An entry is made with a project's first key, and, for projects that had keys before there were
entries, with the first change that the stream tells of.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.domain.timestamps import iso
from counterfoil.storage import rollup_keys
from counterfoil.storage.marshal import text
from counterfoil.storage.plans import Guard, put
from counterfoil.storage.store import Question, Refused

if TYPE_CHECKING:
    from datetime import datetime

    from counterfoil.storage.store import Store


def enter(store: Store, project: str, now: datetime) -> None:
    """See to it that the project has its entry. Raises Unavailable."""
    try:
        store.write(put(rollup_keys.project_entry(project), Guard.STATE, {"ca": iso(now)}))
    except Refused:
        return  # it has one


def names(store: Store) -> list[str]:
    """All projects by name."""
    return [text(item["sk"]) for item in store.query(Question(rollup_keys.PROJECTS))]
