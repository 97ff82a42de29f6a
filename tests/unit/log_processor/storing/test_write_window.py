"""Rows of batches go over idle connections without another thread, and are stored whatever the table answers."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import chain

import orjson
import pytest
from botocore.credentials import Credentials
from botocore.exceptions import CredentialRetrievalError
from log_processor.calls.endpoint import find_network
from log_processor.errors import AccessDeniedError, ThrottledError
from log_processor.storing import wire as wires
from log_processor.storing.batch_store import BatchStore
from log_processor.storing.batches import Batch
from log_processor.storing.stored_keys import StoredKeys
from log_processor.storing.wire import TableWire
from log_processor.storing.write_window import WINDOW_BATCHES, WriteWindow

from benchmarks.certificate import write_certificate
from tests.unit.log_processor.calls.stubs import read_whole_request, render_answer, serve

STORED = render_answer(b'{"UnprocessedItems":{}}')
THROTTLED = render_answer(b'{"__type":"x#ThrottlingException"}', "400 Bad Request")
DENIED = render_answer(b'{"__type":"x#AccessDeniedException"}', "400 Bad Request")
Judge = Callable[[int, socket.socket], bytes | None]


class Table:
    """A table that keeps the puts of each request; `judge` gives the answer to a request by its number.

    If that is None, the connection is closed without one.
    """

    def __init__(self, judge: Judge = lambda _number, _connection: STORED) -> None:
        self.judge = judge
        self.lock = threading.Lock()
        self.connections, self.requests = 0, list[list[str]]()

    def act(self, connection: socket.socket, _stopped: threading.Event) -> None:
        with self.lock:
            self.connections += 1
        while request := read_whole_request(connection):
            puts = orjson.loads(request.partition(b"\r\n\r\n")[2])["RequestItems"]["logs"]
            with self.lock:
                self.requests.append([put["PutRequest"]["Item"]["log_id"]["S"] for put in puts])
                number = len(self.requests)
            answer = self.judge(number, connection)
            if answer is None:
                return
            connection.sendall(answer)


def make_put(name: str, text: str = "") -> bytes:
    item = {"log_id": {"S": name}, "log_data": {"S": text}, "format": {"S": "text"}}
    return orjson.dumps({"PutRequest": {"Item": item}})


@contextmanager
def open_window(
    table: Table, remaining_s: float = 10.0, tls: tuple[str, ssl.SSLContext] | None = None, threads: int = 4
) -> Iterator[WriteWindow]:
    """Yield a window over a wire that keeps one idle connection."""
    with serve(table.act, tls[1] if tls else None) as url, ThreadPoolExecutor(threads) as pool:
        wire = TableWire(
            endpoint_url=url,
            region="us-east-1",
            credentials=Credentials("a", "b"),
            connections=WINDOW_BATCHES,
            network=find_network(url, tls[0] if tls else None),
        )
        wire.post(b'{"RequestItems":{"logs":[' + make_put("first") + b"]}}")
        try:
            yield WriteWindow(BatchStore(wire, "logs", StoredKeys(wire, "logs"), lambda: remaining_s), pool)
        finally:
            wire.close()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ssl.SSLContext]:
    path = tmp_path_factory.mktemp("tls") / "ca.pem"
    return str(path), write_certificate(path)


@pytest.mark.parametrize("is_tls", [False, True])
def test_a_batch_needs_no_thread_if_a_connection_is_idle(
    certificate: tuple[str, ssl.SSLContext], *, is_tls: bool
) -> None:
    """It is sent with its row or when it is waited for, over the one connection that there is."""
    table = Table()
    with open_window(table, tls=certificate if is_tls else None) as window:
        for number in range(6):
            write = window.begin(Batch([make_put(f"{number}")]))
            assert len(table.requests) == number + 1
            assert window.finish(write) == {}
            assert write.aside is None
    assert (table.connections, table.requests) == (1, [["first"], *([f"{number}"] for number in range(6))])


def test_rows_of_batches_share_the_window() -> None:
    """More batches than may be under way are all stored once, over no more connections than the window has."""

    def judge(_number: int, _connection: socket.socket) -> bytes:
        time.sleep(0.002)
        return STORED

    table = Table(judge)
    count = 3 * WINDOW_BATCHES + 1
    with open_window(table, threads=WINDOW_BATCHES) as window:
        writes = [window.begin(Batch([make_put(f"{number}")])) for number in range(count)]
        assert [window.finish(write) for write in writes] == [{}] * count
    assert sorted(chain.from_iterable(table.requests)) == sorted(["first", *map(str, range(count))])
    assert table.connections <= WINDOW_BATCHES


def test_what_is_left_unprocessed_is_sent_again() -> None:
    """By a thread, and without what is stored already; the throttled try is counted."""
    left = orjson.dumps({"UnprocessedItems": {"logs": [orjson.loads(make_put("b"))]}})
    table = Table(lambda number, _connection: render_answer(left) if number == 2 else STORED)
    with open_window(table) as window:
        assert window.finish(window.begin(Batch([make_put("a"), make_put("b"), make_put("c")]))) == {}
        assert window._store.throttles == 1
    assert table.requests == [["first"], ["a", "b", "c"], ["b"]]


def test_a_refused_record_is_found_and_stored_as_text() -> None:
    """The refusal of a batch that was sent in a row is looked into by a thread."""

    def judge(_number: int, _connection: socket.socket) -> bytes:
        is_odd = "odd" in table.requests[-1] and len(table.requests) < 5
        refusal = render_answer(b'{"__type":"x#ValidationException","message":"it is odd"}', "400 Bad Request")
        return refusal if is_odd else STORED

    table = Table(judge)
    with open_window(table) as window:
        assert window.finish(window.begin(Batch([make_put("a"), make_put("odd")]))) == {1: "it is odd"}
    assert table.requests == [["first"], ["a", "odd"], ["a"], ["odd"], ["odd"]]


@pytest.mark.parametrize("is_reset", [False, True])
def test_a_connection_that_closes_meanwhile_is_replaced(*, is_reset: bool) -> None:
    """Whether it closes before the request or after it, the batch is sent again over a new one."""

    def judge(number: int, connection: socket.socket) -> bytes | None:
        if number == 2 and is_reset:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
        return None if number == 2 else STORED

    table = Table(judge)
    with open_window(table) as window:
        assert window.finish(window.begin(Batch([make_put("a")]))) == {}
    assert table.requests == [["first"], ["a"], ["a"]]
    assert table.connections == 2


def test_a_denied_batch_ends_the_range() -> None:
    """What is under way is waited for, what has not begun is dropped, and nothing is tried again."""
    table = Table(lambda number, _connection: DENIED if number == 2 else STORED)
    with open_window(table) as window:
        denied, dropped = window.begin(Batch([make_put("a")])), None
        window._send_row()
        dropped = window.begin(Batch([make_put("b")]))
        with pytest.raises(AccessDeniedError):
            window.finish(denied)
        window.abandon()
        assert dropped.flight is None
        assert dropped.aside is None
    assert table.requests == [["first"], ["a"]]


def test_an_answer_that_does_not_come_ends_with_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a call does that waits for it: the watchdog shuts the connection, and there is no time to try again."""
    monkeypatch.setattr(wires, "MIN_TIMEOUT_S", 0.2)
    held = threading.Event()

    def judge(number: int, _connection: socket.socket) -> bytes | None:
        return STORED if number == 1 or not held.wait(60) else None

    table = Table(judge)
    with open_window(table, remaining_s=0.0) as window:
        started_s = time.monotonic()
        try:
            with pytest.raises(ThrottledError, match=r"CallTimeoutError: no whole answer within 0\.2 s"):
                window.finish(window.begin(Batch([make_put("a")])))
            assert time.monotonic() - started_s < 30
        finally:
            held.set()


def test_an_answer_that_was_there_in_time_counts() -> None:
    """Reading may wait for the object longer than a call may take: the answer is taken all the same."""
    table = Table()
    with open_window(table, remaining_s=0.3) as window:
        write = window.begin(Batch([make_put("a")]))
        window._send_row()
        assert write.flight is not None
        deadline_s = time.monotonic() + 60
        while not write.flight.limit.is_over and time.monotonic() < deadline_s:
            threading.Event().wait(0.02)
        assert window.finish(write) == {}
        assert write.aside is None
    assert table.requests == [["first"], ["a"]]


def test_a_large_batch_goes_to_a_thread() -> None:
    """What the system does not take at once would make reading wait."""
    table = Table()
    with open_window(table) as window:
        write = window.begin(Batch([make_put("a", "x" * wires.SENT_AT_ONCE_BYTES)]))
        assert window.finish(write) == {}
        assert write.aside is not None
    assert table.requests == [["first"], ["a"]]


def test_credentials_that_are_refused_are_the_threads_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """The connection is closed, nothing is sent, and the sentence is the one of a call that waits."""
    table = Table()

    def refuse(_wire: TableWire) -> None:
        raise CredentialRetrievalError(provider="role", error_msg="the role is gone")

    with open_window(table, remaining_s=0.0) as window:
        monkeypatch.setattr(TableWire, "_get_credentials", refuse)
        with pytest.raises(ThrottledError, match="the role is gone"):
            window.finish(window.begin(Batch([make_put("a")])))
    assert table.requests == [["first"]]
