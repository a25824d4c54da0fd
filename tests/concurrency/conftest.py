from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache

import pytest

from local.install import Kind
from tests.concurrency import engines
from tests.concurrency.crew import Crew, Worker
from tests.concurrency.engines import Running
from tests.concurrency.probe import flaw_of
from tests.concurrency.shop import Shop


@dataclass(frozen=True)
class Manned:
    """An engine with its crew, and why it cannot be relied upon, if so."""

    engine: Running
    crew: Crew
    flaw: str | None


@pytest.fixture(scope="session")
def manned() -> Iterator[Callable[[Kind], Manned]]:
    """Each engine with its crew, started and probed once."""
    with ExitStack() as stack:

        @cache
        def start(kind: Kind) -> Manned:
            running = stack.enter_context(engines.run(kind))
            crew = Crew(running.environment)
            stack.callback(crew.close)
            return Manned(running, crew, flaw_of(crew, running.table))

        yield start


@pytest.fixture
def engine(request: pytest.FixtureRequest, manned: Callable[[Kind], Manned]) -> Running:
    """Fails the test on an engine that fails the probe: what passed there would prove nothing."""
    found = manned(Kind(request.param))
    if found.flaw is not None:
        pytest.fail(found.flaw)
    return found.engine


@pytest.fixture
def crew(engine: Running, manned: Callable[[Kind], Manned]) -> Crew:
    return manned(engine.kind).crew


@pytest.fixture
def shop(engine: Running, crew: Crew) -> Shop:
    """An empty project of the test's own."""
    return Shop.opened(engine, crew)


@pytest.fixture
def worker(crew: Crew) -> Iterator[Worker]:
    """A process of the test's own, which may stay stalled or be killed."""
    yield from _hired(crew)


@pytest.fixture
def other_worker(crew: Crew) -> Iterator[Worker]:
    """A second one."""
    yield from _hired(crew)


def _hired(crew: Crew) -> Iterator[Worker]:
    hired = crew.spare()
    yield hired
    hired.kill()
    hired.close()
