"""Imports in the store: whose turn it is, who waits, and what could not be written.

One item says which import of the project is running and at which row it is. Every row is written
in a transaction with the step to the next one, conditioned on import and row, so no row is written
twice, none is left out, and a worker that was overtaken writes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from counterfoil.domain.order_imports import Failure
from counterfoil.domain.timestamps import iso
from counterfoil.storage import keys, transfer_keys
from counterfoil.storage.marshal import Attributes, number, text
from counterfoil.storage.plans import Action, Guard, put
from counterfoil.storage.store import Question

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from counterfoil.domain.async_actions import AsyncAction
    from counterfoil.storage.store import Store


@dataclass(frozen=True, slots=True)
class Turn:
    """Which import is running, how many rows are behind it, and how many of these failed.

    `busy` tells that the next row's order was held by others when it was tried.
    """

    running: str | None = None
    row: int = 0
    failed: int = 0
    busy: bool = False


def file_of(project: str, action_id: str) -> str:
    """Where the rows of an import lie."""
    return f"imports/{project}/{action_id}.json"


def turn(store: Store, project: str) -> Turn:
    """Whose turn it is, strongly consistent."""
    item = store.get(transfer_keys.turn(project))
    if item is None or "run" not in item:
        return Turn()
    return Turn(
        text(item["run"]), number(item["row"]), number(item["bad"]), bool(item.get("busy", False))
    )


def first_in_line(store: Store, project: str) -> str | None:
    """The import that is the next to run, or is running already; None when there is none."""
    found = store.query(
        Question(transfer_keys.turn(project).pk, starts=transfer_keys.TICKETS, limit=1)
    )
    return text(found[0]["sk"]).rpartition("#")[2] if found else None


def queued(project: str, action: AsyncAction, by: str) -> Action:
    """The import behind all that were made before it."""
    return put(_ticket(project, action.id, action.created_at), Guard.STATE, {"by": by})


def taken(project: str, action_id: str, by: str) -> Action:
    """The turn taken, refused while another import has it."""
    return Action(
        transfer_keys.turn(project),
        Guard.STATE,
        sets={"run": action_id, "row": 0, "bad": 0, "by": by},
        conditions=("attribute_not_exists(#run)",),
    )


def moved(
    project: str, before: Turn, by: str, failures: Iterable[Failure] | None = None
) -> Iterator[Action]:
    """One row on, or past the `failures`, which are kept; refused when others have moved it."""
    failed = [] if failures is None else [*failures]
    sets: Attributes = {
        "row": before.row + (1 if failures is None else len(failed)),
        "bad": before.failed + len(failed),
        "by": by,
    }
    running = before.running or ""
    yield Action(
        transfer_keys.turn(project),
        Guard.TURN,
        sets=sets,
        removes=("busy",),
        conditions=(_HERE,),
        values={"me": running, "here": before.row},
    )
    for each in failed:
        attributes: Attributes = {"why": each.reason, "by": by}
        if each.source_id is not None:
            attributes["src"] = each.source_id
        key = transfer_keys.failure(project, running, each.row)
        yield put(key, Guard.STATE, attributes)


_HERE: Final = "#run = :me AND #row = :here"


def held_up(project: str, before: Turn, by: str) -> Action:
    """The next row's order is held by others, and is to be tried once more."""
    return Action(
        transfer_keys.turn(project),
        Guard.TURN,
        sets={"busy": True, "by": by},
        conditions=(_HERE,),
        values={"me": before.running or "", "here": before.row},
    )


def ended(project: str, before: Turn, action: AsyncAction) -> Iterator[Action]:
    """The turn given back, and the import out of the line."""
    yield Action(
        transfer_keys.turn(project),
        Guard.TURN,
        removes=("run", "row", "bad", "busy"),
        conditions=(_HERE,),
        values={"me": action.id, "here": before.row},
    )
    ticket = _ticket(project, action.id, action.created_at)
    yield Action(ticket, Guard.STATE, conditions=("attribute_exists(pk)",), deletes=True)


def failures(store: Store, project: str, action_id: str) -> tuple[Failure, ...]:
    """What an import could not write, in the order of its rows."""
    partition = keys.async_action(project, action_id).pk
    found = store.query(Question(partition, starts=transfer_keys.FAILURES))
    return tuple(_failure(item) for item in found)


def _failure(item: Attributes) -> Failure:
    source = item.get("src")
    row = int(text(item["sk"]).removeprefix(transfer_keys.FAILURES))
    return Failure(row, None if source is None else text(source), text(item["why"]))


def _ticket(project: str, action_id: str, created_at: datetime) -> keys.Key:
    return transfer_keys.ticket(project, iso(created_at), action_id)
