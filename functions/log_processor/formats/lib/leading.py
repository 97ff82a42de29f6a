"""Read the time at the beginning of an application's line: usual shapes of dates and clocks.

One list of shapes serves twice: as bytes it finds the lines that begin a record, as text it reads their time. A level
(`I, [2026-…`, `INFO  [main] 2026-…`), a process (`1:M 4 May 2026 …`) or a log file's name may stand before the time. A
time without a zone counts as UTC. A clock without a date is no time.
"""

import re
from collections.abc import Callable
from functools import cache, lru_cache
from typing import NamedTuple

from log_processor.formats.lib.lazy import compile_lazily
from log_processor.formats.lib.timestamps import (
    MONTHS,
    ZONES,
    parse_bsd_ms,
    parse_iso_ms,
    parse_yearless_ms,
    parse_zoned_ms,
)

MONTH = "|".join(MONTHS)
WEEKDAY = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
LEVELS = (
    "TRACE|DEBUG|INFO(?:RMATION)?|NOTICE|WARN(?:ING)?|ERR(?:OR)?|CRIT(?:ICAL)?|FATAL|SEVERE|ALERT|EMERG(?:ENCY)?|PANIC"
    "|VERBOSE|LOG|CONFIG|FINE(?:R|ST)?|SUCCESS|TRC|DBG|INF|WRN|FTL|VRB"
)
FRACTION = r"(?:[.:]\d{1,9}|,(?:\d{3}|\d{6}|\d{9})(?![\d,]))?"  # after a comma other digits are the next column's
CLOCK = rf"\d\d:\d\d:\d\d{FRACTION}"
HOURS = rf"(\d\d?:\d\d:\d\d{FRACTION})"
DAY = r"(?:(?:19|20)\d\d|\d\d)(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
NARROW = "\u202f"  # the blank that Java 20 and later writes there
NAMES = "|".join(sorted(ZONES, key=len, reverse=True))
REGION = r"[A-Z][a-z]{2,9}/[A-Z][\w/-]{2,30}(?=\])"
ZONE = rf"(?: ?([+-]\d\d:?\d\d|Z)(?!\w)| (?=[A-Z][A-Za-z]{{2}})({NAMES}|{REGION})(?!\w))?"
COLOUR = r"(?:\x1b\[[\d;]{0,12}m)?"
BEFORE = (
    rf"{COLOUR}{COLOUR}"
    rf"(?: ?\[?({LEVELS}|[A-Z])(?: {{0,5}}[\],:]?[ \t]{{1,6}}(?:[-|] )?|:)(?:\[([^\]\n\d][^\]\n]{{0,199}})\] +)?"
    r"|=([A-Z]{3,20}) REPORT==== |(\d{1,10}):[A-Z] |\[(\d{1,10})\] (?=\d\d? [A-Z])|\[Nest\] (\d{1,10}) {1,5}- "
    rf"|[a-z/][\w./-]{{1,80}}\.log[\w.:-]{{0,80}} )?(?:####)?[\[(<]?{COLOUR}"
)
"""What may stand before a time.

Colours; a level and perhaps a thread; Erlang's report; Redis' or Nest's process; a log file's name; brackets.
"""
AFTER = r"(?![\w.])[\])>]?"


Groups = tuple[str, ...]
TimeShape = tuple[str, Callable[[Groups, int], int | None]]


class Lead(NamedTuple):
    """Hold what a line begins with: its time, where the rest begins, and what stood before the time.

    The time is in epoch milliseconds. Each but `end` is None if it is absent.
    """

    timestamp_ms: int | None
    end: int
    level: str | None = None
    thread: str | None = None
    pid: int | None = None


def _read_iso(groups: Groups, _last_modified_ms: int) -> int | None:
    date, clock, offset, name = groups
    if date[4] != "-":
        date = f"{date[:4]}-{date[5:7]}-{date[8:]}"
    if clock[8:9] == ":":
        clock = _fix_clock(clock)
    return parse_zoned_ms(f"{date}T{clock}", offset or name) if offset or name else parse_iso_ms(f"{date}T{clock}")


def _read_compact(groups: Groups, _last_modified_ms: int) -> int | None:
    date, hour, minute, second = groups
    second, _, thousandths = second.partition(":")
    second = f"{second}.{thousandths:0>3}" if thousandths else second
    date = date if len(date) == 8 else f"20{date}"
    return parse_iso_ms(f"{date[:4]}-{date[4:6]}-{date[6:]}T{hour}:{minute}:{_fix_clock(second)}")


def _read_unpadded(groups: Groups, _last_modified_ms: int) -> int | None:
    """Read a time whose parts may have one digit: `2026-5-4 3:04:05`, `20260504-22:16:0:119`.

    What follows a colon is whole milliseconds: 119 of them.
    """
    year, month, day, hour, minute, second, mark, fraction = groups
    digits = fraction.zfill(3) if mark == ":" else fraction
    return parse_iso_ms(f"{year}-{month:0>2}-{day:0>2}T{hour:0>2}:{minute:0>2}:{second:0>2}.{digits or '0'}")


def _read_named_month(groups: Groups, _last_modified_ms: int) -> int | None:
    day, month, year, clock, offset, name = groups
    return parse_zoned_ms(f"{year}-{MONTHS[month]:02d}-{day:0>2}T{_fix_clock(clock)}", offset or name)


def _read_ctime(groups: Groups, _last_modified_ms: int) -> int | None:
    month, day, clock, name, year = groups
    return parse_zoned_ms(f"{year}-{MONTHS[month]:02d}-{day:0>2}T{_fix_clock(clock)}", name)


def _read_slashed(groups: Groups, _last_modified_ms: int) -> int | None:
    """Read a date of two numbers and a year.

    The month comes first, as in the United States. The day comes first if the first number is over 12, or if points
    separate the numbers: `13/05/2026`, `05.04.2026`.
    """
    first, sign, second, year, clock, half, offset, name = groups
    month, day = (second, first) if sign == "." or int(first) > 12 else (first, second)
    year = year if len(year) == 4 else f"20{year}"
    return parse_zoned_ms(f"{year}-{month:0>2}-{day:0>2}T{_read_clock(clock, half)}", offset or name)


def _read_twelve_hours(groups: Groups, _last_modified_ms: int) -> int | None:
    month, day, year, clock, half, offset, name = groups
    return parse_zoned_ms(f"{year}-{MONTHS[month]:02d}-{day:0>2}T{_read_clock(clock, half)}", offset or name)


def _read_clock(clock: str, half: str | None) -> str:
    """Return the clock in 24 hours; `half` is AM, PM or None.

    An hour that no clock of 12 hours shows, such as `13:00:00 PM`, becomes 24, which is no time.
    """
    clock = _fix_clock(clock)
    if not half:
        return clock
    hour = int(clock[:2])
    return f"{hour % 12 + (12 if half.upper() == 'PM' else 0) if 1 <= hour <= 12 else 24:02d}{clock[2:]}"


def _read_dotted(groups: Groups, _last_modified_ms: int) -> int | None:
    """Read the time of Db2, whose zone is in minutes, or of a game engine: `2026-05-04-10.00.00.123456+120`."""
    date, clock, fraction, sign, minutes = groups
    zone = f"{sign}{int(minutes) // 60:02d}:{int(minutes) % 60:02d}" if sign else None
    return parse_zoned_ms(f"{date.replace('.', '-')}T{clock.replace('.', ':')}.{fraction}", zone)


def _read_epoch(groups: Groups, _last_modified_ms: int) -> int:
    return int(groups[0]) * 1000 + int(f"{groups[1] or '0':0<3}"[:3])


def _read_short_year(groups: Groups, _last_modified_ms: int) -> int | None:
    year, month, day, clock = groups
    return parse_iso_ms(f"20{year}-{month}-{day}T{_fix_clock(clock)}")


def _read_month_day(groups: Groups, last_modified_ms: int) -> int | None:
    month, day, clock = groups
    return parse_bsd_ms(month, day, _fix_clock(clock), last_modified_ms)


def _read_day_month(groups: Groups, last_modified_ms: int) -> int | None:
    day, month, clock = groups
    return parse_bsd_ms(month, day, _fix_clock(clock), last_modified_ms)


def _read_numbered_month(groups: Groups, last_modified_ms: int) -> int | None:
    month, day, clock = groups
    return parse_yearless_ms(f"{month}-{day}T{_fix_clock(clock)}", last_modified_ms)


def _read_no_date(_groups: Groups, _last_modified_ms: int) -> int | None:
    """Return None: a clock without a date is no time."""
    return None


def _fix_clock(clock: str) -> str:
    """Return the clock with two digits of the hour, and a point before the fraction of a second."""
    clock = clock if clock[1] != ":" else f"0{clock}"
    if len(clock) <= 8 or clock[8] == ".":
        return clock
    return f"{clock[:8]}.{clock[9:].zfill(3) if clock[8] == ':' else clock[9:]}"


SHAPES: tuple[TimeShape, ...] = (
    (rf"(\d{{4}}[-/.]\d\d[-/.]\d\d)(?:T|,? {{1,2}}|[_:-])({CLOCK}|\d\d:\d\d){ZONE}", _read_iso),
    (rf"(?:{WEEKDAY}, )?(\d\d?)[-/ ]({MONTH})[-/ ](\d{{4}})(?: |::?)({CLOCK}){ZONE}", _read_named_month),
    (rf"(\d\d)[/](\d\d)[/](\d\d) ({CLOCK})(?=[ \]])", _read_short_year),
    (rf"(\d\d?)(/)(\d\d?)/(\d{{4}}|\d\d),? {HOURS}(?: ([AP]M))?{ZONE}", _read_slashed),
    (rf"(\d\d?)(\.)(\d\d?)\.(\d{{4}}),? {HOURS}(?: ([AP]M))?{ZONE}", _read_slashed),
    (rf"({MONTH}) {{1,2}}(\d\d?), (\d{{4}}),? {HOURS}(?: |{NARROW})([AaPp][Mm]){ZONE}", _read_twelve_hours),
    (rf"{WEEKDAY},? ({MONTH}) {{1,2}}(\d\d?) ({CLOCK})(?: ({NAMES}))? (\d{{4}})", _read_ctime),
    (rf"({MONTH}) {{1,2}}(\d\d?) ({CLOCK})", _read_month_day),
    (rf"(\d\d?) ({MONTH}) ({CLOCK})", _read_day_month),
    (rf"(\d\d)[-./](\d\d) ({CLOCK})", _read_numbered_month),
    (rf"({DAY})[-T :_]([01]\d|2[0-3]):?([0-5]\d):?([0-5]\d(?:[.,:]\d{{1,9}})?)Z?", _read_compact),
    (r"(\d{10})\.(\d{3,9})(?= )", _read_epoch),
    (r"(1\d{9})(\d{3})(?=[ \t|])", _read_epoch),
    (r"(?:-|[A-Z][A-Z0-9_]{2,30}) (\d{10})() \d{4}\.\d\d\.\d\d(?= )", _read_epoch),
    (r"(?<=\[)(\d{10})()(?=\])", _read_epoch),
    (r" {0,5}\d{1,7}:(\d{8}):(\d\d)(\d\d)(\d\d\.\d{3})(?= )", _read_compact),
    (r"(\d{4}[.-]\d\d[.-]\d\d)-(\d\d\.\d\d\.\d\d)[.:](\d{1,6})(?:([+-])(\d{3}))?", _read_dotted),
    (r"((?:19|20)\d\d)[-/.](\d\d?)[-/.](\d\d?)[T ](\d\d?):(\d\d?):(\d\d?)(?:([.,])(\d{1,9}))?", _read_unpadded),
    (r"((?:19|20)\d\d)(\d\d)(\d\d)[-T :_](\d\d?):(\d\d?):(\d\d?)(?:([.,:])(\d{1,9}))?", _read_unpadded),
    (r"\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?=[\] |:])", _read_no_date),  # has no group
)
"""Patterns and the functions that read them; of two that match the earlier counts: `17/06/09 20:10:40` is June 2017."""
NO_LOG_FILE = r"[a-z/](?![\w./-]{1,80}\.log)"
SIGNS = r"(?= {0,5}\d|[A-Z][a-z]{2},? |(?:-|[A-Z][A-Z0-9_]{2,30}) \d)"
"""How each shape begins; with `NO_LOG_FILE` it rejects most lines without a time before each shape is tried."""
ANY = compile_lazily(
    rf"(?!\t|{NO_LOG_FILE}){BEFORE}{SIGNS}(?:{'|'.join(shape for shape, _ in SHAPES)}){AFTER}", re.ASCII
)
ISO = re.compile(SHAPES[0][0] + AFTER, re.ASCII)
STARTS = compile_lazily(rf"\[?{ISO.pattern}|{ANY.pattern}".encode())

WORD = rf"(?:[^\s\d,|;]|\d{{1,10}} {{1,2}}(?:\[|(?:{LEVELS}) )|[0-9a-f]{{8}}-[0-9a-f]{{4}}-)"
DATED = compile_lazily(
    rf"[\[<(]?(?:19|20)\d\d[-/]\d\d[-/]\d\d(?:T|,? {{1,2}}|[_:-])\d\d:\d\d:\d\d{FRACTION}{ZONE}"
    rf"(?:[\])>]:?[ \t]{{0,5}}|:?[ \t]{{1,5}}){WORD}".encode(),
    re.ASCII,
)
"""A date with year and clock, perhaps in brackets, and a word behind: no number, unless it is a process or an id."""
CALLED = compile_lazily(rf"(?:{STARTS.pattern.decode()})(?![,|;]\S|:\d|[ \t]*\r?$)".encode(), re.ASCII)
"""The same with anything behind the time but the next column of a table, or nothing at all."""


BESIDE = re.compile(BEFORE).groups


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
def read_lead(text: str, last_modified_ms: int) -> Lead | None:
    """Return the time at the start of `text` and what stands before it; None if the text does not begin with a time.

    The last answer is kept, since several formats are asked about the same text.
    """
    if (match := ISO.match(text, text[:1] == "[")) is not None:
        return Lead(_read_iso(match.groups(), last_modified_ms), match.end())
    if (match := ANY.match(text)) is None:
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
        int(pid) if pid else None,
    )


def is_bracket_open(text: str, lead: Lead) -> bool:
    """Tell whether a bracket before the time encloses more than it: `[2026-05-04 10:00:00 main INFO App] started`."""
    return text[0] in "[(<" and text[lead.end - 1] not in "])>"
