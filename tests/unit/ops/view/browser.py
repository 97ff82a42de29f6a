"""The pages of `ops view`, which a thread serves against the in-process services, in a real browser."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Thread
from typing import Any

import pytest
import uvicorn

from ops.view.app import make_app
from ops.view.lib.held_environment import HeldEnvironment
from tests.support.browsing import Window, open_window
from tests.unit.log_processor.conftest import Stack

TOKEN = "once"


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer(Window):
    """A window of a browser that has the cookie, on the pages of in-process services."""

    stack: Stack


@contextmanager
def serve() -> Iterator[str]:
    """Serve the pages of the environment in a thread; yield their address."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        app = make_app(HeldEnvironment(), port=port, token=TOKEN)
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", access_log=False, lifespan="off"))
        thread = Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture
def viewer(browser: Any, stored: Stack) -> Iterator[Viewer]:
    """Return a browser that has opened the address which `ops view` prints."""
    with serve() as address, open_window(browser, address, f"/?token={TOKEN}") as window:
        yield Viewer(window.page, address, window.complaints, stack=stored)
