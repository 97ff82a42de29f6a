"""Serve moto's application, wrapped in middlewares, on a loopback port over persistent connections."""

import contextlib
import io
import socket
import threading
from collections.abc import Callable, Iterable, Sequence
from typing import IO, Any, cast
from wsgiref.handlers import SimpleHandler
from wsgiref.headers import Headers

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import make_server

Environ = dict[str, Any]
Application = Callable[[Environ, Any], Iterable[bytes]]
Middleware = Callable[[Application], Application]
"""Wraps a WSGI application (PEP 3333) in another one, which may answer a request itself or pass it on."""


def read_body(environ: Environ) -> bytes:
    """Return the whole body of a request, and leave it in `environ` so that it can be read again.

    A body that ends early, because its sender was killed, is the end of the connection (`ConnectionResetError`).
    """
    length = int(environ.get("CONTENT_LENGTH") or 0)
    stream = environ["wsgi.input"]
    if isinstance(stream, io.BytesIO):
        return stream.getvalue()
    body: bytes = stream.read() if environ.get("wsgi.input_terminated") else stream.read(length)
    if len(body) < length:
        raise ConnectionResetError
    environ["wsgi.input"] = io.BytesIO(body)
    return body


def answer_at_once(target: str, answer: Callable[[bytes], bytes | None]) -> Middleware:
    """Return the middleware that answers an operation of DynamoDB by its body; where that is None, moto answers."""

    def wrap_application(application: Application) -> Application:
        def answer_request(environ: Environ, start_response: Any) -> Iterable[bytes]:
            is_asked = environ.get("HTTP_X_AMZ_TARGET") == target
            content = answer(read_body(environ)) if is_asked else None
            if content is None:
                return application(environ, start_response)
            headers = [("Content-Type", "application/x-amz-json-1.0"), ("Content-Length", str(len(content)))]
            start_response("200 OK", headers)
            return [content]

        return answer_request

    return wrap_application


class _Dispatcher(DomainDispatcherApplication):
    """Finds out once which part of moto answers for a host: moto 5.2.5 lists its own folder for each request."""

    def __init__(self) -> None:
        super().__init__(create_backend_app)
        self._backends: dict[str | None, Any] = {}

    def get_backend_for_host(self, host: str | None) -> Any:
        if host not in self._backends:
            self._backends[host] = super().get_backend_for_host(host)
        return self._backends[host]


class _AnswerHandler(SimpleHandler):
    """Writes the answer to one request, and tells whether the client can see where it ends."""

    http_version = "1.1"
    headers: Headers | None
    is_delimited = False

    def send_headers(self) -> None:
        """Write the head, and notice whether it gives the body's length."""
        super().send_headers()
        self.is_delimited = self.headers is not None and "Content-Length" in self.headers


class _KeepAliveHandler(MotoRequestHandler):
    """Handles the requests of a connection until its client closes it, as AWS does.

    werkzeug 3.1 closes a connection behind each answer, so that each request would open one and start a thread.
    """

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # head and body leave together

    def handle(self) -> None:
        """Answer the connection's requests, and let the server know it meanwhile."""
        connections: set[socket.socket] = self.server.connections  # type: ignore[attr-defined]
        connections.add(self.connection)
        try:
            super().handle()
        finally:
            connections.discard(self.connection)

    def finish(self) -> None:
        """Close the connection; an answer that its client does not wait for is dropped."""
        with contextlib.suppress(ConnectionError):
            super().finish()

    def handle_expect_100(self) -> bool:
        """Tell the client to go on at once, though answers are buffered."""
        goes_on = super().handle_expect_100()
        self.wfile.flush()
        return goes_on

    def run_wsgi(self) -> None:
        """Answer one request; its body is read to its end, where the next request begins."""
        self.environ = environ = self.make_environ()
        read_body(environ)
        answer = _AnswerHandler(environ["wsgi.input"], cast("IO[bytes]", self.wfile), environ["wsgi.errors"], environ)
        answer.run(self.server.app)
        if not answer.is_delimited:
            self.close_connection = True


class Edge:
    """An HTTP server that runs until it is closed. The first of `middlewares` handles a request first."""

    def __init__(self, port: int, middlewares: Sequence[Middleware]) -> None:
        application: Application = _Dispatcher()
        for middleware in reversed(middlewares):
            application = middleware(application)
        self._server = make_server("127.0.0.1", port, application, threaded=True, request_handler=_KeepAliveHandler)
        self._server.daemon_threads = True  # type: ignore[attr-defined]
        self._server.block_on_close = False  # type: ignore[attr-defined]
        self._connections: set[socket.socket] = set()
        self._server.connections = self._connections  # type: ignore[attr-defined]
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Return the server's URL, `http://127.0.0.1:<port>`."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        """Stop listening, and close the open connections."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        for connection in list(self._connections):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
