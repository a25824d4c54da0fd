"""Imports of orders: taken in, and put in line (domain.md §3.7).

The rows are kept as a file before the action is committed, so that messages carry its id alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.domain.async_actions import ImportWork
from counterfoil.operations import async_actions
from counterfoil.operations.commits import Proposal
from counterfoil.operations.files import files_of
from counterfoil.storage import async_actions as stored_actions
from counterfoil.storage import imports
from counterfoil.storage.plans import Plan

if TYPE_CHECKING:
    from counterfoil.domain.async_actions import AsyncAction
    from counterfoil.domain.order_imports import Import
    from counterfoil.operations.call import Call


def start(call: Call, wanted: Import) -> AsyncAction:
    """The import, in line behind those of the project that were made before.

    Raises Unavailable; nothing will be imported then.
    """
    call.replay(call.store.get_all([*call.memory_keys()]))
    action = async_actions.new(call, ImportWork(type="ORDERS.IMPORT"), len(wanted.rows))
    name = imports.file_of(call.project, action.id)
    files_of(call).put(name, wanted.text, "application/json")

    def propose(by: str) -> Proposal[AsyncAction]:
        plan = Plan()
        plan.add(stored_actions.created(call.project, action, by))
        plan.add(imports.queued(call.project, action, by))
        return Proposal(plan, action)

    return async_actions.enqueue(call, action, propose)
