"""Serve the Runtime API of one child process: AWS's runtime client polls it for events and posts the results.

Source: AWS Lambda Developer Guide, Using the Lambda runtime API (version 2018-06-01).
"""

import queue
import sys
import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True, slots=True)
class RuntimeCall:
    """One event for the child to handle, with its request id and time-out."""

    request_id: str
    event: bytes
    timeout_s: float
    function_arn: str
    lineage: str = ""
    """What the trace header says of the chain of invocations; empty if nothing is to be said."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The payload that the child posted. If `failed`, it is an error document."""

    payload: bytes
    failed: bool


class LoopbackServer(ThreadingHTTPServer):
    """An HTTP server whose threads end with this process."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Report an error, unless it is the broken connection of a child that was killed."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class RuntimeApi:
    """An HTTP server on a free loopback port (`address`) that handles one call at a time."""

    def __init__(self) -> None:
        self._calls: queue.Queue[tuple[RuntimeCall, threading.Event] | None] = queue.Queue()
        self.answers: queue.Queue[Answer] = queue.Queue()
        api = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True
            wbufsize = -1  # head and body leave together: apart, the body waits up to 40 ms for the client's word

            def do_GET(self) -> None:
                waiting = api._calls.get()
                if waiting is not None:
                    call, received = waiting
                    received.set()
                    self._reply(200, call.event, _build_headers(call))

            def do_POST(self) -> None:
                payload = _read_body(self)
                api.answers.put(Answer(payload, failed=self.path.endswith("/error")))
                self._reply(202, b'{"status":"OK"}', {})

            def _reply(self, status: int, body: bytes, headers: dict[str, str]) -> None:
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                """Log no request: the function's own log shows what happened."""

        self._server = LoopbackServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        """Return host and port, as AWS_LAMBDA_RUNTIME_API needs them."""
        return f"127.0.0.1:{self._server.server_port}"

    def send(self, call: RuntimeCall) -> threading.Event:
        """Queue `call` for the child's next poll, and return an event that is set when a poll takes it.

        The event is set just before the answer is written. It stays unset if the child never polls.
        """
        received = threading.Event()
        self._calls.put((call, received))
        return received

    def close(self) -> None:
        """Answer the child's waiting poll with nothing and stop listening."""
        self._calls.put(None)
        self._server.shutdown()
        self._server.server_close()


def _build_headers(call: RuntimeCall) -> dict[str, str]:
    root = f"Root=1-{int(time.time()):08x}-{call.request_id.replace('-', '')[:24]}"
    return {
        "Lambda-Runtime-Aws-Request-Id": call.request_id,
        "Lambda-Runtime-Deadline-Ms": str(int((time.time() + call.timeout_s) * 1000)),
        "Lambda-Runtime-Invoked-Function-Arn": call.function_arn,
        "Lambda-Runtime-Trace-Id": f"{root};{call.lineage}" if call.lineage else root,
    }


def _read_body(request: BaseHTTPRequestHandler) -> bytes:
    if request.headers.get("Transfer-Encoding", "").lower() != "chunked":
        return request.rfile.read(int(request.headers.get("Content-Length", "0")))
    body = b""
    while size := int(request.rfile.readline().split(b";")[0], 16):
        body += request.rfile.read(size)
        request.rfile.readline()
    request.rfile.readline()
    return body
