"""The time that a line of an application's log begins with: the usual shapes of dates and clocks, and where they end.

One list of shapes serves twice: as bytes it tells the lines that begin a record, as text it reads their time. Before
the time may stand a level (`I, [2026-…`, `INFO  [main] 2026-…`), a process (`1:M 4 May 2026 …`) or a log file's name.
A time without a zone counts as UTC, one without a date is none.
"""

import re
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from log_processor.formats.lib.late import late
from log_processor.formats.lib.timestamps import MONTHS, ZONES, bsd_ms, iso_ms, yearless_ms, zoned_ms

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
"""Colours; a level and perhaps a thread; Erlang's report; Redis' or Nest's process; a log file's name; brackets."""
AFTER = r"(?![\w.])[\])>]?"


Groups = tuple[str, ...]
Shape = tuple[str, Callable[[Groups, int], int | None]]


class Lead(NamedTuple):
    """What a line begins with: its time, where the rest begins, and what stood before the time, each None if absent."""

    timestamp_ms: int | None
    end: int
    level: str | None = None
    thread: str | None = None
    pid: int | None = None


def _iso(found: Groups, _last_modified_ms: int) -> int | None:
    date, clock, offset, name = found
    if date[4] != "-":
        date = f"{date[:4]}-{date[5:7]}-{date[8:]}"
    if clock[8:9] == ":":
        clock = _point(clock)
    return zoned_ms(f"{date}T{clock}", offset or name) if offset or name else iso_ms(f"{date}T{clock}")


def _compact(found: Groups, _last_modified_ms: int) -> int | None:
    date, hour, minute, second = found
    date = date if len(date) == 8 else f"20{date}"
    return iso_ms(f"{date[:4]}-{date[4:6]}-{date[6:]}T{hour}:{minute}:{_point(second)}")


def _named_month(found: Groups, _last_modified_ms: int) -> int | None:
    day, month, year, clock, offset, name = found
    return zoned_ms(f"{year}-{MONTHS[month]:02d}-{day:0>2}T{_point(clock)}", offset or name)


def _ctime(found: Groups, _last_modified_ms: int) -> int | None:
    month, day, clock, name, year = found
    return zoned_ms(f"{year}-{MONTHS[month]:02d}-{day:0>2}T{_point(clock)}", name)


def _slashed(found: Groups, _last_modified_ms: int) -> int | None:
    """Month first as in the United States, day first where the first number is no month or dots stand between."""
    first, sign, second, year, clock, half, offset, name = found
    month, day = (second, first) if sign == "." or int(first) > 12 else (first, second)
    year = year if len(year) == 4 else f"20{year}"
    return zoned_ms(f"{year}-{month:0>2}-{day:0>2}T{_of_half(_point(clock), half)}", offset or name)


def _twelve_hours(found: Groups, _last_modified_ms: int) -> int | None:
    month, day, year, clock, half, offset, name = found
    return zoned_ms(f"{year}-{MONTHS[month]:02d}-{day:0>2}T{_of_half(_point(clock), half)}", offset or name)


def _of_half(clock: str, half: str | None) -> str:
    """The clock of 24 hours; one that no clock of 12 hours shows becomes no time."""
    if not half:
        return clock
    hour = int(clock[:2])
    return f"{hour % 12 + (12 if half.upper() == 'PM' else 0) if 1 <= hour <= 12 else 24:02d}{clock[2:]}"


def _dotted(found: Groups, _last_modified_ms: int) -> int | None:
    """Db2's, with a zone in minutes, and game engines'."""
    date, clock, fraction, sign, minutes = found
    zone = f"{sign}{int(minutes) // 60:02d}:{int(minutes) % 60:02d}" if sign else None
    return zoned_ms(f"{date.replace('.', '-')}T{clock.replace('.', ':')}.{fraction}", zone)


def _epoch(found: Groups, _last_modified_ms: int) -> int:
    return int(found[0]) * 1000 + int(f"{found[1] or '0':0<3}"[:3])


def _point(clock: str) -> str:
    """The clock with two digits of the hour, and a point before the fraction of a second, whatever sign it had."""
    clock = clock if clock[1] != ":" else f"0{clock}"
    return clock if len(clock) <= 8 or clock[8] == "." else f"{clock[:8]}.{clock[9:]}"


SHAPES: tuple[Shape, ...] = (
    (rf"(\d{{4}}[-/.]\d\d[-/.]\d\d)(?:T|,? {{1,2}}|[_:-])({CLOCK}|\d\d:\d\d){ZONE}", _iso),
    (rf"(?:{WEEKDAY}, )?(\d\d?)[-/ ]({MONTH})[-/ ](\d{{4}})(?: |::?)({CLOCK}){ZONE}", _named_month),
    (
        rf"(\d\d)[/](\d\d)[/](\d\d) ({CLOCK})(?=[ \]])",
        lambda found, _: iso_ms(f"20{found[0]}-{found[1]}-{found[2]}T{_point(found[3])}"),
    ),
    (rf"(\d\d?)(/)(\d\d?)/(\d{{4}}|\d\d),? {HOURS}(?: ([AP]M))?{ZONE}", _slashed),
    (rf"(\d\d?)(\.)(\d\d?)\.(\d{{4}}),? {HOURS}(?: ([AP]M))?{ZONE}", _slashed),
    (rf"({MONTH}) {{1,2}}(\d\d?), (\d{{4}}),? {HOURS}(?: |{NARROW})([AaPp][Mm]){ZONE}", _twelve_hours),
    (rf"{WEEKDAY},? ({MONTH}) {{1,2}}(\d\d?) ({CLOCK})(?: ({NAMES}))? (\d{{4}})", _ctime),
    (rf"({MONTH}) {{1,2}}(\d\d?) ({CLOCK})", lambda found, near: bsd_ms(found[0], found[1], _point(found[2]), near)),
    (rf"(\d\d?) ({MONTH}) ({CLOCK})", lambda found, near: bsd_ms(found[1], found[0], _point(found[2]), near)),
    (
        rf"(\d\d)[-./](\d\d) ({CLOCK})",
        lambda found, near: yearless_ms(f"{found[0]}-{found[1]}T{_point(found[2])}", near),
    ),
    (rf"({DAY})[-T :_]([01]\d|2[0-3]):?([0-5]\d):?([0-5]\d(?:[.,:]\d{{1,9}})?)Z?", _compact),
    (r"(\d{10})\.(\d{3,9})(?= )", _epoch),
    (r"(1\d{9})(\d{3})(?=[ \t|])", _epoch),
    (r"(?:-|[A-Z][A-Z0-9_]{2,30}) (\d{10})() \d{4}\.\d\d\.\d\d(?= )", _epoch),
    (r"(?<=\[)(\d{10})()(?=\])", _epoch),
    (r" {0,5}\d{1,7}:(\d{8}):(\d\d)(\d\d)(\d\d\.\d{3})(?= )", _compact),
    (r"(\d{4}[.-]\d\d[.-]\d\d)-(\d\d\.\d\d\.\d\d)[.:](\d{1,6})(?:([+-])(\d{3}))?", _dotted),
    (r"\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?=[\] |:])", lambda _found, _near: None),  # has no group
)
"""Patterns and their readings; where a time has two, the earlier counts: `17/06/09 20:10:40` is Spark's June 2017."""
NO_LOG_FILE = r"[a-z/](?![\w./-]{1,80}\.log)"
SIGNS = r"(?= {0,5}\d|[A-Z][a-z]{2},? |(?:-|[A-Z][A-Z0-9_]{2,30}) \d)"
"""How every shape begins; with `NO_LOG_FILE` it tells most lines without a time before each shape is tried."""
ANY = late(rf"(?!\t|{NO_LOG_FILE}){BEFORE}{SIGNS}(?:{'|'.join(shape for shape, _ in SHAPES)}){AFTER}", re.ASCII)
ISO = re.compile(SHAPES[0][0] + AFTER, re.ASCII)
STARTS = late(rf"\[?{ISO.pattern}|{ANY.pattern}".encode())


BESIDE = re.compile(BEFORE).groups


@cache
def _by_group() -> tuple[tuple[slice, Callable[[Groups, int], int | None] | None], ...]:
    """For the number of the last group of a match: the groups of its shape, and their reading."""
    first = BESIDE
    found: list[tuple[slice, Callable[[Groups, int], int | None] | None]] = [(slice(0), None)] * (first + 1)
    for shape, moment in SHAPES:
        count = re.compile(shape).groups
        found += [(slice(first, first + count), moment)] * count
        first += count
    return tuple(found)


def read(text: str, last_modified_ms: int) -> Lead | None:
    """The time at the start of `text` and what is beside it; None where the text does not begin with a time."""
    if (found := ISO.match(text, text[:1] == "[")) is not None:
        return Lead(_iso(found.groups(), last_modified_ms), found.end())
    if (found := ANY.match(text)) is None:
        return None
    groups = found.groups()
    level, thread, report, *pids = groups[:BESIDE]
    own, moment = _by_group()[found.lastindex or 0]
    pid = next(filter(None, pids), None)
    return Lead(
        moment(groups[own], last_modified_ms) if moment else None,
        found.end(),
        level or report,
        thread,
        int(pid) if pid else None,
    )
