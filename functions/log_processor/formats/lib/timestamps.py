"""Parse timestamps into epoch milliseconds, with zone and fraction; one without a zone is a `LocalTime`.

What is no date becomes None, never an exception.
"""

import re
from datetime import UTC, datetime
from functools import lru_cache

from log_processor.formats.lib.dating import DAY_MS, LocalTime
from log_processor.formats.lib.lazy import compile_lazily
from log_processor.formats.lib.month_names import ANY_MONTH, find_month
from log_processor.formats.lib.numeric_dates import NARROW, parse_numeric_date, read_clock
from log_processor.formats.lib.zones import parse_iso_ms, parse_zoned_ms, read_iso_ms

MONTHS = {name: number for number, name in enumerate("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), 1)}  # noqa: SIM905
EPOCH_S_RANGE = (100_000_000, 10_000_000_000)
"""Numbers that are epoch seconds; a smaller one is a duration, or counts from another start than 1970."""
MAX_TIME_CHARS = 64
LEAP_YEARS_APART = 8
BARE_CHARS = len("05-04T10:00:00")
CLOCK = r"(?P<clock>\d\d:\d\d:\d\d(?:[.,]\d{1,9})?)"
ZONE = r"(?P<zone>Z|[+-]\d\d(?::?\d\d)?|[A-Z]{3,5})"
YEAR_FIRST = compile_lazily(
    rf"(?P<year>\d{{4}})[-/]?(?P<month>\d\d)[-/]?(?P<day>\d\d)[Tt ]{CLOCK}(?: ?{ZONE})?", re.IGNORECASE
)
DAY_FIRST = compile_lazily(
    r"(?:[A-Z][a-z]{2}, )?(?P<day>\d{1,2})[ /-](?P<month>[A-Z][a-z]{2})[ /-](?P<year>\d{4})[ :T]"
    rf"{CLOCK}(?: {ZONE})?"
)
MONTH_FIRST = compile_lazily(
    rf"(?:[A-Z][a-z]{{2}} )?(?P<month>[A-Z][a-z]{{2}}) {{1,2}}(?P<day>\d{{1,2}}) {CLOCK}(?: {ZONE})? (?P<year>\d{{4}})"
)
NAMED = compile_lazily(
    rf"(?:[A-Z][a-z]{{2,8}},? )?(?:(?P<day>\d{{1,2}})\.?[-/ ]?(?P<month>{ANY_MONTH})[-/ ,]? ?"
    r"(?P<year>\d{4}|(?<=[-/.])\d\d)"
    rf"|(?P<first>{ANY_MONTH}) {{1,2}}(?P<second>\d{{1,2}}),? (?P<third>\d{{4}}))(?:,? |T)"
    rf"(?P<clock>\d\d?:\d\d(?::\d\d(?:[.,]\d{{1,9}})?)?)(?:[ {NARROW}](?P<half>[AaPp][Mm]))?"
    rf"(?: ?(?P<zone>Z|(?:GMT|UTC)?[+-]\d\d(?::?\d\d)?|[A-Z]{{3,5}}))?(?: \([\w ]{{1,60}}\))?"
)
"""A month of a name in any language, in front or behind the day, and a clock that may have 12 hours."""
MILLISECONDS = re.compile(r"(?<=\D\d\d:\d\d:\d\d):(\d{1,3})(?!\d)")
"""What some loggers write behind a colon: 11 ms in `10:00:35:11`."""
DIGITS_CHARS = frozenset((len("20260504100000"), len("20260504100000123")))
NUMBER = re.compile(r"\d{9,20}(?:\.\d{1,9})?")


@lru_cache(maxsize=1024)
def parse_clf_ms(text: str) -> int | None:
    """Return the time of `10/Oct/2000:13:55:36 -0700` (Apache mod_log_config, `%t`) in epoch milliseconds."""
    try:
        moment = datetime.fromisoformat(
            f"{text[7:11]}-{MONTHS[text[3:6]]:02d}-{text[0:2]}T{text[12:20]}{text[21:24]}:{text[24:26]}"
        )
    except (ValueError, KeyError):
        return None
    return int(moment.timestamp() * 1000)


def convert_epoch_ms(value: float) -> int | None:
    """Return epoch milliseconds of a number of seconds, milliseconds, microseconds or nanoseconds.

    The size tells which: 1777881600 are seconds, 1777881600000 milliseconds.
    """
    if isinstance(value, bool) or value != value or value < 0:  # noqa: PLR0124 - NaN alone differs from itself
        return None
    for scale in (1, 1_000, 1_000_000, 1_000_000_000):
        if value < EPOCH_S_RANGE[1] * scale:
            return int(value * 1000 / scale) if isinstance(value, float) else value * 1000 // scale
    return None


def parse_any_ms(value: object) -> int | None:
    """Return the time in a JSON value in epoch milliseconds; None if it is none.

    It is a date and a clock as loggers spell them, an epoch number, or the digits of one as text.
    """
    if not isinstance(value, str):
        return convert_epoch_ms(value) if isinstance(value, int | float) and value >= EPOCH_S_RANGE[0] else None
    if value[19:20] == "." and value[4:5] == "-" and (moment := read_iso_ms(value)) is not None:
        return moment
    if len(value) > MAX_TIME_CHARS:  # the parsers below cache the texts
        return None
    if ":" in value[18:20]:  # a colon of the clock, wherever its date ends
        value = MILLISECONDS.sub(lambda fraction: f".{fraction[1]:0>3}", value, count=1)
    if value[4:5] == "-" and (moment := parse_iso_ms(value)) is not None:
        return moment
    if NUMBER.fullmatch(value):
        return _parse_number_ms(value)
    return parse_spelt_ms(value)


def _parse_number_ms(digits: str) -> int | None:
    if len(digits) in DIGITS_CHARS and digits.startswith(("19", "20")):
        return parse_digits_ms(digits)
    return parse_any_ms(float(digits) if "." in digits else int(digits))


@lru_cache(maxsize=1024)
def parse_spelt_ms(text: str) -> int | None:
    """Return the time of a date and a clock in epoch milliseconds.

    The date begins with the year (ISO), the day (RFC 2822, access logs) or the month (`ctime`), or is of numbers alone.
    """
    match = YEAR_FIRST.match(text) or DAY_FIRST.match(text) or MONTH_FIRST.match(text)
    if match is None:
        return parse_iso_ms(text) if text[8:9] == "T" else _parse_named_ms(text)  # ISO's basic form
    month = match["month"] if match["month"].isdecimal() else MONTHS.get(match["month"], 0)
    date = f"{match['year']}-{int(month):02d}-{int(match['day']):02d}"
    return parse_zoned_ms(f"{date}T{match['clock']}", match["zone"])


def _parse_named_ms(text: str) -> int | None:
    """Return the time of a date with the name of a month, and else of one of numbers alone."""
    match = NAMED.fullmatch(text)
    if match is None:
        return parse_numeric_date(text)
    day, month, year = match.group("day", "month", "year")
    if day is None:
        month, day, year = match.group("first", "second", "third")
    date = year if len(year) == 4 else f"20{year}"
    clock = read_clock(match["clock"], match["half"])
    return parse_zoned_ms(f"{date}-{find_month(month):02d}-{day:0>2}T{clock}", match["zone"])


def parse_digits_ms(text: str) -> int | None:
    """Return the time of digits alone: `20260504100000`, perhaps with three more for the milliseconds."""
    date, clock = f"{text[:4]}-{text[4:6]}-{text[6:8]}", f"{text[8:10]}:{text[10:12]}:{text[12:14]}"
    return parse_iso_ms(f"{date}T{clock}.{text[14:] or '0'}")


@lru_cache(maxsize=128)
def _find_year(date: str, last_modified_ms: int) -> int | None:
    """Return the year of each time without a zone on a day; None if it depends on the time, or there is no such day."""
    first = parse_yearless_ms(f"{date}T00:00:00.0", last_modified_ms)
    last = parse_yearless_ms(f"{date}T23:59:59.9", last_modified_ms)
    if first is None or last is None or not 0 < last - first < DAY_MS:
        return None
    return datetime.fromtimestamp(first / 1000, UTC).year


@lru_cache(maxsize=1024)
def parse_yearless_ms(text: str, last_modified_ms: int) -> int | None:
    """Return the time `05-04T10:00:00.123` (month first) in epoch milliseconds.

    Its year is the last one in which it lies at most a day after `last_modified_ms`; None if it is no time.
    """
    if len(text) == BARE_CHARS and (known := _find_year(text[:5], last_modified_ms)) is not None:
        return read_iso_ms(f"{known}-{text}")
    try:
        year = datetime.fromtimestamp(last_modified_ms / 1000, UTC).year
    except (ValueError, OverflowError, OSError):
        return None
    for candidate in range(year + 1, year - LEAP_YEARS_APART - 1, -1):
        moment = read_iso_ms(f"{candidate:04d}-{text}")
        if moment is not None and moment <= last_modified_ms + DAY_MS:
            return moment
    return None


def parse_bsd_ms(month: str, day: str, clock: str, last_modified_ms: int) -> int | None:
    """Return the time of the parts of `May  4 10:00:00.123`, in the year that `parse_yearless_ms` finds."""
    return parse_yearless_ms(f"{MONTHS[month]:02d}-{day:0>2}T{clock}", last_modified_ms) if month in MONTHS else None


@lru_cache(maxsize=1024)
def parse_haproxy_ms(text: str) -> int | None:
    """Return the time of `04/May/2026:10:00:00.655` (HAProxy's accept date) in epoch milliseconds."""
    seconds = parse_clf_ms(f"{text[:20]} +0000")
    return None if seconds is None else LocalTime(seconds + int(text[21:24]))


def parse_ctime_ms(month: str, day: str, clock: str, year: str) -> int | None:
    """Return the time of the parts of `Mon May 04 10:00:00.123456 2026` in epoch milliseconds."""
    if month not in MONTHS:
        return None
    return parse_iso_ms(f"{year}-{MONTHS[month]:02d}-{int(day):02d}T{clock}")


def parse_dmy_ms(day: str, month: str, year: str, clock: str) -> int | None:
    """Return the time of the parts of `04-May-2026 10:00:00.123` in epoch milliseconds."""
    return parse_iso_ms(f"{year}-{MONTHS[month]:02d}-{day:0>2}T{clock}") if month in MONTHS else None
