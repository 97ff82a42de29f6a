"""Show rejects to whoever writes a format: the reason of each, its line, and the character at which that shows."""

from log_processor.escaping import escape
from log_processor.formats.lib.format import Format
from log_processor.record import LogRecord
from rich.cells import cell_len

MAX_SHOWN = 3
"""So many rejects of a file are shown."""
MAX_BEFORE, MAX_BEHIND = 60, 40
"""So many characters of the line are shown before and behind that character."""
INDENT = "  "
CUT = "…"


def show_reject(record: LogRecord, declared: Format | None, last_modified_ms: int) -> list[str]:
    """Return lines of text: where the record begins and why it is a reject, its line, and a mark below the character.

    The mark is where the `declared` format stops, if it tells that of the record's text as it is stored.
    """
    lines = [f"{INDENT}byte {record.offset:,}: {escape(record.parse_error or '')}"]
    text, at = record.log_data, None
    if declared is not None and declared.explain is not None and declared.parse(text, last_modified_ms) is None:
        at = declared.explain(text, last_modified_ms).at
    before, line = _cut_line(text, at or 0)
    lines.append(f"{INDENT * 2}{escape(line)}")
    if at is not None:
        lines.append(f"{INDENT * 2}{' ' * cell_len(escape(before))}^")
    return lines


def _cut_line(text: str, at: int) -> tuple[str, str]:
    """Return the line around a character, cut on both sides, and what of it stands before the character."""
    start, end = text.rfind("\n", 0, at) + 1, text.find("\n", at)
    before, behind = text[start:at], text[at : len(text) if end < 0 else end]
    if len(before) > MAX_BEFORE:
        before = CUT + before[-MAX_BEFORE:]
    if len(behind) > MAX_BEHIND:
        behind = behind[:MAX_BEHIND] + CUT
    return before, before + behind
