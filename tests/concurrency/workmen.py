"""The queue's workers as processes of a race; nobody hears of an action but who is sent to it."""

from dataclasses import dataclass
from datetime import UTC
from pathlib import Path

from counterfoil.api import context, stores
from counterfoil.operations import async_work
from counterfoil.operations.call import Call
from counterfoil.storage.files import Files
from counterfoil.storage.queue import Message, Queue
from counterfoil.storage.store import Patience, Store
from tests.concurrency.faults import Fault
from tests.concurrency.worker import Desk


@dataclass(frozen=True)
class Unheard(Queue):
    """A queue whose messages nobody reads: the tests are the workers themselves."""

    def promise(self, message: Message) -> None: ...
    def hand_over(self, message: Message) -> None: ...


@dataclass(frozen=True)
class Shelf(Files):
    """Files in a folder, which is what the bucket names."""

    def put(self, name: str, content: bytes, content_type: str) -> None:
        del content_type
        path = Path(self.bucket, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    def get(self, name: str) -> bytes | None:
        path = Path(self.bucket, name)
        return path.read_bytes() if path.exists() else None

    def delete(self, name: str) -> None:
        Path(self.bucket, name).unlink(missing_ok=True)


def call_of(project: str, store: Store, shelf: str = "nowhere") -> Call:
    """A call that leaves its work to the test."""
    ids = context.request_ids()
    queue, files = Unheard("nowhere"), Shelf(shelf)
    return Call(store, project, "", ids, UTC, lease_seconds=12, queue=queue, files=files)


def call_here(project: str, shelf: str = "nowhere") -> Call:
    """The same in a worker process, whose environment names the engine."""
    known = context.settings()
    patience = Patience(left=lambda: 9.0, pause=context.pause)
    return call_of(project, Store(stores.client(known), known.table, patience), shelf)


@dataclass(frozen=True)
class Working:
    """A worker process at one action, with what goes wrong on its way to the store."""

    project: str
    action: str
    faults: tuple[Fault, ...] = ()
    shelf: str = "nowhere"

    def run(self, desk: Desk) -> str:
        desk.session.begin(self.faults)
        async_work.work(call_here(self.project, self.shelf), self.action)
        return self.action
