"""Read the time of an access line in any of the shapes that servers write it in."""

import re

from log_processor.formats.lib.dating import LocalTime
from log_processor.formats.lib.numeric_dates import NumericDate, read_numeric_date
from log_processor.formats.lib.timestamps import convert_epoch_ms, parse_clf_ms
from log_processor.formats.lib.zones import parse_iso_ms

CLF = r"\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}"
ZONE = r"(?:Z| ?[+-]\d\d:?\d\d)?"
TIME = (
    r"(?:(?:(?:[A-Z][a-z]{2}, )?(?P<day>\d{1,2})[/ ](?P<month>[A-Z][a-z]{2}|\d\d)[/ ](?P<year>\d{4})[: ]"
    rf"|(?P<date>\d{{4}}-\d\d-\d\d)[T ])(?P<clock>\d\d:\d\d:\d\d(?:[.,]\d{{1,9}})?)(?P<zone>{ZONE})(?: [A-Z]{{1,5}})?"
    r"|(?P<epoch>1\d{9}(?:\.\d{1,9}|\d{3})?))"
)
"""Common Log Format's, without a zone or with a fraction; ISO 8601; HTTP's own; cPanel's, whose month is a number and
comes first; and seconds or milliseconds since 1970.
"""


def parse_time_ms(match: re.Match[str]) -> int | None:
    """Return the epoch milliseconds of a match of `TIME`; None if it is no date."""
    if match["epoch"]:
        return convert_epoch_ms(float(match["epoch"]) if "." in match["epoch"] else int(match["epoch"]))
    clock, zone = match["clock"], match["zone"].strip()
    if match["date"]:
        return parse_iso_ms(f"{match['date']}T{clock}{zone}")
    day, month, year = match.group("day", "month", "year")
    if month.isdecimal():
        return read_numeric_date(NumericDate(day, "/", month, year, ":", None, "month_first"), clock, zone)
    seconds = parse_clf_ms(f"{day:0>2}/{month}/{year}:{clock[:8]} {zone.replace(':', '') or '+0000'}")
    if seconds is None:
        return None
    moment = seconds + int(clock[9:12].ljust(3, "0"))
    return moment if zone else LocalTime(moment)
