import socket
from threading import Event, Thread

import pytest

from local.connection import MAX_BODY_BYTES, Connection
from local.http_messages import HttpRequest, HttpResponse
from local.server import Server
from tests.local.clients import Peer

GET = b"GET /x HTTP/1.1\r\nHost: a\r\n\r\n"
MEGABYTE = b"x" * 1024 * 1024


def a_post(*headers: str, body: bytes = b"") -> bytes:
    return "\r\n".join(("POST /x HTTP/1.1", "Host: a", *headers, "", "")).encode() + body


def test_a_connection_serves_one_request_after_the_other(peer: Peer) -> None:
    for _ in range(3):
        status, headers, body = peer.exchange(a_post("Content-Length: 2", body=b"hi"))

        assert (status, headers["connection"], body) == (200, "keep-alive", b"POST hi")


def test_pipelined_requests_are_answered_in_order(peer: Peer) -> None:
    peer.send(GET + a_post("Content-Length: 1", body=b"2"))

    assert [peer.response()[2], peer.response()[2]] == [b"GET ", b"POST 2"]


def test_a_response_is_one_write() -> None:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)  # keeps writes apart
    body = b"b" * 50_000
    connection = Connection(theirs, "", lambda _: HttpResponse(200, (("x-a", "1"),), body))
    thread = Thread(target=connection.serve)
    thread.start()

    ours.sendall(GET)
    written = ours.recv(100_000)
    ours.close()
    thread.join()

    assert written.startswith(b"HTTP/1.1 200 OK\r\n")
    assert written.endswith(b"\r\n\r\n" + body)


def test_a_chunked_body_is_put_together(peer: Peer) -> None:
    chunks = b"2;name=value\r\nhi\r\nA\r\n0123456789\r\n0\r\nTrailer: ignored\r\n\r\n"

    _, _, body = peer.exchange(a_post("Transfer-Encoding: chunked", body=chunks))

    assert body == b"POST hi0123456789"
    assert peer.exchange(GET)[0] == 200


def test_a_client_that_waits_is_told_to_continue(peer: Peer) -> None:
    peer.send(a_post("Content-Length: 2", "Expect: 100-continue"))
    assert peer.response()[0] == 100

    assert peer.exchange(b"hi")[2] == b"POST hi"


def test_a_client_that_waits_with_too_much_is_refused_at_once(peer: Peer) -> None:
    asked = a_post(f"Content-Length: {MAX_BODY_BYTES + 1}", "Expect: 100-continue")

    assert peer.exchange(asked)[0] == 413


@pytest.mark.parametrize("megabytes", [11, 20])
def test_a_body_over_the_limit_is_read_away_and_answered_413(peer: Peer, megabytes: int) -> None:
    peer.send(a_post(f"Content-Length: {len(MEGABYTE) * megabytes}"))
    for _ in range(megabytes):
        peer.send(MEGABYTE)

    status, headers, body = peer.response()

    assert (status, headers["connection"]) == (413, "close")
    assert body == (
        b'{"statusCode":413,"error":"Request Entity Too Large",'
        b'"message":"a body has at most 10485760 bytes"}'
    )
    peer.shut()
    assert peer.is_closed()


def test_a_chunked_body_over_the_limit_is_answered_413(peer: Peer) -> None:
    peer.send(a_post("Transfer-Encoding: chunked"))
    for _ in range(12):
        peer.send(b"%x\r\n%b\r\n" % (len(MEGABYTE), MEGABYTE))

    assert peer.response()[0] == 413


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"nonsense\r\n\r\n", 400),
        (b"GET  HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        (b"GET x HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        (b"GET /x HTTP/1.1\r\n\r\n", 400),
        (b"GET /x HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        (b"GET /x HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n", 400),
        (b"GET /x HTTP/1.1\r\nHost: a\r\nX : 1\r\n\r\n", 400),
        (b"GET /x HTTP/1.1\r\nHost: a\r\n folded: 1\r\n\r\n", 400),
        (b"GET /x HTTP/1.1\r\nHost: a\r\nX: a\x00b\r\n\r\n", 400),
        (b"GE\x00T /x HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        (a_post("Content-Length: -1"), 400),
        (a_post("Content-Length: 1", "Content-Length: 2"), 400),
        (a_post("Content-Length: 1", "Transfer-Encoding: chunked"), 400),
        (a_post("Transfer-Encoding: chunked", body=b"zz\r\n"), 400),
        (a_post("Transfer-Encoding: chunked", body=b"1\r\nabc\r\n"), 400),
        (a_post("Transfer-Encoding: gzip"), 501),
        (a_post("Expect: a-miracle"), 417),
        (b"GET /x HTTP/2.0\r\nHost: a\r\n\r\n", 505),
        (b"GET /x HTTP/1.1\r\nHost: a\r\nX: " + b"y" * 40_000 + b"\r\n\r\n", 431),
    ],
)
def test_a_malformed_request_is_refused_and_the_connection_closed(
    peer: Peer, request_bytes: bytes, status: int
) -> None:
    answered, headers, body = peer.exchange(request_bytes)

    assert (answered, headers["connection"]) == (status, "close")
    assert b'"statusCode":%d' % status in body
    peer.shut()
    assert peer.is_closed()


def test_head_has_the_length_and_no_body(peer: Peer) -> None:
    peer.send(GET.replace(b"GET", b"HEAD"))
    status, headers, _ = peer.response(has_body=False)

    assert (status, headers["content-length"]) == (200, "5")
    assert peer.exchange(GET)[2] == b"GET "


def test_http_1_0_closes_unless_it_asks_to_stay(peer: Peer) -> None:
    kept = b"GET /x HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"
    assert peer.exchange(kept)[1]["connection"] == "keep-alive"

    assert peer.exchange(b"GET /x HTTP/1.0\r\n\r\n")[1]["connection"] == "close"
    peer.shut()
    assert peer.is_closed()


@pytest.mark.parametrize(
    ("target", "seen"),
    [
        (b"/a%2Fb?x=1#f", "/a%2Fb?x=1"),
        (b"http://localhost:1/a?b", "/a?b"),
        (b"http://localhost", "/"),
        ("/ł".encode(), "/%C5%82"),
    ],
)
def test_a_target_is_taken_as_it_was_sent(peer: Peer, target: bytes, seen: str) -> None:
    _, headers, _ = peer.exchange(GET.replace(b"/x", target))

    assert headers["x-target"] == seen


def test_a_header_of_an_answer_cannot_begin_another() -> None:
    ours, theirs = socket.socketpair()
    answer = HttpResponse(200, (("x-a", "1\r\nx-b: 2"),), b"")
    thread = Thread(target=Connection(theirs, "", lambda _: answer).serve)
    thread.start()

    ours.sendall(GET)
    written = ours.recv(10_000)
    ours.close()
    thread.join()

    assert b"x-a: 1  x-b: 2\r\n" in written


def test_many_requests_are_served_at_once() -> None:
    together = 20
    arrived, everyone = [Event() for _ in range(together)], Event()

    def answer(request: HttpRequest) -> HttpResponse:
        arrived[int(request.target[1:])].set()
        everyone.wait(30)
        return HttpResponse(200, (), b"ok")

    server = Server(0)
    server.start(answer)
    peers = [Peer(server.port) for _ in range(together)]
    for number, each in enumerate(peers):
        each.send(GET.replace(b"/x", b"/%d" % number))
    assert all(event.wait(30) for event in arrived)
    everyone.set()

    assert [each.response()[0] for each in peers] == [200] * together
    for each in peers:
        each.__exit__(None, None, None)
    server.stop()


def test_stopping_lets_a_request_under_way_finish() -> None:
    arrived, go_on = Event(), Event()

    def answer(_: HttpRequest) -> HttpResponse:
        arrived.set()
        go_on.wait(30)
        return HttpResponse(200, (), b"done")

    server = Server(0)
    server.start(answer)
    with Peer(server.port) as busy, Peer(server.port) as idle:
        busy.send(GET)
        arrived.wait(30)
        stopping = Thread(target=server.stop)
        stopping.start()
        assert idle.is_closed()
        go_on.set()

        status, headers, body = busy.response()
    stopping.join()

    assert (status, headers["connection"], body) == (200, "close", b"done")


def test_a_port_is_taken_once(server: Server) -> None:
    with pytest.raises(OSError, match="in use"):
        Server(server.port)
