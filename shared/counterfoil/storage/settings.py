"""The settings of a project in the store: one item, read beside everything that goes by them.

A change is written only over the version that it was decided from; a decision that merely goes by
them reads them unguarded (protocol.md §4).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from counterfoil.domain.project_settings import ProjectSettings
from counterfoil.storage import keys
from counterfoil.storage.marshal import Attributes, binary, deflate, inflate, number
from counterfoil.storage.plans import ABSENT, Action, Guard

if TYPE_CHECKING:
    from collections.abc import Mapping

    from counterfoil.storage.store import Store


@dataclass(frozen=True, slots=True)
class Stored:
    """The settings as they stand; version 0 when none were ever made."""

    settings: ProjectSettings
    version: int


def get(store: Store, project: str) -> ProjectSettings:
    """The settings of `project`, strongly consistent."""
    return _stored(store.get(keys.settings(project))).settings


def stored(items: Mapping[keys.Key, Attributes], project: str) -> Stored:
    """The settings among `items`."""
    return _stored(items.get(keys.settings(project)))


def changed(project: str, before: Stored, after: ProjectSettings, by: str) -> Action:
    """`after` in place of `before`, refused when that is no longer what stands there."""
    # Only what was chosen is kept, so that a default may come to be another.
    body = after.model_dump_json(exclude_unset=True)
    made = before.version > 0
    return Action(
        keys.settings(project),
        Guard.STATE,
        sets={"sv": before.version + 1, "body": deflate(body.encode()), "by": by},
        conditions=("#sv = :before" if made else ABSENT,),
        values={"before": before.version} if made else {},
    )


def _stored(item: Attributes | None) -> Stored:
    if item is None:
        return Stored(ProjectSettings(), 0)
    return Stored(_decoded(binary(item["body"])), number(item["sv"]))


# Settings hardly ever change, and most requests read them.
@lru_cache(maxsize=16)
def _decoded(body: bytes) -> ProjectSettings:
    return ProjectSettings.model_validate(json.loads(inflate(body)))
