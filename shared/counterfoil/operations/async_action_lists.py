"""The list of async actions (domain.md §2.11)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterfoil.domain.async_actions import ImportWork
from counterfoil.operations.async_actions import with_progress
from counterfoil.operations.lists import Between, Paging, Times, ids_on, walk
from counterfoil.storage import async_actions, imports, keys

if TYPE_CHECKING:
    from counterfoil.domain.async_actions import AsyncAction
    from counterfoil.operations.call import Call


@dataclass(frozen=True, slots=True)
class ActionsWanted:
    """The newest `limit` actions that were created before `end`."""

    limit: int
    end: str | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """Some actions, and whether there are older ones."""

    actions: tuple[AsyncAction, ...]
    has_more: bool


def list_async_actions(call: Call, wanted: ActionsWanted) -> Listed:
    """The newest first."""
    paging = Paging(limit=wanted.limit + 1, page=1, order="-created_at")
    listed = walk(call, "J", paging, Times(created=Between(before=wanted.end)))
    names = ids_on(listed, paging)
    items = call.store.get_all(
        [keys.async_action(call.project, each) for each in names], consistent=False
    )
    found = (async_actions.stored(items, call.project, each) for each in names[: wanted.limit])
    actions = [each.action for each in found if each is not None]
    if any(isinstance(each.work, ImportWork) and not each.is_over for each in actions):
        turn = imports.turn(call.store, call.project)
        actions = [with_progress(each, turn) for each in actions]
    return Listed(tuple(actions), len(names) > wanted.limit)
