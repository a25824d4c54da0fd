"""Every scenario by the handlers and bare, in turns on one engine.

Three tables of one kind: the handlers run once on the first while their calls are taken down;
then they run on the second and are timed, in turns with those calls sent bare to the third.
"""

from __future__ import annotations

import gc
import os
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import boto3
from botocore.client import BaseClient

from bench.histories import items_of_regulars, write
from bench.recording import Recording, recording, replayed
from bench.scenarios import customer, regulars, stacking
from bench.service import APP_ID, MANAGEMENT_ID, PROJECT, TOKEN, Service
from bench.timing import Series
from counterfoil.api import context
from counterfoil.api.stores import store_of
from counterfoil.storage.client import connect
from counterfoil.storage.credentials import Kind
from local import key
from local.intrinsics import REGION
from local.invocation import Context
from local.tables import create_tables

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bench.scenarios import Scenario
    from bench.service import Prepared
    from local.template import Template

    Timed = Callable[[int, "Compared"], None]


WARM_UP: Final = 5
_TABLE: Final = "Table"
_NAME: Final = "COUNTERFOIL_TABLE"


@dataclass
class Compared:
    """What one scenario cost and took; calls and units are those of one round."""

    scenario: Scenario
    calls: int = 0
    capacity: float = 0.0
    ours: Series = field(default_factory=Series)
    bare: Series = field(default_factory=Series)


class Comparison:
    """The three tables on one engine, and the service on whichever is its turn."""

    def __init__(self, endpoint: str, template: Template) -> None:
        self._taken, self._ours, self._bare = (
            table_of(endpoint, template, f"bench-{part}") for part in ("taken", "ours", "bare")
        )
        self._service = Service.of(template)
        self._client = connect(REGION)
        self._handlers_client = self._on(self._taken)
        past = items_of_regulars(PROJECT, datetime.now(UTC))
        for table in (self._taken, self._ours, self._bare):
            self._on(table)
            customer(self._service)
            stacking(self._service)
            regulars(self._service)
            write(boto3.client("dynamodb"), table, past)

    def compare(self, scenario: Scenario, rounds: int) -> Compared:
        """`scenario`, timed `rounds` times each way after a few that do not count."""
        (result,) = self.compare_together([scenario], rounds)
        return result

    def compare_together(self, scenarios: Sequence[Scenario], rounds: int) -> list[Compared]:
        """The same of several, in turns with one another."""
        compared = [self._ready(each, rounds + WARM_UP) for each in scenarios]
        self._on(self._ours)
        gc.collect()
        gc.freeze()  # what was prepared is not the handlers' to look through
        for turn in range(rounds + WARM_UP):
            for result, timed in compared if turn % 2 else reversed(compared):
                timed(turn, result if turn >= WARM_UP else Compared(result.scenario))
        return [result for result, _ in compared]

    def _ready(self, scenario: Scenario, rounds: int) -> tuple[Compared, Timed]:
        """The tables as `scenario` needs them, and what times one of its rounds."""
        taken = self._take_down(scenario, rounds)
        prepared = self._prepare(scenario, [before for before, _ in taken])

        def timed(turn: int, result: Compared) -> None:
            ours = (result.ours, self._calling(prepared[turn]))
            bare = (result.bare, self._sending(taken[turn][1]))
            for series, act in (ours, bare) if turn // 2 % 2 else (bare, ours):
                series.time(act)

        calls, capacity = len(taken[-1][1].calls), taken[-1][1].capacity
        return Compared(scenario, calls, capacity), timed

    def _take_down(self, scenario: Scenario, rounds: int) -> list[tuple[Recording, Recording]]:
        """What each round's preparation and its requests ask of the store."""
        client = self._on(self._taken)
        rows = []
        for turn in range(rounds):
            with recording(client) as before:
                requests = scenario.prepare(self._service, turn)
            with recording(client) as asked:
                self._calling(requests)()
            rows.append((before, asked))
        return rows

    def _prepare(self, scenario: Scenario, before: Sequence[Recording]) -> list[list[Prepared]]:
        """Both other tables as each round needs them; the requests of the handlers' one."""
        self._on(self._ours)
        for each in before:
            self._sending(each)()
        return [scenario.prepare(self._service, turn) for turn in range(len(before))]

    def _calling(self, requests: Sequence[Prepared]) -> Callable[[], None]:
        def act() -> None:
            for request in requests:
                answer = self._service.call(request)
                if not isinstance(answer, dict) or answer["statusCode"] != 200:
                    raise RuntimeError(answer)

        return act

    def _sending(self, taken: Recording) -> Callable[[], None]:
        client = _low_level(self._client)
        return replayed(client, taken.calls, (self._taken, self._bare))

    def _on(self, table: str) -> BaseClient:
        """From now on the handlers work on `table`; their client."""
        os.environ[_NAME] = table
        function = next(iter(self._service.template.functions.values()))
        return _low_level(store_of(context.settings(), Context.of(function, "bench")).client)


def table_of(endpoint: str, template: Template, name: str) -> str:
    """A table of the template's kind, with the key that opens it."""
    properties = {_TABLE: {**template.tables[_TABLE], "TableName": name}}
    (created,) = create_tables(endpoint, replace(template, tables=properties))
    key.put(created, APP_ID, TOKEN, PROJECT)
    key.put(created, MANAGEMENT_ID, TOKEN, PROJECT, Kind.MANAGEMENT)
    return created


def _low_level(client: object) -> BaseClient:
    if not isinstance(client, BaseClient):
        raise TypeError(client)
    return client
