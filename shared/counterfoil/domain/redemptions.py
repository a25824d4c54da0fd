"""The decision of a redemption: the order after it and the records of it, or of its refusal.

Source: domain.md §2.3, §3.4, §5, §12-M; protocol.md §8.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from counterfoil.domain import ids as identifiers
from counterfoil.domain.errors import RedemptionRefused, Refusal
from counterfoil.domain.limits import SKIP_MESSAGES
from counterfoil.domain.orders import Order, OrderStatus, RedemptionEntry, touched
from counterfoil.domain.outcomes import Inapplicable
from counterfoil.domain.records import (
    PARENT_INDEX,
    Record,
    RecordStatus,
    Result,
    as_child,
    kind_of,
    record_id,
    snapshot,
    unused,
    use_of,
)

if TYPE_CHECKING:
    from counterfoil.domain.allocations import Allocation
    from counterfoil.domain.counts import Periods
    from counterfoil.domain.ids import RequestIds
    from counterfoil.domain.metadata import Metadata
    from counterfoil.domain.order_payloads import OrderPayload
    from counterfoil.domain.outcomes import Applicable, Skipped
    from counterfoil.domain.records import CustomerSnapshot
    from counterfoil.domain.stacking import Evaluation


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What every record of one call says alike; `periods` are those that it is counted in."""

    ids: RequestIds
    customer: CustomerSnapshot | None
    tracking_id: str | None
    metadata: Metadata | None
    channel_id: str
    session_key: str | None = None
    periods: Periods | None = None

    @property
    def of_children(self) -> Circumstances:
        """What the children of a stack say alike: its parent has the customer's metadata."""
        customer = self.customer and self.customer.model_copy(update={"metadata": None})
        return replace(self, customer=customer)


@dataclass(frozen=True, slots=True)
class Redeemed:
    """A redemption that took effect: the order after it, and its records in their order.

    `parent` is there when two or more redeemables were redeemed in one call; `failures` are its
    children that mode PARTIAL let fail (domain.md §5.7). `request_id` and `expand` are for whom
    it is told to: the request, and what it asked to have spelt out.
    """

    order: Order
    redemptions: tuple[Record, ...]
    parent: Record | None
    evaluation: Evaluation
    failures: tuple[Record, ...] = ()
    request_id: str = ""
    expand: tuple[str, ...] = ()

    @property
    def records(self) -> tuple[Record, ...]:
        """All that is stored, the one at index 0 first."""
        if self.parent is None:
            return self.redemptions
        return (self.parent, *self.redemptions, *self.failures)


@dataclass(frozen=True, slots=True)
class Refused:
    """A redemption that did not: what is recorded of it, the one at index 0 first.

    `evaluation` is how the refusal came about.
    """

    outcome: Inapplicable
    records: tuple[Record, ...]
    evaluation: Evaluation

    @property
    def error(self) -> RedemptionRefused:
        """What the client is told once the records are stored."""
        candidate = self.outcome.candidate
        return RedemptionRefused(
            self.outcome.refusal,
            candidate.object,
            candidate.id,
            self.records[-1].id,
            self.evaluation if self.evaluation.explains else None,
        )


def status_after(sent: OrderPayload | None) -> OrderStatus:
    """A successful redemption pays the order unless the payload says otherwise (§3.4)."""
    return OrderStatus(sent.status) if sent is not None and sent.status else OrderStatus.PAID


def redeem(
    base: Order, evaluation: Evaluation, status: OrderStatus, facts: Circumstances, *, stored: bool
) -> Redeemed:
    """`base` with all that applies redeemed on it; `stored` tells a linked order from a new one.

    A call of several redeemables has a parent even when all but one were skipped.
    """
    several = len(evaluation.outcomes) > 1
    root = facts.ids.root
    first = PARENT_INDEX + 1 if several else PARENT_INDEX
    names = tuple(
        record_id(identifiers.REDEMPTION, root, first + position)
        for position in range(len(evaluation.applicable))
    )
    parent_id = record_id(identifiers.REDEMPTION, root, PARENT_INDEX) if several else None
    entry = _entry(evaluation, parent_id, names, facts)
    told = facts.of_children if several else facts
    after = base.model_copy(update={"status": status}).holding(entry)
    order = touched(after, facts.ids.now) if stored else after
    children = tuple(
        _success(outcome, name, parent_id, order, told)
        for outcome, name in zip(evaluation.applicable, names, strict=True)
    )
    if parent_id is None:
        return Redeemed(order, children, None, evaluation)
    parent = _parent(parent_id, names, order, entry.in_force, facts)
    failures = _failures(evaluation, parent_id, facts)
    return Redeemed(order, children, parent, evaluation, failures)


def refuse(evaluation: Evaluation, outcome: Inapplicable, facts: Circumstances) -> Refused:
    """What is recorded of a call that `outcome` stopped: it, under a failed parent if several."""
    root = facts.ids.root
    if len(evaluation.outcomes) == 1:
        return Refused(outcome, (_failure(outcome, PARENT_INDEX, None, facts),), evaluation)
    parent_id = record_id(identifiers.FAILED_REDEMPTION, root, PARENT_INDEX)
    named = [each.candidate for each in evaluation.outcomes]
    position = named.index(outcome.candidate) + 1
    failure = _failure(outcome, position, parent_id, facts)
    parent = failure.model_copy(
        update={
            "id": parent_id,
            "parent_id": None,
            "related_object_type": "redemption",
            "related_object_id": parent_id,
            "stacked": (failure.id,),
            "use": None,
        }
    )
    return Refused(outcome, (parent, as_child(failure)), evaluation)


def _entry(
    evaluation: Evaluation, parent_id: str | None, names: tuple[str, ...], facts: Circumstances
) -> RedemptionEntry:
    if parent_id is not None:
        return RedemptionEntry(
            id=parent_id,
            date=facts.ids.now,
            related_object_type="redemption",
            related_object_id=parent_id,
            stacked=names,
            in_force=evaluation.applied,
        )
    (only,) = evaluation.applicable
    return RedemptionEntry(
        id=names[0],
        date=facts.ids.now,
        related_object_type=kind_of(only.definition),
        related_object_id=only.definition.id,
        related_object_parent_id=only.definition.campaign_id,
        in_force=only.allocation,
    )


def _success(
    outcome: Applicable, name: str, parent_id: str | None, order: Order, facts: Circumstances
) -> Record:
    """A record shows the order as it was after its own turn, with the status of the end."""
    ended = {"status": order.status, "updated_at": order.updated_at}
    turn = outcome.order.model_copy(update=ended)
    return Record(
        id=name,
        date=facts.ids.now,
        parent_id=parent_id,
        customer=facts.customer,
        tracking_id=facts.tracking_id,
        metadata=facts.metadata,
        related_object_type=kind_of(outcome.definition),
        related_object_id=outcome.definition.id,
        order_id=order.id,
        order=snapshot(turn, outcome.allocation, alone=parent_id is None),
        use=use_of(outcome),
        allocation=outcome.allocation,
        counted_on="" if facts.periods is None else f"{facts.periods.day}/{facts.periods.week}",
        channel_id=facts.channel_id,
        session_key=facts.session_key,
    )


def _parent(
    name: str, names: tuple[str, ...], order: Order, applied: Allocation, facts: Circumstances
) -> Record:
    return Record(
        id=name,
        date=facts.ids.now,
        customer=facts.customer,
        tracking_id=facts.tracking_id,
        metadata=facts.metadata,
        related_object_type="redemption",
        related_object_id=name,
        stacked=names,
        order_id=order.id,
        order=snapshot(order, applied),
        allocation=applied,
        channel_id=facts.channel_id,
        session_key=facts.session_key,
    )


def _failure(
    outcome: Inapplicable, index: int, parent_id: str | None, facts: Circumstances
) -> Record:
    candidate, refusal = outcome.candidate, outcome.refusal
    definition = candidate.definition
    return Record(
        id=record_id(identifiers.FAILED_REDEMPTION, facts.ids.root, index),
        date=facts.ids.now,
        result=Result.FAILURE,
        status=RecordStatus.FAILED,
        parent_id=parent_id,
        customer=facts.customer,
        tracking_id=facts.tracking_id,
        metadata=facts.metadata,
        # The contract has no stack among the kinds of record; its tiers are what is redeemed.
        related_object_type="voucher" if candidate.object == "voucher" else "promotion_tier",
        related_object_id=candidate.id if definition is None else definition.id,
        use=unused(candidate),
        channel_id=facts.channel_id,
        session_key=facts.session_key,
        failure_code=refusal.code,
        failure_message=refusal.message,
    )


def _failures(evaluation: Evaluation, parent_id: str, facts: Circumstances) -> tuple[Record, ...]:
    """The children that failed where others did not; their indexes come after those."""
    first = PARENT_INDEX + 1 + len(evaluation.applicable)
    return tuple(
        as_child(_failure(outcome, index, parent_id, facts))
        for index, outcome in enumerate(evaluation.inapplicable, start=first)
    )


def refusal_stopping(evaluation: Evaluation) -> Inapplicable | None:
    """The outcome that refuses the call; None when something can be redeemed (§12-L).

    A call of which all is skipped redeems nothing, so the first reason to skip is its refusal.
    """
    if evaluation.valid and evaluation.applicable:
        return None
    passed_over = (_as_refused(each) for each in evaluation.skipped)
    return next(iter((*evaluation.inapplicable, *passed_over)), None)


def _as_refused(outcome: Skipped) -> Inapplicable:
    refusal = Refusal(outcome.key, SKIP_MESSAGES[outcome.key], outcome.candidate.id)
    return Inapplicable(outcome.candidate, refusal)
