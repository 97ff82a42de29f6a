"""Serve the pages on loopback until Ctrl-C."""

import secrets
import socket
import sys
import webbrowser

from ops.errors import CommandError
from ops.exit_codes import ExitCode
from ops.frame.output import print_json, print_lines

LOOPBACK = "127.0.0.1"
MAX_PORT = 65_535


def run(port: int, *, opens: bool, as_json: bool) -> int:
    """Print the address and serve it; return 0 after Ctrl-C. Raises `CommandError` if the port cannot be used."""
    with _listen(port) as listener:
        number, token = listener.getsockname()[1], secrets.token_urlsafe(24)
        address = f"http://{LOOPBACK}:{number}/?token={token}"
        if as_json:
            print_json({"address": address})
        else:
            print_lines([address])
        sys.stdout.flush()
        if opens:
            webbrowser.open(address)
        from ops.view.serving import serve

        serve(listener, token)
    return ExitCode.WELL


def _listen(port: int) -> socket.socket:
    if not 0 <= port <= MAX_PORT:
        raise CommandError(f"--port {port}: write a number from 1 to {MAX_PORT:,}, or 0 for one that is free")
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((LOOPBACK, port))
        listener.listen()
    except OSError as error:
        listener.close()
        reason = error.strerror or str(error)
        raise CommandError(f"--port {port}: {reason}: name another one, or 0 for one that is free") from error
    return listener
