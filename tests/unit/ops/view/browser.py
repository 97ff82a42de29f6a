"""A real browser on the pages of `ops view`, which a thread serves against the in-process services."""

import importlib
import importlib.util
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import uvicorn

from ops.view.app import make_app
from ops.view.lib.held_environment import HeldEnvironment
from tests.unit.log_processor.conftest import Stack
from toolchain.browser import NAMED, find_browser

PROJECT = Path(__file__).resolve().parents[4]
AXE = PROJECT / "node_modules" / "axe-core" / "axe.min.js"
PICTURES = PROJECT / "docs" / "pictures"
TOKEN = "once"
ASK_AXE = "async () => (await axe.run()).violations.map(one => [one.id, one.nodes[0].html])"
WIDE = "document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"
FETCHES = "main [hx-target=main]"
ARGUMENTS = ["--no-sandbox"]
"""As root, as in a container, Chromium does not start with its sandbox."""


def list_missing() -> list[str]:
    """Return what the browser tests lack on this machine."""
    wanted = {
        "Playwright": importlib.util.find_spec("playwright"),
        "Chromium": find_browser(os.environ),
        "axe-core": AXE.exists(),
    }
    return [name for name, there in wanted.items() if not there]


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Return a browser; skip without one, but fail if one is named, as `make browser` does."""
    missing = f"no {', no '.join(list_missing())}: make browser installs it" if list_missing() else ""
    if missing and NAMED not in os.environ:
        pytest.skip(missing)
    assert not missing, missing
    with launch() as opened:
        yield opened


@contextmanager
def launch() -> Iterator[Any]:
    """Yield the browser of this machine."""
    with importlib.import_module("playwright.sync_api").sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=find_browser(os.environ), args=ARGUMENTS)
        yield opened
        opened.close()


@dataclass(frozen=True, slots=True)
class Viewer:
    """A browser's page that has the cookie; `complaints` is what the browser wrote to its console."""

    page: Any
    address: str
    stack: Stack
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> None:
        """Open a page, and wait until its scripts have run, and the first page has fetched what it shows."""
        self.page.goto(f"{self.address}{path}", wait_until="load")
        self.page.locator(FETCHES).wait_for(state="detached")

    def read(self, selector: str) -> list[str]:
        """Return the texts of all elements that a selector finds."""
        return list(self.page.locator(selector).all_inner_texts())

    def check_looks(self) -> None:
        """Fail if axe-core finds a fault in light or dark, or if a phone or a zoom of 200 % has to scroll sideways."""
        for scheme in ("dark", "light"):
            self.page.emulate_media(color_scheme=scheme)
            if not self.page.evaluate("Boolean(window.axe)"):
                self.page.evaluate(AXE.read_text("utf-8"))
            assert self.page.evaluate(ASK_AXE) == [], scheme
        for width in (360, 640, 1280):
            self.page.set_viewport_size({"width": width, "height": 800})
            assert self.page.evaluate(WIDE) <= 0, width

    def take_picture(self, name: str) -> None:
        """Write a picture of the page for the documentation, if PICTURES is set."""
        if os.environ.get("PICTURES"):
            PICTURES.mkdir(exist_ok=True)
            self.page.screenshot(path=PICTURES / f"view-{name}.png")


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
    with serve() as address:
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        page = context.new_page()
        page.set_default_timeout(60_000)
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        viewer = Viewer(page, address, stored, complaints)
        viewer.open(f"/?token={TOKEN}")
        yield viewer
        context.close()
