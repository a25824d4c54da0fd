"""Webhooks: who is to be told of what, all those of a project in one value."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from pydantic import BaseModel, ConfigDict

from counterfoil.domain.errors import InvalidPayload, NotFound
from counterfoil.domain.occurrences import ALL
from counterfoil.domain.webhook_targets import BadTarget, target_of

if TYPE_CHECKING:
    from counterfoil.domain.webhook_payloads import WebhookPayload, WebhookUpdate

# All of a project's webhooks lie in one item, which is read for every event.
MAX_WEBHOOKS: Final = 20
KIND: Final = "webhook"


class Webhook(BaseModel):
    """Who is told at `target_url` of `events`; `secret` signs what is told."""

    model_config = ConfigDict(frozen=True)

    id: str
    target_url: str
    events: tuple[str, ...] = (ALL,)
    active: bool = True
    secret: str
    created_at: datetime
    updated_at: datetime | None = None


class Webhooks(BaseModel):
    """Those of a project, in the order of their creation."""

    model_config = ConfigDict(frozen=True)

    webhooks: tuple[Webhook, ...] = ()

    def find(self, identifier: str) -> Webhook | None:
        """The webhook with the id."""
        return next((each for each in self.webhooks if each.id == identifier), None)

    def require(self, identifier: str) -> Webhook:
        """Raises NotFound."""
        found = self.find(identifier)
        if found is None:
            raise NotFound(KIND, identifier)
        return found


def require_target(url: str | None, *, loopback: bool) -> None:
    """Raises InvalidPayload for a URL that no webhook may have; None is not sent."""
    try:
        if url is not None:
            target_of(url, loopback=loopback)
    except BadTarget as error:
        message = f"Property .target_url {error}"
        raise InvalidPayload(message) from error


def with_webhook(
    before: Webhooks, payload: WebhookPayload, identity: tuple[str, str], now: datetime
) -> Webhooks:
    """One more webhook, of this id and secret; the same when an earlier try has made it.

    Raises InvalidPayload when there are as many as there can be.
    """
    identifier, secret = identity
    if before.find(identifier) is not None:
        return before
    if len(before.webhooks) >= MAX_WEBHOOKS:
        message = f"A project has at most {MAX_WEBHOOKS} webhooks"
        raise InvalidPayload(message)
    sent = payload.model_dump(exclude_none=True)
    added = Webhook(id=identifier, secret=secret, created_at=now, **sent)
    return Webhooks(webhooks=(*before.webhooks, added))


def with_changed_webhook(
    before: Webhooks, identifier: str, payload: WebhookUpdate, now: datetime
) -> Webhooks:
    """Raises NotFound."""
    webhook = before.require(identifier)
    changed = webhook.model_copy(update=payload.model_dump(exclude_none=True))
    if changed == webhook:
        return before
    after = changed.model_copy(update={"updated_at": max(now, webhook.created_at)})
    return Webhooks(webhooks=tuple(after if it is webhook else it for it in before.webhooks))


def without_webhook(before: Webhooks, identifier: str) -> Webhooks:
    """Raises NotFound."""
    before.require(identifier)
    return Webhooks(webhooks=tuple(each for each in before.webhooks if each.id != identifier))
