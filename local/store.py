"""The DynamoDB that a command of this folder works with: an engine of its own, or another one."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from counterfoil.storage.credentials import Kind
from local import engine, key
from local.install import LOCAL, best, obtain
from local.settings import Settings
from local.tables import create_tables
from local.template import ROOT, Template

# Where `make invoke` finds the engine of a `make run`.
ENDPOINT_FILE: Final = LOCAL / "endpoint"

# They would win over the credentials that an engine here is given.
FOREIGN: Final = ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL")


@dataclass(frozen=True)
class Store:
    """`environment` makes every AWS client of a process talk to it."""

    name: str
    endpoint: str
    environment: Mapping[str, str]
    is_running: Callable[[], bool]


@contextmanager
def open_store(settings: Settings, is_given_up: Callable[[], bool]) -> Iterator[Store]:
    """The store that `settings` ask for; an engine that it starts ends with the block."""
    if settings.endpoint:
        yield elsewhere(settings.endpoint)
        return
    kind = settings.engine or best(is_given_up)
    obtain(kind, is_given_up)
    running = engine.start(kind, settings.data, is_given_up=is_given_up)
    try:
        yield Store(
            name=f"{kind}, data in {_shown(settings.data)}",
            endpoint=running.endpoint,
            environment=running.environment(),
            is_running=lambda: running.process.poll() is None,
        )
    finally:
        running.stop()


def fresh(settings: Settings) -> AbstractContextManager[Store]:
    """An empty store in memory, whatever the settings say about data and endpoint."""
    return open_store(replace(settings, data=None, endpoint=None), lambda: False)


def prepare(store: Store, described: Template, settings: Settings) -> None:
    """The template's tables and the local keys are there afterwards."""
    managing = settings.management_id, settings.management_token
    name, origins, redeems = settings.client_id, settings.client_origins, settings.client_redeems
    for table in create_tables(store.endpoint, described):
        key.put(table, settings.app_id, settings.app_token)
        key.put(table, *managing, kind=Kind.MANAGEMENT)
        key.put(table, name, settings.client_token, kind=Kind.CLIENT)
        key.allow(table, name, origins, redeems=redeems)


def elsewhere(endpoint: str) -> Store:
    """A store that somebody else runs: made-up credentials unless there are some, or it is AWS."""
    defaults = {} if "amazonaws.com" in endpoint else engine.CREDENTIALS
    missing = {name: value for name, value in defaults.items() if name not in os.environ}
    return Store(
        name=f"endpoint {endpoint}",
        endpoint=endpoint,
        environment={**missing, "AWS_ENDPOINT_URL_DYNAMODB": endpoint},
        is_running=lambda: True,
    )


def enter(store: Store) -> None:
    """Makes this process, and those that it starts, work with `store`."""
    if not store.name.startswith("endpoint"):
        for name in FOREIGN:
            os.environ.pop(name, None)
    os.environ.update(store.environment)


def _shown(data: Path | None) -> str:
    if data is None:
        return "memory"
    return str(data.relative_to(ROOT)) if data.is_relative_to(ROOT) else str(data)
