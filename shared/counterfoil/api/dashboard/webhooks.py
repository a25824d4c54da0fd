"""Webhooks: who is told of what, how that went, and telling it once more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from counterfoil.api.dashboard.pages import link, page, to
from counterfoil.domain.roles import Role
from counterfoil.operations import deliveries, webhooks
from counterfoil.operations.deliveries import DeliveriesWanted, OfWebhook
from counterfoil.operations.project_settings import OfProject

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from counterfoil.api.dashboard.visits import Visit
    from counterfoil.api.response import Response
    from counterfoil.domain.webhooks import Webhook

_ON_A_PAGE: Final = 25
_DONE: Final = {
    "resent": "It is being sent once more.",
    "tested": "A test is being sent.",
}


@dataclass(frozen=True, slots=True)
class WebhookRow:
    """A webhook, without its secret; a viewer is shown the host of its target only."""

    id: str
    target: str
    events: Sequence[str]
    state: str
    created_at: datetime


def listed(visit: Visit) -> Response:
    """The page."""
    found = webhooks.list_webhooks(visit.call, OfProject(visit.call.project, None))
    rows = [_row(visit, each) for each in found]
    return page(visit, "webhooks.html", section="webhooks", rows=rows)


def shown(visit: Visit) -> Response:
    """One webhook with its deliveries, the newest first."""
    call, name = visit.call, visit.named["name"]
    webhook = webhooks.get(call, OfProject(call.project, name))
    wanted = DeliveriesWanted(name, _ON_A_PAGE, visit.query("before") or None)
    found = deliveries.list_deliveries(call, OfProject(call.project, wanted))
    last = found.deliveries[-1].id if found.deliveries else ""
    return page(
        visit,
        "webhook.html",
        section="webhooks",
        row=_row(visit, webhook),
        deliveries=found.deliveries,
        first=visit.here(before="") if visit.query("before") else None,
        next=visit.here(before=last) if found.has_more else None,
        live=not visit.query("before"),
        done=_DONE.get(visit.query("done")),
    )


def resent(visit: Visit) -> Response:
    """One delivery tried once more, whatever came of it."""
    call, name = visit.call, visit.named["name"]
    wanted = OfWebhook(name, visit.form.get("delivery", ""))
    deliveries.resend(call, OfProject(call.project, wanted))
    return to(f"{link('webhooks', name)}?done=resent")


def tested(visit: Visit) -> Response:
    """A delivery of nothing that happened."""
    call, name = visit.call, visit.named["name"]
    deliveries.send_test(call, OfProject(call.project, name))
    return to(f"{link('webhooks', name)}?done=tested")


def _row(visit: Visit, webhook: Webhook) -> WebhookRow:
    parts = urlsplit(webhook.target_url)
    whole = visit.role.may(Role.OPERATOR)
    return WebhookRow(
        id=webhook.id,
        target=webhook.target_url if whole else f"{parts.scheme}://{parts.netloc}",
        events=webhook.events,
        state="ACTIVE" if webhook.active else "DISABLED",
        created_at=webhook.created_at,
    )
