"""Pages of the list of orders, over a small table and over a large one: what the size costs.

Both tables are of one engine, and each page is asked for in turns on either.
"""

from __future__ import annotations

import gc
import os
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import boto3

from bench.comparison import table_of
from bench.recording import recording
from bench.seeding import BUYERS, buyer, seed
from bench.service import PROJECT, Service
from bench.timing import Series
from counterfoil.api import context
from counterfoil.api.stores import store_of
from local.invocation import Context

if TYPE_CHECKING:
    from collections.abc import Iterator

    from botocore.client import BaseClient

    from local.template import Template

SMALL: Final = 10_000
LARGE: Final = 300_000
_NAME: Final = "COUNTERFOIL_TABLE"
_NOTHING: Final = "filters[metadata.channel][conditions][$is]=nowhere"
PAGES: Final = {
    "the newest 10 orders": "limit=10",
    "the newest 100": "limit=100",
    "10 by a cursor, 5,000 in": "limit=10&cursor={cursor}",
    "the 10 that were changed last": "limit=10&order=-updated_at",
    "10 of one customer": f"limit=10&customer={buyer(0)}",
    "10 of one status": "limit=10&status=FULFILLED",
    "a filter that fits none of 1,000": f"limit=10&{_NOTHING}",
}


@dataclass
class Paged:
    """What one page cost over a table of one size."""

    calls: int = 0
    capacity: float = 0.0
    times: Series = field(default_factory=Series)


@dataclass
class Beside:
    """One page over both."""

    name: str
    small: Paged = field(default_factory=Paged)
    large: Paged = field(default_factory=Paged)


class _Shop:
    """One table full of orders, and the requests for its pages."""

    def __init__(self, endpoint: str, template: Template, count: int) -> None:
        self._service = Service.of(template)
        self._table = table_of(endpoint, template, f"bench-lists-{count}")
        print(f"{count:,} orders ...", file=sys.stderr)
        seed(boto3.client("dynamodb"), self._table, PROJECT, (count, BUYERS), datetime.now(UTC))
        self._cursor = ""

    def page(self, query: str, paged: Paged, *, counts: bool) -> None:
        """Ask for one page, and take down what it took."""
        client = self._entered()
        if not self._cursor:
            far = self._service.document("GET", "/v1/orders?limit=100&page=50")
            self._cursor = str(far["next_cursor"])
        request = self._service.prepared("GET", f"/v1/orders?{query.format(cursor=self._cursor)}")
        if counts:
            paged.times.time(lambda: _require(self._service.call(request)))
            return
        with recording(client) as asked:
            _require(self._service.call(request))
        paged.calls, paged.capacity = len(asked.calls), asked.capacity

    def _entered(self) -> BaseClient:
        os.environ[_NAME] = self._table
        function = next(iter(self._service.template.functions.values()))
        client: object = store_of(context.settings(), Context.of(function, "bench")).client
        return client  # type: ignore[return-value]  # the low-level client of botocore


def compare(endpoint: str, template: Template, large: int, rounds: int) -> Iterator[Beside]:
    """Each page over 10,000 orders and over `large`, timed `rounds` times each in turns."""
    shops = [_Shop(endpoint, template, count) for count in (min(SMALL, large), large)]
    for name, query in PAGES.items():
        found = Beside(name)
        sides = list(zip(shops, (found.small, found.large), strict=True))
        gc.collect()
        for turn in range(rounds + 1):
            for shop, paged in sides if turn % 2 else reversed(sides):
                # The first round does not count: it tells calls and units.
                shop.page(query, paged, counts=turn > 0)
        yield found


def _require(answer: object) -> None:
    if not isinstance(answer, dict) or answer["statusCode"] != 200:
        raise RuntimeError(answer)
