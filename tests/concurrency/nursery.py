"""Forks the processes that serve requests: `python -m tests.concurrency.nursery <descriptor>`.

It imports every handler once, so that sixty-four workers are there in no time; each of them is
seeded anew and has connections of its own.
"""

import gc
import os
import signal
import socket
import sys
import traceback
from multiprocessing.connection import Connection
from typing import Final

from counterfoil.api import context, stores
from local import template
from local.invocation import InProcess
from tests.concurrency.worker import READY, Desk, JobFailedError

FORK: Final = b"fork"


def main(descriptor: int) -> None:
    """Forks a worker for each request on the control socket; ends when the tests are gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the tests
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the system forgets workers that ended
    control = socket.socket(fileno=descriptor)
    described = template.load()
    invoke = InProcess(described)
    for function in described.functions.values():
        try:
            invoke.load(function)
        except ImportError:  # a function that cannot be imported fails alone
            traceback.print_exc()
    stores.client(context.settings())  # made here it is there at once in every worker
    gc.freeze()
    control.sendall(READY)
    while True:
        asked, descriptors, _, _ = socket.recv_fds(control, len(FORK), 2)
        if not asked:
            return
        if os.fork() == 0:
            control.close()
            connection = Connection(descriptors[0])
            _work(connection, Desk(connection, descriptors[1], described, invoke))
            os._exit(0)
        for each in descriptors:
            os.close(each)


def _work(connection: Connection, desk: Desk) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    connection.send(os.getpid())
    while True:
        try:
            job = connection.recv()
        except (EOFError, ConnectionError):
            return  # the tests are gone
        try:
            done = job.run(desk)
        except Exception:  # noqa: BLE001  # the test tells it; a worker that died says nothing
            done = JobFailedError(traceback.format_exc())
        connection.send(done)


if __name__ == "__main__":
    main(int(sys.argv[1]))
