"""The worker's side of imports: one after the other, row by row.

A row is an order's own transaction and the step to the next row in one, so whoever is killed has
written it or has not. A worker that is overtaken leaves the rest to the one who did that, and has
it looked at again some seconds later: it may have been a transaction of its own, or of somebody
dead. An import that waits asks again likewise, and is told when the one before it is over.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from counterfoil.domain.async_actions import advanced, failed, finished
from counterfoil.domain.errors import Contended, CounterfoilError, OrderBusy, Unavailable
from counterfoil.domain.order_imports import Import, failing_at, failure
from counterfoil.domain.order_payloads import OrderPayload
from counterfoil.operations import orders
from counterfoil.operations.async_actions import SLICE_SECONDS, Next, hand_over
from counterfoil.operations.call import Trace
from counterfoil.operations.commits import Overtaken, Proposal, commit
from counterfoil.operations.files import files_of
from counterfoil.storage import async_actions, imports, keys, transfer_keys
from counterfoil.storage.plans import Plan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from counterfoil.domain.async_actions import AsyncAction, ImportWork
    from counterfoil.domain.order_imports import Failure, Row
    from counterfoil.operations.call import Call
    from counterfoil.storage.async_actions import Stored
    from counterfoil.storage.imports import Turn
    from counterfoil.storage.plans import Action

# Failures are two write units each; a transaction has a hundred actions at most.
_FAILURES_AT_ONCE: Final = 50
# Held orders are tried so often, and once more when any holder's lease is over.
_TRIES: Final = 10
# What an order's snapshot and session take before its commit, at their slowest.
_ROW_SECONDS: Final = 1.0


def go_on(call: Call, found: Stored, work: ImportWork) -> Next:
    """Go on with the import as long as there is time, if it is its turn."""
    turn = imports.turn(call.store, call.project)
    if turn.running is None:
        return _take_turn(call, found)
    if turn.running != found.action.id:
        return Next.LOOK
    try:
        return _run(call, found, work, turn)
    except Overtaken:
        return Next.LOOK


def wake_next(call: Call) -> None:
    """Tell the worker of the import that is the next in line, when none is running."""
    if imports.turn(call.store, call.project).running is None:
        first = imports.first_in_line(call.store, call.project)
        if first is not None:
            hand_over(call, first)


def _run(call: Call, found: Stored, work: ImportWork, turn: Turn) -> Next:
    """The same when it is its turn. Raises Overtaken."""
    text = files_of(call).get(imports.file_of(call.project, found.action.id))
    if text is None:
        lost = failed(found.action, call.now, "The rows of the import were not found")
        return _end(call, found, turn, lost)
    turn = _Running(call, Import.of(text).rows).go_on(turn)
    if turn.busy:
        return Next.LOOK
    if turn.row == found.action.total:
        work = work.model_copy(update={"failed": turn.failed})
        over = finished(advanced(found.action, call.now, turn.row, work), call.now)
        return _end(call, found, turn, over)
    return Next.WORKER


def _take_turn(call: Call, found: Stored) -> Next:
    """Begin, or leave it to the first in line, which is told."""
    first = imports.first_in_line(call.store, call.project)
    if first != found.action.id:
        if first is not None:
            hand_over(call, first)
        return Next.LOOK

    def begun(by: str) -> Iterable[Action]:
        after = advanced(found.action, call.now, 0)
        yield async_actions.changed(call.project, found, after, by)
        yield imports.taken(call.project, found.action.id, by)

    _commit_while_standing(call, found, begun)
    return Next.SLICE


def _end(call: Call, found: Stored, turn: Turn, after: AsyncAction) -> Next:
    """The import over, and its rows gone. Raises Overtaken."""

    def over(by: str) -> Iterable[Action]:
        yield async_actions.changed(call.project, found, after, by)
        yield from imports.ended(call.project, turn, after)

    _commit_while_standing(call, found, over)
    files_of(call).delete(imports.file_of(call.project, after.id))
    return Next.SLICE


def _commit_while_standing(
    call: Call, found: Stored, writes: Callable[[str], Iterable[Action]]
) -> None:
    """Commit, unless another worker has gone on, or begun another import."""

    def propose(by: str) -> Proposal[None]:
        items = call.store.get_all(
            [
                keys.async_action(call.project, found.action.id),
                transfer_keys.turn(call.project),
            ]
        )
        plan = Plan()
        turn = items.get(transfer_keys.turn(call.project), {})
        free = turn.get("run", found.action.id) == found.action.id
        if free and async_actions.stands(items, call.project, found):
            plan.add(*writes(by))
        return Proposal(plan, None)

    commit(call, propose)


@dataclass(frozen=True, slots=True)
class _Running:
    """A worker at the rows of the import whose turn it is."""

    call: Call
    rows: Sequence[Row]

    def go_on(self, turn: Turn) -> Turn:
        """How far it came in the time that there is, a row at least. Raises Overtaken."""
        while turn.row < len(self.rows):
            failing = failing_at(self.rows, turn.row, _FAILURES_AT_ONCE)
            if failing:
                turn = self._pass_over(turn, [failure(row, row.reason) for row in failing])
            else:
                turn = self._write(turn, self.rows[turn.row])
            if turn.busy or self._is_late():
                break
        return turn

    def _write(self, turn: Turn, row: Row) -> Turn:
        """The row written, found to fail, or put off because its order is held by others."""
        payload = OrderPayload.model_validate(row.order)
        own = self._call_of(turn, row)
        for attempt in range(1, _TRIES + 1):
            try:
                orders.upsert(own, payload)
            except (OrderBusy, Contended) as error:
                if attempt < _TRIES and not self._is_late():
                    self.call.store.patience.pause(attempt)
                    continue
                if turn.busy:
                    return self._pass_over(turn, [failure(row, error.details)])
                self.call.store.write(imports.held_up(self.call.project, turn, own.ids.holder))
                return replace(turn, busy=True)
            except Unavailable as error:
                if error.unknown or not self._is_late():
                    raise
                return turn
            except CounterfoilError as error:
                return self._pass_over(turn, [failure(row, error.details)])
            break
        return replace(turn, row=turn.row + 1, busy=False)

    def _pass_over(self, turn: Turn, some: Sequence[Failure]) -> Turn:
        def propose(by: str) -> Proposal[None]:
            plan = Plan()
            plan.add(*imports.moved(self.call.project, turn, by, some))
            return Proposal(plan, None)

        commit(self.call, propose)
        count = len(some)
        return replace(turn, row=turn.row + count, failed=turn.failed + count, busy=False)

    def _call_of(self, turn: Turn, row: Row) -> Call:
        """What is written for the row is written by a request of its own."""

        def beside(by: str) -> Action:
            return next(imports.moved(self.call.project, turn, by))

        return replace(self.call, ids=self.call.ids.row(row.number), trace=Trace(), beside=beside)

    def _is_late(self) -> bool:
        return self.call.store.patience.left() < SLICE_SECONDS + _ROW_SECONDS
