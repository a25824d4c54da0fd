"""The queue's worker in the test's own process, and how it dies."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from counterfoil.api import context
from counterfoil.operations import async_work
from counterfoil.operations.call import Call
from counterfoil.storage import files
from counterfoil.storage.client import Answer
from counterfoil.storage.files import Client, Files
from counterfoil.storage.queue import Queue
from counterfoil.storage.store import Patience, Store
from tests.builders import NOW, request_ids


class DiedError(Exception):
    """The process is gone."""


class Mortal:
    """A client of the store that dies at its n-th call, before it is sent or when it was done."""

    def __init__(self, client: object, life: int, *, after: bool) -> None:
        self._client = client
        self._left = life
        self._after = after

    def __getattr__(self, name: str) -> Callable[..., Answer]:
        call: Callable[..., Answer] = getattr(self._client, name)

        def dying(**request: object) -> Answer:
            self._left -= 1
            if self._left == 0 and not self._after:
                raise DiedError
            answer = call(**request)
            if self._left == 0:
                raise DiedError
            return answer

        return dying


@dataclass(frozen=True)
class MortalFiles(Files):
    """Files whose client dies at its n-th call, before it is sent or when it was done."""

    mortal: Mortal | None = field(default=None, compare=False)

    @property
    def _client(self) -> Client:
        return self.mortal  # type: ignore[return-value]  # calls go through


def worker(
    store: Store,
    number: int,
    client: object = None,
    *,
    seconds: float = 9.0,
    now: datetime = NOW,
    files: Files | None = None,
) -> Call:
    patience = Patience(left=lambda: seconds, pause=lambda _: None)
    return Call(
        store=Store(client or store.client, store.table, patience),  # type: ignore[arg-type]  # calls go through
        project="shop",
        app_id="",
        ids=request_ids(number, now),
        zone=request_ids().now.tzinfo,  # type: ignore[arg-type]  # it has one
        lease_seconds=12,
        queue=Queue("ActionQueue", "eu-central-1"),
        files=files or Files(context.settings().files, "eu-central-1"),
    )


def work_on_and_on(store: Store, action: str, *, after: bool, now: datetime = NOW) -> int:
    """Workers that each die one store call later than the one before; how many it took."""
    for life in range(1, 60):
        mortal = Mortal(store.client, life, after=after)
        call = worker(store, 100 + life, mortal, now=now)
        try:
            async_work.work(call, action)
        except DiedError:
            continue
        return life
    raise AssertionError


def dies_at_a_file(store: Store, action: str, life: int, *, after: bool) -> bool:
    """Whether a worker died at its call for a file that `life` tells."""
    known = context.settings()
    mortal = Mortal(files.connect(known.region, None), life, after=after)
    own = MortalFiles(known.files, known.region, mortal=mortal)
    try:
        async_work.work(worker(store, 100 + life, files=own), action)
    except DiedError:
        return True
    return False
