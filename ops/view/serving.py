"""Serve the pages over a socket that listens already."""

import logging
import os
import socket
import sys
from contextlib import suppress
from types import FrameType

import uvicorn

from ops.exit_codes import ExitCode
from ops.view.app import make_app
from ops.view.lib.held_environment import HeldEnvironment

MAX_END_S = 1
"""So long an answer that is on its way may take after the end was asked for."""


class QuietServer(uvicorn.Server):
    """Ends without a word: a page that is cut off then is no error."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to end, after Ctrl-C or SIGTERM."""
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
        super().handle_exit(sig, frame)


def serve(listener: socket.socket, token: str) -> None:
    """Answer until Ctrl-C, and end the process then; nothing that is asked for stands in a log.

    The end does not wait for a page that waits for AWS, since no page changes anything.
    """
    app = make_app(HeldEnvironment(), port=listener.getsockname()[1], token=token)
    config = uvicorn.Config(
        app,
        log_level="error",
        access_log=False,
        lifespan="off",
        server_header=False,
        timeout_graceful_shutdown=MAX_END_S,
    )
    with suppress(KeyboardInterrupt):
        QuietServer(config).run(sockets=[listener])
    sys.stderr.flush()
    os._exit(ExitCode.WELL)
