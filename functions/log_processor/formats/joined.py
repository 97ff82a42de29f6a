"""Whether a format that joins lines suits an object's first ones: what it would put where it does not belong."""

from collections.abc import Sequence, Set
from itertools import dropwhile

from log_processor.formats import text
from log_processor.formats.base import Format
from log_processor.formats.traces import CONTINUES

FOREIGN_AMONG = 4
"""One record of another format among so many of the best one's: the object is mixed."""


def loose_lines(candidate: Format, lines: Sequence[str]) -> int:
    """How many of `lines` the candidate would put into the wrong record.

    Where it joins lines: those below the first record that look like no record's inside. Where each line is a record:
    those that look like the inside of one, except of JSON, which is whole where its line ends.
    """
    starts = candidate.starts
    encoded = [_bytes(line) for line in lines]
    if candidate is text.FORMAT or candidate.strand is not None:
        return 0
    if starts is None:
        return 0 if any(line.startswith(b"{") for line in encoded) else sum(map(bool, map(CONTINUES.match, encoded)))
    below = dropwhile(lambda line: not starts.match(line), encoded)
    return sum(not starts.match(line) and not CONTINUES.match(line) for line in below)


def foreign_lines(candidate: Format, lines: Sequence[str], others: Set[int]) -> int:
    """How many records of other formats, at the places `others`, the candidate would do wrong.

    Where it joins lines: those that it would put inside of a record. Where each line is a record: all, if there are
    traces among the lines, which belong to them.
    """
    starts = candidate.starts
    if candidate.strand is not None:
        return 0
    if starts is None:
        return len(others) if any(CONTINUES.match(_bytes(line)) for line in lines) else 0
    return sum(not starts.match(_bytes(lines[place])) for place in others)


def _bytes(line: str) -> bytes:
    return line.encode("utf-8", "replace")
