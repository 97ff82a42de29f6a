"""Answers of every form that HTTP has arrive whole over kept connections, or an error says what is missing."""

import socket
import threading
from collections.abc import Callable

import pytest
from botocore.credentials import Credentials
from log_processor.calls import kept_connection
from log_processor.errors import ServiceUnavailableError
from log_processor.storing.wire import Reply, TableWire

from tests.unit.log_processor.calls.stubs import Act, read_whole_request, render_answer, serve

STORED = Reply(error=None, payload={"UnprocessedItems": {}})
BODY = b'{"UnprocessedItems":{}}'
CHUNKS = b"5;x=1\r\n" + BODY[:5] + b"\r\n" + f"{len(BODY) - 5:X}\r\n".encode() + BODY[5:] + b"\r\n0\r\nX-A: b\r\n\r\n"
KEPT = {
    "a length": render_answer(BODY),
    "chunks": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + CHUNKS,
    "an interim answer": b"HTTP/1.1 100 Continue\r\n\r\n" + render_answer(BODY),
    "names in any case": b"HTTP/1.1 200 OK\r\ncontent-LENGTH:23\r\n\r\n" + BODY,
    "line feeds alone": b"HTTP/1.1 200 OK\nContent-Length: 23\n\n" + BODY,
}
CLOSED = {
    "until the connection ends": b"HTTP/1.1 200 OK\r\n\r\n" + BODY,
    "an older version": render_answer(BODY).replace(b"HTTP/1.1", b"HTTP/1.0"),
    "a wish to close": render_answer(BODY, "200 OK", "Connection: Close"),
}
BROKEN = {
    "nothing": (b"", "closed without an answer"),
    "no HTTP": (b"SSH-2.0-x\r\n", "does not begin as one of HTTP"),
    "half a head": (b"HTTP/1.1 200 OK\r\nContent-Le", "ended within a line"),
    "half a body": (render_answer(BODY)[:-3], "ended after 20 of 23 bytes"),
    "half a chunk": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n{}", "ended after 2 of 9 bytes"),
    "no size": (b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n", "has no size: b'many'"),
    "a size below zero": (b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "says to have -1 bytes"),
    "an enormous size": (b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n", "says to have 99999999999 bytes"),
    "a head without an end": (b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: y\r\n" % n for n in range(999)), "has no end"),
    "a chunk that is too long": (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{}\r\n0\r\n\r\n",
        "longer than it says",
    ),
}


def make_wire(url: str) -> TableWire:
    return TableWire(endpoint_url=url, region="us-east-1", credentials=Credentials("a", "b"), connections=2)


class Server:
    """Gives the same answer to every request; it closes the connection after one if `is_closing`."""

    def __init__(self, answer: bytes, *, is_closing: bool = False) -> None:
        self.answer, self.is_closing = answer, is_closing
        self.connections = 0
        self.requests: list[bytes] = []

    def act(self, connection: socket.socket, _stopped: threading.Event) -> None:
        self.connections += 1
        while request := read_whole_request(connection):
            self.requests.append(request)
            connection.sendall(self.answer)
            if self.is_closing:
                return


@pytest.mark.parametrize("answer", KEPT.values(), ids=KEPT.keys())
def test_a_connection_is_kept_after_an_answer_with_an_end(answer: bytes) -> None:
    """Each answer is read to its end and not further."""
    server = Server(answer)
    with serve(server.act) as url:
        wire = make_wire(url)
        assert [wire.post(b"{}") for _ in range(3)] == [STORED] * 3
        wire.close()
    assert (server.connections, len(server.requests)) == (1, 3)


@pytest.mark.parametrize("answer", CLOSED.values(), ids=CLOSED.keys())
def test_a_connection_is_not_used_after_its_last_answer(answer: bytes) -> None:
    """The next request has one of its own, at once."""
    server = Server(answer, is_closing=True)
    with serve(server.act) as url:
        wire = make_wire(url)
        assert [wire.post(b"{}") for _ in range(3)] == [STORED] * 3
        wire.close()
    assert (server.connections, len(server.requests)) == (3, 3)


@pytest.mark.parametrize(("answer", "reason"), BROKEN.values(), ids=BROKEN.keys())
def test_what_is_no_whole_answer_is_an_error(answer: bytes, reason: str) -> None:
    """It may be sent again; over that connection nothing is."""
    server = Server(answer, is_closing=True)
    with serve(server.act) as url:
        wire = make_wire(url)
        for _ in range(2):
            with pytest.raises(ServiceUnavailableError, match=reason):
                wire.post(b"{}")
    assert (server.connections, len(server.requests)) == (2, 2)


@pytest.mark.parametrize("is_endless_chunks", [False, True])
def test_an_answer_is_not_kept_without_bound(monkeypatch: pytest.MonkeyPatch, *, is_endless_chunks: bool) -> None:
    """Of more bytes than an answer may have, those after them are not read."""
    monkeypatch.setattr(kept_connection, "MAX_BODY_BYTES", 1000)
    head, piece = b"HTTP/1.1 200 OK\r\n", b"x" * 500
    if is_endless_chunks:
        head, piece = head + b"Transfer-Encoding: chunked\r\n", b"1f4\r\n" + piece + b"\r\n"

    def act(connection: socket.socket, stopped: threading.Event) -> None:
        read_whole_request(connection)
        connection.sendall(head + b"\r\n")
        while not stopped.is_set():
            connection.sendall(piece)

    with serve(act) as url, pytest.raises(ServiceUnavailableError, match="the answer has no end"):
        make_wire(url).post(b"{}")


def test_an_answer_before_the_end_of_the_request_is_read() -> None:
    """A service that refuses a large body closes the connection while it is still sent."""

    def act(connection: socket.socket, stopped: threading.Event) -> None:
        connection.recv(1)
        connection.sendall(render_answer(b'{"__type":"x#RequestEntityTooLarge"}', "413 Too Large", "Connection: close"))
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(65_536) and not stopped.is_set():
            """Take the rest, so that the answer is not lost."""

    with serve(act) as url:
        reply = make_wire(url).post(b" " * 8 * 1024 * 1024)
    assert reply.error == "RequestEntityTooLarge"


def close_after_each(connection: socket.socket) -> None:
    """Close the connection as a server does that was idle for too long."""
    connection.close()


def reset_after_each(connection: socket.socket) -> None:
    """Reset it: what is sent then is refused."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
    connection.close()


@pytest.mark.parametrize("end", [close_after_each, reset_after_each])
def test_a_request_is_sent_again_over_a_new_connection(end: Callable[[socket.socket], None]) -> None:
    """If the kept one was closed between two requests, the caller does not see it."""
    requests: list[bytes] = []
    ended = threading.Event()

    def act(connection: socket.socket, _stopped: threading.Event) -> None:
        requests.append(read_whole_request(connection))
        connection.sendall(render_answer(BODY))
        end(connection)
        ended.set()

    with serve(act) as url:
        wire = make_wire(url)
        for _ in range(4):
            ended.clear()
            assert wire.post(b"{}") == STORED
            assert ended.wait(60)
        wire.close()
    assert len(requests) == 4


def test_a_closed_connection_is_replaced_once() -> None:
    """A server that closes every new connection too is an error, not a loop."""
    accepted: list[Act] = []

    def act(connection: socket.socket, _stopped: threading.Event) -> None:
        accepted.append(act)
        read_whole_request(connection)
        if len(accepted) == 1:
            connection.sendall(render_answer(BODY))
            read_whole_request(connection)

    with serve(act) as url:
        wire = make_wire(url)
        assert wire.post(b"{}") == STORED
        with pytest.raises(ServiceUnavailableError, match="closed without an answer"):
            wire.post(b"{}")
    assert len(accepted) == 2


def test_what_is_said_without_being_asked_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that gives up an idle connection may say so; the next request has a new connection."""
    monkeypatch.setattr(kept_connection, "IDLE_S", 0)
    given_up, connections = threading.Event(), list[int]()

    def act(connection: socket.socket, _stopped: threading.Event) -> None:
        connections.append(1)
        read_whole_request(connection)
        connection.sendall(render_answer(BODY))
        connection.sendall(render_answer(b"", "408 Request Timeout", "Connection: close"))
        given_up.set()

    with serve(act) as url:
        wire = make_wire(url)
        for _ in range(3):
            given_up.clear()
            assert wire.post(b"{}") == STORED
            assert given_up.wait(60)
        wire.close()
    assert len(connections) == 3
