"""Async actions: how they are left to the worker, and how far they have come (domain.md §2.11).

An action is promised to the worker before it is committed, for after the commit this process may
be dead, and handed over at once when it stands.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING, Final, TypeVar

from counterfoil.domain.async_actions import AsyncAction, ImportWork
from counterfoil.domain.errors import NotFound, Unavailable
from counterfoil.operations.commits import Proposal, commit
from counterfoil.storage import async_actions, imports, keys
from counterfoil.storage.queue import Message, Queue

if TYPE_CHECKING:
    from collections.abc import Callable

    from counterfoil.domain.async_actions import Work
    from counterfoil.domain.order_imports import Failure
    from counterfoil.operations.call import Call
    from counterfoil.storage.async_actions import Stored
    from counterfoil.storage.imports import Turn

R = TypeVar("R")

KIND: Final = "async_action"
# What a commit wants to have left when a slice of work begins, and a little more.
SLICE_SECONDS: Final = 6.0


def new(call: Call, work: Work, total: int, action_id: str | None = None) -> AsyncAction:
    """`work` as the request's own action, or one of its own; it deals with `total` things."""
    return AsyncAction(
        id=action_id or call.ids.async_action,
        work=work,
        total=total,
        request_id=call.request_id,
        created_at=call.now,
    )


def enqueue(call: Call, action: AsyncAction, propose: Callable[[str], Proposal[R]]) -> R:
    """The result of the commit that makes `action`, which the worker then goes about.

    Raises Unavailable when it cannot be promised; nothing is committed then.
    """
    promise(call, action.id)
    result = commit(call, propose)
    remind(call, action.id)
    return result


def promise(call: Call, action_id: str) -> None:
    """Have the worker go on some seconds later with an action that stands then.

    Raises Unavailable when it cannot be promised.
    """
    _queue(call).promise(Message(call.project, action_id))


def remind(call: Call, action_id: str) -> None:
    """Tell the worker of an action that it was promised; should that fail, the promise will do."""
    with suppress(Unavailable):
        hand_over(call, action_id)


def hand_over(call: Call, action_id: str) -> None:
    """Have the worker go on with an action that stands. Raises Unavailable."""
    call.trace.ids["async_action_id"] = action_id
    _queue(call).hand_over(Message(call.project, action_id))


class Next(Enum):
    """What is to follow a slice of work: another, another worker at once, or a look at it later."""

    SLICE = auto()
    WORKER = auto()
    LOOK = auto()


@dataclass(frozen=True, slots=True)
class Watched:
    """An action as it stands, with the rows that an import could not write."""

    action: AsyncAction
    failures: tuple[Failure, ...] = ()


def get(call: Call, action_id: str) -> Watched:
    """The action, strongly consistent. Raises NotFound."""
    found = find(call, action_id)
    if found is None:
        raise NotFound(KIND, action_id)
    if not isinstance(found.action.work, ImportWork):
        return Watched(found.action)
    if found.action.is_over:
        return Watched(found.action, imports.failures(call.store, call.project, action_id))
    return Watched(with_progress(found.action, imports.turn(call.store, call.project)))


def with_progress(action: AsyncAction, turn: Turn) -> AsyncAction:
    """An import with the rows behind it, which `turn` knows while it is running."""
    if action.is_over or turn.running != action.id:
        return action
    return action.model_copy(update={"done": turn.row})


def find(call: Call, action_id: str) -> Stored | None:
    """The same with its version, or None."""
    call.trace.ids["async_action_id"] = action_id
    items = call.store.get_all([keys.async_action(call.project, action_id)])
    return async_actions.stored(items, call.project, action_id)


def _queue(call: Call) -> Queue:
    """The queue; every deployed function knows it."""
    if call.queue is None:
        message = "this call has no queue"
        raise ValueError(message)
    return call.queue
