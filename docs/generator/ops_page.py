"""Build the page on the operator's command line, `docs/ops.md`, from the help that `ops` prints."""

from collections.abc import Iterator
from pathlib import Path

from ops.cli import app
from ops.exit_codes import ExitCode
from ops.help_page import build_help_page

PAGE = Path(__file__).resolve().parent.parent / "ops.md"
TEMPLATE = Path(__file__).with_name("ops.in.md")
WIDTH = 100


def build_page() -> str:
    """Return the page: the template with the exit codes, and the help of the program and of each command."""
    codes = "\n".join(f"| {int(code)} | {code.meaning} |" for code in ExitCode)
    text = TEMPLATE.read_text("utf-8").replace("<!-- EXIT_CODES -->", codes)
    return text.replace("<!-- COMMANDS -->", "\n\n".join(_build_sections()))


def _build_sections() -> Iterator[str]:
    for chain in ((), *((name,) for name in app)):
        title = " ".join(("ops", *chain))
        yield f"## {title}\n\n```text\n{build_help_page(app, chain, WIDTH)}```"
