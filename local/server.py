"""Accepts connections on a loopback port, a thread for each."""

import contextlib
import socket
import threading
import time
from typing import Final

from local.connection import Connection, Handle

HOST: Final = "127.0.0.1"
BACKLOG: Final = 1024
MAX_CONNECTIONS: Final = 512
FINISH_SECONDS: Final = 10.0
RETRY_SECONDS: Final = 0.05


class Server:
    """Listens from the constructor on, and answers from `start` on.

    A request that comes between the two waits. Raises OSError when the port is in use.
    """

    def __init__(self, port: int) -> None:
        self._listener = socket.create_server((HOST, port), backlog=BACKLOG)
        self._free = threading.BoundedSemaphore(MAX_CONNECTIONS)
        self._open: dict[Connection, threading.Thread] = {}
        self._lock = threading.Lock()
        self._is_stopping = False

    @property
    def port(self) -> int:
        """The port that it really has: 0 in the constructor takes a free one."""
        port: int = self._listener.getsockname()[1]
        return port

    def start(self, handle: Handle) -> None:
        """Begins to answer with `handle`, which is called from many threads at once."""
        threading.Thread(target=self._accept, args=(handle,), name="accept", daemon=True).start()

    def stop(self) -> None:
        """Accepts nothing more, lets requests under way finish, and cuts them after 10 s."""
        with self._lock:
            self._is_stopping = True
            connections = dict(self._open)
        for connection in connections:
            connection.end()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # wakes the thread that accepts
        self._listener.close()
        deadline = time.monotonic() + FINISH_SECONDS
        for connection, thread in connections.items():
            thread.join(max(0.0, deadline - time.monotonic()))
            connection.cut()

    def _accept(self, handle: Handle) -> None:
        while True:
            self._free.acquire()
            try:
                peer, address = self._listener.accept()
            except OSError:
                if self._is_stopping:
                    return
                self._free.release()
                time.sleep(RETRY_SECONDS)  # out of file descriptors, as a rule
                continue
            self._open_connection(peer, str(address[0]), handle)

    def _open_connection(self, peer: socket.socket, source_ip: str, handle: Handle) -> None:
        peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection = Connection(peer, source_ip, handle)
        thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
        with self._lock:
            if self._is_stopping:
                peer.close()
                return
            self._open[connection] = thread
            thread.start()

    def _serve(self, connection: Connection) -> None:
        try:
            connection.serve()
        finally:
            with self._lock:
                self._open.pop(connection, None)
            self._free.release()
