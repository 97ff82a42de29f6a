"""Send BatchWriteItem requests over connections that are kept, without boto3's request model.

The model costs more than everything else that is done with a record: it walks each value, checks it, and encodes again
what is encoded already. What urllib3 and botocore's signer do for a request costs more than the rest of it, so the
connections and the signer are our own (`benchmarks/batch_write.py`). Retries are the work of `batch_store.py`, which
knows the unprocessed items and the time that is left.

Source: Amazon DynamoDB API Reference, BatchWriteItem; the low-level JSON protocol (`DynamoDB_20120810`).
"""

import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from weakref import finalize

import orjson
from botocore.credentials import Credentials, ReadOnlyCredentials
from botocore.exceptions import BotoCoreError
from urllib3.exceptions import HTTPError

from log_processor.calls.endpoint import DIRECT, Endpoint, Network
from log_processor.calls.kept_connection import ClosedConnectionError, HTTPAnswer, KeptConnection
from log_processor.calls.signer import Signer
from log_processor.calls.time_limit import TimeLimit
from log_processor.errors import ServiceUnavailableError

HEADERS = {"x-amz-target": "DynamoDB_20120810.BatchWriteItem", "content-type": "application/x-amz-json-1.0"}
QUERY_HEADERS = HEADERS | {"x-amz-target": "DynamoDB_20120810.Query"}
UNSIGNED_HEADERS = {"accept-encoding": "identity", "user-agent": "log-processor"}
CONNECT_TIMEOUT_S = 3.0
READ_TIMEOUT_S = 10.0
MIN_TIMEOUT_S = 0.1
SENT_AT_ONCE_BYTES = 128 * 1024
"""A body that the system takes at once, with the room that `Endpoint` asks for."""


@dataclass(frozen=True, slots=True)
class Reply:
    """DynamoDB's answer: `error` is the code of a refusal (`ThrottlingException`), or None if it was accepted."""

    error: str | None
    payload: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Flight:
    """A request that was sent and is not answered yet; `limit` is the time that is left for the answer."""

    connection: KeptConnection
    limit: TimeLimit
    descriptor: int


class BatchWriteWire:
    """A client that posts encoded BatchWriteItem bodies; several threads may use it at once.

    At most so many `connections` are kept open while nothing is sent over them. With `QUERY_HEADERS`, the bodies are
    those of queries.
    """

    def __init__(
        self,
        *,
        endpoint_url: str,
        region: str,
        credentials: Credentials,
        connections: int,
        network: Network = DIRECT,
        headers: Mapping[str, str] = HEADERS,
    ) -> None:
        url = endpoint_url.rstrip("/") + "/"
        self._endpoint = Endpoint(url, network)
        self._signer = Signer(url, "dynamodb", region, headers)
        self._credentials = credentials
        self._head = f"POST {self._endpoint.target} HTTP/1.1\r\n" + _render(UNSIGNED_HEADERS | self._endpoint.headers)
        self._connections = connections
        self._idle: deque[KeptConnection] = deque()
        finalize(self, _close_all, self._idle)

    def post(self, body: bytes, timeout_s: float = READ_TIMEOUT_S) -> Reply:
        """Send one body and return the reply; raise `ServiceUnavailableError` if it is not whole within `timeout_s`.

        That holds for the whole call, from the look-up of the name to the last byte of the answer. It is at most 10 s,
        and at least 0.1 s.
        """
        request = self._sign(body)
        connection: KeptConnection | None = None
        try:
            with _make_limit(timeout_s) as limit:
                connection, answer = self._send(request, limit)
        except (HTTPError, OSError) as error:
            if connection is not None:
                connection.close()
            raise ServiceUnavailableError(f"writing to DynamoDB: {type(error).__name__}: {error}") from error
        self._keep(connection)
        return _parse_reply(answer.status, answer.body)

    @property
    def has_idle(self) -> bool:
        """Tell whether a connection is kept over which nothing is sent."""
        return bool(self._idle)

    def begin(self, body: bytes, timeout_s: float = READ_TIMEOUT_S) -> Flight | None:
        """Send one body over a connection that is kept, and do not wait for the answer, which `finish` returns.

        Return None if there is no such connection, or if the body is so large that the system would not take it at
        once. The time of the call is limited as that of `post`.
        """
        if len(body) > SENT_AT_ONCE_BYTES or (connection := self._take_idle()) is None:
            return None
        flight = Flight(connection, _make_limit(timeout_s), connection.descriptor)
        try:
            request = self._sign(body)
            flight.limit.borrow(connection.shutter)
            connection.send(request)
        except (OSError, ServiceUnavailableError):  # whoever sends it again says why
            flight.limit.release()
            connection.close()
            return None
        return flight

    def finish(self, flight: Flight) -> Reply | None:
        """Return the reply to what `begin` sent; None if there is none and it has to be sent again at once.

        That is if the connection was closed meanwhile. What else went wrong is the reply's error.
        """
        connection, limit = flight.connection, flight.limit
        try:
            answer = connection.receive()
        except OSError as error:
            limit.release()
            connection.close()
            if isinstance(error, ClosedConnectionError) and not limit.is_over:
                return None
            reason = limit.make_error() if limit.is_over else error
            return Reply(error=f"writing to DynamoDB: {type(reason).__name__}: {reason}")
        limit.release()
        if limit.is_over:  # the answer was there before the time was over, and was not looked at
            connection.close()
        else:
            self._keep(connection)
        return _parse_reply(answer.status, answer.body)

    def _sign(self, body: bytes) -> bytes:
        """Return the whole request that sends `body`."""
        signed = self._signer.sign(body, self._get_credentials(), time.time())
        return f"{self._head}{_render(signed)}content-length: {len(body)}\r\n\r\n".encode() + body

    def _get_credentials(self) -> ReadOnlyCredentials:
        """Return the credentials as they are now; those that expire soon are refreshed before."""
        try:
            return self._credentials.get_frozen_credentials()
        except BotoCoreError as error:
            raise ServiceUnavailableError(f"writing to DynamoDB: {type(error).__name__}: {error}") from error

    def close(self) -> None:
        """Close the connections that are kept open."""
        _close_all(self._idle)

    def _send(self, request: bytes, limit: TimeLimit) -> tuple[KeptConnection, HTTPAnswer]:
        """Send `request` over a kept connection, or over a new one if there is none or it was closed meanwhile.

        To send a put twice stores the same item.
        """
        if kept := self._take_idle():
            try:
                return kept, _exchange(kept, request, limit)
            except ClosedConnectionError:
                if limit.is_over:
                    raise
        connection = self._endpoint.connect(limit, min(CONNECT_TIMEOUT_S, limit.limit_s))
        return connection, _exchange(connection, request, limit)

    def _take_idle(self) -> KeptConnection | None:
        """Return the connection that was used last; None if there is none, or if it has ended."""
        try:
            kept = self._idle.pop()
        except IndexError:
            return None
        if kept.is_ended():
            kept.close()
            return None
        return kept

    def _keep(self, connection: KeptConnection) -> None:
        if connection.reusable and len(self._idle) < self._connections:
            self._idle.append(connection)
        else:
            connection.close()


def _make_limit(timeout_s: float) -> TimeLimit:
    return TimeLimit(max(MIN_TIMEOUT_S, min(READ_TIMEOUT_S, timeout_s)))


def _close_all(idle: deque[KeptConnection]) -> None:
    while idle:
        idle.pop().close()


def _exchange(connection: KeptConnection, request: bytes, limit: TimeLimit) -> HTTPAnswer:
    """Return the answer to `request`; close the connection if there is none."""
    limit.borrow(connection.shutter)
    try:
        return connection.exchange(request)
    except BaseException:
        limit.release()
        connection.close()
        raise


def _render(headers: Mapping[str, str]) -> str:
    return "".join([f"{name}: {text}\r\n" for name, text in headers.items()])


def _parse_reply(status: int, data: bytes) -> Reply:
    try:
        payload = orjson.loads(data)
    except orjson.JSONDecodeError:
        payload = None
    if not isinstance(payload, dict):
        return Reply(error=f"HTTP{status}")
    if status == 200:
        return Reply(error=None, payload=payload)
    return Reply(error=str(payload.get("__type", f"HTTP{status}")).rpartition("#")[2], payload=payload)
