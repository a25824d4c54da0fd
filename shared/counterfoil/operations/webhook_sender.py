"""The sender: one notice told to its webhook, and what came of it written down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from counterfoil.domain.deliveries import Delivery, attempted, pause_after, pending
from counterfoil.domain.errors import HistoryUnknown, NotFound
from counterfoil.domain.records import RecordStatus, Result, portrait
from counterfoil.operations import order_history, orders, rollbacks
from counterfoil.storage import customers, deliveries, webhook_keys, webhooks
from counterfoil.storage.store import Refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from counterfoil.domain.deliveries import Notice, Outcome
    from counterfoil.domain.orders import Order
    from counterfoil.domain.records import CustomerSnapshot, Record
    from counterfoil.domain.webhooks import Webhook
    from counterfoil.operations.call import Call

# How often a try is written down over what others have written meanwhile.
_WRITES: Final = 3


@dataclass(frozen=True, slots=True)
class Told:
    """All that a webhook is told: the order as it was then, and who takes part as they are now."""

    notice: Notice
    order: Order | None = None
    record: Record | None = None
    customer: CustomerSnapshot | None = None
    referrer: CustomerSnapshot | None = None


@dataclass(frozen=True, slots=True)
class Errand:
    """One try of a notice, the `tries`-th; `post` tells a webhook and says what came of it."""

    notice: Notice
    tries: int
    post: Callable[[Webhook, Told], Outcome]


def send(call: Call, errand: Errand) -> int | None:
    """The seconds after which to try again, 0 when there is no more trying; None when all is done.

    What was taken before is not told again, and a webhook that is gone or at rest is told nothing
    but what somebody asked for. Raises Unavailable; nothing may have been told then, or all.
    """
    notice = errand.notice
    call.trace.ids.update(delivery_id=notice.delivery_id, webhook_id=notice.webhook_id)
    own = webhook_keys.delivery(call.project, notice.webhook_id, notice.delivery_id)
    items = call.store.get_all([webhook_keys.webhooks(call.project), own])
    webhook = webhooks.stored(items, call.project).webhooks.find(notice.webhook_id)
    before = deliveries.stored(items, call.project, notice.webhook_id, notice.delivery_id)
    if webhook is None or not (webhook.active or notice.again):
        return None
    if before is not None and before.has_taken(notice):
        return None
    outcome = errand.post(webhook, _told(call, notice))
    call.trace.ids["outcome"] = outcome.error or "taken"
    pause = pause_after(errand.tries, notice.delivery_id)
    _write_down(call, errand, before, outcome, pause)
    return None if outcome.error is None else pause or 0


def _write_down(
    call: Call, errand: Errand, before: Delivery | None, outcome: Outcome, pause: int | None
) -> None:
    """Record the try over what stands; another's that came between is not lost for it."""
    by = f"{call.ids.holder}-{call.trace.next_plan()}"
    for _ in range(_WRITES):
        stands = before or pending(errand.notice)
        after = attempted(stands, errand.notice, outcome, call.now, pause)
        try:
            call.store.write(deliveries.written(call.project, before, after, by))
        except Refused as refused:
            item = refused.refusals[0].item
            if item is None or item["by"] == by:
                return
            before = deliveries.decoded(item)
            if before.has_taken(errand.notice):
                return
        else:
            return


def _told(call: Call, notice: Notice) -> Told:
    record = _record(call, notice)
    order = _order(call, notice)
    buyer = order.customer_id if order is not None else None
    referrer = order.referrer_id if order is not None else None
    return Told(
        notice=notice,
        order=order,
        record=record,
        customer=_portrait(call, buyer) or (None if record is None else record.customer),
        referrer=_portrait(call, referrer),
    )


def _order(call: Call, notice: Notice) -> Order | None:
    """The order at the version that the occurrence made."""
    if notice.order_id is None:
        return None
    try:
        return order_history.at_version(call, notice.order_id, notice.version)
    except HistoryUnknown:  # a webhook may be told again of what is from before versions were kept
        return orders.get(call, notice.order_id)
    except NotFound:
        return None


def _record(call: Call, notice: Notice) -> Record | None:
    """The redemption or rollback as it was made: what undid it since is told by its own name."""
    if notice.record_id is None:
        return None
    try:
        record = rollbacks.get(call, notice.record_id)
    except NotFound:
        return None
    if record.is_rollback or record.result is not Result.SUCCESS:
        return record
    then = {"status": RecordStatus.SUCCEEDED, "rollback_id": None, "rollback_date": None}
    return record.model_copy(update=then)


def _portrait(call: Call, customer_id: str | None) -> CustomerSnapshot | None:
    if customer_id is None:
        return None
    stored = customers.get(call.store, call.project, customer_id)
    return None if stored is None or stored.customer.deleted else portrait(stored.customer)
