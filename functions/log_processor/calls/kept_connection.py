"""Exchange requests and answers of HTTP/1.1 over one connection that is kept open between them.

Source: RFC 9112 (HTTP/1.1), sections 6 and 7.
"""

import socket
import ssl
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from urllib3.util import wait_for_read

MAX_LINE_BYTES = 64 * 1024
MAX_HEADER_LINES = 200
MAX_BODY_BYTES = 64 * 1024 * 1024
"""An answer that says to be larger is none of a service; DynamoDB's are at most 16 MB."""
IDLE_S = 1.0
"""After this time, a look at a connection before it is used again costs nothing that matters."""
END_OF_HEAD = (b"\r\n", b"\n")


class ClosedConnectionError(ConnectionError):
    """The other side closed the connection before the first byte of its answer."""


class BadAnswerError(ConnectionError):
    """What arrived is no whole answer of HTTP."""


@dataclass(frozen=True, slots=True)
class HTTPAnswer:
    """The status and the body of an answer, and its header fields by their names in lower case."""

    status: int
    body: bytes
    fields: Mapping[bytes, bytes] = field(default_factory=dict)


class KeptConnection:
    """A connection of its own, which is `reusable` after a whole answer unless that said otherwise.

    `shutter` is another socket of the connection, which shuts it whatever layer of TLS is above it; both are closed by
    `close`.
    """

    def __init__(self, connection: socket.socket, shutter: socket.socket) -> None:
        self._connection = connection
        self._file = connection.makefile("rb")
        self.shutter = shutter
        self.reusable = False
        self._answered_s = 0.0

    def is_ended(self) -> bool:
        """Tell whether the other side ended the connection, or said something, since its last answer a while ago."""
        return time.monotonic() - self._answered_s > IDLE_S and wait_for_read(self.shutter, 0)

    @property
    def descriptor(self) -> int:
        """Return the number by which the system knows the connection."""
        return self._connection.fileno()

    def exchange(self, request: bytes) -> HTTPAnswer:
        """Send a whole request and return its answer, as `send` and `receive` do."""
        self.send(request)
        return self.receive()

    def send(self, request: bytes) -> None:
        """Send a whole request; raise `ClosedConnectionError` if the connection was closed before."""
        self.reusable = False
        try:
            with suppress(BrokenPipeError, ssl.SSLEOFError):  # it may have answered before it had read all
                self._connection.sendall(request)
        except ConnectionResetError as error:
            raise ClosedConnectionError(str(error)) from error

    def receive(self) -> HTTPAnswer:
        """Return the answer to what was sent; raise `OSError` if there is no whole one.

        It is a `ClosedConnectionError` if nothing of an answer arrived.
        """
        try:
            first = self._file.readline(MAX_LINE_BYTES)
        except (ConnectionResetError, ssl.SSLEOFError) as error:
            raise ClosedConnectionError(str(error)) from error
        if not first:
            raise ClosedConnectionError("the connection was closed without an answer")
        return self._read_answer(first)

    def close(self) -> None:
        """Close the connection."""
        self.reusable = False
        self._file.close()
        self._connection.close()
        self.shutter.close()

    def _read_answer(self, first: bytes) -> HTTPAnswer:
        version, status = _read_status(first)
        fields = self._read_fields()
        while 100 <= status < 200:
            version, status = _read_status(self._read_line())
            fields = self._read_fields()
        body, has_end = self._read_body(status, fields)
        is_kept = version == b"HTTP/1.1" and b"close" not in fields.get(b"connection", b"").lower()
        self.reusable, self._answered_s = has_end and is_kept, time.monotonic()
        return HTTPAnswer(status, body, fields)

    def _read_fields(self) -> dict[bytes, bytes]:
        """Return the header fields up to the empty line, by name in lower case."""
        fields: dict[bytes, bytes] = {}
        while (line := self._read_line()) not in END_OF_HEAD:
            name, _, value = line.partition(b":")
            fields[name.lower()] = value.strip()
            if len(fields) > MAX_HEADER_LINES:
                raise BadAnswerError("the head of the answer has no end")
        return fields

    def _read_body(self, status: int, fields: Mapping[bytes, bytes]) -> tuple[bytes, bool]:
        """Return the body, and whether it ended before the connection did."""
        if status in {204, 304}:
            return b"", True
        if b"transfer-encoding" in fields:
            return self._read_chunks(), True
        length = fields.get(b"content-length")
        if length is not None:
            return self._read_exactly(_read_size(length, 10)), True
        body = self._file.read(MAX_BODY_BYTES + 1)
        if len(body) > MAX_BODY_BYTES:
            raise BadAnswerError("the answer has no end")
        return body, False

    def _read_chunks(self) -> bytes:
        """Return a body in chunks, and read what follows them."""
        chunks: list[bytes] = []
        received_bytes = 0
        while size_bytes := _read_size(self._read_line().partition(b";")[0], 16):
            received_bytes += size_bytes
            if received_bytes > MAX_BODY_BYTES:
                raise BadAnswerError("the answer has no end")
            chunks.append(self._read_exactly(size_bytes))
            if self._read_line() not in END_OF_HEAD:
                raise BadAnswerError("a chunk of the answer is longer than it says")
        self._read_fields()
        return b"".join(chunks)

    def _read_line(self) -> bytes:
        line = self._file.readline(MAX_LINE_BYTES)
        if not line.endswith(b"\n"):
            raise BadAnswerError("the answer ended within a line")
        return line

    def _read_exactly(self, size_bytes: int) -> bytes:
        body = self._file.read(size_bytes)
        if len(body) < size_bytes:
            raise BadAnswerError(f"the answer ended after {len(body)} of {size_bytes} bytes")
        return body


def _read_status(line: bytes) -> tuple[bytes, int]:
    """Return the version and the status of the first line of an answer."""
    words = line.split(maxsplit=2)
    if len(words) < 2 or not words[0].startswith(b"HTTP/1.") or not words[1].isdigit():
        raise BadAnswerError(f"the answer does not begin as one of HTTP: {line[:80]!r}")
    return words[0], int(words[1])


def _read_size(text: bytes, base: int) -> int:
    try:
        size_bytes = int(text, base)
    except ValueError as error:
        raise BadAnswerError(f"the answer has no size: {text[:80]!r}") from error
    if not 0 <= size_bytes <= MAX_BODY_BYTES:
        raise BadAnswerError(f"the answer says to have {text[:80].decode('latin-1')} bytes")
    return size_bytes
