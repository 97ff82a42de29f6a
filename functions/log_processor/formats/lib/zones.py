"""Read ISO 8601 dates and clocks, with a zone behind them or apart, into epoch milliseconds.

What is no date becomes None, never an exception.
"""

import re
import zoneinfo
from datetime import UTC, datetime, tzinfo
from functools import lru_cache

from log_processor.formats.lib.dating import LocalTime

zoneinfo.reset_tzpath(())  # the pinned package has the rules: what the system has would make one object's times differ
EPOCH, EPOCH_UTC = datetime(1970, 1, 1), datetime(1970, 1, 1, tzinfo=UTC)
OFFSET = re.compile(r"[+-](?:0\d|1[0-4]):[0-5]\d")
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


def read_iso_ms(text: str) -> int | None:
    """Return an ISO 8601 or RFC 3339 time in epoch milliseconds; a `LocalTime` if it has no zone.

    A moment without a zone is not given one: that would take longer than all else here.
    """
    try:
        moment = datetime.fromisoformat(text)
        is_local = moment.tzinfo is None
        since = moment - (EPOCH if is_local else EPOCH_UTC)
    except (ValueError, OverflowError):
        return None
    count = (since.days * 86_400 + since.seconds) * 1000 + since.microseconds // 1000
    return LocalTime(count) if is_local else count


@lru_cache(maxsize=1024)
def parse_iso_ms(text: str) -> int | None:
    """Return the time that `read_iso_ms` reads, which is kept: lines of the same second have the same text.

    To keep one that does not come again, as most with a fraction do not, takes half as long as to read it.
    """
    return read_iso_ms(text)


@lru_cache(maxsize=1024)
def parse_zoned_ms(text: str, zone: str | None) -> int | None:
    """Return the time of a date and a clock, and of a zone apart: `+02`, `-0330`, `CEST` or `Europe/Berlin`.

    Without a zone it is a `LocalTime`. With an unknown one it counts as UTC.
    """
    if not zone:
        return read_iso_ms(text)
    if "/" in zone:
        return _parse_regional_ms(text, zone)
    if zone[3:4] in {"+", "-"}:  # GMT+2
        zone = f"{zone[3]}{zone[4:]:0>2}"
    offset = ZONES.get(zone, "+00:00") if zone[0] not in "+-" else zone
    return read_iso_ms(text.rstrip() + offset)


def _parse_regional_ms(text: str, region: str) -> int | None:
    """Return the epoch milliseconds of an ISO date and time in a region such as `Europe/Berlin`, or None.

    The region overrides an offset in the text. If the region is unknown, the text is read as `parse_iso_ms` does.
    """
    zone = find_zone(region)
    if zone is None:
        return read_iso_ms(text)
    try:
        moment = datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)
        return read_iso_ms(moment.isoformat())
    except (ValueError, OverflowError):
        return read_iso_ms(text)


def find_zone(name: str) -> tzinfo | None:
    """Return the zone of a name of the tz database (`Europe/Berlin`) or of an offset (`+05:30`); None if it is none."""
    if OFFSET.fullmatch(name):
        return datetime.fromisoformat(f"2000-01-01T00:00:00{name}").tzinfo
    try:
        return zoneinfo.ZoneInfo(name)
    except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
        return None
