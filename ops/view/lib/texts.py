"""Write values as the page shows them; whatever comes from a log is made harmless here."""

import json
from typing import Any
from urllib.parse import urlencode

from log_processor.escaping import escape

CUT_MARK = "…"


def show_text(value: object) -> str:
    r"""Return text from outside with an escape for every control or bidirectional character; line breaks stay.

    Example: `\x1b[31m` is shown as the characters that are written here.
    """
    return "\n".join(escape(line) for line in str(value).split("\n"))


def cut_text(value: str, characters: int) -> str:
    """Return the first characters of a text, with a mark if there are more."""
    return value if len(value) <= characters else value[:characters] + CUT_MARK


def format_count(value: int) -> str:
    """Return a number with commas."""
    return f"{value:,}"


def write_json(value: Any) -> str:
    """Return JSON for an attribute of an element; the template escapes it like any other text."""
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"), default=str)


def make_link(path: str, **parameters: object) -> str:
    """Return an address of the page; what is None or empty is left out, a sequence gives a parameter several times."""
    named = [(name.rstrip("_"), value) for name, value in parameters.items() if value not in (None, "", (), [])]
    return path + (f"?{urlencode(named, doseq=True)}" if named else "")
