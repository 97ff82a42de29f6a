"""Count which of an object's first lines a format would join to the wrong record."""

from collections.abc import Sequence, Set
from itertools import dropwhile

from log_processor.formats.generic import text
from log_processor.formats.lib.format import Format, LineStarts
from log_processor.formats.lib.traces import CONTINUES
from log_processor.formats.web import access


def find_neighbour(
    best: Format, order: Sequence[Format], first: Sequence[str], read: Set[int], last_modified_ms: int
) -> Format:
    """Return the error log that stands among access lines, or `best` if there is none.

    `best` reads those of the `first` lines whose indices are in `read`.

    A server's container writes both. Only the error log's records continue on further lines, so its format must do the
    joining. A format is taken if all of these hold:

    - `best` is the access log.
    - Each access line begins a record of the format too: its `starts` knows its neighbours.
    - The format reads at least one of the lines.
    """
    if best is not access.FORMAT:
        return best
    lines = [first[index].encode("utf-8", "replace") for index in read]
    for candidate in order:
        starts = candidate.starts
        if (
            starts is not None
            and all(map(starts.match, lines))
            and any(candidate.parse(one, last_modified_ms) for one in first)
        ):
            return candidate
    return best


def count_loose_lines(candidate: Format, samples: Sequence[str]) -> int:
    r"""Return how many of the first lines `candidate` would put into the wrong record.

    - If it joins lines: lines below the first record that do not look like the continuation of one.
    - If each line is a record: lines that look like a continuation, such as `\tat a.B.c(B.java:7)`. JSON has none: an
      object ends with its line.
    - None for plain text, and for a format that joins within streams.
    """
    starts = candidate.starts
    lines = [sample.encode("utf-8", "replace") for sample in samples]
    if candidate is text.FORMAT or candidate.read_stream_line is not None:
        return 0
    if starts is None:
        return 0 if any(line.startswith(b"{") for line in lines) else sum(map(bool, map(CONTINUES.match, lines)))
    below = dropwhile(lambda line: not starts.match(line), lines)
    parts: list[LineStarts] = [starts, CONTINUES, *filter(None, [candidate.within])]
    return sum(not any(part.match(line) for part in parts) for line in below)


def count_foreign_records(candidate: Format, samples: Sequence[str], others: Set[int]) -> int:
    """Return how many records of other formats, at the indices `others`, `candidate` would spoil.

    - If it joins lines: records that it would put inside of its own.
    - If each line is a record: all of them if there is a trace among the lines, since the trace belongs to them.
    - None if it joins within streams.
    """
    starts = candidate.starts
    lines = [sample.encode("utf-8", "replace") for sample in samples]
    if candidate.read_stream_line is not None:
        return 0
    if starts is None:
        return len(others) if any(map(CONTINUES.match, lines)) else 0
    return sum(not starts.match(lines[index]) for index in others)
