"""Serve the pages over a socket that listens already."""

import socket
from contextlib import suppress

import uvicorn

from ops.view.app import make_app
from ops.view.lib.held_environment import HeldEnvironment


def serve(listener: socket.socket, token: str) -> None:
    """Answer until Ctrl-C; nothing that is asked for stands in a log."""
    app = make_app(HeldEnvironment(), port=listener.getsockname()[1], token=token)
    config = uvicorn.Config(app, log_level="error", access_log=False, lifespan="off", server_header=False)
    with suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[listener])
