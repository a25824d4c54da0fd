"""The report of a day: what it costs by the orders of the day, and beside those of other days.

The orders are written in bulk. The day is counted from its records, and then read as it was kept.
"""

from __future__ import annotations

import os
import secrets
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Final

import boto3

from bench.metering import MeteredClient
from bench.seeding import seed
from counterfoil.domain.ids import RequestIds
from counterfoil.domain.report_periods import Period, Span
from counterfoil.operations import reports
from counterfoil.operations.call import Call
from counterfoil.storage.client import connect
from counterfoil.storage.store import Patience, Store

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bench.metering import Cost

DAY: Final = Span.holding(Period.DAILY, date(2026, 3, 28), 0)
MIDNIGHT: Final = datetime(2026, 3, 28, tzinfo=UTC)
SIZES: Final = ((100, 100), (100, 20_000), (1_000, 20_000), (10_000, 20_000))
_BUYERS: Final = 100
_AT_NIGHT: Final = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Reported:
    """A day of so many orders in a table of so many, counted and read again."""

    orders: int
    table: int
    counted: Cost
    seconds: float
    read: Cost


def measure(table: str, sizes: Sequence[tuple[int, int]] = SIZES) -> Iterator[Reported]:
    """Each size in a project of its own; orders come one a second, the day's last."""
    for orders, size in sizes:
        project = f"reports-{orders}-{size}"
        until = MIDNIGHT + timedelta(seconds=orders)
        seed(boto3.client("dynamodb"), table, project, (size, _BUYERS), until)
        client = MeteredClient(connect(os.environ.get("AWS_REGION")))
        began = time.perf_counter()
        counted = _cost(client, table, project, anew=True)
        seconds = time.perf_counter() - began
        yield Reported(orders, size, counted, seconds, _cost(client, table, project, anew=False))


def _cost(client: MeteredClient, table: str, project: str, *, anew: bool) -> Cost:
    client.taken()
    ids = RequestIds(secrets.token_bytes(32), MIDNIGHT + _AT_NIGHT)
    store = Store(client, table, Patience(left=lambda: 600.0, pause=lambda _: None))
    call = Call(store, project, "", ids, UTC, lease_seconds=12)
    reports.as_counted(call, DAY, anew=anew)
    return client.taken()
