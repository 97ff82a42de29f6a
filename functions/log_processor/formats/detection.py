"""Which format an object is of, told from its key or from its first records."""

from collections.abc import Sequence

from log_processor.formats.generic import json_lines
from log_processor.formats.joining import FOREIGN_AMONG, around, foreign, loose
from log_processor.formats.lib.colours import plain
from log_processor.formats.lib.format import Format, Parsed
from log_processor.formats.registry import DRIVEN, KEYED, MIXED, ORDER, TEXT, TIMED

SAMPLE_RECORDS = 20
LOOSE_BELOW_TIMED = 3
"""So many lines that tell nothing are taken for the inside of a record with a time, and one for that of another."""


def detect(samples: Sequence[str], near_ms: int, key: str = "") -> Format:
    """The format that reads the most of the first records; the earlier in the order on a tie.

    A header line among them decides at once, and so does the object's `key` where it is of a format that reads one of
    them. Any JSON is JSON lines too: a kind of its own that reads half of it wins. Text of timed records has no say
    where a named format reads half as many records as begin with a time, or several of them all. Lines are joined where
    the first ones look like it; else each is read by itself, as where many are of other formats.
    """
    lines = samples[:SAMPLE_RECORDS]
    first = [plain(line) for line in lines]
    return _told_at_once(first, near_ms, key) or _judged(lines, first, near_ms)


def _told_at_once(first: Sequence[str], near_ms: int, key: str) -> Format | None:
    """The format that the key or a header line tells."""
    for candidate in KEYED:
        if candidate.key and candidate.key.search(key) and any(candidate.parse(one, near_ms) for one in first):
            return candidate
    return next((candidate for candidate in DRIVEN if any(_names_fields(candidate, one) for one in first)), None)


def _judged(lines: Sequence[str], first: Sequence[str], near_ms: int) -> Format:
    """The format that the records speak for; `lines` are they as they stand, `first` without colours."""
    best, told, dated_ones = _most_read(first, near_ms)
    best = around(best, ORDER, first, near_ms)
    timed = sum(TIMED.parse(sample, near_ms) is not None for sample in first)
    if timed > 2 * len(told):
        alone = timed == 1 and not told and TIMED.parse(first[0], near_ms) is None
        astray = loose(TIMED, lines)
        if not alone and astray <= LOOSE_BELOW_TIMED * timed and (astray or len(dated_ones) < timed):
            return TIMED
        return MIXED if told else TEXT
    if foreign(best, lines, dated_ones - told.keys()) * FOREIGN_AMONG > len(told):
        return MIXED
    dated = min(len(told), max(timed, sum(parsed.timestamp_ms is not None for parsed in told.values())))
    return best if loose(best, lines) <= len(told) + (LOOSE_BELOW_TIMED - 1) * dated else MIXED


def _most_read(first: Sequence[str], near_ms: int) -> tuple[Format, dict[int, Parsed], set[int]]:
    """The named format that reads the most, what it reads by its place, and the places where any reads a time."""
    best, told, dated_ones = TEXT, dict[int, Parsed](), set[int]()
    for candidate in ORDER:
        found = ((place, candidate.parse(sample, near_ms)) for place, sample in enumerate(first))
        read = {place: parsed for place, parsed in found if parsed is not None}
        dated_ones |= {place for place, parsed in read.items() if parsed.timestamp_ms is not None}
        if len(read) > len(told) and not (candidate is json_lines.FORMAT and len(told) * 2 >= len(read)):
            best, told = candidate, read
    return best, told, dated_ones


def _names_fields(candidate: Format, sample: str) -> bool:
    said = candidate.header.read(sample, None) if candidate.header else None
    return said is not None and said.names != ""
