"""The tables, queues and files that a command of this folder works with.

An engine of its own keeps the tables, or another one elsewhere; ministack serves queues and files.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from counterfoil.domain.roles import Role
from counterfoil.storage.credentials import Kind as KeyKind
from local import engine, key
from local.engine import FILES, QUEUES, TABLES, Engine, Kind
from local.install import LOCAL, best, obtain
from local.resources import create_resources
from local.settings import Settings
from local.tables import create_tables
from local.template import ROOT, Template

# Where `make invoke` finds the engines of a `make run`.
ENDPOINT_FILE: Final = LOCAL / "endpoint"

# They would win over the credentials that an engine here is given.
FOREIGN: Final = ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL")


@dataclass(frozen=True)
class Store:
    """`environment` makes every AWS client of a process talk to it.

    `services` is the engine of queues and files where the tables have another; it may not answer
    before it was awaited.
    """

    name: str
    endpoint: str
    environment: Mapping[str, str]
    engines: tuple[Engine, ...] = ()
    services: Engine | None = None

    @property
    def is_elsewhere(self) -> bool:
        """Whether somebody else runs its tables, whose files are not here."""
        return self.name.startswith("endpoint")

    def is_running(self) -> bool:
        """Whether all engines that were started for it are there."""
        return all(engine.is_running for engine in self.engines)


@contextmanager
def open_store(settings: Settings, is_given_up: Callable[[], bool]) -> Iterator[Store]:
    """The store that `settings` ask for; engines that it starts end with the block."""
    kind = None if settings.endpoint else settings.engine or best(is_given_up)
    for wanted in filter(None, (kind, Kind.MINISTACK)):
        obtain(wanted, is_given_up)
    with ExitStack() as started:

        def launch(kind: Kind, data: Path | None, *services: str) -> Engine:
            launched = engine.launch(kind, data, services, is_given_up=is_given_up)
            started.callback(launched.stop)
            return launched

        if kind is Kind.MINISTACK:
            running = launch(kind, settings.data, TABLES, QUEUES, FILES)
            engine.await_answers(running, is_given_up)
            yield _store(f"{kind}, data in {_shown(settings.data)}", running)
        elif kind:
            running = launch(kind, settings.data, TABLES)
            beside = launch(Kind.MINISTACK, _beside(settings.data), QUEUES, FILES)
            engine.await_answers(running, is_given_up)
            yield _store(f"{kind}, data in {_shown(settings.data)}", running, beside)
        else:
            beside = launch(Kind.MINISTACK, None, QUEUES, FILES)
            yield _with(elsewhere(settings.endpoint or ""), beside)


def _beside(data: Path | None) -> Path | None:
    """A folder of its own: two engines share no lock."""
    return data / "services" if data else None


def _store(name: str, tables: Engine, services: Engine | None = None) -> Store:
    made = Store(name, tables.endpoint, tables.environment(), (tables,))
    return _with(made, services) if services else made


def _with(store: Store, services: Engine) -> Store:
    """The same with queues and files of `services`; credentials and region are the tables'."""
    own = services.environment().items()
    endpoints = {name: value for name, value in own if name not in engine.CREDENTIALS}
    environment = {**endpoints, **store.environment}
    engines = (*store.engines, services)
    return replace(store, environment=environment, engines=engines, services=services)


def fresh(settings: Settings) -> AbstractContextManager[Store]:
    """An empty store in memory, whatever the settings say about data and endpoint."""
    return open_store(replace(settings, data=None, endpoint=None), lambda: False)


def prepare(
    store: Store,
    described: Template,
    settings: Settings,
    is_given_up: Callable[[], bool] = lambda: False,
) -> tuple[str, ...]:
    """The template's tables, queues and buckets and the local keys are there afterwards.

    The names of the tables.
    """
    managing = settings.management_id, settings.management_token
    name, origins, redeems = settings.client_id, settings.client_origins, settings.client_redeems
    tables = tuple(create_tables(store.endpoint, described))
    for table in tables:
        key.put(table, settings.app_id, settings.app_token)
        key.put(table, *managing, kind=KeyKind.MANAGEMENT)
        key.put(table, settings.dashboard_id, settings.dashboard_token, kind=KeyKind.DASHBOARD)
        key.appoint(table, settings.dashboard_id, Role.ADMIN, settings.dashboard_id)
        key.put(table, name, settings.client_token, kind=KeyKind.CLIENT)
        key.allow(table, name, origins, redeems=redeems)
    if store.services:
        engine.await_answers(store.services, is_given_up)
    create_resources(described)
    return tables


def elsewhere(endpoint: str) -> Store:
    """A store that somebody else runs: made-up credentials unless there are some, or it is AWS."""
    defaults = {} if "amazonaws.com" in endpoint else engine.CREDENTIALS
    missing = {name: value for name, value in defaults.items() if name not in os.environ}
    return Store(
        name=f"endpoint {endpoint}",
        endpoint=endpoint,
        environment={**missing, "AWS_ENDPOINT_URL_DYNAMODB": endpoint},
    )


def enter(store: Store) -> None:
    """Makes this process, and those that it starts, work with `store`."""
    if not store.is_elsewhere:
        for name in FOREIGN:
            os.environ.pop(name, None)
    os.environ.update(store.environment)


def _shown(data: Path | None) -> str:
    if data is None:
        return "memory"
    return str(data.relative_to(ROOT)) if data.is_relative_to(ROOT) else str(data)
