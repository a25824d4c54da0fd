"""Async actions: how they are left to the worker, and how far they have come (domain.md §2.11).

An action is promised to the worker before it is committed, for after the commit this process may
be dead, and handed over at once when it stands.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final, TypeVar

from counterfoil.domain.async_actions import AsyncAction
from counterfoil.domain.errors import NotFound, Unavailable
from counterfoil.operations.commits import Proposal, commit
from counterfoil.storage import async_actions, keys
from counterfoil.storage.queue import Message, Queue

if TYPE_CHECKING:
    from collections.abc import Callable

    from counterfoil.domain.async_actions import Work
    from counterfoil.operations.call import Call
    from counterfoil.storage.async_actions import Stored

R = TypeVar("R")

KIND: Final = "async_action"


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


def get(call: Call, action_id: str) -> AsyncAction:
    """The action, strongly consistent. Raises NotFound."""
    found = find(call, action_id)
    if found is None:
        raise NotFound(KIND, action_id)
    return found.action


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
