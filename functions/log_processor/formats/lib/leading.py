"""Read the time at the beginning of an application's line: usual shapes of dates and clocks.

The list of shapes serves twice: as bytes it finds the lines that begin a record, as text it reads their time. A level
(`I, [2026-…`, `INFO  [main] 2026-…`), a process (`1:M 4 May 2026 …`) or a log file's name may stand before the time. A
time without a zone counts as UTC. A clock without a date is no time.
"""

import re
from collections.abc import Callable
from functools import cache, lru_cache
from typing import NamedTuple

from log_processor.formats.lib.lazy import compile_lazily
from log_processor.formats.lib.levels import WORDS
from log_processor.formats.lib.numbers import parse_number
from log_processor.formats.lib.time_shapes import FRACTION, SHAPES, ZONE, Groups, read_iso
from log_processor.formats.lib.timestamps import parse_any_ms

COLOUR = r"(?:\x1b\[[\d;]{0,12}m)?"
BEFORE = (
    rf"{COLOUR}{COLOUR}"
    rf"(?: ?\[?({WORDS}|[A-Z])(?: {{0,5}}[\],:]?[ \t]{{1,6}}(?:[-|] )?|:)(?:\[([^\]\n\d][^\]\n]{{0,199}})\] +)?"
    r"|=([A-Z]{3,20}) REPORT==== |(\d{1,10}):[A-Z] |\[(\d{1,10})\] (?=\d\d? [A-Z])|\[Nest\] (\d{1,10}) {1,5}- "
    rf"|[a-z/][\w./-]{{1,80}}\.log[\w.:-]{{0,80}} )?(?:####)?[\[(<]?{COLOUR}"
)
"""What may stand before a time.

Colours; a level and perhaps a thread; Erlang's report; Redis' or Nest's process; a log file's name; brackets.
"""
AFTER = r"(?![\w.]| [AP]M(?!\w))[\])>]?"


class Lead(NamedTuple):
    """Hold what a line begins with: its time, where the rest begins, and what stood before the time.

    The time is in epoch milliseconds. Each but `end` is None if it is absent.
    """

    timestamp_ms: int | None
    end: int
    level: str | None = None
    thread: str | None = None
    pid: int | float | str | None = None


NO_LOG_FILE = r"[a-z/](?![\w./-]{1,80}\.log|[a-z]{2}/\d)"
SIGNS = r"(?= {0,5}\d|[JFMASONDTW][a-z]{2,8},? |[a-z]{3}/\d|(?:-|[A-Z][A-Z0-9_]{2,30}) \d)"
"""How each shape begins; with `NO_LOG_FILE` it rejects most lines without a time before each shape is tried."""
ANY = compile_lazily(
    rf"(?!\t|{NO_LOG_FILE}){BEFORE}{SIGNS}(?:{'|'.join(shape for shape, _ in SHAPES)}){AFTER}", re.ASCII
)
ISO = re.compile(SHAPES[0][0] + AFTER, re.ASCII)
STARTS = compile_lazily(rf"\[?{ISO.pattern}|{ANY.pattern}".encode())

WORD = rf"(?:[^\s\d,|;]|\d{{1,10}} {{1,2}}(?:\[|(?:{WORDS}) )|[0-9a-f]{{8}}-[0-9a-f]{{4}}-)"
DATED = compile_lazily(
    rf"[\[<(]?(?:19|20)\d\d[-/]\d\d[-/]\d\d(?:T|,? {{1,2}}|[_:-])\d\d:\d\d:\d\d{FRACTION}{ZONE}"
    rf"(?:[\])>]:?[ \t]{{0,5}}|:?[ \t]{{1,5}}){WORD}".encode(),
    re.ASCII,
)
"""A date with year and clock, perhaps in brackets, and a word behind: no number, unless it is a process or an id."""
CALLED = compile_lazily(rf"(?:{STARTS.pattern.decode()})(?![,|;]\S|:\d|[ \t]*\r?$)".encode(), re.ASCII)
"""The same with anything behind the time but the next column of a table, or nothing at all."""

BESIDE = 6
"""The groups of `BEFORE`; to compile it for their number alone takes 7 ms of a cold start."""


@cache
def _index_by_group() -> tuple[tuple[slice, Callable[[Groups, int], int | None] | None], ...]:
    """Return, by the number of a match's last group, the groups of its shape and the function that reads them."""
    first = BESIDE
    readings: list[tuple[slice, Callable[[Groups, int], int | None] | None]] = [(slice(0), None)] * (first + 1)
    for shape, moment in SHAPES:
        count = re.compile(shape).groups
        readings += [(slice(first, first + count), moment)] * count
        first += count
    return tuple(readings)


@lru_cache(maxsize=1)
def read_lead(text: str, last_modified_ms: int, position: int = 0) -> Lead | None:
    """Return the time at `position` of `text` and what stands before the time; None if none stands there.

    The last answer is kept, since several formats are asked about the same text.
    """
    if (match := ISO.match(text, position + text.startswith("[", position))) is not None:
        return Lead(read_iso(match.groups(), last_modified_ms), match.end())
    if (match := ANY.match(text, position)) is None:
        return None
    groups = match.groups()
    level, thread, report, *pids = groups[:BESIDE]
    own, moment = _index_by_group()[match.lastindex or 0]
    pid = next(filter(None, pids), None)
    return Lead(
        moment(groups[own], last_modified_ms) if moment else None,
        match.end(),
        level or report,
        thread,
        parse_number(pid) if pid else None,
    )


def read_whole_time(word: str, last_modified_ms: int) -> int | None:
    """Return the time that `word` is as a whole, in a shape that stands at the beginning of lines or in members."""
    lead = read_lead(word, last_modified_ms)
    if lead is not None and lead.end == len(word) and lead.timestamp_ms is not None:
        return lead.timestamp_ms
    return parse_any_ms(word)


def is_bracket_open(text: str, lead: Lead) -> bool:
    """Tell whether a bracket before the time encloses more than it: `[2026-05-04 10:00:00 main INFO App] started`."""
    return text[0] in "[(<" and text[lead.end - 1] not in "])>"
