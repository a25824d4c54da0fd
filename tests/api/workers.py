"""The queue's worker in the test's own process, and how it dies."""

from collections.abc import Callable
from datetime import datetime

from counterfoil.api import context
from counterfoil.operations import async_work
from counterfoil.operations.call import Call
from counterfoil.storage.client import Answer
from counterfoil.storage.files import Files
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
