"""The timeline of an order in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from counterfoil.api.dashboard.pages import money, word
from counterfoil.api.dashboard.wording import label_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from counterfoil.api.dashboard.masking import Mask
    from counterfoil.domain.order_versions import OrderEvent
    from counterfoil.domain.records import Record

# What an event's names say, the most telling first.
_TITLES: Final = (
    ("customer.redemption.rollback.succeeded", "Rolled back", "warn"),
    ("customer.redemption.succeeded", "Redeemed", "good"),
    ("customer.order.created", "Created", "info"),
    ("customer.order.paid", "Paid", "good"),
    ("customer.order.canceled", "Canceled", "idle"),
    ("customer.order.fulfilled", "Fulfilled", "good"),
    ("customer.order.updated", "Changed", "info"),
)


@dataclass(frozen=True, slots=True)
class Happening:
    """One entry of the timeline."""

    at: datetime
    title: str
    tone: str
    notes: Sequence[str]
    actor: str | None = None


def happenings(
    events: Sequence[OrderEvent],
    records: Mapping[str, Record],
    refused: Sequence[Record],
    mask: Mask,
) -> list[Happening]:
    """The newest first; refused redemptions changed nothing, and are shown all the same."""
    shown = [_of(each, records, mask) for each in events]
    shown += [
        Happening(
            each.date,
            f"{mask.text(label_of(each))} refused",
            "bad",
            [mask.text(each.failure_message or each.failure_code) or ""],
        )
        for each in refused
    ]
    return sorted(shown, key=lambda each: each.at, reverse=True)


def _of(event: OrderEvent, records: Mapping[str, Record], mask: Mask) -> Happening:
    name, title, tone = next(
        (each for each in _TITLES if each[0] in event.kinds), ("", "Changed", "info")
    )
    record = records.get(event.record_id or "")
    if record is not None and name.startswith("customer.redemption"):
        redeemed = records.get(record.redemption_id or "", record)
        title = f"{mask.text(label_of(redeemed))} {title.lower()}"
    notes = [each for each in _notes(event, record, mask) if each]
    return Happening(event.at, title, tone, notes, event.actor)


def _notes(event: OrderEvent, record: Record | None, mask: Mask) -> Iterator[str | None]:
    total = "" if event.total_amount is None else f", {money(event.total_amount)} to pay"
    yield f"{word(event.status)}{total}"
    if record is not None and record.reason:
        yield f"“{mask.text(record.reason)}”"
