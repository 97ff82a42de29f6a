"""The edge of the local AWS: moto's application behind layers, served on loopback over connections that stay open."""

import io
import threading
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import make_server

Environ = dict[str, Any]
Application = Callable[[Environ, Any], Iterable[bytes]]
Layer = Callable[[Application], Application]
"""Wraps an application (PEP 3333) in another one: it may answer itself, call on, or look at what came back."""


def body_of(environ: Environ) -> bytes:
    """Return the request's whole body, and leave it to be read again."""
    length = int(environ.get("CONTENT_LENGTH") or 0)
    stream = environ["wsgi.input"]
    if isinstance(stream, io.BytesIO):
        return stream.getvalue()
    body: bytes = stream.read(length)
    environ["wsgi.input"] = io.BytesIO(body)
    return body


class _KeepAlive(MotoRequestHandler):
    """HTTP/1.1: werkzeug's 1.0 would open a connection, and start a thread, for every single request."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True


class Edge:
    """Serves until it is stopped; the first of `layers` sees a request first."""

    def __init__(self, port: int, layers: Sequence[Layer]) -> None:
        application: Application = DomainDispatcherApplication(create_backend_app)
        for layer in reversed(layers):
            application = layer(application)
        self._server = make_server("127.0.0.1", port, application, threaded=True, request_handler=_KeepAlive)
        self._server.daemon_threads = True  # type: ignore[attr-defined]
        self._server.block_on_close = False  # type: ignore[attr-defined]
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Where it listens: `http://127.0.0.1:<port>`."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def stop(self) -> None:
        """Close the port; connections that are open end with their clients."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
