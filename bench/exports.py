"""Exports of many orders: rows per second beside the bare reads, and what memory they take.

Each in a process of its own, whose peak is the answer. The orders are written in bulk, and the file
goes nowhere: what is measured is the worker between the two.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

import boto3

from bench.examples import order_payload
from bench.histories import write
from counterfoil.domain.ids import RequestIds
from counterfoil.domain.orders import draft
from counterfoil.storage import keys, orders
from local.template import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from counterfoil.storage.keys import Key
    from counterfoil.storage.marshal import Attributes

OURS: Final = "worker"
BARE: Final = "bare"
_CHUNK: Final = 5_000


@dataclass(frozen=True)
class Exported:
    """What one export took: seconds, and the peak of the process in MB."""

    orders: int
    seconds: float
    peak: float

    @property
    def per_second(self) -> float:
        """Rows."""
        return self.orders / self.seconds


def compare(table: str, counts: Sequence[int]) -> list[tuple[Exported, Exported]]:
    """Ours and the bare one, of so many orders each."""
    for count in counts:
        fill(table, _project(count), count)
    return [(_run(OURS, table, each), _run(BARE, table, each)) for each in counts]


def fill(table: str, project: str, count: int) -> None:
    """`count` orders in the table, as so many creations would have left them, without events."""
    client = boto3.client("dynamodb")
    for first in range(0, count, _CHUNK):
        write(client, table, _orders(project, range(first, min(count, first + _CHUNK))))
    write(client, table, {keys.total(project, 0): {"n": count}})


def _orders(project: str, places: range) -> Mapping[Key, Attributes]:
    began = datetime(2026, 1, 1, tzinfo=UTC)
    found: dict[Key, Attributes] = {}
    for place in places:
        ids = RequestIds(place.to_bytes(32, "big"), began + timedelta(seconds=place))
        order = draft(order_payload(f"web-{place}"), ids.order, ids, (None, None))
        action = orders.creation(project, order, None, "bench", told=False)
        found[action.key] = action.sets
    return found


def _project(count: int) -> str:
    return f"exports-{count}"


def _run(how: str, table: str, count: int) -> Exported:
    command = (sys.executable, "-m", "bench.exporting", how, table, _project(count))
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
    taken = json.loads(done.stdout.splitlines()[-1])
    if taken["rows"] != count:
        raise RuntimeError(taken)
    return Exported(count, taken["seconds"], taken["peak"])
