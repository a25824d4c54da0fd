"""The tests' side of the worker processes: start, race, stall, see them die."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Final, Generic, TypeVar

from local.gateway import HttpRequest
from local.template import ROOT
from local.workers import FUNCTIONS_FOLDER
from tests.concurrency.faults import Fault
from tests.concurrency.nursery import FORK
from tests.concurrency.worker import (
    PATIENT,
    READY,
    STALLED,
    Desk,
    Job,
    JobFailedError,
    Outcome,
    Pace,
)

ANSWER_SECONDS: Final = 30.0

R = TypeVar("R")


class KilledError(Exception):
    """Raised when a worker ended before it answered."""


@dataclass(frozen=True)
class Visit:
    """One request, with what goes wrong on its way to the store."""

    request: HttpRequest
    faults: tuple[Fault, ...] = ()
    pace: Pace = PATIENT

    def run(self, desk: Desk) -> Outcome:
        return desk.visit(self.request, self.faults, self.pace)


@dataclass(frozen=True)
class Deliver:
    """Whatever was late arrives now."""

    def run(self, desk: Desk) -> list[int]:
        return desk.session.deliver()


@dataclass(frozen=True)
class Gated(Generic[R]):
    """A job that waits for the start of a race."""

    job: Job[R]

    def run(self, desk: Desk) -> R:
        desk.await_start()
        return self.job.run(desk)


class Worker:
    """One worker process; `start` and `result` are the two halves of `run`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.pid = self._next()

    def run(self, job: Job[R]) -> R:
        """What the job returns. Raises KilledError, JobFailedError."""
        self.start(job)
        return self.result(job)

    def start(self, job: Job[object]) -> None:
        """Lets the worker begin."""
        self._connection.send(job)

    def result(self, _job: Job[R]) -> R:
        """What the job that was started returns. Raises KilledError, JobFailedError."""
        found: R | JobFailedError = self._next()  # type: ignore[assignment]  # what the job returns
        if isinstance(found, JobFailedError):
            raise found
        return found

    def visit(self, request: HttpRequest, *faults: Fault, pace: Pace = PATIENT) -> Outcome:
        """One request in this worker."""
        return self.run(Visit(request, faults, pace))

    def await_stall(self) -> None:
        """Returns when the started job has come to a STALLED fault, and stays there."""
        self._expect(STALLED)

    def go_on(self) -> None:
        """Ends the stall."""
        self._connection.send(None)

    def await_ready(self) -> None:
        """Returns when the started job waits at the gate."""
        self._expect(READY)

    def news(self) -> object:
        """The next thing that the worker tells; raises KilledError when it is gone."""
        return self._next()

    def kill(self) -> None:
        """Ends it with signal 9, whatever it does."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)

    def close(self) -> None:
        """Lets it end by itself."""
        self._connection.close()

    def fileno(self) -> int:
        """For waiting on several workers."""
        return self._connection.fileno()

    def _next(self) -> int:
        if not self._connection.poll(ANSWER_SECONDS):
            message = f"worker {self.pid} said nothing for {ANSWER_SECONDS:.0f} s"
            raise TimeoutError(message)
        try:
            news: int = self._connection.recv()
        except (EOFError, ConnectionError) as error:
            raise KilledError from error
        return news

    def _expect(self, wanted: object) -> None:
        found = self._next()
        if isinstance(found, JobFailedError):
            raise found
        assert found == wanted, f"{found!r} in place of {wanted!r}"


class Nursery:
    """The process that forks workers."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._control, child = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        inherited = os.environ.get("PYTHONPATH", "")
        with child:
            self._process = subprocess.Popen(  # noqa: S603  # our own program
                (sys.executable, "-m", "tests.concurrency.nursery", str(child.fileno())),
                cwd=ROOT,
                env={
                    **os.environ,
                    **environment,
                    "PYTHONPATH": os.pathsep.join(filter(None, (inherited, str(FUNCTIONS_FOLDER)))),
                },
                stdin=subprocess.DEVNULL,
                pass_fds=(child.fileno(),),
            )
        if self._control.recv(len(READY)) != READY:
            message = "the handlers cannot be imported: see above"
            raise RuntimeError(message)

    def close(self) -> None:
        """Ends it; workers end when their own connections do."""
        self._control.close()
        self._process.wait(ANSWER_SECONDS)

    def fork(self, gate: int) -> Worker:
        """A new worker, ready, with its own seed and connections."""
        ours, theirs = socket.socketpair()
        connection = Connection(ours.detach())
        with theirs:
            socket.send_fds(self._control, [FORK], [theirs.fileno(), gate])
        return Worker(connection)


class Crew:
    """Workers on one engine, kept for the next race."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._nursery = Nursery(environment)
        self._gate, self._opener = os.pipe()
        self._workers: list[Worker] = []
        self.clerk = self.spare()

    def workers(self, count: int) -> list[Worker]:
        """The first `count` of the crew."""
        while len(self._workers) < count:
            self._workers.append(self.spare())
        return self._workers[:count]

    def spare(self) -> Worker:
        """One of its own, which may be killed; whoever asks for it closes it."""
        return self._nursery.fork(self._gate)

    def race(self, jobs: Sequence[Job[R]]) -> list[R]:
        """What the jobs return, each from a process of its own, all released at once."""
        workers = self.workers(len(jobs))
        gated = [Gated(job) for job in jobs]
        try:
            for worker, job in zip(workers, gated, strict=True):
                worker.start(job)
            for worker in workers:
                worker.await_ready()
            os.write(self._opener, b"g" * len(jobs))
            return [worker.result(job) for worker, job in zip(workers, gated, strict=True)]
        except BaseException:
            self._dismiss()
            raise

    def visits(self, requests: Sequence[HttpRequest], pace: Pace = PATIENT) -> list[Outcome]:
        """The answers to `requests`, all released at once."""
        return self.race([Visit(request, (), pace) for request in requests])

    def _dismiss(self) -> None:
        """After a race that went wrong nobody knows what they do: the next one has others."""
        for worker in self._workers:
            worker.kill()
            worker.close()
        self._workers.clear()

    def close(self) -> None:
        """Ends all of them."""
        for worker in (self.clerk, *self._workers):
            worker.close()
        os.close(self._opener)
        os.close(self._gate)
        self._nursery.close()
