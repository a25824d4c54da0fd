"""What a function knows that nobody calls by HTTP: a call of a project, and its log line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.api import context
from counterfoil.api.stores import files_of, queue_of, store_of
from counterfoil.operations.call import Call

if TYPE_CHECKING:
    from counterfoil.api.event import Invocation


def call_of(project: str, invocation: Invocation) -> Call:
    """A call of the service's own, with all the time that the invocation has."""
    known = context.settings()
    return Call(
        store=store_of(known, invocation),
        project=project,
        app_id="",
        ids=context.request_ids(),
        zone=known.zone,
        lease_seconds=known.lease_seconds,
        request_id=context.new_request_id(),
        queue=queue_of(known),
        files=files_of(known),
        week_start=known.week_start,
    )
