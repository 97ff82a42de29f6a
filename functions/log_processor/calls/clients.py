"""Limit the calls of boto3's clients: each try, each pause before the next one, and each read of an object.

botocore's own time-outs begin anew with each byte, and its retries know nothing of the invocation's end.
"""

import socket
import time
from collections.abc import Callable, Iterator
from typing import Any
from weakref import finalize

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.exceptions import BotoCoreError, ReadTimeoutError
from botocore.httpsession import URLLib3Session
from botocore.retries.standard import register_retry_handler
from urllib3 import HTTPResponse

from log_processor.calls.connections import AWS_POOLS
from log_processor.calls.endpoint import Network, find_network
from log_processor.calls.time_limit import CallTimeoutError, TimeLimit

TRY_S = 10.0
"""The most time of one try of a call, and of one wait for the bytes of an object."""
MIN_TRY_S = 0.1
MAX_TRIES = 5
UPLOAD_BYTES_A_S = 4 * 1024 * 1024
"""A try of an upload has a second more for each of these bytes."""
UPLOAD_HEADERS = ("Content-Length", "X-Amz-Decoded-Content-Length")
GATHER_S = 1.0
"""After this time, a read of an object returns what has arrived."""
SOCKET_OPTIONS: Any = [(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)]
"""As botocore's own sessions have them: else a body may wait 40 ms behind its head. The stubs of types say texts."""
Seconds = Callable[[], float]


class TimeUpError(BotoCoreError):
    """The invocation has no time left for a call; botocore does not try again after it."""

    fmt = "the invocation has no time left for the call"


class CallLimits:
    """How long a call may take: until the invocation has to end. `begin` says when that is.

    - `read_s`: the seconds until reading has to stop.
    - `call_s`: the seconds until any call has to end.

    `certificates` are those that the clients trust, as `Network` has them.
    """

    def __init__(self, certificates: str | None = None) -> None:
        self._certificates = certificates
        self.read_s: Seconds = lambda: TRY_S
        self.call_s: Seconds = lambda: TRY_S

    def begin(self, read_s: Seconds, call_s: Seconds) -> None:
        """Take the times of an invocation."""
        self.read_s, self.call_s = read_s, call_s

    def limit_client(self, client: Any, connections: int) -> Any:
        """Return `client`, whose calls are limited from now on; botocore's standard mode tries each up to 5 times."""
        network = find_network(client.meta.endpoint_url, self._certificates)
        client.meta.events.register_first("before-send", _LimitedSession(self, connections, network).answer)
        self._limit_pauses(client)
        return client

    def get_left_s(self, *, is_read: bool) -> float:
        """Return the seconds that are left for reading an object, or for any other call."""
        return self.read_s() if is_read else self.call_s()

    def _limit_pauses(self, client: Any) -> None:
        """Let botocore's retries pause no longer than there is time; the next try ends the call then."""
        service = client.meta.service_model.service_id.hyphenize()
        event, name = f"needs-retry.{service}", f"retry-config-{service}"
        client.meta.events.unregister(event, unique_id=name)
        retries = register_retry_handler(client, MAX_TRIES)
        client.meta.events.unregister(event, unique_id=name)

        def choose_pause(operation: Any, **facts: Any) -> float | None:
            pause_s: float | None = retries.needs_retry(operation=operation, **facts)
            left_s = self.get_left_s(is_read=operation.has_streaming_output)
            return 0 if pause_s is not None and pause_s > left_s else pause_s

        client.meta.events.register(event, choose_pause)


class _LimitedSession(URLLib3Session):
    """A session of botocore whose connections are watched."""

    def __init__(self, limits: CallLimits, connections: int, network: Network) -> None:
        verify: Any = network.certificates or True  # botocore's stubs know no file
        super().__init__(
            verify=verify,
            proxies=dict(network.proxies),
            max_pool_connections=connections,
            socket_options=SOCKET_OPTIONS,
        )
        self._limits = limits
        self._pool_classes_by_scheme = AWS_POOLS  # also of the managers of proxies, which are made later
        self._manager.pool_classes_by_scheme = AWS_POOLS  # type: ignore[attr-defined]

    def answer(self, request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        """Return the answer to `request`; raise `ReadTimeoutError` if it takes too long."""
        left_s = self._limits.get_left_s(is_read=request.stream_output)
        if left_s <= 0:
            raise TimeUpError
        upload_s = max(int(request.headers.get(name, 0)) for name in UPLOAD_HEADERS) / UPLOAD_BYTES_A_S
        try:
            with TimeLimit(max(MIN_TRY_S, min(TRY_S + upload_s, left_s))) as limit:
                response = self.send(request)
                if limit.is_over:
                    response.raw.close()
                elif request.stream_output:
                    response.raw = LimitedBody(response.raw, limit.share(), self._limits.read_s)
        except CallTimeoutError as error:
            raise ReadTimeoutError(endpoint_url=request.url, error=error) from error
        return response


class LimitedBody:
    """The body of an answer; a read returns what arrives within a second, and waits at most 10 s for the first byte."""

    def __init__(self, raw: HTTPResponse, connection: socket.socket, left_s: Seconds) -> None:
        self._raw = raw
        self._connection = connection
        self._release = finalize(self, connection.close)
        self._left_s = left_s

    def read(self, size_bytes: int | None = None) -> bytes:
        """Return at most `size_bytes`, or all; no bytes are the end. Raise `CallTimeoutError` if none comes in time."""
        pieces: list[bytes] = []
        try:
            with TimeLimit(max(MIN_TRY_S, min(TRY_S, self._left_s()))) as limit:
                limit.watch(self._connection)
                pieces.extend(self._gather(size_bytes))
        except CallTimeoutError:
            if not pieces or size_bytes is None:
                raise
        return b"".join(pieces)

    def _gather(self, size_bytes: int | None) -> Iterator[bytes]:
        """Yield what arrives, up to `size_bytes` and for about a second; everything if there is no size."""
        missing, until_s = size_bytes, time.monotonic() + GATHER_S
        while missing != 0 and (piece := self._raw.read1(missing)):
            yield piece
            if missing is not None:
                missing -= len(piece)
                if time.monotonic() >= until_s:
                    return

    def stream(self) -> Any:
        """Yield the whole body, as botocore reads that of an error, and close it."""
        try:
            yield self.read()
        finally:
            self._release()

    def close(self) -> None:
        """Close the connection."""
        self._raw.close()
        self._release()
