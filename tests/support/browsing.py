"""A real browser on the pages of `ops view`, wherever they are served."""

import importlib
import importlib.util
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from toolchain.browser import NAMED, find_browser

PROJECT = Path(__file__).resolve().parents[2]
AXE = PROJECT / "node_modules" / "axe-core" / "axe.min.js"
PICTURES = PROJECT / "docs" / "pictures"
ASK_AXE = "async () => (await axe.run()).violations.map(one => [one.id, one.nodes[0].html])"
WIDE = "document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"
AWAIT_FIT = f"""async width => {{
    const end = performance.now() + 10_000;
    do await new Promise(requestAnimationFrame);
    while ((innerWidth !== width || {WIDE} > 0) && performance.now() < end);
    return {WIDE};
}}"""
"""How much too wide a page is after its charts were drawn anew for a width of the window."""
FETCHES = "main [hx-target=main]"
ARGUMENTS = ["--no-sandbox"]
"""As root, as in a container, Chromium does not start with its sandbox."""
MAX_WAIT_MS = 60_000


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
class Window:
    """A window of a browser on the pages at an address; `complaints` is what the browser wrote to its console."""

    page: Any
    address: str
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
            assert self.page.evaluate(AWAIT_FIT, width) <= 0, width

    def take_picture(self, name: str) -> None:
        """Write a picture of the page for the documentation, if PICTURES is set."""
        if os.environ.get("PICTURES"):
            PICTURES.mkdir(exist_ok=True)
            self.page.screenshot(path=PICTURES / f"view-{name}.png")


@contextmanager
def open_window(browser: Any, address: str, first: str) -> Iterator[Window]:
    """Yield a window that has opened the path `first` at the address, with cookies of its own."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.set_default_timeout(MAX_WAIT_MS)
    window = Window(page, address)
    page.on("console", lambda message: window.complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: window.complaints.append(str(error)))
    window.open(first)
    yield window
    context.close()
