"""Join the lines of a row whose text in quotes holds line ends, before records are made of lines."""

from collections.abc import Callable, Iterator

from log_processor.errors import PermanentError
from log_processor.reading.line_group import MAX_RECORD_LINES, merge_lines
from log_processor.reading.lines import Line
from log_processor.record import MAX_RECORD_BYTES

BreaksOff = Callable[[bytes], bool]
"""Tells whether the text of a row so far breaks off within quotes, so that the next line goes on with it."""
NEXT_COLUMN = b',"'


def join_quoted_lines(blocks: Iterator[list[Line]], start: int, breaks_off: BreaksOff) -> Iterator[list[Line]]:
    r"""Yield the blocks, with the lines of one row as one line.

    - A quote that is not closed within 1,000 lines, 256 KiB or the object joins nothing: its line stays as it is.
    - The lines that begin before `start` stay as they are: they belong to rows of an earlier reader.

    For example, the lines `1,"a` and `b"` are the line `1,"a\nb"`.
    """
    held: list[Line] = []
    try:
        for block in blocks:
            if not held and not any(line.data.count(b'"') & 1 for line in block):
                yield block
                continue
            joined, held = _join(held + block, start, breaks_off)
            if joined:
                yield joined
    except PermanentError:  # damage: the lines before it are whole
        yield from _end(held, start, breaks_off)
        raise
    yield from _end(held, start, breaks_off)


def _end(held: list[Line], start: int, breaks_off: BreaksOff) -> Iterator[list[Line]]:
    """Yield the last lines, of which the first has a quote that is not closed."""
    while held:
        joined, following = _join(held[1:], start, breaks_off)
        yield [held[0], *joined]
        held = following


def _join(lines: list[Line], start: int, breaks_off: BreaksOff) -> tuple[list[Line], list[Line]]:
    """Return the lines, those of one row as one, and the lines of the last row if it is not whole."""
    joined: list[Line] = []
    index = 0
    while index < len(lines):
        line, count = lines[index], 1
        if line.offset >= start and breaks_off(line.data):
            count = _count_lines(lines, index, breaks_off)
            if count == 0:
                return joined, lines[index:]
        joined.append(merge_lines(lines[index : index + count]) if count > 1 else line)
        index += count
    return joined, []


def _count_lines(lines: list[Line], index: int, breaks_off: BreaksOff) -> int:
    """Return how many lines the row has that begins at `index`: one if no quote closes it; 0 if that is not known yet.

    A quote closes it if another column or the line's end follows, and not more of a text.
    """
    first = lines[index]
    for count, line in enumerate(lines[index + 1 : index + MAX_RECORD_LINES], 2):
        if line.offset + line.length - first.offset > MAX_RECORD_BYTES:
            return 1
        if line.data.count(b'"') & 1:
            row = merge_lines(lines[index : index + count])
            return count if breaks_off(row.data + NEXT_COLUMN) else 1
    return 1 if len(lines) - index >= MAX_RECORD_LINES else 0
