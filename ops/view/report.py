"""Write the pages Now, Search and Object as one file that opens without a server: `python -m ops.view.report FILE`.

Search has the records from `--from` to `--to`, and Object the object of today of which the ledger tells most.
"""

import argparse
import base64
import hashlib
import shlex
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ops.errors import CommandError
from ops.frame.times import open_clock
from ops.view.app import NOW, OBJECT, SEARCH, STATIC, visit_page
from ops.view.lib.held_environment import HeldEnvironment
from ops.view.lib.page import Page
from ops.view.lib.rendering import load_templates, render_content
from ops.view.pages.objects import choose_object

STYLES = ("vendor/uPlot.min.css", "style.css")
SCRIPTS = ("vendor/uPlot.iife.min.js", "view.js")
MAX_READ = ("20MB",)
"""Of more records, Search has the first page alone."""


@dataclass(frozen=True, slots=True)
class ReportPart:
    """A page of the report: what it shows, and the command that answers the same."""

    page: Page
    command: str
    content: str


def build_report(begin: str, end: str) -> str:
    """Return the document; a page that cannot be shown says why in its place."""
    held = HeldEnvironment()
    parts = [
        _visit(NOW, held),
        _visit(SEARCH, held, **{"from": begin, "to": end}),
        _visit(OBJECT, held, name=choose_object(held.get())),
    ]
    styles, scripts = ([_read_static(name) for name in names] for names in (STYLES, SCRIPTS))
    return (
        load_templates()
        .get_template("report.html")
        .render(
            parts=parts,
            stack=held.get().stack,
            at=open_clock("UTC").format(open_clock("UTC").now),
            styles=styles,
            scripts=scripts,
            policy=_write_policy(styles, scripts),
        )
    )


def _visit(page: Page, held: HeldEnvironment, **parameters: str) -> ReportPart:
    given = {name: (value,) for name, value in parameters.items() if value} | {"max_read": MAX_READ}
    visit, outcome, _ = visit_page(page, given, held)
    command = shlex.join(("ops", *page.name_command(visit)))
    return ReportPart(page, command, render_content(page, visit, outcome))


def _read_static(name: str) -> str:
    return (STATIC / name).read_text("utf-8")


def _write_policy(styles: Sequence[str], scripts: Sequence[str]) -> str:
    """Return the policy by which a browser runs the parts of this file alone, and asks nobody."""
    allowed = {"style-src": styles, "script-src": scripts}
    rules = (f"{name} {' '.join(map(_write_hash, texts))}" for name, texts in allowed.items())
    return "; ".join(["default-src 'none'", "base-uri 'none'", "form-action 'none'", *rules])


def _write_hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the file and return 0; return 2 and say why if the environment cannot be asked."""
    parser = argparse.ArgumentParser(prog="python -m ops.view.report", description=__doc__)
    parser.add_argument("file", type=Path, help="where to write it")
    parser.add_argument("--from", dest="begin", default="1h", metavar="TIME", help="the first records of Search")
    parser.add_argument("--to", dest="end", default="now", metavar="TIME", help="the time before which its records end")
    options = parser.parse_args(arguments)
    try:
        options.file.write_text(build_report(options.begin, options.end), encoding="utf-8")
    except (CommandError, OSError) as error:
        sys.stderr.write(f"error: {error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
