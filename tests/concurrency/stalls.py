"""Requests that are held back on their way to the store, for a test to say for how long."""

from tests.concurrency.crew import Visit, Worker
from tests.concurrency.faults import Fault, Kind
from tests.concurrency.worker import Outcome


class Stalled:
    """A request that has come to a call and stays there until it goes on."""

    def __init__(self, worker: Worker, visit: Visit) -> None:
        self._worker, self._visit = worker, visit
        worker.start(visit)
        worker.await_stall()

    def goes_on(self) -> Outcome:
        """Its answer, after the stall."""
        self._worker.go_on()
        return self._worker.result(self._visit)


def stalled(worker: Worker, visit: Visit, call: int, *then: Kind) -> Stalled:
    """`visit` held back at `call`, which suffers what comes `then` when it goes on."""
    faults = (*visit.faults, *(Fault(kind, call) for kind in (Kind.STALLED, *then)))
    return Stalled(worker, Visit(visit.request, faults, visit.pace))
