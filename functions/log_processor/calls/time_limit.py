"""Limit the time of a call as a whole: a watchdog shuts the connection of a call that outlasts it.

Time-outs of sockets are no such limit. They begin anew with each byte that is received, so an answer of a byte each
0.2 s never ends, and they do not hold for the look-up of a name.
"""

import os
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from types import TracebackType
from typing import Self

_current = threading.local()


class CallTimeoutError(TimeoutError):
    """A call did not end within its time."""


class TimeLimit:
    """The time of one call of this thread, as a context manager; at its end, raise `CallTimeoutError` if it was over.

    A connection that is used within it calls `watch`. If the time is over, it is shut, so that every wait on it ends.
    """

    def __init__(self, limit_s: float) -> None:
        self.limit_s = limit_s
        self.end_s = time.monotonic() + limit_s
        self.is_over = False
        self._shutter: socket.socket | None = None
        self._is_borrowed = False
        self._outer: TimeLimit | None = None

    def __enter__(self) -> Self:
        self._outer = get_time_limit()
        _current.limit = self
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _current.limit = self._outer
        self.release()
        if self.is_over:
            raise self.make_error() from error

    def make_error(self) -> CallTimeoutError:
        """Return the error of a call whose time was over."""
        return CallTimeoutError(f"no whole answer within {self.limit_s:.1f} s")

    def watch(self, connection: socket.socket) -> None:
        """Shut `connection` when the time is over."""
        if self._shutter is None:
            self._shutter = share_socket(connection)
            WATCHDOG.add(self)

    def borrow(self, shutter: socket.socket) -> None:
        """Shut the connection of `shutter`, which is not closed here, when the time is over."""
        if self._shutter is None:
            self._shutter, self._is_borrowed = shutter, True
            WATCHDOG.add(self)

    def release(self) -> None:
        """Watch the connection no longer, so that its owner may close it."""
        if self._shutter is not None:
            WATCHDOG.remove(self)
            if not self._is_borrowed:
                self._shutter.close()
            self._shutter, self._is_borrowed = None, False

    def connect(self, connect: Callable[[], socket.socket]) -> socket.socket:
        """Return the connection that `connect` opens, and watch it; raise `CallTimeoutError` if it takes too long.

        It runs in a thread of its own, because the look-up of a name cannot be interrupted. One that is too late is
        closed there.
        """
        thread = ThreadPoolExecutor(1, thread_name_prefix="connect")
        future = thread.submit(connect)
        thread.shutdown(wait=False)
        done, _ = wait([future], max(0.0, self.end_s - time.monotonic()))
        if not done:
            future.add_done_callback(_close_connection)
            self.is_over = True
            raise CallTimeoutError(f"no connection within {self.limit_s:.1f} s")
        connection = future.result()
        self.watch(connection)
        return connection

    def share(self) -> socket.socket:
        """Return another socket of the connection that is used, which the caller has to close."""
        if self._shutter is None:
            raise CallTimeoutError("no connection is watched")
        return share_socket(self._shutter)

    def end(self) -> None:
        """Shut the connection: the time is over."""
        self.is_over = True
        if self._shutter is not None:
            with suppress(OSError):  # the other side has closed it already
                self._shutter.shutdown(socket.SHUT_RDWR)


class Watchdog:
    """A thread that ends the calls whose time is over; it sleeps until the earliest of them may be."""

    def __init__(self) -> None:
        self._limits: set[TimeLimit] = set()
        self._changed = threading.Condition()
        self._wakes_s = 0.0
        self._thread: threading.Thread | None = None

    def add(self, limit: TimeLimit) -> None:
        """End the call of `limit` when its time is over."""
        with self._changed:
            self._limits.add(limit)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="call-watchdog", daemon=True)
                self._thread.start()
            elif limit.end_s < self._wakes_s:
                self._changed.notify()

    def remove(self, limit: TimeLimit) -> None:
        """Forget a call that has ended."""
        with self._changed:
            self._limits.discard(limit)

    def _run(self) -> None:
        with self._changed:
            while True:
                now_s = time.monotonic()
                for limit in [limit for limit in self._limits if limit.end_s <= now_s]:
                    self._limits.discard(limit)
                    limit.end()
                self._wakes_s = min((limit.end_s for limit in self._limits), default=float("inf"))
                self._changed.wait(None if self._wakes_s == float("inf") else self._wakes_s - now_s)


WATCHDOG = Watchdog()


def get_time_limit() -> TimeLimit | None:
    """Return the limit of the call that this thread makes; None if it makes none."""
    limit: TimeLimit | None = getattr(_current, "limit", None)
    return limit


def share_socket(connection: socket.socket) -> socket.socket:
    """Return another socket of the same connection, which can shut it, whoever owns the first one."""
    return socket.socket(connection.family, connection.type, connection.proto, fileno=os.dup(connection.fileno()))


def _close_connection(future: "Future[socket.socket]") -> None:
    if future.exception() is None:
        future.result().close()
