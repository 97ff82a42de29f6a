"""Send requests to DynamoDB over connections that are kept, without boto3's request model.

The model costs more than everything else that is done with a record: it walks each value, checks it, and encodes again
what is encoded already. What urllib3 and botocore's signer do for a request costs more than the rest of it, so the
connections and the signer are our own (`benchmarks/batch_write.py`). Retries are the work of `batch_store.py`, which
knows the unprocessed items and the time that is left, and of `table_client.py`.

Source: Amazon DynamoDB API Reference; the low-level JSON protocol (`DynamoDB_20120810`).
"""

import copy
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import orjson
from botocore.credentials import Credentials, ReadOnlyCredentials
from botocore.exceptions import BotoCoreError
from urllib3.exceptions import HTTPError

from log_processor.calls.endpoint import DIRECT, Endpoint, Network
from log_processor.calls.idle_connections import IdleConnections
from log_processor.calls.kept_connection import ClosedConnectionError, HTTPAnswer, KeptConnection
from log_processor.calls.signer import Signer
from log_processor.calls.time_limit import TimeLimit
from log_processor.errors import ServiceUnavailableError

BATCH_WRITE = "BatchWriteItem"
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


class TableWire:
    """A client that posts encoded bodies of one `operation` of DynamoDB; several threads may use it at once.

    At most so many `connections` are kept open while nothing is sent over them.
    """

    def __init__(
        self,
        *,
        endpoint_url: str,
        region: str,
        credentials: Credentials,
        connections: int,
        network: Network = DIRECT,
        operation: str = BATCH_WRITE,
    ) -> None:
        url = endpoint_url.rstrip("/") + "/"
        self._endpoint = Endpoint(url, network)
        self._url, self._region = url, region
        self.signer = self._make_signer(operation)
        self._credentials = credentials
        self._head = f"POST {self._endpoint.target} HTTP/1.1\r\n" + _render(UNSIGNED_HEADERS | self._endpoint.headers)
        self._idle = IdleConnections(connections)

    def asking(self, operation: str) -> Self:
        """Return a wire of another operation, which shares the connections of this one."""
        wire = copy.copy(self)
        wire.signer = self._make_signer(operation)
        return wire

    def post(self, body: bytes, timeout_s: float = READ_TIMEOUT_S) -> Reply:
        """Send one body and return the reply; raise `ServiceUnavailableError` if it is not whole within `timeout_s`.

        That holds for the whole call, from the look-up of the name to the last byte of the answer. It is at most 10 s,
        and at least 0.1 s.
        """
        try:
            return parse_reply(self.ask(body, timeout_s))
        except (HTTPError, OSError, BotoCoreError) as error:
            raise ServiceUnavailableError(f"writing to DynamoDB: {type(error).__name__}: {error}") from error

    def ask(self, body: bytes, timeout_s: float) -> HTTPAnswer:
        """Send one body and return the answer in the time of `post`.

        Raise the error of urllib3, the `OSError`, or that of botocore's credentials if there is none.
        """
        request = self._sign(body)
        connection: KeptConnection | None = None
        try:
            with _make_limit(timeout_s) as limit:
                connection, answer = self._send(request, limit)
        except (HTTPError, OSError):
            if connection is not None:
                connection.close()
            raise
        self._idle.keep(connection)
        return answer

    @property
    def has_idle(self) -> bool:
        """Tell whether a connection is kept over which nothing is sent."""
        return self._idle.has_any

    def begin(self, body: bytes, timeout_s: float = READ_TIMEOUT_S) -> Flight | None:
        """Send one body over a connection that is kept, and do not wait for the answer, which `finish` returns.

        Return None if there is no such connection, or if the body is so large that the system would not take it at
        once. The time of the call is limited as that of `post`.
        """
        if len(body) > SENT_AT_ONCE_BYTES or (connection := self._idle.take()) is None:
            return None
        flight = Flight(connection, _make_limit(timeout_s), connection.descriptor)
        try:
            request = self._sign(body)
            flight.limit.borrow(connection.shutter)
            connection.send(request)
        except (OSError, BotoCoreError):  # whoever sends it again says why
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
            self._idle.keep(connection)
        return parse_reply(answer)

    def _sign(self, body: bytes) -> bytes:
        """Return the whole request that sends `body`."""
        signed = self.signer.sign(body, self._get_credentials(), time.time())
        return f"{self._head}{_render(signed)}content-length: {len(body)}\r\n\r\n".encode() + body

    def _get_credentials(self) -> ReadOnlyCredentials:
        """Return the credentials as they are now; those that expire soon are refreshed before."""
        return self._credentials.get_frozen_credentials()

    def _make_signer(self, operation: str) -> Signer:
        return Signer(self._url, "dynamodb", self._region, make_headers(operation))

    def close(self) -> None:
        """Close the connections that are kept open."""
        self._idle.close()

    def _send(self, request: bytes, limit: TimeLimit) -> tuple[KeptConnection, HTTPAnswer]:
        """Send `request` over a kept connection, or over a new one if there is none or it was closed meanwhile.

        To send a put twice stores the same item; an update of the ledger that comes twice is judged by its condition.
        """
        if kept := self._idle.take():
            try:
                return kept, _exchange(kept, request, limit)
            except ClosedConnectionError:
                if limit.is_over:
                    raise
        connection = self._endpoint.connect(limit, min(CONNECT_TIMEOUT_S, limit.limit_s))
        return connection, _exchange(connection, request, limit)


def make_headers(operation: str) -> dict[str, str]:
    """Return the headers of an operation that are signed."""
    return {"x-amz-target": f"DynamoDB_20120810.{operation}", "content-type": "application/x-amz-json-1.0"}


def _make_limit(timeout_s: float) -> TimeLimit:
    return TimeLimit(max(MIN_TIMEOUT_S, min(READ_TIMEOUT_S, timeout_s)))


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


def parse_reply(answer: HTTPAnswer) -> Reply:
    """Return what an answer says; `HTTP503` is the code of a refusal that names none."""
    payload = _parse_body(answer.body)
    if payload is None:
        return Reply(error=f"HTTP{answer.status}")
    if answer.status == 200:
        return Reply(error=None, payload=payload)
    return Reply(error=str(payload.get("__type", f"HTTP{answer.status}")).rpartition("#")[2], payload=payload)


def _parse_body(body: bytes) -> dict[str, Any] | None:
    """Return the object of a body; orjson takes no half of a pair of surrogates, of which a key may have one."""
    try:
        parsed = orjson.loads(body)
    except orjson.JSONDecodeError:
        try:
            parsed = json.loads(body)
        except ValueError:
            return None
    return parsed if isinstance(parsed, dict) else None
