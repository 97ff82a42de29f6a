"""Serve one odd answer to every connection, from a real socket."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Act = Callable[[socket.socket, threading.Event], None]
PAUSE_S = 0.05


@contextmanager
def serve(act: Act, tls: ssl.SSLContext | None = None) -> Iterator[str]:
    """Yield the URL of a server that gives each connection to `act`, in a thread of its own, until the block ends.

    It speaks TLS with the certificate of `tls` if that is given.
    """
    listener = socket.create_server(("127.0.0.1", 0))
    stopped = threading.Event()
    threads: list[threading.Thread] = []

    def run(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            if tls is None:
                act(connection, stopped)
            else:
                with tls.wrap_socket(connection, server_side=True) as wrapped:
                    act(wrapped, stopped)

    def accept() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                threads.append(threading.Thread(target=run, args=(connection,)))
                threads[-1].start()

    accepting = threading.Thread(target=accept)
    accepting.start()
    try:
        yield f"{'https' if tls else 'http'}://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        stopped.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for thread in (accepting, *threads):
            thread.join()


def say_nothing(_connection: socket.socket, stopped: threading.Event) -> None:
    """Accept the connection, and neither read nor answer."""
    stopped.wait()


def trickle(connection: socket.socket, stopped: threading.Event, answer: bytes, at_once: int = 0) -> None:
    """Read the request, send the first `at_once` bytes of the answer, and then a byte at a time for ever."""
    read_request(connection)
    connection.sendall(answer[:at_once])
    rest = answer[at_once:]
    while not stopped.wait(PAUSE_S):
        connection.sendall(rest[:1] or b" ")
        rest = rest[1:]


def read_request(connection: socket.socket) -> bytes:
    """Return the head of a request, and leave what follows it."""
    head = b""
    while b"\r\n\r\n" not in head and (received := connection.recv(65_536)):
        head += received
    return head


def read_whole_request(connection: socket.socket) -> bytes:
    """Return a request with its body; nothing if the client closed the connection."""
    head, _, body = read_request(connection).partition(b"\r\n\r\n")
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    while lengths and len(body) < int(lengths[0].partition(b":")[2]):
        body += connection.recv(65_536)
    return head + b"\r\n\r\n" + body if head else b""


def render_answer(body: bytes = b"{}", status: str = "200 OK", *fields: str) -> bytes:
    """Return an answer of DynamoDB."""
    lines = [f"HTTP/1.1 {status}", "Content-Type: application/x-amz-json-1.0", f"Content-Length: {len(body)}", *fields]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body
