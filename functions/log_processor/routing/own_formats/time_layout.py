r"""Read times by a layout of strptime's directives, such as `%d.%m.%Y %H:%M:%S`, into epoch milliseconds.

A blank of the layout matches one or more. A number may have fewer digits than two, a day a blank before it, and a
fraction may be missing with the point or comma before it.
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, tzinfo
from functools import lru_cache

from log_processor.formats.lib.dating import LocalTime, shift_to_utc
from log_processor.formats.lib.timestamps import MONTHS
from log_processor.formats.lib.zones import EPOCH, ZONES

DIRECTIVES = {
    "Y": r"(?P<year>\d{4})",
    "y": r"(?P<short_year>\d\d)",
    "m": r"(?P<month>\d{1,2})",
    "b": r"(?P<month_name>[A-Za-z]{3})",
    "B": r"(?P<month_name>[A-Za-z]{3,9})",
    "d": r" ?(?P<day>\d{1,2})",
    "H": r"(?P<hour>\d{1,2})",
    "I": r" ?(?P<hour>\d{1,2})",
    "p": r"(?P<half>[AaPp])\.?[Mm]\.?",
    "M": r"(?P<minute>\d{1,2})",
    "S": r"(?P<second>\d{1,2})",
    "f": r"(?P<fraction>\d{1,9})",
    "s": r"(?P<epoch_s>\d{1,11})",
    "z": r"(?P<zone>Z|[+-]\d\d:?\d\d)",
    "Z": r"(?P<zone>[A-Z]{1,5})",
    "a": r"[A-Za-z]{3}",
    "A": r"[A-Za-z]{6,9}",
    "%": "%",
}
"""What each directive matches, by its letter."""
SHORT = {"T": "%H:%M:%S", "F": "%Y-%m-%d", "e": "%d"}
"""Directives that stand for others."""
DIRECTIVE = re.compile(r"%(.?)", re.DOTALL)
PIECE = re.compile(r"[.,]%f|%.| +|[.,]|[^% .,]+", re.DOTALL)
NEEDED = (("year", "%Y"), ("month", "%m"), ("day", "%d"))
FIRST_OF_CENTURY = 69
"""Of years of two digits, those from here on are of the last century, as in POSIX."""
ReadTime = Callable[[str], int | None]


class TimeLayoutError(Exception):
    """A time layout cannot be used; the message says why, and what to write."""


def build_time_reader(layout: str, zone: tzinfo | None) -> ReadTime:
    """Return the function that reads a text in the layout: its time in epoch milliseconds, None if it is none.

    A time without a zone of its own is in `zone`; if that is None, it is a `LocalTime`. Raise `TimeLayoutError` if
    the layout does not say what a time needs.
    """
    program = _compile(layout)

    @lru_cache(maxsize=1024)
    def read_time(text: str) -> int | None:
        match = program.fullmatch(text)
        try:
            return None if match is None else _compute_ms(match.groupdict(), zone)
        except (ValueError, KeyError, OverflowError):
            return None

    return read_time


def _compile(layout: str) -> re.Pattern[str]:
    """Return the pattern of a layout."""
    for letter, others in SHORT.items():
        layout = layout.replace(f"%{letter}", others)
    letters = DIRECTIVE.findall(layout)
    for letter in letters:
        if letter not in DIRECTIVES:
            known = " ".join(f"%{known}" for known in (*DIRECTIVES, *SHORT))
            raise TimeLayoutError(f"has {f'%{letter}'!r}, which is no directive: write those of {known}")
    try:
        program = re.compile("".join(map(_translate, PIECE.findall(layout))), re.ASCII)
    except re.error as error:  # a group twice
        raise TimeLayoutError("says a part of the time twice: write each once") from error
    _check_whole({_name_part(group) for group in program.groupindex}, letters)
    return program


def _translate(piece: str) -> str:
    """Return the pattern of a directive, of blanks or of other text."""
    if piece[0] == "%":
        return DIRECTIVES[piece[1]]
    if piece.endswith("%f"):
        return f"(?:{re.escape(piece[0])}{DIRECTIVES['f']})?"
    return " +" if piece[0] == " " else re.escape(piece)


def _name_part(group: str) -> str:
    """Return the part of a time that a group says: `month_name` says the month."""
    return {"short_year": "year", "month_name": "month"}.get(group, group)


def _check_whole(parts: set[str], letters: list[str]) -> None:
    """Raise `TimeLayoutError` if a layout of these parts says no moment."""
    if "epoch_s" in parts:
        return
    if "year" not in parts:
        remedy = "leave 'time_layout' out, and usual times without a year lie near the object's last-modified time"
        raise TimeLayoutError(f"has no year: write %Y or %y where the lines have it; else {remedy}")
    for part, directive in NEEDED:
        if part not in parts:
            raise TimeLayoutError(f"has no {part}: write {directive} where the lines have it")
    if ("I" in letters) != ("p" in letters):
        raise TimeLayoutError("has one of %I and %p: write both for a clock of twelve hours, else %H")


def _compute_ms(parts: Mapping[str, str | None], zone: tzinfo | None) -> int:
    """Return the time of the parts of a match; raise `ValueError` or `KeyError` if there is none."""
    fraction_ms = int(f"{parts.get('fraction') or 0:0<3}"[:3])
    if epoch_s := parts.get("epoch_s"):
        return int(epoch_s) * 1000 + fraction_ms
    hour, minute, second = (int(parts.get(name) or 0) for name in ("hour", "minute", "second"))
    if half := parts.get("half"):
        hour = _convert_hour(hour, half)
    if hour > 23 or minute > 59 or second > 60:
        raise ValueError(hour, minute, second)
    date = datetime(_find_year(parts), _find_month(parts), int(parts["day"] or 0))
    moment = date + timedelta(hours=hour, minutes=minute, seconds=second)
    local_ms = (moment - EPOCH) // timedelta(milliseconds=1) + fraction_ms
    if own_zone := parts.get("zone"):
        return local_ms - _convert_offset_ms(own_zone)
    return LocalTime(local_ms) if zone is None else shift_to_utc(local_ms, zone)


def _convert_hour(hour: int, half: str) -> int:
    if not 1 <= hour <= 12:
        raise ValueError(hour)
    return hour % 12 + 12 * (half in "Pp")


def _find_year(parts: Mapping[str, str | None]) -> int:
    if (short := parts.get("short_year")) is None:
        return int(parts["year"] or 0)
    return int(short) + (1900 if int(short) >= FIRST_OF_CENTURY else 2000)


def _find_month(parts: Mapping[str, str | None]) -> int:
    name = parts.get("month_name")
    return int(parts["month"] or 0) if name is None else MONTHS[name[:3].capitalize()]


def _convert_offset_ms(zone: str) -> int:
    """Return the offset of `+0200`, `-03:30`, `Z` or a usual abbreviation; raise `KeyError` for another."""
    offset = zone if zone[0] in "+-" else ZONES[zone]
    minutes = int(offset[1:3]) * 60 + int(offset[-2:])
    return (-minutes if offset[0] == "-" else minutes) * 60_000
