"""Async actions: how they are left to the worker, and how far they have come (domain.md §2.11).

An action is promised to the worker before it is committed, for after the commit this process may
be dead, and handed over at once when it stands.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final, TypeVar

from counterfoil.domain.errors import NotFound, Unavailable
from counterfoil.operations.commits import Proposal, commit
from counterfoil.storage import async_actions, keys
from counterfoil.storage.queue import Message, Queue

if TYPE_CHECKING:
    from collections.abc import Callable

    from counterfoil.domain.async_actions import AsyncAction
    from counterfoil.operations.call import Call

R = TypeVar("R")

KIND: Final = "async_action"


def enqueue(call: Call, work: AsyncAction, propose: Callable[[str], Proposal[R]]) -> R:
    """The result of the commit that makes `work`, which the worker then goes about.

    Raises Unavailable when it cannot be promised; nothing is committed then.
    """
    call.trace.ids["async_action_id"] = work.id
    message, queue = Message(call.project, work.id), queue_of(call)
    queue.promise(message)
    result = commit(call, propose)
    with suppress(Unavailable):  # the promise will do
        queue.hand_over(message)
    return result


def queue_of(call: Call) -> Queue:
    """The queue; every deployed function knows it."""
    if call.queue is None:
        message = "this call has no queue"
        raise ValueError(message)
    return call.queue


def get(call: Call, action_id: str) -> AsyncAction:
    """The action, strongly consistent. Raises NotFound."""
    call.trace.ids["async_action_id"] = action_id
    items = call.store.get_all([keys.async_action(call.project, action_id)])
    found = async_actions.stored(items, call.project, action_id)
    if found is None:
        raise NotFound(KIND, action_id)
    return found.action
