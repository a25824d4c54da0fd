"""Decide, commit, and decide again when the store has moved on (protocol.md §3, §4).

Every plan names itself in what it writes (`by` = the request's holder and the plan's number), so
when an answer was lost and a later try is refused by the request's own success, it is known which
plan it was, and its result is the answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from counterfoil.domain.errors import (
    AlreadyExists,
    Contended,
    CounterfoilError,
    OrderBusy,
    Unavailable,
)
from counterfoil.operations.call import Replayed
from counterfoil.storage import orders
from counterfoil.storage.plans import Guard
from counterfoil.storage.store import Refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from counterfoil.domain.records import Record
    from counterfoil.operations.call import Call
    from counterfoil.storage.marshal import Attributes
    from counterfoil.storage.orders import Stored
    from counterfoil.storage.plans import Plan
    from counterfoil.storage.store import Refusal

R = TypeVar("R")

# What the collections of storage/keys.py hold, in the contract's words.
_KINDS: Final = {
    "A": "campaign",
    "C": "customer",
    "K": "product",
    "KS": "sku",
    "KC": "products_collection",
    "J": "async_action",
    "JQ": "async_action",
    "E": "segment",
    "EX": "export",
    "ED": "segment",
    "O": "order",
    "P": "promotion_tier",
    "PS": "promotion_stack",
    "R": "redemption",
    "V": "voucher",
    "Y": "validation_rules",
    "YN": "validation_rules",
    "G": "project",
    "W": "webhook",
    "WD": "webhook_delivery",
}

PLANS: Final = 5
# A commit stops trying this early, so that the release that decides its fate still has its time.
RELEASE_SECONDS: Final = 3.0


class SlotTaken(Exception):  # not a failure: the request goes on as an update
    """What was to be created exists; `item` is what stands in its place."""

    def __init__(self, item: Attributes | None) -> None:
        super().__init__("the slot is taken")
        self.item = item


class Overtaken(Exception):  # not a failure: another worker goes on
    """The import was moved on by another worker, which has dealt with the row."""


@dataclass(frozen=True, slots=True)
class Proposal(Generic[R]):
    """A decision: what it writes, and what the client is told once that is written.

    `counted` are the redemptions whose uses it counts, or gives back.
    """

    plan: Plan
    result: R | CounterfoilError
    counted: tuple[Record, ...] = ()


def commit(call: Call, propose: Callable[[str], Proposal[R]], opened: Stored | None = None) -> R:
    """The result of the first proposal that stands; `propose` is given the plan's name.

    `propose` loads and decides anew each time, at most `PLANS` times, keeping the session of
    `opened`. Raises what the proposal's result says, OrderBusy or Contended when others keep
    winning, SlotTaken, Overtaken, Replayed, or Unavailable; the session of `opened` is over in
    every case.
    A dry run commits nothing.
    """
    if call.dry_run:
        return _rehearsed(call, propose, opened)
    made: dict[str, Proposal[R]] = {}
    try:
        stands = _first_that_stands(call, propose, opened, made)
    except (CounterfoilError, Replayed, SlotTaken) as error:
        applied = _end(call, opened, error)
        if applied is None:
            raise
        stands = made[applied]
    except Exception as error:  # not ours to answer, but the order must not stay held for it
        _end(call, opened, error)
        raise
    if isinstance(stands.result, CounterfoilError):
        raise stands.result
    return stands.result


def _rehearsed(call: Call, propose: Callable[[str], Proposal[R]], opened: Stored | None) -> R:
    """The result of the first proposal, as if it were written. Raises AlreadyExists as well."""
    # Most requests write, and leave what a rehearsal needs unloaded.
    from counterfoil.operations.rehearsals import show  # noqa: PLC0415  # see above

    proposal = propose(f"{call.ids.holder}-{call.trace.next_plan()}")
    call.trace.shown = show(call, proposal.plan, proposal.counted, opened)
    if isinstance(proposal.result, CounterfoilError):
        raise proposal.result
    return proposal.result


def _first_that_stands(
    call: Call,
    propose: Callable[[str], Proposal[R]],
    opened: Stored | None,
    made: dict[str, Proposal[R]],
) -> Proposal[R]:
    unsure, refusal = False, None
    reserve = 0.0 if opened is None else RELEASE_SECONDS
    for _ in range(PLANS):
        number = call.trace.next_plan()
        proposal, by = _proposal(call, propose, number)
        made[by] = proposal
        if not proposal.plan:  # nothing changes, so there is nothing that could refuse it
            return proposal
        try:
            call.store.commit(proposal.plan, call.ids.token(number), reserve=reserve)
        except Refused as refused:
            unsure, refusal = unsure or refused.unsure, refused.refusals[0]
            applied = _applied(call, [each.item for each in refused.refusals])
            if applied is not None:
                return made[applied]
            _require_replannable(call, refusal, opened)
        else:
            return proposal
    raise _outrun(opened, refusal, unsure=unsure)


def _outrun(opened: Stored | None, refusal: Refusal | None, *, unsure: bool) -> CounterfoilError:
    """Why a request gives up whose plans were all overtaken; a release settles what is unsure."""
    if opened is not None:
        return OrderBusy(opened.order.id)
    if unsure or refusal is None:
        return Unavailable(unknown=True)
    project, kind, *named = refusal.action.key.pk.split("#")
    return Contended(_KINDS.get(kind, "resource"), named[-1] if named else project)


def _proposal(
    call: Call, propose: Callable[[str], Proposal[R]], number: int
) -> tuple[Proposal[R], str]:
    """The next proposal, its answer remembered with it, and the name that it writes."""
    by = f"{call.ids.holder}-{number}"
    proposal = propose(by)
    proposal.plan.add(*call.remembering(proposal.result, by))
    return proposal, by


def _require_replannable(call: Call, refusal: Refusal, opened: Stored | None) -> None:
    """Raises what the first refuser means, unless a new snapshot may answer it."""
    item = refusal.item or {}
    match refusal.action.guard:
        case Guard.TURN:
            raise Overtaken
        case Guard.IDEMPOTENCY:
            call.replay_from(refusal.item)
        case Guard.FENCE if opened is not None:
            # The order's own action also carries the claim of a source_id that leads back to it.
            if item.get("owner") != call.ids.holder or item.get("fence") != opened.fence:
                raise OrderBusy(opened.order.id)
            raise AlreadyExists("order", str(refusal.action.sets.get("src")))
        case Guard.CLAIM:
            raise AlreadyExists("order", str(refusal.action.values.get("claimed")))
        case Guard.SLOT:
            raise SlotTaken(refusal.item)
        case Guard.EVENT if opened is not None:
            raise OrderBusy(opened.order.id)
        case _:
            return


def _applied(call: Call, items: list[Attributes | None]) -> str | None:
    """The name of this request's own plan that wrote one of `items`."""
    for item in items:
        by = str((item or {}).get("by", ""))
        if by.partition("-")[0] == call.ids.holder:
            return by
    return None


def _end(call: Call, opened: Stored | None, error: Exception) -> str | None:
    """Release decides an unknown commit: released, it can never apply (protocol.md §3).

    The name of the plan that turns out to have been applied; None when none ever will, or when
    that stays unknown. Raises Unavailable, saying that nothing was changed, for an unknown commit
    whose session was released.
    """
    if opened is None:
        return None
    unknown = isinstance(error, Unavailable) and error.unknown
    try:
        stands = orders.close_session(call.store, call.project, opened, call.ids.holder)
    except Unavailable:
        return None  # the lease frees the order, and `error` is still what the client must know
    if stands is not None:
        return _applied(call, [stands])
    if unknown:
        raise Unavailable(unknown=False) from error
    return None
