"""One client connection: requests are read whole, each response leaves in one write."""

import contextlib
import re
import socket
import time
from collections.abc import Callable
from email.utils import formatdate
from http import HTTPStatus
from typing import Final

from local.http_messages import HttpRequest, HttpResponse, phrase
from local.http_parser import Head, RefusedError, malformed, parse_head

MAX_HEAD_BYTES: Final = 32 * 1024
MAX_BODY_BYTES: Final = 10 * 1024 * 1024  # API Gateway's own; the functions have smaller ones
MAX_DRAINED_BYTES: Final = MAX_BODY_BYTES + 10 * 1024 * 1024
DRAIN_SECONDS: Final = 10.0
IDLE_SECONDS: Final = 60.0
STALL_SECONDS: Final = 20.0
RECEIVED_BYTES: Final = 256 * 1024
MAX_LINE_BYTES: Final = 1024

CHUNK_SIZE: Final = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[\t -~]*)?")
CONTINUE: Final = b"HTTP/1.1 100 Continue\r\n\r\n"
UNSAFE: Final = re.compile(r"[\r\n\x00]")
BODILESS: Final = {HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED}

Handle = Callable[[HttpRequest], HttpResponse]


class ClosedError(Exception):
    """Raised when the client has gone or stays silent: nobody is there to be answered."""


class Connection:
    """Serves the requests of one client, one after the other, until either side closes."""

    def __init__(self, peer: socket.socket, source_ip: str, handle: Handle) -> None:
        self._socket = peer
        self._source_ip = source_ip
        self._handle = handle
        self._received = bytearray()
        self._is_ending = False
        self.is_busy = False

    def serve(self) -> None:
        """Returns when the connection is closed."""
        try:
            while self._exchange():
                pass
            self._linger()
        except (ClosedError, OSError):
            pass
        finally:
            self._socket.close()

    def end(self) -> None:
        """Lets a request that is under way finish; an idle connection ends now."""
        self._is_ending = True
        if not self.is_busy:
            self._shut(socket.SHUT_RD)

    def cut(self) -> None:
        """Ends the connection whatever it does."""
        self._shut(socket.SHUT_RDWR)

    def _shut(self, how: int) -> None:
        with contextlib.suppress(OSError):  # it may have closed by itself
            self._socket.shutdown(how)

    def _exchange(self) -> bool:
        """One request and its response; False when the connection is to be closed."""
        try:
            head = self._head()
            request = HttpRequest(
                head.method, head.target, head.headers, self._body(head), self._source_ip
            )
        except RefusedError as refused:
            response = HttpResponse.refusal(refused.status, refused.message)
            self._send(response, is_last=True, is_head=False)
            return False
        response = self._handle(request)
        is_last = self._is_ending or not head.keeps_alive
        self._send(response, is_last=is_last, is_head=head.method == "HEAD")
        self.is_busy = False
        return not is_last

    def _head(self) -> Head:
        self._socket.settimeout(IDLE_SECONDS)
        while self._received[:2] == b"\r\n" or not self._received:
            if self._received:
                del self._received[:2]  # some clients end a body with a line too many
            else:
                self._receive()
        self.is_busy = True
        self._socket.settimeout(STALL_SECONDS)
        return parse_head(self._until(b"\r\n\r\n", MAX_HEAD_BYTES))

    def _until(self, end: bytes, limit: int) -> bytes:
        """What comes before `end`, which is taken away too."""
        searched = 0
        while (found := self._received.find(end, searched)) < 0:
            if len(self._received) > limit:
                break
            searched = max(0, len(self._received) - len(end))
            self._receive()
        if found < 0 or found > limit:
            raise RefusedError(
                HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, f"a head has at most {limit} bytes"
            )
        part = bytes(self._received[:found])
        del self._received[: found + len(end)]
        return part

    def _receive(self) -> None:
        try:
            data = self._socket.recv(RECEIVED_BYTES)
        except TimeoutError as error:
            if self.is_busy:
                raise RefusedError(
                    HTTPStatus.REQUEST_TIMEOUT, f"nothing came for {STALL_SECONDS:.0f} s"
                ) from error
            raise ClosedError from error
        if not data:
            raise ClosedError
        self._received += data

    def _body(self, head: Head) -> bytes:
        if head.length is not None and head.length > MAX_BODY_BYTES:
            raise _too_large()
        if head.expects_continue and head.length != 0 and not self._received:
            self._socket.sendall(CONTINUE)
        return self._chunks() if head.length is None else self._exactly(head.length)

    def _exactly(self, length: int) -> bytes:
        while len(self._received) < length:
            self._receive()
        part = bytes(self._received[:length])
        del self._received[:length]
        return part

    def _chunks(self) -> bytes:
        body = bytearray()
        while size := self._chunk_size():
            if len(body) + size > MAX_BODY_BYTES:
                raise _too_large()
            body += self._exactly(size)
            if self._exactly(2) != b"\r\n":
                raise malformed("a chunk does not end where it says")
        trailers = 0
        while line := self._until(b"\r\n", MAX_LINE_BYTES):
            trailers += len(line)
            if trailers > MAX_HEAD_BYTES:
                raise malformed("the trailers are too long")
        return bytes(body)

    def _chunk_size(self) -> int:
        found = CHUNK_SIZE.fullmatch(self._until(b"\r\n", MAX_LINE_BYTES))
        if found is None:
            raise malformed("a chunk size is malformed")
        return int(found[1], 16)

    def _send(self, response: HttpResponse, *, is_last: bool, is_head: bool) -> None:
        self._socket.settimeout(STALL_SECONDS)
        self._socket.sendall(encode(response, is_last=is_last, is_head=is_head))

    def _linger(self) -> None:
        """Reads what the client still sends, so that the answer reaches it and not a reset."""
        self._shut(socket.SHUT_WR)
        deadline = time.monotonic() + DRAIN_SECONDS
        drained = len(self._received)
        self._received.clear()
        while drained < MAX_DRAINED_BYTES and (left := deadline - time.monotonic()) > 0:
            self._socket.settimeout(left)
            data = self._socket.recv(RECEIVED_BYTES)
            if not data:
                return
            drained += len(data)


def _too_large() -> RefusedError:
    return RefusedError(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"a body has at most {MAX_BODY_BYTES} bytes"
    )


def encode(response: HttpResponse, *, is_last: bool, is_head: bool) -> bytes:
    """The bytes of a response; `is_head` leaves out the body and keeps its length."""
    status = response.status
    lines = [f"HTTP/1.1 {status} {phrase(status)}", f"date: {formatdate(usegmt=True)}"]
    lines += [f"{name}: {UNSAFE.sub(' ', value)}" for name, value in response.headers
              if name.lower() not in {"content-length", "connection", "date"}]  # fmt: skip
    if status not in BODILESS:
        lines.append(f"content-length: {len(response.body)}")
    lines.append(f"connection: {'close' if is_last else 'keep-alive'}")
    head = "\r\n".join((*lines, "", "")).encode("utf-8", "replace")
    return head if is_head or status in BODILESS else head + response.body
