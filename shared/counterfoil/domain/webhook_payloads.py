"""What a client may send of a webhook."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field, StrictBool

from counterfoil.domain.occurrences import NAMES, is_known
from counterfoil.domain.payloads import Payload
from counterfoil.domain.webhook_targets import MAX_URL

_MOST_EVENTS = 50


def _known(events: tuple[str, ...]) -> tuple[str, ...]:
    """Each once. A name that nothing is ever told by would be a silence that nobody notices."""
    for each in events:
        if not is_known(each):
            message = f"has {each[:64]!r}; events are {', '.join(NAMES)}, or * after a dot or alone"
            raise ValueError(message)
    return tuple(dict.fromkeys(events))


Events = Annotated[
    tuple[str, ...], Field(min_length=1, max_length=_MOST_EVENTS), AfterValidator(_known)
]
Url = Annotated[str, Field(min_length=1, max_length=MAX_URL)]


class WebhookUpdate(Payload):
    """What may change of a webhook; null leaves it as it is."""

    target_url: Url | None = None
    events: Events | None = None
    active: StrictBool | None = None


class WebhookPayload(WebhookUpdate):
    """A webhook to be created: without events, for all."""

    target_url: Url
