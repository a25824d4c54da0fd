"""Exports in the store: an item that ends with its file, listed by time and by status."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from counterfoil.domain.exports import Export
from counterfoil.domain.timestamps import iso
from counterfoil.storage import keys, transfer_keys
from counterfoil.storage.marshal import Attributes, deflate, inflate, number
from counterfoil.storage.plans import ABSENT, Action, Guard

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

_FIRST: Final = 1


@dataclass(frozen=True, slots=True)
class Stored:
    """An export as it stands."""

    export: Export
    version: int


def file_of(project: str, export_id: str) -> str:
    """Where the file of an export lies."""
    return f"exports/{project}/{export_id}.csv"


def rest_of(project: str, export_id: str, mark: str) -> str:
    """Where a piece of a file lies that is being written; each has a mark of its own."""
    return f"exports/{project}/{export_id}.{mark}.part"


def stored(
    items: Mapping[keys.Key, Attributes], project: str, export_id: str, now: datetime
) -> Stored | None:
    """The export among `items`, unless it is over at `now`."""
    item = items.get(transfer_keys.export(project, export_id))
    if item is None:
        return None
    export = Export.model_validate(json.loads(inflate(item["body"])))
    return Stored(export, number(item["ver"])) if now < export.ends_at else None


def created(project: str, export: Export, by: str) -> Action:
    """A new export."""
    key = transfer_keys.export(project, export.id)
    sets: Attributes = {**_encode(project, export), "ver": _FIRST, "by": by}
    sets["exp"] = int(export.ends_at.timestamp())
    return Action(key, Guard.STATE, sets=sets, conditions=(ABSENT,))


def changed(project: str, before: Stored, after: Export, by: str) -> Action:
    """`after` in place of `before`, refused when others have changed or deleted it."""
    return Action(
        transfer_keys.export(project, after.id),
        Guard.STATE,
        sets={**_encode(project, after), "ver": before.version + 1, "by": by},
        conditions=("#ver = :ver",),
        values={"ver": before.version},
    )


def removed(project: str, before: Stored) -> Action:
    """The export gone."""
    return Action(
        transfer_keys.export(project, before.export.id),
        Guard.STATE,
        conditions=("#ver = :ver",),
        values={"ver": before.version},
        deletes=True,
    )


def _encode(project: str, export: Export) -> Attributes:
    created_at = export.created_at
    by_status = f"{export.status}#{keys.at(iso(created_at), export.id)}"
    places = keys.listed(project, transfer_keys.EXPORT, export.id, created_at, None, name=by_status)
    listed: Attributes = {name: place for name, place in places.items() if name[:2] != "g2"}
    return {"body": deflate(export.model_dump_json(exclude_defaults=True).encode()), **listed}
