"""What moved the money of a gift card: kept when done by hand, rendered from records otherwise.

Source: domain.md §2.6; protocol.md §8. The id tells which it is and leads to it: the 16 hex digits
of the call, then the record's index, a rollback's higher by 128, or `ff` for one done by hand.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, Literal

from pydantic import BaseModel, ConfigDict

from counterfoil.domain import ids
from counterfoil.domain.records import Result
from counterfoil.domain.timestamps import iso

if TYPE_CHECKING:
    from counterfoil.domain.records import Record

_ROLLBACKS: Final = 0x80
_BY_HAND: Final = "ff"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class GiftTransaction(BaseModel):
    """`amount` is what it added to the balance, negative what it took off.

    `total` and `balance` are what the card had been loaded with and had left after it, as its
    request saw the card; they are None where it did not look.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    voucher_id: str
    campaign_id: str | None = None
    type: Literal["CREDITS_ADDITION", "CREDITS_REMOVAL", "CREDITS_REDEMPTION", "CREDITS_REFUND"]
    amount: int
    total: int | None = None
    balance: int | None = None
    source_id: str | None = None
    source: str | None = None
    reason: str | None = None
    order_id: str | None = None
    order_source_id: str | None = None
    record_id: str | None = None
    related_id: str | None = None
    created_at: datetime

    @property
    def place(self) -> tuple[str, str]:
        """Where it stands in time; ties by id."""
        return iso(self.created_at), self.id


@dataclass(frozen=True, slots=True)
class Origin:
    """What an id leads to: the call, the record's index, or a moment when done by hand."""

    root: str
    index: int
    is_rollback: bool = False
    by_hand_at: datetime | None = None


def id_of(record: Record) -> str:
    """The id of the transaction that `record` stands for."""
    return _id(record.root, record.index, is_rollback=record.is_rollback)


def origin_of(transaction_id: str) -> Origin | None:
    """What `transaction_id` leads to; None when it is no such id."""
    root = ids.record_root(transaction_id)
    if root is None or not transaction_id.startswith(ids.TRANSACTION):
        return None
    if transaction_id.endswith(_BY_HAND):
        at = _EPOCH + timedelta(seconds=int(root[:8], 16), milliseconds=int(root[8:11], 16))
        return Origin(root, 0, by_hand_at=at)
    index = int(transaction_id[-2:], 16)
    return Origin(root, index % _ROLLBACKS, is_rollback=index >= _ROLLBACKS)


def transaction_of(record: Record, generation: str) -> GiftTransaction | None:
    """What `record` moved on the card of this life; None when it moved nothing there."""
    use = record.use
    if use is None or use.voucher is None or record.result is Result.FAILURE:
        return None
    if not use.credits or use.generation != generation:
        return None
    undoes = _id(record.root, record.index, is_rollback=False) if record.is_rollback else None
    return GiftTransaction(
        id=id_of(record),
        voucher_id=use.voucher.id,
        campaign_id=use.voucher.campaign_id,
        type="CREDITS_REFUND" if record.is_rollback else "CREDITS_REDEMPTION",
        amount=-use.credits,
        total=None if use.gift is None else use.gift.loaded,
        balance=None if use.gift is None else use.gift.balance,
        reason=record.reason,
        order_id=record.order_id,
        order_source_id=None if record.order is None else record.order.source_id,
        record_id=record.id,
        related_id=undoes,
        created_at=record.date,
    )


def _id(root: str, index: int, *, is_rollback: bool) -> str:
    return f"{ids.TRANSACTION}{root}{index + _ROLLBACKS * is_rollback:02x}"
