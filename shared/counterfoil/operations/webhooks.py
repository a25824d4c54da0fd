"""Webhooks of a project: read, and changed one at a time (domain.md §3.6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from counterfoil.domain import webhooks as deciding
from counterfoil.domain.errors import NotFound
from counterfoil.operations.commits import Proposal, commit
from counterfoil.operations.project_settings import OfProject, require_own
from counterfoil.operations.snapshots import Snapshot
from counterfoil.storage import webhook_keys, webhooks
from counterfoil.storage.plans import Plan

if TYPE_CHECKING:
    from collections.abc import Callable

    from counterfoil.domain.webhook_payloads import WebhookPayload, WebhookUpdate
    from counterfoil.domain.webhooks import Webhook, Webhooks
    from counterfoil.operations.call import Call

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class WebhookChange:
    """What is to change of the webhook with the id."""

    identifier: str
    payload: WebhookUpdate


def list_webhooks(call: Call, request: OfProject[None]) -> tuple[Webhook, ...]:
    """All of them, in the order of their creation. Raises NotFound."""
    require_own(call, request.project)
    return webhooks.get(call.store, call.project).webhooks


def get(call: Call, request: OfProject[str]) -> Webhook:
    """Raises NotFound."""
    require_own(call, request.project)
    return require(call, request.wanted)


def require(call: Call, identifier: str) -> Webhook:
    """The webhook with the id. Raises NotFound."""
    return webhooks.get(call.store, call.project).require(identifier)


def create(call: Call, request: OfProject[WebhookPayload]) -> Webhook:
    """Raises NotFound, and InvalidPayload, be it for a target that could not be told anything."""
    require_own(call, request.project)
    payload = request.wanted
    deciding.require_target(payload.target_url, loopback=call.tells_loopback)
    identity = call.ids.webhook, call.ids.webhook_secret
    call.trace.ids["webhook_id"] = identity[0]

    def decide(before: Webhooks) -> Webhooks:
        return deciding.with_webhook(before, payload, identity, call.now)

    return _change(call, decide, lambda after: after.require(identity[0]))


def update(call: Call, request: OfProject[WebhookChange]) -> Webhook:
    """Raises NotFound, and InvalidPayload."""
    require_own(call, request.project)
    name, payload = request.wanted.identifier, request.wanted.payload
    deciding.require_target(payload.target_url, loopback=call.tells_loopback)
    call.trace.ids["webhook_id"] = name

    def decide(before: Webhooks) -> Webhooks:
        return deciding.with_changed_webhook(before, name, payload, call.now)

    return _change(call, decide, lambda after: after.require(name))


def delete(call: Call, request: OfProject[str]) -> None:
    """What is still under way to it is not delivered any more. Raises NotFound."""
    require_own(call, request.project)
    call.trace.ids["webhook_id"] = request.wanted
    planned_before = False

    def decide(before: Webhooks) -> Webhooks:
        nonlocal planned_before
        try:
            return deciding.without_webhook(before, request.wanted)
        except NotFound:
            if planned_before:  # deleted by an earlier try of this request, or just now by another
                return before
            raise
        finally:
            planned_before = True

    _change(call, decide, lambda _: None)


def _change(
    call: Call, decide: Callable[[Webhooks], Webhooks], answer: Callable[[Webhooks], T]
) -> T:
    """The `answer` after `decide`, which is asked anew when others changed them meanwhile."""
    snapshot = Snapshot(call, [webhook_keys.webhooks(call.project)])

    def propose(by: str) -> Proposal[T]:
        before = webhooks.stored(snapshot.take(), call.project)
        after = decide(before.webhooks)
        plan = Plan()
        if after != before.webhooks:
            plan.add(webhooks.changed(call.project, before, after, by))
        return Proposal(plan, answer(after))

    return commit(call, propose)
