"""Read the times at the beginning of lines, by their shape: usual dates and clocks of loggers.

A time without a zone is a `LocalTime`, and a date of numbers alone may be undecided. A clock without a date is no
time.
"""

from collections.abc import Callable

from log_processor.formats.lib.dating import DateOrder, make_undecided
from log_processor.formats.lib.levels import ANY_CASE, WORDS
from log_processor.formats.lib.month_names import ANY_MONTH, find_month
from log_processor.formats.lib.numeric_dates import NARROW, NumericDate, fix_clock, read_clock, read_numeric_date
from log_processor.formats.lib.timestamps import MONTHS, parse_bsd_ms, parse_digits_ms, parse_yearless_ms
from log_processor.formats.lib.zones import ZONES, parse_iso_ms, parse_zoned_ms

MONTH = "|".join(MONTHS)
LONG_MONTH = (
    "Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
    "|Nov(?:ember)?|Dec(?:ember)?"
)
WEEKDAY = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
LONG_WEEKDAY = "(?:Mon(?:day)?|Tue(?:sday)?|Wed(?:nesday)?|Thu(?:rsday)?|Fri(?:day)?|Sat(?:urday)?|Sun(?:day)?)"
FRACTION = r"(?:[.:]\d{1,9}|,(?:\d{3}|\d{6}|\d{9})(?![\d,]))?"  # after a comma other digits are the next column's
CLOCK = rf"\d\d:\d\d:\d\d{FRACTION}"
HOURS = rf"(\d\d?:\d\d:\d\d{FRACTION})"
DAY = r"(?:(?:19|20)\d\d|\d\d)(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
DIGITS = r"((?:19|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])([01]\d|2[0-3])([0-5]\d)([0-5]\d)[.,]?(\d{3}|)"
NAMES = "|".join(sorted(ZONES, key=len, reverse=True))
REGION = r"(?:Africa|America|Antarctica|Asia|Atlantic|Australia|Etc|Europe|Indian|Pacific)/[A-Z][\w/-]{1,30}"
APART = r"(?:GMT|UTC)[+-]\d\d?(?::?\d\d)?"
ZONE = rf"(?: ?([+-]\d\d:?\d\d|Z)(?!\w)| (?=[A-Z][A-Za-z]{{2}})({APART}|{NAMES}|{REGION})(?![\w+-]))?"
SPELT_ZONE = r"(?: \((?:[A-Z][a-z]{1,20} ){1,4}Time\))?"  # as JavaScript writes it
HALF = rf"(?: |{NARROW})?([AaPp][Mm])(?!\w)"
Groups = tuple[str, ...]
TimeShape = tuple[str, Callable[[Groups, int], int | None]]


def read_iso(groups: Groups, _last_modified_ms: int) -> int | None:
    """Return the time of a date with the year first, a clock, and a zone if there is one, in epoch milliseconds."""
    date, clock, offset, name = groups
    if date[4] != "-":
        date = f"{date[:4]}-{date[5:7]}-{date[8:]}"
    if clock[8:9] == ":":
        clock = fix_clock(clock)
    return parse_zoned_ms(f"{date}T{clock}", offset or name) if offset or name else parse_iso_ms(f"{date}T{clock}")


def _read_compact(groups: Groups, _last_modified_ms: int) -> int | None:
    date, hour, minute, second = groups
    date = date if len(date) == 8 else f"20{date}"
    clock = fix_clock(f"{hour}:{minute}:{second}")
    return parse_iso_ms(f"{date[:4]}-{date[4:6]}-{date[6:]}T{clock}")


def _read_digits(groups: Groups, _last_modified_ms: int) -> int | None:
    return parse_digits_ms("".join(groups))


def _read_unpadded(groups: Groups, _last_modified_ms: int) -> int | None:
    """Read a time whose parts may have one digit: `2026-5-4 3:04:05`, `20260504-22:16:0:119`.

    What follows a colon is whole milliseconds: 119 of them.
    """
    year, month, day, hour, minute, second, mark, fraction = groups
    digits = fraction.zfill(3) if mark == ":" else fraction
    return parse_iso_ms(f"{year}-{month:0>2}-{day:0>2}T{hour:0>2}:{minute:0>2}:{second:0>2}.{digits or '0'}")


def _read_day_first(groups: Groups, _last_modified_ms: int) -> int | None:
    day, month, year, *clock = groups
    return _read_named_month(year, month, day, *clock)


def _read_month_first(groups: Groups, _last_modified_ms: int) -> int | None:
    month, day, year, *clock = groups
    return _read_named_month(year, month, day, *clock)


def _read_year_first(groups: Groups, _last_modified_ms: int) -> int | None:
    return _read_named_month(*groups)


def _read_named_month(
    year: str, month: str, day: str, clock: str, half: str | None, offset: str | None, name: str | None
) -> int | None:
    """Read a time of which a name or a number is the month: `May`, `September`, `mai`, `déc.`, `05`."""
    number = int(month) if month.isdecimal() else find_month(month)
    year = year if len(year) == 4 else f"20{year}"
    return parse_zoned_ms(f"{year}-{number:02d}-{day:0>2}T{read_clock(clock, half)}", offset or name)


def _read_ctime(groups: Groups, _last_modified_ms: int) -> int | None:
    month, day, clock, name, year = groups
    return parse_zoned_ms(f"{year}-{MONTHS[month]:02d}-{day:0>2}T{fix_clock(clock)}", name)


def _read_numeric(groups: Groups, _last_modified_ms: int) -> int | None:
    """Read a date of three numbers, the last or the first of which is the year: `13/05/2026`, `05.04.2026`."""
    first, sign, second, third, gap, clock, half, offset, name = groups
    date = NumericDate(first, sign, second, third, gap, half)
    return read_numeric_date(date, read_clock(clock, half), offset or name)


def _read_dotted(groups: Groups, _last_modified_ms: int) -> int | None:
    """Read the time of Db2, whose zone is in minutes, or of a game engine: `2026-05-04-10.00.00.123456+120`.

    What follows a colon is whole milliseconds: 11 of them in `2026.05.04-10.00.35:11`.
    """
    date, clock, mark, fraction, sign, minutes = groups
    fraction = fraction.zfill(3) if mark == ":" else fraction
    zone = f"{sign}{int(minutes) // 60:02d}:{int(minutes) % 60:02d}" if sign else None
    return parse_zoned_ms(f"{date.replace('.', '-')}T{clock.replace('.', ':')}.{fraction}", zone)


def _read_scientific(groups: Groups, last_modified_ms: int) -> int:
    """Read the seconds that a float of zap is: `1.777888800123e+09`."""
    whole, fraction = groups
    return _read_epoch((whole + fraction[:9], fraction[9:]), last_modified_ms)


def _read_epoch(groups: Groups, _last_modified_ms: int) -> int:
    return int(groups[0]) * 1000 + int(f"{groups[1] or '0':0<3}"[:3])


def _read_month_day(groups: Groups, last_modified_ms: int) -> int | None:
    month, day, clock = groups
    return parse_bsd_ms(month.title(), day, fix_clock(clock), last_modified_ms)


def _read_day_month(groups: Groups, last_modified_ms: int) -> int | None:
    day, month, clock = groups
    return parse_bsd_ms(month, day, fix_clock(clock), last_modified_ms)


def _read_yearless(groups: Groups, last_modified_ms: int) -> int | None:
    """Read a date of two numbers: usually the month comes first."""
    first, second, clock = groups
    dates: dict[DateOrder, str] = {"month_first": f"{first}-{second}", "day_first": f"{second}-{first}"}
    times = {order: parse_yearless_ms(f"{date}T{fix_clock(clock)}", last_modified_ms) for order, date in dates.items()}
    return make_undecided({order: time for order, time in times.items() if time is not None}, "month_first")


def _read_no_date(_groups: Groups, _last_modified_ms: int) -> int | None:
    """Return None: a clock without a date is no time."""
    return None


def _shape_numeric(sign: str) -> TimeShape:
    """Return the shape of dates of three numbers that `sign` separates."""
    date = rf"(\d\d?)([{sign}])(\d\d?)[{sign}](\d{{4}}|\d\d)(T|,? {{1,2}}|[_:-])"
    return rf"{date}{HOURS}(?:{HALF})?{ZONE}", _read_numeric


SHAPES: tuple[TimeShape, ...] = (
    (rf"(\d{{4}}[-/.]\d\d[-/.]\d\d)(?:T|(?:,| -)? {{1,2}}|[_:-])({CLOCK}|\d\d:\d\d(?!:)){ZONE}", read_iso),
    (rf"(\d{{4}})[-/.](\d\d?)[-/.](\d\d?),? {{1,2}}{HOURS}{HALF}{ZONE}", _read_year_first),
    (rf"(\d{{4}})[-/ ]({MONTH})[-/ ](\d\d?)[ T:]{HOURS}(?:{HALF})?{ZONE}", _read_year_first),
    (
        (
            rf"(?:{LONG_WEEKDAY},? )?(\d\d?)\.?[-/ ]?({ANY_MONTH})[-/ ,]? ?(\d{{4}}|(?<=[-/.])\d\d)"
            rf"(?:,? |::?|T){HOURS}(?:{HALF})?{ZONE}"
        ),
        _read_day_first,
    ),
    *map(_shape_numeric, "/.-"),
    (
        rf"(?:{LONG_WEEKDAY},? )?({LONG_MONTH}) {{1,2}}(\d\d?),? (\d{{4}}),? {HOURS}(?:{HALF})?{ZONE}{SPELT_ZONE}",
        _read_month_first,
    ),
    (rf"({MONTH.lower()})/(\d\d)/(\d{{4}}) {HOURS}()()()", _read_month_first),
    (rf"({MONTH.lower()})/(\d\d) {HOURS}", _read_month_day),
    (rf"{WEEKDAY},? ({MONTH}) {{1,2}}(\d\d?) ({CLOCK})(?: ({NAMES}))? (\d{{4}})", _read_ctime),
    (rf"({MONTH}) {{1,2}}(\d\d?) ({CLOCK})", _read_month_day),
    (rf"(\d\d?) ({MONTH}) ({CLOCK})", _read_day_month),
    (rf"(\d\d)[-./](\d\d) ({CLOCK})", _read_yearless),
    (rf"{DIGITS}(?=[ \t|,;:\]])", _read_digits),
    (rf"({DAY})[-T :_]([01]\d|2[0-3]):?([0-5]\d):?([0-5]\d(?:[.,:]\d{{1,9}})?)Z?", _read_compact),
    (r"(\d{10})[.,](\d{1,9})(?=[ \t|;:\]])", _read_epoch),
    (r"(1\d{9})((?:\d{3}){1,3})(?=[ \t|,;:\]])", _read_epoch),
    (rf"(1\d{{9}})()(?=: \w|[ \t|,;]{{1,3}}[\[(<]?(?:{WORDS}|{ANY_CASE})(?![\w-]))", _read_epoch),
    (r"(?:-|[A-Z][A-Z0-9_]{2,30}) (\d{10})() \d{4}\.\d\d\.\d\d(?= )", _read_epoch),
    (r"(?<=\[)(\d{10})()(?=\])", _read_epoch),
    (r"(1)\.(\d{9,16})e\+09(?=[ \t])", _read_scientific),
    (r" {0,5}\d{1,7}:(\d{8}):(\d\d)(\d\d)(\d\d\.\d{3})(?= )", _read_compact),
    (r"(\d{4}[.-]\d\d[.-]\d\d)-(\d\d\.\d\d\.\d\d)([.:])(\d{1,6})(?:([+-])(\d{3}))?", _read_dotted),
    (r"((?:19|20)\d\d)[-/.](\d\d?)[-/.](\d\d?)[T ](\d\d?):(\d\d?):(\d\d?)(?:([.,:])(\d{1,9}))?", _read_unpadded),
    (r"((?:19|20)\d\d)(\d\d)(\d\d)[-T :_](\d\d?):(\d\d?):(\d\d?)(?:([.,:])(\d{1,9}))?", _read_unpadded),
    (
        r"(?:\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?=[\] |:])|\d\d?:\d\d[AP]M(?= [A-Z]{3} ))",
        _read_no_date,  # has no group
    ),
)
"""Patterns and the functions that read them; of two that match the earlier counts."""
