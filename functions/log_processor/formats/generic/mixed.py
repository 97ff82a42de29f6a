"""Mark objects with lines of several kinds: named formats that alternate, or prints between log calls."""

from log_processor.formats.lib.format import Format, Parsed
from log_processor.formats.lib.traces import STARTS
from log_processor.state import Below


def parse(_text: str, _last_modified_ms: int) -> Parsed | None:
    """Leave every record to the formats."""
    return None


FORMAT = Format(
    "mixed",
    parse,
    title="Lines of several kinds: named formats that alternate, or prints between log calls, which are of none",
    specification="",
    notes=(
        "A line, with the trace below it, is a record, and the first format that reads it names it; no record "
        "is of this one."
    ),
    schema=(),
    sample="loading\nWARNING:root:slow\na print\nanother",
    embedded=None,
    starts=STARTS,
    below=Below.TRACE,
)
