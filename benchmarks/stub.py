"""Imitate S3, DynamoDB and SQS for a function that is measured: answer at once or later, and keep next to nothing."""

import json
import queue
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from itertools import chain, repeat
from types import TracebackType
from typing import Any, Self

import orjson

from emulator.aws.runtime_api import LoopbackServer

MODIFIED = "Mon, 04 May 2026 10:00:00 GMT"
LEDGER_BEGUN = {
    "status": {"S": "running"},
    "attempts": {"N": "1"},
    "marked_attempts": {"N": "1"},
    "started_at": {"S": "2026-05-04T10:00:00.000Z"},
}
"""A row that this version began, which replaces nothing."""
KEPT = ("status", "resume", "format", "header", "sequential")


@dataclass(frozen=True, slots=True)
class Repeated:
    """An object of one block of bytes, repeated many times between others, so that a large one takes no memory."""

    block: bytes
    times: int
    first: bytes = b""
    last: bytes = b""

    @property
    def size_bytes(self) -> int:
        """Return the size of the whole object."""
        return len(self.first) + len(self.block) * self.times + len(self.last)

    def read_from(self, start: int) -> Iterator[bytes]:
        """Yield the bytes from an offset on."""
        position = 0
        for piece in chain([self.first], repeat(self.block, self.times), [self.last]):
            if start < position + len(piece):
                yield piece[max(0, start - position) :]
            position += len(piece)


def count_records(body: bytes) -> int:
    """Return how many records a write to the log table has: a pack says how many, any other item is one."""
    if b'"layout":' not in body:
        return body.count(b'{"PutRequest"')
    requests = next(iter(orjson.loads(body)["RequestItems"].values()))
    items = (request["PutRequest"]["Item"] for request in requests)
    return sum(int(item["records"]["N"]) if "layout" in item else 1 for item in items)


class Stub:
    """A server on a free loopback port while its `with` block runs; `messages` holds those sent to the work queue.

    It answers a write to the log table after `write_s` seconds, and speaks TLS with the certificate of `tls` if that is
    given.
    """

    def __init__(
        self, objects: Mapping[str, Repeated], write_s: float = 0.0, tls: ssl.SSLContext | None = None
    ) -> None:
        stub = self
        self._write_s = write_s
        self._objects = objects
        self._lock = threading.Lock()
        self.messages: queue.Queue[str] = queue.Queue()
        self.stored = 0
        self.endings: list[dict[str, Any]] = []

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True
            wbufsize = -1  # head and body leave together, as from AWS

            def do_GET(self) -> None:
                stub._serve(self)

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                answer = orjson.dumps(stub._answer(self.headers["X-Amz-Target"].rpartition(".")[2], body))
                self.send_response(200)
                self.send_header("Content-Type", "application/x-amz-json-1.0")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: Any) -> None:
                """Write nothing for a request."""

        self._server = LoopbackServer(("127.0.0.1", 0), Handler)
        if tls is not None:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, operation: str, body: bytes) -> dict[str, Any]:
        asked = json.loads(body) if operation != "BatchWriteItem" else {}
        match operation:
            case "BatchWriteItem":
                time.sleep(self._write_s)
                with self._lock:
                    self.stored += count_records(body)
                return {"UnprocessedItems": {}}
            case "PutItem":
                time.sleep(self._write_s)
                with self._lock:
                    self.stored += 1
                return {}
            case "UpdateItem":
                return {"Attributes": self._update_ledger(asked["ExpressionAttributeValues"])}
            case "GetItem":
                return {}  # of a row, whether it was begun by a replay
            case "Query":
                return {"Items": []}
            case "SendMessageBatch":
                for message in asked["Entries"]:
                    self.messages.put(message["MessageBody"])
                return {"Successful": [], "Failed": []}
        raise LookupError(f"the stub does not answer {operation}")

    def _update_ledger(self, values: dict[str, Any]) -> dict[str, Any]:
        if ":duration_ms" not in values:
            return LEDGER_BEGUN
        self.endings.append({name.lstrip(":"): next(iter(value.values())) for name, value in values.items()})
        return LEDGER_BEGUN | {name: values[f":{name}"] for name in KEPT if f":{name}" in values}

    def _serve(self, request: BaseHTTPRequestHandler) -> None:
        """Send an object from the requested offset to its end, or until the client closes the connection."""
        repeated = self._objects[request.path.partition("?")[0].rpartition("/")[2]]
        start = int(request.headers.get("Range", "bytes=0-").removeprefix("bytes=").rstrip("-"))
        request.send_response(206 if start else 200)
        request.send_header("Content-Length", str(repeated.size_bytes - start))
        request.send_header("Content-Range", f"bytes {start}-{repeated.size_bytes - 1}/{repeated.size_bytes}")
        request.send_header("Last-Modified", MODIFIED)
        request.send_header("ETag", '"etag"')
        request.end_headers()
        try:
            for piece in repeated.read_from(start):
                request.wfile.write(piece)
        except ConnectionError:
            request.close_connection = True  # the client has read its range, and does not want the rest
