"""The page on the operator's command line: `docs/ops.md`, the help pages as `ops` prints them."""

from collections.abc import Iterator
from pathlib import Path

from ops.cli import app
from ops.help_page import help_page

PAGE = Path(__file__).resolve().parent.parent / "ops.md"
WORDS = Path(__file__).with_name("ops.in.md")
WIDTH = 100


def page() -> str:
    """Return the whole page."""
    return WORDS.read_text("utf-8").replace("<!-- COMMANDS -->", "\n\n".join(_pages()))


def _pages() -> Iterator[str]:
    for chain in ((), *((name,) for name in app)):
        title = " ".join(("ops", *chain))
        yield f"## {title}\n\n```text\n{help_page(app, chain, WIDTH)}```"
