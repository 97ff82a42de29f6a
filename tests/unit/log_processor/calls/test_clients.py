"""Calls of boto3's clients and reads of objects end within their time, and what had arrived is used."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.credentials import Credentials
from log_processor.calls.clients import CallLimits, TimeUpError
from log_processor.calls.time_limit import TimeLimit
from log_processor.errors import OutOfTimeError, ServiceUnavailableError
from log_processor.reading.source import ObjectSource
from log_processor.storing.ledger import Ledger
from log_processor.storing.table_client import TableClient
from log_processor.storing.wire import TableWire
from log_processor.work.continuation import RangeQueue
from log_processor.work.deadline import Deadline
from log_processor.work.ranges import ObjectRange

from tests.unit.log_processor.calls.stubs import Act, read_request, say_nothing, serve, trickle

WORK = ObjectRange("source", "a.log", "v1", "etag")
HEAD = (
    b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\nETag: x\r\nx-amz-version-id: v1\r\n"
    b"Last-Modified: Mon, 04 May 2026 10:00:00 GMT\r\n\r\n"
)
SLOW: dict[str, Act] = {
    "nothing": say_nothing,
    "a head of a byte at a time": partial(trickle, answer=b"HTTP/1.1 200 OK\r\nX: " + b"x" * 10_000),
    "a body of a byte at a time": partial(trickle, answer=HEAD, at_once=len(HEAD)),
}
INVOCATION_S = 2.0
BUSY_S = 3.0
"""How much longer it takes on a machine that does much else; without a limit it would be a minute at least."""


@pytest.fixture
def limits() -> CallLimits:
    return CallLimits()


def begin_invocation(limits: CallLimits) -> None:
    """Begin an invocation of two seconds, of which half a second is its margin."""
    end_s = time.monotonic() + INVOCATION_S
    deadline = Deadline(lambda: (end_s - time.monotonic()) * 1000)
    limits.begin(deadline.get_read_s, deadline.get_call_s)


def make_client(service: Any, url: str, limits: CallLimits) -> Any:
    session = boto3.Session(aws_access_key_id="a", aws_secret_access_key="b", region_name="us-east-1")
    config = Config(retries={"mode": "standard"}, s3={"addressing_style": "path"})
    return limits.limit_client(session.client(service, endpoint_url=url, config=config), 2)


def make_table_client(url: str, limits: CallLimits) -> Any:
    wire = TableWire(endpoint_url=url, region="us-east-1", credentials=Credentials("a", "b"), connections=2)
    return TableClient(wire, partial(limits.get_left_s, is_read=False))


def take_s(action: Callable[[], object], error: type[Exception]) -> float:
    started_s = time.monotonic()
    with pytest.raises(error):
        action()
    return time.monotonic() - started_s


@pytest.mark.parametrize("act", SLOW.values(), ids=SLOW.keys())
def test_every_call_ends_with_the_invocation(act: Act, limits: CallLimits) -> None:
    """With all its tries and the pauses between them: the ledger's, the queue's and the object's."""
    with serve(act) as url:
        ledger = Ledger(make_table_client(url, limits), "ledger")
        queue = RangeQueue(make_client("sqs", url, limits), f"{url}/1/work", "dead")
        source = ObjectSource(make_client("s3", url, limits))
        calls: list[tuple[Callable[[], object], type[Exception]]] = [
            (lambda: list(source.open(WORK, 0).chunks), OutOfTimeError),
            (lambda: ledger.begin(WORK, "1", "web"), ServiceUnavailableError),
            (lambda: queue.send([WORK]), ServiceUnavailableError),
        ]
        for call, error in calls:
            begin_invocation(limits)
            assert take_s(call, error) < INVOCATION_S + BUSY_S


def test_a_trickled_object_is_given_as_it_comes(limits: CallLimits) -> None:
    """A read returns what has arrived after a second, so that the deadline is looked at; no byte is lost."""
    content, received = b"0123456789" * 99, list[bytes]()
    with serve(partial(trickle, answer=HEAD + content, at_once=len(HEAD))) as url:
        source = ObjectSource(make_client("s3", url, limits))
        begin_invocation(limits)

        def read() -> None:
            received.extend(source.open(WORK, 0).chunks)

        assert take_s(read, OutOfTimeError) < INVOCATION_S + BUSY_S
    whole = b"".join(received)
    assert len(received) >= 2
    assert len(whole) > 5
    assert whole == content[: len(whole)]


def test_an_object_that_stops_is_resumed_where_it_stopped(limits: CallLimits, monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection that says no more is given up, and the rest is asked for."""
    monkeypatch.setattr("log_processor.calls.clients.TRY_S", 0.3)
    asked: list[bytes] = []

    def stop_in_the_middle(connection: socket.socket, stopped: threading.Event) -> None:
        asked.append(read_request(connection))
        head = HEAD.replace(b"1000000", b"6" if len(asked) == 1 else b"3\r\nContent-Range: bytes 3-5/6")
        connection.sendall(head + (b"abc" if len(asked) == 1 else b"def"))
        stopped.wait()

    with serve(stop_in_the_middle) as url:
        chunks = ObjectSource(make_client("s3", url, limits)).open(WORK, 0).chunks
        assert b"".join(chunks) == b"abcdef"
    assert [b"bytes=3-" in request for request in asked] == [False, True]


def test_nothing_is_asked_when_the_time_is_up() -> None:
    """Reading stops at the margin; what is written at the end still may be."""
    made = CallLimits()
    made.begin(lambda: 0.0, lambda: 1.0)
    asked: list[bytes] = []

    def answer(connection: socket.socket, _stopped: threading.Event) -> None:
        asked.append(read_request(connection))
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")

    with serve(answer) as url:
        s3, dynamodb = make_client("s3", url, made), make_client("dynamodb", url, made)
        with pytest.raises(TimeUpError):
            s3.get_object(Bucket="b", Key="k")
        assert asked == []
        assert dynamodb.list_tables()["ResponseMetadata"]["HTTPStatusCode"] == 200
    assert len(asked) == 1


def test_a_body_does_not_wait_behind_its_head(limits: CallLimits, monkeypatch: pytest.MonkeyPatch) -> None:
    """Until the other side has said that it has the head, which it may put off for 40 ms."""
    at_once: list[int] = []

    def watch(_limit: TimeLimit, connection: socket.socket) -> None:
        at_once.append(connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))

    monkeypatch.setattr(TimeLimit, "watch", watch)
    with serve(lambda connection, _: connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")) as url:
        make_client("dynamodb", url, limits).list_tables()
    assert at_once == [1]


def test_a_body_is_whole(limits: CallLimits) -> None:
    """Of any size, in as many reads as it takes."""
    content = bytes(range(256)) * 20_000

    def answer(connection: socket.socket, _stopped: threading.Event) -> None:
        read_request(connection)
        connection.sendall(HEAD.replace(b"1000000", str(len(content)).encode()) + content)

    with serve(answer) as url:
        assert b"".join(_read(ObjectSource(make_client("s3", url, limits)))) == content


def _read(source: ObjectSource) -> Iterator[bytes]:
    return source.open(WORK, 0).chunks
