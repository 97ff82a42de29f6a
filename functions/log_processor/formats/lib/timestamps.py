"""Parse timestamps into epoch milliseconds, with zone and fraction.

What is no date becomes None, never an exception.
"""

import re
from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

MONTHS = {name: number for number, name in enumerate("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), 1)}  # noqa: SIM905
EPOCH_S_RANGE = (100_000_000, 10_000_000_000)
"""Numbers that are epoch seconds; a smaller one is a duration, or counts from another start than 1970."""
EPOCH, EPOCH_UTC = datetime(1970, 1, 1), datetime(1970, 1, 1, tzinfo=UTC)
DAY_MS = 86_400_000
MAX_TIME_CHARS = 64
LEAP_YEARS_APART = 8
ZONES = {
    **dict.fromkeys(("UTC", "GMT", "UCT", "WET", "Z"), "+00:00"),
    **dict.fromkeys(("BST", "WEST", "CET", "MEZ"), "+01:00"),
    **dict.fromkeys(("CEST", "MESZ", "EET", "SAST"), "+02:00"),
    **dict.fromkeys(("EEST", "MSK"), "+03:00"),
    "PKT": "+05:00",
    "IST": "+05:30",
    "WIB": "+07:00",
    **dict.fromkeys(("AWST", "HKT", "SGT", "PHT"), "+08:00"),
    **dict.fromkeys(("JST", "KST"), "+09:00"),
    "ACST": "+09:30",
    "AEST": "+10:00",
    "ACDT": "+10:30",
    "AEDT": "+11:00",
    "NZST": "+12:00",
    "NZDT": "+13:00",
    **dict.fromkeys(("ADT", "BRT", "ART"), "-03:00"),
    **dict.fromkeys(("EDT", "AST"), "-04:00"),
    **dict.fromkeys(("EST", "CDT"), "-05:00"),
    **dict.fromkeys(("CST", "MDT"), "-06:00"),
    **dict.fromkeys(("MST", "PDT"), "-07:00"),
    **dict.fromkeys(("PST", "AKDT"), "-08:00"),
    "AKST": "-09:00",
    "HST": "-10:00",
}
"""Usual abbreviations of the tz database; one with several meanings has that of the zone with the most people."""

CLOCK = r"(?P<clock>\d\d:\d\d:\d\d(?:[.,]\d{1,9})?)"
ZONE = r"(?P<zone>Z|[+-]\d\d(?::?\d\d)?|[A-Z]{3,5})"
YEAR_FIRST = re.compile(
    rf"(?P<year>\d{{4}})[-/]?(?P<month>\d\d)[-/]?(?P<day>\d\d)[Tt ]{CLOCK}(?: ?{ZONE})?", re.IGNORECASE
)
DAY_FIRST = re.compile(
    r"(?:[A-Z][a-z]{2}, )?(?P<day>\d{1,2})[ /-](?P<month>[A-Z][a-z]{2})[ /-](?P<year>\d{4})[ :T]"
    rf"{CLOCK}(?: {ZONE})?"
)
MONTH_FIRST = re.compile(
    rf"(?:[A-Z][a-z]{{2}} )?(?P<month>[A-Z][a-z]{{2}}) {{1,2}}(?P<day>\d{{1,2}}) {CLOCK}(?: {ZONE})? (?P<year>\d{{4}})"
)
MILLISECONDS = re.compile(r"(?<=\d\d:\d\d:\d\d):(\d{1,3})(?!\d)")
"""What some loggers write behind a colon: 11 ms in `10:00:35:11`."""
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


@lru_cache(maxsize=1024)
def parse_iso_ms(text: str) -> int | None:
    """Return an ISO 8601 or RFC 3339 time in epoch milliseconds; without a zone it counts as UTC."""
    try:
        return _count_ms(datetime.fromisoformat(text.replace(",", ".", 1)))
    except (ValueError, OverflowError):
        return None


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
    if len(value) > MAX_TIME_CHARS:  # the parsers below cache the texts
        return None
    if value[19:20] == ":":
        value = MILLISECONDS.sub(lambda fraction: f".{fraction[1]:0>3}", value, count=1)
    if value[4:5] == "-" and (moment := parse_iso_ms(value)) is not None:
        return moment
    if NUMBER.fullmatch(value):
        return parse_any_ms(float(value) if "." in value else int(value))
    return parse_spelt_ms(value)


@lru_cache(maxsize=1024)
def parse_spelt_ms(text: str) -> int | None:
    """Return the time of a date and a clock in epoch milliseconds.

    The date begins with the year (ISO), the day (RFC 2822, access logs) or the month (`ctime`).
    """
    match = YEAR_FIRST.match(text) or DAY_FIRST.match(text) or MONTH_FIRST.match(text)
    if match is None:
        return parse_iso_ms(text) if text[8:9] == "T" else None  # ISO's basic form
    month = match["month"] if match["month"].isdecimal() else MONTHS.get(match["month"], 0)
    date = f"{match['year']}-{int(month):02d}-{int(match['day']):02d}"
    return parse_zoned_ms(f"{date}T{match['clock']}", match["zone"])


def _count_ms(moment: datetime) -> int:
    """Return the epoch milliseconds of a moment, in UTC if it has no zone.

    A moment without a zone is not given one: that would take longer than all else here.
    """
    since = moment - (EPOCH if moment.tzinfo is None else EPOCH_UTC)
    return (since.days * 86_400 + since.seconds) * 1000 + since.microseconds // 1000


@lru_cache(maxsize=1024)
def parse_yearless_ms(text: str, last_modified_ms: int) -> int | None:
    """Return the time `05-04T10:00:00.123` (month first, UTC) in epoch milliseconds.

    Its year is the last one in which it lies at most a day after `last_modified_ms`; None if it is no time.
    """
    try:
        year = datetime.fromtimestamp(last_modified_ms / 1000, UTC).year
    except (ValueError, OverflowError, OSError):
        return None
    for candidate in range(year + 1, year - LEAP_YEARS_APART - 1, -1):
        moment = parse_iso_ms(f"{candidate:04d}-{text}")
        if moment is not None and moment <= last_modified_ms + DAY_MS:
            return moment
    return None


def parse_bsd_ms(month: str, day: str, clock: str, last_modified_ms: int) -> int | None:
    """Return the time of the parts of `May  4 10:00:00.123` (UTC), in the year that `parse_yearless_ms` finds."""
    return parse_yearless_ms(f"{MONTHS[month]:02d}-{day:0>2}T{clock}", last_modified_ms) if month in MONTHS else None


@lru_cache(maxsize=1024)
def parse_zoned_ms(text: str, zone: str | None) -> int | None:
    """Return the time of a date and a clock, and of a zone apart: `+02`, `-0330`, `CEST` or `Europe/Berlin`.

    Without a zone, and with an unknown one, the time counts as UTC.
    """
    if not zone:
        return parse_iso_ms(text)
    if "/" in zone:
        return _parse_regional_ms(text, zone)
    if zone[3:4] in {"+", "-"}:  # GMT+2
        zone = f"{zone[3]}{zone[4:]:0>2}"
    offset = ZONES.get(zone, "+00:00") if zone[0] not in "+-" else zone
    return parse_iso_ms(text.rstrip() + offset)


def _parse_regional_ms(text: str, region: str) -> int | None:
    """Return the epoch milliseconds of an ISO date and time in a region such as `Europe/Berlin`, or None.

    The region overrides an offset in the text. If the region is unknown, the text is read as `parse_iso_ms` does.
    """
    try:
        moment = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(region))
        return _count_ms(moment.astimezone(UTC))
    except (ValueError, OverflowError, ZoneInfoNotFoundError, OSError):
        return parse_iso_ms(text)


@lru_cache(maxsize=1024)
def parse_haproxy_ms(text: str) -> int | None:
    """Return the time of `04/May/2026:10:00:00.655` (HAProxy's accept date, in UTC) in epoch milliseconds."""
    seconds = parse_clf_ms(f"{text[:20]} +0000")
    return None if seconds is None else seconds + int(text[21:24])


def parse_ctime_ms(month: str, day: str, clock: str, year: str) -> int | None:
    """Return the time of the parts of `Mon May 04 10:00:00.123456 2026` (UTC) in epoch milliseconds."""
    if month not in MONTHS:
        return None
    return parse_iso_ms(f"{year}-{MONTHS[month]:02d}-{int(day):02d}T{clock}")


def parse_dmy_ms(day: str, month: str, year: str, clock: str) -> int | None:
    """Return the time of the parts of `04-May-2026 10:00:00.123` (UTC) in epoch milliseconds."""
    return parse_iso_ms(f"{year}-{MONTHS[month]:02d}-{day:0>2}T{clock}") if month in MONTHS else None
