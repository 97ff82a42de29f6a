"""What the first lines of an object say about joining: which format's records go on below, and what would go astray."""

from collections.abc import Sequence, Set
from itertools import dropwhile

from log_processor.formats.generic import text
from log_processor.formats.lib.format import Format
from log_processor.formats.lib.traces import CONTINUES
from log_processor.formats.web import access


def find_neighbour(best: Format, order: Sequence[Format], first: Sequence[str], last_modified_ms: int) -> Format:
    """The format whose records stand among lines of `best`, where it knows these as its neighbours; else `best`.

    A server's container writes access lines and an error log, of which only the latter's records go on below.
    """
    if best is not access.FORMAT:
        return best
    lines = [sample.encode("utf-8", "replace") for sample in first if best.parse(sample, last_modified_ms) is not None]
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
    """How many of the first lines `candidate` would put into the wrong record.

    Where it joins lines: those below the first record that look like no record's inside. Where each line is a record:
    those that look like the inside of one, except of JSON, which is whole where its line ends.
    """
    starts = candidate.starts
    lines = [sample.encode("utf-8", "replace") for sample in samples]
    if candidate is text.FORMAT or candidate.read_stream_line is not None:
        return 0
    if starts is None:
        return 0 if any(line.startswith(b"{") for line in lines) else sum(map(bool, map(CONTINUES.match, lines)))
    below = dropwhile(lambda line: not starts.match(line), lines)
    return sum(not starts.match(line) and not CONTINUES.match(line) for line in below)


def count_foreign_records(candidate: Format, samples: Sequence[str], others: Set[int]) -> int:
    """How many records of other formats, at the places `others`, the candidate would do wrong.

    Where it joins lines: those that it would put inside of a record. Where each line is a record: all, if there are
    traces among the lines, which belong to them.
    """
    starts = candidate.starts
    lines = [sample.encode("utf-8", "replace") for sample in samples]
    if candidate.read_stream_line is not None:
        return 0
    if starts is None:
        return len(others) if any(map(CONTINUES.match, lines)) else 0
    return sum(not starts.match(lines[index]) for index in others)
