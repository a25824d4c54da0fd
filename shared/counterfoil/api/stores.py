"""The store and the queue of one request, over clients that the process makes once."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final, TypedDict

from counterfoil.api import context
from counterfoil.storage.client import Client, connect
from counterfoil.storage.delivery_queue import DeliveryQueue
from counterfoil.storage.files import Files
from counterfoil.storage.queue import Queue
from counterfoil.storage.store import Patience, Store

if TYPE_CHECKING:
    from datetime import tzinfo

    from counterfoil.api.context import Settings
    from counterfoil.api.event import Invocation

# What an answer needs on its way back, kept free of store calls.
_ANSWER_SECONDS: Final = 0.5


class Means(TypedDict):
    """What every call has of the settings."""

    zone: tzinfo
    lease_seconds: int
    queue: Queue
    files: Files
    deliveries: DeliveryQueue
    tells_loopback: bool
    week_start: int


def means_of(settings: Settings) -> Means:
    """What a call needs beside the store, whoever makes it."""
    return {
        "zone": settings.zone,
        "lease_seconds": settings.lease_seconds,
        "queue": queue_of(settings),
        "files": files_of(settings),
        "deliveries": deliveries_of(settings),
        "tells_loopback": settings.tells_loopback,
        "week_start": settings.week_start,
    }


def store_of(settings: Settings, invocation: Invocation) -> Store:
    """The store with the patience of `invocation`: as long as it may run, less its answer."""
    patience = Patience(
        left=lambda: invocation.get_remaining_time_in_millis() / 1000 - _ANSWER_SECONDS,
        pause=context.pause,
    )
    return Store(client(settings), settings.table, patience)


def queue_of(settings: Settings) -> Queue:
    """Where async actions are left to the worker."""
    return Queue(settings.queue, settings.region, settings.queue_endpoint)


def files_of(settings: Settings) -> Files:
    """Where exports, imports and reports lie."""
    return Files(settings.files, settings.region, settings.files_endpoint)


def deliveries_of(settings: Settings) -> DeliveryQueue:
    """Where what webhooks are told waits for its sender."""
    return DeliveryQueue(settings.deliveries, settings.region, settings.queue_endpoint)


def client(settings: Settings) -> Client:
    """The process's client of the service that `settings` name."""
    return _client(settings.region, settings.endpoint)


@cache
def _client(region: str | None, _endpoint: str | None) -> Client:
    """Botocore reads the endpoint from the environment; here it only tells clients apart."""
    return connect(region)
