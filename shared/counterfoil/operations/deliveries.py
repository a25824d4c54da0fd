"""Deliveries of webhooks: listed with what came of them, sent again, or sent to try one out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from counterfoil.domain import webhooks as of_webhooks
from counterfoil.domain.deliveries import Delivery, pending, test_notice, waiting
from counterfoil.domain.errors import NotFound, Unavailable
from counterfoil.domain.timestamps import iso
from counterfoil.operations import webhooks as of_project
from counterfoil.operations.commits import Proposal, commit
from counterfoil.operations.project_settings import OfProject, require_own
from counterfoil.operations.snapshots import Snapshot
from counterfoil.storage import deliveries, webhook_keys, webhooks
from counterfoil.storage.plans import Plan

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from counterfoil.domain.deliveries import Notice
    from counterfoil.operations.call import Call
    from counterfoil.storage.delivery_queue import DeliveryQueue
    from counterfoil.storage.keys import Key
    from counterfoil.storage.marshal import Attributes

KIND: Final = "webhook_delivery"


@dataclass(frozen=True, slots=True)
class DeliveriesWanted:
    """The newest `limit` deliveries of a webhook that are older than the one with the id."""

    webhook_id: str
    limit: int
    before: str | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """Some deliveries, the newest first, and whether there are older ones."""

    deliveries: tuple[Delivery, ...]
    has_more: bool


@dataclass(frozen=True, slots=True)
class OfWebhook:
    """A delivery of a webhook, by their ids."""

    webhook_id: str
    delivery_id: str


def list_deliveries(call: Call, request: OfProject[DeliveriesWanted]) -> Listed:
    """Raises NotFound."""
    require_own(call, request.project)
    wanted = request.wanted
    of_project.require(call, wanted.webhook_id)
    if wanted.before is not None and not webhook_keys.is_delivery(wanted.before):
        raise NotFound(KIND, wanted.before)
    found = deliveries.newest(
        call.store, call.project, wanted.webhook_id, wanted.limit + 1, wanted.before, call.now
    )
    return Listed(tuple(found[: wanted.limit]), len(found) > wanted.limit)


def resend(call: Call, request: OfProject[OfWebhook]) -> Delivery:
    """The delivery, which is now tried once more whatever came of it. Raises NotFound."""
    require_own(call, request.project)
    wanted = request.wanted
    if not webhook_keys.is_delivery(wanted.delivery_id):
        raise NotFound(KIND, wanted.delivery_id)

    def notice(items: Mapping[Key, Attributes]) -> Notice:
        found = _stored(call, wanted, items)
        if found is None:
            raise NotFound(KIND, wanted.delivery_id)
        return found.repeated(call.project, call.ids.holder)

    return _sent(call, wanted, notice)


def send_test(call: Call, request: OfProject[str]) -> Delivery:
    """A delivery of nothing that happened, to see whether it arrives. Raises NotFound."""
    require_own(call, request.project)
    test = test_notice(call.project, request.wanted, iso(call.now), call.ids.holder)
    return _sent(call, OfWebhook(request.wanted, test.delivery_id), lambda _: test)


def queue_of(call: Call) -> DeliveryQueue:
    """The queue; every function that hands over deliveries knows it."""
    if call.deliveries is None:
        message = "this call has no queue of deliveries"
        raise ValueError(message)
    return call.deliveries


def _stored(call: Call, wanted: OfWebhook, items: Mapping[Key, Attributes]) -> Delivery | None:
    return deliveries.stored(items, call.project, wanted.webhook_id, wanted.delivery_id)


def _sent(
    call: Call, wanted: OfWebhook, notice_of: Callable[[Mapping[Key, Attributes]], Notice]
) -> Delivery:
    """The delivery once its notice is in the queue, which comes first: without it nothing would
    be tried, and what is said of the delivery would stay untrue.

    The sender may be quicker than what is written here; what it says stands then.
    """
    project, name = call.project, wanted.webhook_id
    if not webhook_keys.is_webhook(name):
        raise NotFound(of_webhooks.KIND, name)
    snapshot = _snapshot(call, wanted)
    handed: list[Delivery | None] = []

    def propose(by: str) -> Proposal[Delivery]:
        items = snapshot.take()
        before = _stored(call, wanted, items)
        if not handed:
            webhooks.stored(items, project).webhooks.require(name)
            _hand_over(call, notice_of(items))
            handed.append(before)
        after = waiting(before or pending(notice_of(items)))
        plan = Plan()
        if before is not None and before != handed[0]:
            return Proposal(plan, before)
        plan.add(deliveries.written(project, before, after, by))
        return Proposal(plan, after)

    return commit(call, propose)


def _snapshot(call: Call, wanted: OfWebhook) -> Snapshot:
    call.trace.ids["delivery_id"] = wanted.delivery_id
    own = webhook_keys.delivery(call.project, wanted.webhook_id, wanted.delivery_id)
    return Snapshot(call, [webhook_keys.webhooks(call.project), own])


def _hand_over(call: Call, notice: Notice) -> None:
    """Raises Unavailable."""
    if queue_of(call).send([notice]):
        raise Unavailable(unknown=False)
