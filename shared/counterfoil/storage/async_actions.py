"""Async actions in the store: one item that every slice of the work moves on.

A slice conditions on the version that it began with, so of two workers at one action only one
writes what comes next.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from counterfoil.domain.async_actions import AsyncAction
from counterfoil.domain.timestamps import iso
from counterfoil.storage import keys
from counterfoil.storage.marshal import Attributes, deflate, inflate, number
from counterfoil.storage.plans import ABSENT, Action, Guard

if TYPE_CHECKING:
    from collections.abc import Mapping

_FIRST: Final = 1


@dataclass(frozen=True, slots=True)
class Stored:
    """An action as it stands."""

    action: AsyncAction
    version: int


def stored(items: Mapping[keys.Key, Attributes], project: str, action_id: str) -> Stored | None:
    """The action among `items`."""
    item = items.get(keys.async_action(project, action_id))
    if item is None:
        return None
    action = AsyncAction.model_validate(json.loads(inflate(item["body"])))
    return Stored(action, number(item["ver"]))


def stands(items: Mapping[keys.Key, Attributes], project: str, found: Stored) -> bool:
    """Whether the action among `items` is still the one that was `found`."""
    item = items.get(keys.async_action(project, found.action.id))
    return item is not None and number(item["ver"]) == found.version


def created(project: str, action: AsyncAction, by: str) -> Action:
    """A new action."""
    created_at = iso(action.created_at)
    listed: Attributes = {
        "g1p": keys.listing(project, "J", keys.shard_of(action.id)),
        "g1s": keys.at(created_at, action.id),
    }
    return Action(
        keys.async_action(project, action.id),
        Guard.STATE,
        sets={**_body(action), **listed, "ver": _FIRST, "by": by},
        conditions=(ABSENT,),
    )


def changed(project: str, before: Stored, after: AsyncAction, by: str) -> Action:
    """`after` in place of `before`, refused when another worker has gone on from there."""
    return Action(
        keys.async_action(project, after.id),
        Guard.STATE,
        sets={**_body(after), "ver": before.version + 1, "by": by},
        conditions=("#ver = :ver",),
        values={"ver": before.version},
    )


def _body(action: AsyncAction) -> Attributes:
    return {"body": deflate(action.model_dump_json(exclude_defaults=True).encode())}
