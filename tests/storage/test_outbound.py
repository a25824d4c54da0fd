"""Requests to strangers: only to public addresses that were checked, and never for long."""

import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from counterfoil.domain.addresses import is_loopback, literal
from counterfoil.domain.deliveries import Outcome
from counterfoil.domain.webhook_targets import Target
from counterfoil.storage.outbound import Outbound, resolve
from tests.certificates import contexts
from tests.domain.test_webhook_targets import PRIVATE
from tests.receivers import HOST, Receiver, receiving, serving

BODY = b'{"id":"event_1"}'
SECONDS = 0.5
NAME = "shop.example"


def at(port: int, *, host: str = NAME, scheme: str = "http", path: str = "/hooks?x=1") -> Target:
    return Target(scheme, host, port, path)


def outbound(
    *addresses: str,
    trust: Callable[[], ssl.SSLContext] = ssl.create_default_context,
    loopback: bool = True,
) -> Outbound:
    """One by which every name has `addresses`: this machine's own unless said otherwise."""
    found = addresses or (HOST,)
    return Outbound(time.monotonic, loopback, SECONDS, lambda _name, _port: found, trust)


def post(target: Target, by: Outbound | None = None) -> Outcome:
    return (by or outbound()).post(target, BODY, {"X-Own": "1"})


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as found:
        yield found


def test_a_body_is_posted_as_it_is(receiver: Receiver) -> None:
    outcome = post(at(receiver.port))

    assert (outcome.http_status, outcome.error, outcome.said) == (200, None, None)
    (told,) = receiver.received
    assert (told.path, told.body) == ("/hooks?x=1", BODY)
    assert told.headers == {
        "host": f"{NAME}:{receiver.port}",
        "accept-encoding": "identity",
        "connection": "close",
        "content-length": str(len(BODY)),
        "x-own": "1",
    }


@pytest.mark.parametrize(
    ("address", "loopback"),
    [
        *((each, False) for each in PRIVATE if literal(each)),
        *((each, True) for each in PRIVATE if literal(each) and not is_loopback(each)),
    ],
)
def test_a_name_with_an_address_that_is_not_public_is_told_nothing(
    receiver: Receiver,
    address: str,
    loopback: bool,  # noqa: FBT001  # a parameter
) -> None:
    outcome = post(at(receiver.port), outbound("8.8.8.8", address, loopback=loopback))

    assert outcome.error == "the host has an address that is not public"
    assert (outcome.http_status, receiver.received) == (None, [])


def test_a_name_is_resolved_once_and_told_at_the_very_address_that_was_judged(
    receiver: Receiver,
) -> None:
    asked: list[str] = []

    def changing(name: str, _port: int) -> Sequence[str]:
        asked.append(name)
        return [HOST] if len(asked) == 1 else ["10.0.0.1"]

    outcome = Outbound(time.monotonic, loopback=True, resolve=changing).post(
        at(receiver.port), BODY, {}
    )

    assert outcome.http_status == 200
    assert asked == [NAME]


def test_the_next_address_is_tried_when_one_takes_no_connection(receiver: Receiver) -> None:
    assert post(at(receiver.port), outbound("127.0.0.9", HOST)).http_status == 200
    assert len(receiver.received) == 1


def test_only_so_many_addresses_are_tried(receiver: Receiver) -> None:
    many = [f"127.0.0.{number}" for number in range(2, 9)]

    assert post(at(receiver.port), outbound(*many, HOST)).error == "the connection was refused"


def test_a_name_without_address_is_told_nothing() -> None:
    def unknown(_name: str, _port: int) -> Sequence[str]:
        raise OSError

    silent = Outbound(time.monotonic, resolve=lambda _name, _port: ())

    assert Outbound(time.monotonic, resolve=unknown).post(at(443), BODY, {}).error == (
        "the host has no address"
    )
    assert silent.post(at(443), BODY, {}).error == "the host has no address"


def test_this_machine_has_its_address() -> None:
    assert HOST in resolve("localhost", 443)
    assert resolve("127.0.0.1", 443) == [HOST]
    assert resolve("2130706433", 443) == [HOST]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(receiver: Receiver, status: int) -> None:
    with receiving() as elsewhere:
        receiver.answers.append((status, {"Location": elsewhere.url}, b""))

        outcome = post(at(receiver.port))

        assert outcome.error == f"it answered {status}; redirects are not followed"
        assert elsewhere.received == []


def test_what_a_refusal_says_is_kept_in_a_few_printable_characters(receiver: Receiver) -> None:
    receiver.answers.append((500, {}, b"no\r\n\x00\x1b[31m \xff " + b"x" * 10_000))

    outcome = post(at(receiver.port))

    assert outcome.said is not None
    assert outcome.said.startswith("no    [31m � xxx")
    assert len(outcome.said) == 500


class Talker(BaseHTTPRequestHandler):
    """Sends `begins`, and then `repeats` again and again until nobody listens."""

    begins = b""
    repeats = b""
    pause_seconds = 0.0

    def handle(self) -> None:
        self.connection.recv(65536)
        waiting = threading.Event()
        try:
            self.connection.sendall(self.begins)
            while self.repeats:
                waiting.wait(self.pause_seconds)
                self.connection.sendall(self.repeats)
            self.connection.recv(65536)
        except OSError:
            return


def talking(begins: bytes, repeats: bytes, pause_seconds: float = 0.0) -> type[Talker]:
    own = {"begins": begins, "repeats": repeats, "pause_seconds": pause_seconds}
    return type("Talker", (Talker,), own)


@pytest.mark.parametrize(
    ("begins", "repeats"),
    [
        (b"", b""),
        (b"", b"H"),
        (b"HTTP/1.1 200 OK\r\n", b"X-A: 1\r\n"),
        (b"HTTP/1.1 200 OK\r\nX-A: ", b"1"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    ],
)
def test_an_answer_that_trickles_in_is_waited_for_no_longer_than_any(
    begins: bytes, repeats: bytes
) -> None:
    with serving(talking(begins, repeats, 0.02)) as port:
        outcome = post(at(port))

    assert outcome.http_status is None
    assert outcome.error == "there was no whole answer within 0.5 s"


@pytest.mark.parametrize(
    "head", [b"Content-Length: 99999999\r\n", b"", b"Transfer-Encoding: chunked\r\n"]
)
def test_of_an_endless_refusal_only_the_beginning_is_read(head: bytes) -> None:
    endless = talking(b"HTTP/1.1 500 No\r\n" + head + b"\r\n", b"400\r\n" + b"x" * 1024 + b"\r\n")
    with serving(endless) as port:
        outcome = post(at(port))

    assert (outcome.http_status, outcome.error) == (500, "it answered 500")
    assert outcome.said is not None
    assert len(outcome.said) == 500


def test_the_body_of_a_taking_is_not_waited_for() -> None:
    with serving(talking(b"HTTP/1.1 204 OK\r\nContent-Length: 9\r\n\r\n", b"x", 0.02)) as port:
        outcome = post(at(port))

    assert (outcome.http_status, outcome.error) == (204, None)


def test_a_refusal_that_trickles_in_is_known_by_its_status() -> None:
    with serving(talking(b"HTTP/1.1 503 No\r\nContent-Length: 9999\r\n\r\n", b"x", 0.02)) as port:
        outcome = post(at(port))

    assert (outcome.http_status, outcome.error, outcome.said) == (503, "it answered 503", None)


@pytest.mark.parametrize(
    "begins",
    [
        b"SSH-2.0-OpenSSH_9.9\r\n",
        b"HTTP/1.1 abc\r\n\r\n",
        b"HTTP/1.1 99 Low\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 70_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: 1\r\n" * 101 + b"\r\n",
    ],
)
def test_what_is_no_http_is_no_taking(begins: bytes) -> None:
    with serving(talking(begins, b"")) as port:
        outcome = post(at(port))

    assert outcome.error == "the answer is not of HTTP"


def test_a_receiver_that_hangs_up_has_not_taken_it() -> None:
    class Absent(BaseHTTPRequestHandler):
        def handle(self) -> None:
            self.connection.recv(65536)

    with serving(Absent) as port:
        outcome = post(at(port))

    assert outcome.error in {"the connection failed", "the answer is not of HTTP"}


def test_nothing_can_be_written_into_the_head_of_a_request(receiver: Receiver) -> None:
    by = outbound()

    for target in (at(receiver.port, path="/x HTTP/1.1\r\nX-Evil: 1\r\n"), at(receiver.port)):
        headers = {"X-Own": "1"} if target.path != "/hooks?x=1" else {"X-Own": "1\r\nX-Evil: 1"}
        assert by.post(target, BODY, headers).error == "the answer is not of HTTP"
    assert receiver.received == []


def test_a_port_that_nobody_listens_on_is_said_so(receiver: Receiver) -> None:
    assert post(at(1)).error == "the connection was refused"
    assert receiver.received == []


@pytest.fixture
def secured(tmp_path: Path) -> Iterator[tuple[Receiver, Callable[[], ssl.SSLContext]]]:
    """A receiver with a certificate of `NAME`, and the trust in it."""
    server, client = contexts(tmp_path, NAME)
    with receiving(server) as found:
        yield found, lambda: client


def test_a_host_is_known_by_its_certificate(
    secured: tuple[Receiver, Callable[[], ssl.SSLContext]],
) -> None:
    receiver, trust = secured

    outcome = post(at(receiver.port, scheme="https"), outbound(trust=trust))

    assert (outcome.http_status, outcome.error) == (200, None)
    assert receiver.received[0].body == BODY


def test_a_certificate_of_another_host_or_of_nobody_known_is_not_trusted(
    secured: tuple[Receiver, Callable[[], ssl.SSLContext]],
) -> None:
    receiver, trust = secured
    elsewhere = at(receiver.port, scheme="https", host="elsewhere.example")

    outcomes = [
        post(elsewhere, outbound(trust=trust)),
        post(at(receiver.port, scheme="https")),
    ]

    assert [outcome.http_status for outcome in outcomes] == [None, None]
    assert all(str(it.error).startswith("its certificate is not trusted: ") for it in outcomes)
    assert receiver.received == []


def test_a_host_without_tls_is_not_spoken_to_over_it(receiver: Receiver) -> None:
    assert post(at(receiver.port, scheme="https")).error == "no TLS connection could be made"
    assert receiver.received == []


@pytest.mark.parametrize("repeats", [b"", b"\x16\x03\x03\x40\x00"])
def test_a_handshake_that_does_not_end_is_not_waited_for(repeats: bytes) -> None:
    with serving(talking(b"", repeats, 0.02)) as port:
        outcome = post(at(port, scheme="https"))

    assert outcome.http_status is None
    assert outcome.error in {
        "there was no whole answer within 0.5 s",
        "no TLS connection could be made",
    }


def test_an_answer_over_tls_that_trickles_in_is_not_waited_for(tmp_path: Path) -> None:
    server, client = contexts(tmp_path, NAME)
    with serving(talking(b"HTTP/1.1 200 OK\r\n", b"X", 0.02), server) as port:
        outcome = post(at(port, scheme="https"), outbound(trust=lambda: client))

    assert outcome.error == "there was no whole answer within 0.5 s"


def test_a_body_that_is_not_taken_in_is_given_up(tmp_path: Path) -> None:
    class Deaf(BaseHTTPRequestHandler):
        def handle(self) -> None:
            threading.Event().wait(2 * SECONDS)

    server, client = contexts(tmp_path, NAME)
    for scheme, tls in (("http", None), ("https", server)):
        with serving(Deaf, tls) as port:
            by = outbound(trust=lambda: client)
            outcome = by.post(at(port, scheme=scheme), b"x" * 50_000_000, {})

        assert outcome.error == "there was no whole answer within 0.5 s"
