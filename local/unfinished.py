"""Async actions that were under way when everything was killed: the worker is told of them again.

Ministack forgets its queues on `kill -9`, and an import whose turn it is would keep all behind it
waiting. On AWS a queue keeps its messages. Being told twice changes nothing for a worker.
"""

import os
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Final

from counterfoil.api.background import call_of
from counterfoil.domain.errors import CounterfoilError
from counterfoil.operations.async_action_lists import ActionsWanted, list_async_actions
from counterfoil.operations.async_actions import remind
from counterfoil.operations.call import Call
from counterfoil.storage import imports, projects
from local.invocation import Context
from local.key import LOCAL_PROJECT
from local.store import Store

NEWEST: Final = 100
SECONDS: Final = 10.0


def go_on_everywhere(store: Store, environment: Mapping[str, str]) -> None:
    """Has the actions of every project gone on with, if functions of `environment` have any.

    Those of a store elsewhere have their files elsewhere too, and workers of their own.
    """
    if store.is_elsewhere or "COUNTERFOIL_QUEUE" not in environment:
        return
    os.environ.update({**environment, **store.environment})
    with suppress(CounterfoilError):  # an action that is asked for again goes on all the same
        for project in projects.names(_call_of(LOCAL_PROJECT).store):
            go_on(_call_of(project))


def go_on(call: Call) -> int:
    """How many of the project's actions the worker was told of.

    They are those that are not over of the `NEWEST`, and the import whose turn it is: it tells the
    one behind it.
    """
    listed = list_async_actions(call, ActionsWanted(NEWEST)).actions
    unfinished = {each.id for each in listed if not each.is_over}
    first = imports.first_in_line(call.store, call.project)
    if first is not None:
        unfinished.add(first)
    for action_id in sorted(unfinished):
        remind(call, action_id)
    return len(unfinished)


def _call_of(project: str) -> Call:
    return call_of(project, Context("unfinished", 1024, "unfinished", time.monotonic() + SECONDS))
