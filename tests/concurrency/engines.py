"""The engines of the suite, with the template's table, and a client for looking at it."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import boto3
import pytest

from counterfoil.storage.client import connect
from counterfoil.storage.marshal import Attributes, plain_item
from counterfoil.storage.store import Patience, Store
from local import engine, install, template
from local.install import Kind
from local.intrinsics import REGION

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

STORE_SECONDS: Final = 3600.0
INSTALLED: Final = tuple(kind for kind in Kind if install.is_installed(kind))
# Races are run wherever they can be; scripts and hammer on the one that is quick and atomic.
EVERY_ENGINE: Final = pytest.mark.parametrize("engine", INSTALLED, indirect=True)
BEST_ENGINE: Final = pytest.mark.parametrize("engine", INSTALLED[:1], indirect=True)


@dataclass(frozen=True)
class Running:
    """An engine with the table of template.yaml."""

    kind: Kind
    environment: Mapping[str, str]
    table: str

    @cached_property
    def client(self) -> "DynamoDBClient":
        return boto3.client(
            "dynamodb",
            region_name=REGION,
            endpoint_url=self.environment["AWS_ENDPOINT_URL_DYNAMODB"],
            aws_access_key_id="local",
            aws_secret_access_key="local",
        )

    @cached_property
    def store(self) -> Store:
        """For what is put in before any request."""
        with self.entered():
            client = connect(REGION)
        ends = time.monotonic() + STORE_SECONDS
        return Store(client, self.table, Patience(lambda: ends - time.monotonic(), lambda _: None))

    def rounds(self, many: int, few: int) -> int:
        """How often a race is run: `many` times, or `few` on the slow one."""
        return many if self.kind is Kind.DYNOXIDE else few

    @contextmanager
    def entered(self) -> Iterator[None]:
        """AWS clients that are made in the block talk to this engine."""
        with pytest.MonkeyPatch.context() as patch:
            for name, value in self.environment.items():
                patch.setenv(name, value)
            yield

    def items(self, project: str) -> list[Attributes]:
        """Every item of `project`, in one consistent look when nobody writes."""
        pages = self.client.get_paginator("scan").paginate(
            TableName=self.table,
            ConsistentRead=True,
            FilterExpression="begins_with(pk, :project)",
            ExpressionAttributeValues={":project": {"S": f"{project}#"}},
        )
        return [plain_item(item) for page in pages for item in page["Items"]]  # type: ignore[arg-type]  # the same wire form


@contextmanager
def run(kind: Kind) -> Iterator[Running]:
    """The engine in memory, until the block ends."""
    started = engine.start(kind, None)
    try:
        described = template.load()
        (properties,) = described.tables.values()
        running = Running(kind, started.environment(), str(properties["TableName"]))
        with running.entered():
            engine.create_tables(started.endpoint, described)
        yield running
    finally:
        started.stop()
