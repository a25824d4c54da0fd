"""The decision of a rollback: whether it may be, the order after it, and its records.

Source: domain.md §5.7, §7. What a redemption took is read off its record and its order's entry;
nothing is computed again, so undoing never depends on today's rules.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from counterfoil.domain import ids as identifiers
from counterfoil.domain.allocations import NOTHING
from counterfoil.domain.errors import InvalidRedemption, InvalidRedemptionParent, NotFound
from counterfoil.domain.metadata import merged
from counterfoil.domain.orders import Order, OrderStatus, touched
from counterfoil.domain.records import (
    PARENT_INDEX,
    Record,
    RecordStatus,
    Result,
    as_child,
    record_id,
    rollback_id_of,
    snapshot,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from counterfoil.domain.ids import RequestIds
    from counterfoil.domain.metadata import Metadata
    from counterfoil.domain.rollback_payloads import RollbackPayload
    from counterfoil.domain.stacking_rules import RollbackMode

_MONTHS: Final = 3


@dataclass(frozen=True, slots=True)
class Target:
    """What is to be undone: the record at index 0, and the redemptions that took effect."""

    first: Record
    undone: tuple[Record, ...]


@dataclass(frozen=True, slots=True)
class RolledBack:
    """A rollback that took effect: the order after it and one rollback per redemption."""

    target: Target
    order: Order
    rollbacks: tuple[Record, ...]
    parent: Record | None

    @property
    def records(self) -> tuple[Record, ...]:
        """All that is stored anew."""
        return self.rollbacks if self.parent is None else (self.parent, *self.rollbacks)


def target_of(redemption_id: str, records: Sequence[Record], *, stacks: bool) -> Target:
    """What the redemption named stands for; `stacks` is false on the single endpoint.

    Raises NotFound for an unknown id or a rollback's, InvalidRedemption for a failed redemption
    and for a parent on the single endpoint, InvalidRedemptionParent for a child.
    """
    named = next((each for each in records if each.id == redemption_id), None)
    if named is None or named.is_rollback:
        raise NotFound("redemption", redemption_id)
    if named.index != PARENT_INDEX:
        raise InvalidRedemptionParent
    if named.result is Result.FAILURE:
        message = f"Redemption {redemption_id} failed, so there is nothing to roll back."
        raise InvalidRedemption(message)
    if named.is_parent and not stacks:
        message = (
            "You can rollback only a single redemption. "
            "Use different endpoint for stacked redemption."
        )
        raise InvalidRedemption(message)
    children = tuple(each for each in records if each.id in named.stacked)
    return Target(named, children if named.is_parent else (named,))


def require_recent(record: Record, now: datetime) -> None:
    """Raises InvalidRedemption three calendar months after the redemption (domain.md §12-AG)."""
    if now >= _months_later(record.date, _MONTHS):
        message = "Redemption is older than 3 months and cannot be rolled back."
        raise InvalidRedemption(message)


def roll_back(
    target: Target,
    order: Order,
    payload: RollbackPayload,
    ids: RequestIds,
    channel_id: str,
    mode: RollbackMode = "WITH_ORDER",
) -> RolledBack:
    """`order` without what `target` still holds on it, CANCELED unless the payload says otherwise.

    Whatever other redemptions took stays (domain.md §12-R, §12-S). Mode WITHOUT_ORDER leaves
    amounts and status as they are; a status that was sent wins there too.
    """
    sent = payload.order
    undone = OrderStatus.CANCELED if mode == "WITH_ORDER" else order.status
    changed = {
        "status": OrderStatus(sent.status) if sent and sent.status else undone,
        "metadata": merged(order.metadata, sent.metadata if sent else None),
    }
    marked = _marked(order, target, ids.now, mode)
    after = touched(marked.model_copy(update=changed), ids.now)
    facts = _Facts(after, payload, ids.now, channel_id)
    if not target.first.is_parent:
        return RolledBack(target, after, (_rollback(target.first, None, facts),), None)
    parent = _rollback(target.first, None, facts)
    children = tuple(as_child(_rollback(record, parent.id, facts)) for record in target.undone)
    return RolledBack(target, after, children, parent)


def refused_again(target: Target, ids: RequestIds, channel_id: str) -> Record:
    """The failed rollback that is recorded when a redemption is rolled back twice."""
    return Record(
        id=record_id(identifiers.FAILED_ROLLBACK, ids.root, PARENT_INDEX),
        object="redemption_rollback",
        date=ids.now,
        result=Result.FAILURE,
        status=RecordStatus.FAILED,
        redemption_id=target.first.id,
        customer=target.first.customer,
        tracking_id=target.first.tracking_id,
        related_object_type=target.first.related_object_type,
        related_object_id=target.first.related_object_id,
        order_id=target.first.order_id,
        channel_id=channel_id,
        failure_code="already_rolled_back",
        failure_message="Redemption has been already rolled back.",
    )


@dataclass(frozen=True, slots=True)
class _Facts:
    order: Order
    payload: RollbackPayload
    now: datetime
    channel_id: str

    @property
    def metadata(self) -> Metadata | None:
        return self.payload.metadata


def _rollback(record: Record, parent_id: str | None, facts: _Facts) -> Record:
    used = record.use
    name = rollback_id_of(record.id)
    return Record(
        id=name,
        object="redemption_rollback",
        date=facts.now,
        parent_id=parent_id,
        redemption_id=record.id,
        customer=record.customer,
        tracking_id=facts.payload.tracking_id or record.tracking_id,
        metadata=facts.metadata,
        related_object_type=record.related_object_type,
        related_object_id=name if record.is_parent else record.related_object_id,
        stacked=tuple(rollback_id_of(each) for each in record.stacked),
        order_id=facts.order.id,
        order=snapshot(facts.order, NOTHING),
        use=used and used.model_copy(update={"used": None, "gift": None, "credits": -used.credits}),
        allocation=record.allocation,
        channel_id=facts.channel_id,
        reason=facts.payload.reason,
    )


def _marked(order: Order, target: Target, now: datetime, mode: RollbackMode) -> Order:
    """`order` knowing of the rollback; in mode WITHOUT_ORDER it holds what is taken back."""
    first = target.first
    mark = order.releasing if mode == "WITH_ORDER" else order.marking
    return mark(
        first.id,
        rollback_id=rollback_id_of(first.id),
        rollback_date=now,
        rollback_stacked=tuple(rollback_id_of(each) for each in first.stacked),
    )


def _months_later(at: datetime, months: int) -> datetime:
    """The same day `months` later, or the day after the month's end where it has no such day."""
    years, month = divmod(at.month - 1 + months, 12)
    first = at.replace(year=at.year + years, month=month + 1, day=1)
    end = (first + timedelta(days=31)).replace(day=1)
    return min(first + timedelta(days=at.day - 1), end)
