"""Read dates of numbers alone, whose line does not say which of them is the day and which the month."""

from functools import lru_cache
from typing import NamedTuple

from log_processor.formats.lib.dating import DateOrder, UndecidedTime, make_undecided
from log_processor.formats.lib.lazy import compile_lazily
from log_processor.formats.lib.zones import parse_zoned_ms

NARROW = "\u202f"  # the blank that Java 20 and later writes before AM and PM
NUMERIC = compile_lazily(
    r"(\d\d?)([/.-])(\d\d?)\2(\d{4}|\d\d)(T|,? {1,2}|[_:-])"
    rf"(\d\d?:\d\d(?::\d\d(?:[.,:]\d{{1,9}})?)?)(?:[ {NARROW}]([AaPp][Mm]))?(?: ?(Z|[+-]\d\d(?::?\d\d)?|[A-Z]{{3,5}}))?"
)


@lru_cache(maxsize=1024)
def parse_numeric_date(text: str) -> UndecidedTime | None:
    """Return the time of a text that is `12/05/2026 10:00:00`, or like it; None if it is none."""
    match = NUMERIC.fullmatch(text)
    if match is None:
        return None
    first, sign, second, third, gap, clock, half, zone = match.groups()
    return read_numeric_date(NumericDate(first, sign, second, third, gap, half), read_clock(clock, half), zone)


class NumericDate(NamedTuple):
    """The three numbers of a date, the sign between them, what stands before the clock, and AM or PM behind it.

    `known_usual` is the order that the one program means that writes such a date.
    """

    first: str
    sign: str
    second: str
    third: str
    gap: str
    half: str | None
    known_usual: DateOrder | None = None

    @property
    def may_begin_with_year(self) -> bool:
        """Tell whether the first number may be a year of two digits."""
        return len(self.first) == len(self.second) == len(self.third) == 2

    @property
    def usual(self) -> DateOrder | None:
        """Return the order that most programs mean.

        Before points the day comes first. Of two digits the year does, as in `26/05/12 10:00:00`, unless a comma or an
        AM stands with the clock: people write so.
        """
        if self.sign == "." or self.known_usual:
            return self.known_usual or "day_first"
        return "year_first" if self.may_begin_with_year and not self.half and "," not in self.gap else None


def read_numeric_date(date: NumericDate, clock: str, zone: str | None) -> UndecidedTime | None:
    """Return the time of a date, with those of all its orders; None if no order makes it one."""
    first, second, third = date.first.zfill(2), date.second.zfill(2), date.third
    year = third if len(third) == 4 else f"20{third}"
    dates: dict[DateOrder, str] = {"year_first": f"20{first}-{second}-{third}"} if date.may_begin_with_year else {}
    dates |= {"month_first": f"{year}-{first}-{second}", "day_first": f"{year}-{second}-{first}"}
    times = {order: parse_zoned_ms(f"{text}T{clock}", zone) for order, text in dates.items()}
    return make_undecided({order: time for order, time in times.items() if time is not None}, date.usual)


def read_clock(clock: str, half: str | None) -> str:
    """Return the clock in 24 hours; `half` is AM, PM or None.

    An hour that no clock of 12 hours shows, such as `13:00:00 PM`, becomes 24, which is no time.
    """
    clock = fix_clock(clock)
    if not half:
        return clock
    hour = int(clock[:2])
    return f"{hour % 12 + (12 if half.upper() == 'PM' else 0) if 1 <= hour <= 12 else 24:02d}{clock[2:]}"


def fix_clock(clock: str) -> str:
    """Return the clock with two digits of the hour, and a point before the fraction of a second."""
    clock = clock if clock[1] != ":" else f"0{clock}"
    if len(clock) <= 8 or clock[8] == ".":
        return clock
    return f"{clock[:8]}.{clock[9:].zfill(3) if clock[8] == ':' else clock[9:]}"
