"""Redemptions and rollbacks as rows: of a list, and of an order's page."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from counterfoil.api.dashboard.people import Person, people
from counterfoil.api.dashboard.wording import label_of, what_of
from counterfoil.domain.records import RecordStatus, Result

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from counterfoil.api.dashboard.masking import Mask
    from counterfoil.api.dashboard.visits import Visit
    from counterfoil.domain.records import Record


@dataclass(frozen=True, slots=True)
class RecordRow:
    """`reason` is why it was refused, or why it was rolled back; `code` the contract's key."""

    id: str
    at: datetime
    state: str
    label: str
    what: str
    amount: int
    reason: str | None
    code: str | None
    failed: bool
    can_roll_back: bool
    order_id: str | None
    order_name: str | None
    customer_id: str | None
    customer: Person | None = None
    rolled_at: datetime | None = None
    is_rollback: bool = False
    children: tuple[RecordRow, ...] = ()


def record_rows(visit: Visit, records: Sequence[Record]) -> list[RecordRow]:
    """The rows of a list, with their customers read in one trip."""
    known = people(visit, (each.customer_id for each in records))
    rows = (record_row(each, visit.mask) for each in records)
    return [replace(row, customer=known.get(row.customer_id or "")) for row in rows]


def call_rows(visit: Visit, records: Mapping[str, Record], names: Iterable[str]) -> list[RecordRow]:
    """The calls that `names`, of parents and of single redemptions, stand for."""
    return [_call(records[each], records, visit.mask) for each in names if each in records]


def record_row(record: Record, mask: Mask) -> RecordRow:
    """One record; a failed one says why."""
    failed = record.result is Result.FAILURE
    state = "FAILURE" if failed else record.status.value
    reason = record.failure_message if failed else record.reason
    order = record.order
    is_redemption = record.object == "redemption"
    return RecordRow(
        id=record.id,
        at=record.date,
        state=state,
        label=mask.text(label_of(record)) or record.id,
        what=what_of(record) if is_redemption else "rollback",
        amount=record.allocation.total,
        reason=mask.text(reason),
        code=record.failure_code,
        failed=failed,
        can_roll_back=(
            is_redemption and record.status is RecordStatus.SUCCEEDED and record.parent_id is None
        ),
        order_id=record.order_id,
        order_name=mask.text((order and order.source_id) or record.order_id),
        customer_id=record.customer_id,
        rolled_at=record.rollback_date,
        is_rollback=not is_redemption,
    )


def _call(record: Record, records: Mapping[str, Record], mask: Mask) -> RecordRow:
    """A call with its children, and with the reason of the rollback that undid it."""
    row = record_row(record, mask)
    children = tuple(record_row(records[each], mask) for each in record.stacked if each in records)
    undone = records.get(record.rollback_id or "")
    reason = row.reason if undone is None else mask.text(undone.reason)
    amount = sum(each.amount for each in children) if children else row.amount
    return replace(row, children=children, reason=reason, amount=amount)
