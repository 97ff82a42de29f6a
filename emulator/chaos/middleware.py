"""Make requests of the function fail in the ways in which real services fail."""

import io
import json
import socket
import time
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from emulator.aws.edge import Application, Environ, read_body
from emulator.chaos.faults import Fault, Faults
from emulator.chaos.requests import Request, read_request

SLOW_S = 0.4
TRICKLED_S = 8.0
"""How long an answer trickles: longer than an invocation may take."""
MAX_TRICKLED = 40
"""The bytes of an answer that trickle; a shorter one has longer pauses between them."""
REFUSED = "refused-archive"
"""If a key contains this, the archive refuses every write for it."""
POISON = "POISON"
"""If a record contains this, the table refuses it unless its format is `text`."""
REFUSALS: dict[str | None, tuple[int, str]] = {
    "throttled": (400, "ProvisionedThroughputExceededException"),
    "server_error": (503, "InternalServerError"),
}
DONE_FIRST = frozenset({"lost_answer", "killed_after", "killed_by_deploy", "twice"})
KILLS = frozenset({"killed_before", "killed_after", "killed_by_deploy"})
DROPPED = frozenset({"reset", "lost_answer", *KILLS})
S3_ERROR = '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{}</Code><Message>chaos</Message></Error>'


class FaultMiddleware:
    """A middleware of the local AWS. Requests pass until `begin`; then those of functions meet faults.

    `kill` ends the child that signs with an access key, `deploy` deploys something else; `on_read` is called with each
    key that is read. `trickled` has, by operation, the access keys of those to whom an answer trickled since `begin`.
    """

    def __init__(self) -> None:
        self._faults: Faults | None = None
        self.kill: Callable[[str], bool] = lambda _access_key: False
        self.deploy: Callable[[], None] = lambda: None
        self.on_read: Callable[[str], None] = lambda _key: None
        self.trickled: defaultdict[str, set[str]] = defaultdict(set)

    def begin(self, faults: Faults) -> None:
        """Let the requests that follow meet `faults`."""
        self._faults = faults
        self.trickled.clear()

    def end(self) -> None:
        """Let every request pass again."""
        self._faults = None
        self.on_read = lambda _key: None

    def __call__(self, application: Application) -> Application:
        """Wrap `application`, as `edge.Middleware` has to."""

        def answer(environ: Environ, start_response: Any) -> Iterable[bytes]:
            faults = self._faults
            request = _read_request(environ) if faults else None
            if faults is None or request is None or request.access_key == "local":
                return application(environ, start_response)
            if request.operation == "GetObject":
                self.on_read(request.subject)
            refusal = _find_refusal(faults, request, environ)
            if refusal:
                return _refuse(environ, start_response, *refusal)
            fault = faults.draw(request)
            if fault is None:
                return application(environ, start_response)
            return self._fail(fault, request, application, environ, start_response)

        return answer

    def _fail(
        self, fault: Fault, request: Request, application: Application, environ: Environ, start_response: Any
    ) -> Iterable[bytes]:
        kind = fault.kind
        if kind in REFUSALS:
            return _refuse(environ, start_response, *REFUSALS[kind])
        if kind == "unprocessed":
            return _store_partly(application, environ, start_response)
        if kind == "trickled":
            self.trickled[request.operation].add(request.access_key)
            return _trickle(b"".join(application(environ, start_response)), environ)
        if _ends_body(kind, request):
            whole = b"".join(application(environ, start_response))
            return self._cut_off(whole[: fault.choose_cut(len(whole))], kind, request, environ)
        if kind in DONE_FIRST:
            _consume(application, environ)
        self._strike(kind, request)
        if kind in DROPPED:
            _drop(environ)
        if kind == "slow":
            time.sleep(SLOW_S)
        return application(environ, start_response)

    def _cut_off(self, content: bytes, kind: str, request: Request, environ: Environ) -> Iterator[bytes]:
        """Yield a body's first bytes, and then close the connection, or kill who reads it."""
        yield content
        self._strike(kind, request)
        _drop(environ)

    def _strike(self, kind: str, request: Request) -> None:
        """Deploy and kill, if the fault is of such a kind."""
        if kind == "killed_by_deploy":
            self.deploy()
        if kind in KILLS:
            self.kill(request.access_key)


def _ends_body(kind: str, request: Request) -> bool:
    return kind == "cut_off" or (request.operation == "GetObject" and kind == "killed_after")


def _read_request(environ: Environ) -> Request | None:
    """Return the request; raise `ConnectionResetError` if a child was killed while it sent it."""
    try:
        return read_request(environ)
    except ValueError as error:
        raise ConnectionResetError from error


def _find_refusal(faults: Faults, request: Request, environ: Environ) -> tuple[int, str] | None:
    """Return status and code of the error for what is always refused, whatever is drawn; None for the rest."""
    if request.operation in {"PutObject", "CopyObject"} and REFUSED in request.subject:
        faults.count("archive_refused")
        return 400, "InvalidRequest"
    if request.operation == "BatchWriteItem" and _is_poisoned(environ):
        faults.count("item_refused")
        return 400, "ValidationException"
    return None


def _refuse(environ: Environ, start_response: Any, status: int, code: str) -> list[bytes]:
    if "HTTP_X_AMZ_TARGET" in environ:
        kind, text = "application/x-amz-json-1.0", json.dumps({"__type": f"chaos#{code}", "message": "chaos"})
    else:
        kind, text = "application/xml", S3_ERROR.format(code)
    headers = [("Content-Type", kind), ("Content-Length", str(len(text)))]
    start_response(f"{status} Chaos", headers)
    return [text.encode()]


def _drop(environ: Environ) -> None:
    """Close the connection without an answer, after reading the body: unread, it would be taken for a request."""
    read_body(environ)
    connection: socket.socket = environ["werkzeug.socket"]
    connection.shutdown(socket.SHUT_RDWR)
    raise ConnectionResetError


def _trickle(content: bytes, environ: Environ) -> Iterator[bytes]:
    """Yield a body a byte at a time; if it is long, close the connection where nobody has given up waiting."""
    trickled = content[:MAX_TRICKLED]
    for byte in trickled:
        yield bytes([byte])
        time.sleep(TRICKLED_S / len(trickled))
    if len(content) > MAX_TRICKLED:
        _drop(environ)


def _consume(application: Application, environ: Environ) -> None:
    """Let the request be done, and drop the answer."""
    read_body(environ)
    for _ in application(environ, lambda *_: None):
        pass
    environ["wsgi.input"].seek(0)


def _store_partly(application: Application, environ: Environ, start_response: Any) -> Iterable[bytes]:
    """Refuse at least one of a batch's items as unprocessed, and store the others."""
    body = json.loads(read_body(environ))
    (table, puts), *_ = body["RequestItems"].items()
    refused = 1 + zlib.crc32(read_body(environ)) % len(puts)
    if refused < len(puts):
        content = json.dumps({"RequestItems": {table: puts[refused:]}}).encode()
        partial = environ | {"wsgi.input": io.BytesIO(content), "CONTENT_LENGTH": str(len(content))}
        _consume(application, partial)
    text = json.dumps({"UnprocessedItems": {table: puts[:refused]}}).encode()
    start_response("200 OK", [("Content-Type", "application/x-amz-json-1.0"), ("Content-Length", str(len(text)))])
    return [text]


def _is_poisoned(environ: Environ) -> bool:
    body = read_body(environ)
    if POISON.encode() not in body:
        return False
    puts = next(iter(json.loads(body)["RequestItems"].values()))
    items = [put["PutRequest"]["Item"] for put in puts]
    return any(POISON in item["log_data"]["S"] and item["format"]["S"] != "text" for item in items)
