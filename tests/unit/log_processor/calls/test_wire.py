"""A write ends within its time, whatever the table's answer does."""

import socket
import threading
import time
from collections.abc import Callable
from functools import partial

import pytest
from botocore.credentials import Credentials
from log_processor.calls import connections
from log_processor.errors import ServiceUnavailableError
from log_processor.storing.wire import Reply, TableWire

from tests.unit.log_processor.calls.stubs import Act, read_request, say_nothing, serve, trickle

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.0\r\n"
ALLOWED_S = 0.5
BUSY_S = 5
"""How much longer it takes on a machine that does much else; without a limit it would be for ever."""
SLOW: dict[str, Act] = {
    "a server that says nothing": say_nothing,
    "a head of a byte at a time": partial(trickle, answer=HEAD + b"X: " + b"x" * 10_000),
    "a body of a byte at a time": partial(
        trickle, answer=HEAD + b"Content-Length: 9000\r\n\r\n", at_once=len(HEAD) + 24
    ),
    "a body without an end": partial(trickle, answer=HEAD + b"\r\n{}", at_once=len(HEAD) + 4),
    "chunks without an end": partial(
        trickle, answer=HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"1\r\nx\r\n" * 900, at_once=len(HEAD) + 30
    ),
}


def make_wire(url: str) -> TableWire:
    return TableWire(endpoint_url=url, region="us-east-1", credentials=Credentials("a", "b"), connections=2)


def take_s(action: Callable[[], object]) -> float:
    started_s = time.monotonic()
    with pytest.raises(ServiceUnavailableError, match="writing to DynamoDB"):
        action()
    return time.monotonic() - started_s


@pytest.mark.parametrize("act", SLOW.values(), ids=SLOW.keys())
def test_a_write_ends_within_its_time(act: Act) -> None:
    """The bound holds for the whole call: no byte that arrives begins it anew."""
    with serve(act) as url:
        assert take_s(lambda: make_wire(url).post(b"{}", ALLOWED_S)) < ALLOWED_S + BUSY_S


def test_a_body_that_nobody_reads_ends_too() -> None:
    """Sending is bounded as well: the server accepts, and takes no byte of 32 MiB."""
    with serve(say_nothing) as url:
        assert take_s(lambda: make_wire(url).post(b" " * 32 * 1024 * 1024, ALLOWED_S)) < ALLOWED_S + BUSY_S


def test_a_name_that_is_not_looked_up_ends_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """A resolver that does not answer cannot be interrupted, but is not waited for."""
    release = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: release.wait() and [])
    try:
        assert take_s(lambda: make_wire("http://tables.test").post(b"{}", ALLOWED_S)) < ALLOWED_S + BUSY_S
    finally:
        release.set()


def test_a_slow_answer_in_time_is_taken() -> None:
    """And the connection is used again: the limit of an earlier call does not end a later one."""
    connected = []

    def answer(connection: socket.socket, stopped: threading.Event) -> None:
        connected.append(connection)
        while read_request(connection):
            connection.sendall(HEAD + b"Content-Length: 2\r\n\r\n{")
            stopped.wait(0.2)
            connection.sendall(b"}")

    with serve(answer) as url:
        wire = make_wire(url)
        assert [wire.post(b"{}", ALLOWED_S) for _ in range(5)] == [Reply(error=None, payload={})] * 5
        wire.close()
    assert len(connected) == 1


def test_every_scheme_is_watched() -> None:
    """Both kinds of connection of botocore."""
    assert sorted(connections.AWS_POOLS) == ["http", "https"]
    for pool in connections.AWS_POOLS.values():
        assert issubclass(pool.ConnectionCls, connections.WatchedConnection)
