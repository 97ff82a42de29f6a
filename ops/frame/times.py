"""Read times as operators write them, and print times in the zone that they ask for."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ops.errors import CommandError

AGO = re.compile(r"(?P<count>\d{1,6})(?P<unit>[smhdw])(?: ago)?")
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
EXAMPLES = "15m, 2h, 3d, today, yesterday, or a time of ISO 8601 such as 2026-05-04T10:00"
LOCAL = "local"


@dataclass(frozen=True, slots=True)
class ZonedClock:
    """The time at which a command runs, in the zone in which times are read and printed."""

    now: datetime

    def parse(self, option: str, text: str) -> datetime:
        """Return the time that `text` means; raises `CommandError` that names the option if it means none.

        - `15m`, `2h`, `3d`, `1w`, also with ` ago`: so long before now.
        - `now`; `today` and `yesterday`: midnight, at which the day began.
        - ISO 8601: `2026-05-04`, `2026-05-04T10:00`, `2026-05-04T10:00:00+02:00`; without an offset, in the zone.
        """
        word = text.strip()
        if match := AGO.fullmatch(word):
            try:
                span = timedelta(**{UNITS[match["unit"]]: int(match["count"])})
                return (self.now.astimezone(UTC) - span).astimezone(
                    self.now.tzinfo
                )  # also across a change of the clocks
            except OverflowError as error:
                raise CommandError(f"{option} {text}: that is before all times: write {EXAMPLES}") from error
        if word == "now":
            return self.now
        if word in ("today", "yesterday"):
            return self._find_midnight(days_ago=int(word == "yesterday"))
        try:
            moment = datetime.fromisoformat(word)
        except ValueError as error:
            raise CommandError(f"{option} {text}: this is no time: write {EXAMPLES}") from error
        return moment.replace(tzinfo=self.now.tzinfo) if moment.tzinfo is None else moment

    def _find_midnight(self, days_ago: int) -> datetime:
        day = self.now.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
        return day - timedelta(days=days_ago)

    def format(self, moment: datetime | int | str | None) -> str:
        """Return a time as ISO 8601 to the second: a datetime, epoch milliseconds, or ISO 8601; a dash for None."""
        match moment:
            case None | "":
                return "-"
            case int():
                known = datetime.fromtimestamp(moment / 1000, UTC)
            case str():
                known = datetime.fromisoformat(moment)
            case _:
                known = moment
        return known.astimezone(self.now.tzinfo).isoformat(timespec="seconds").replace("+00:00", "Z")


def open_clock(zone: str) -> ZonedClock:
    """Return the clock of a zone: `UTC`, `local`, or a name such as Europe/Berlin; raises `CommandError` if unknown."""
    return ZonedClock(datetime.now(_find_zone(zone)))


def check_order(first: tuple[str, datetime], last: tuple[str, datetime]) -> None:
    """Raise `CommandError` unless a time is before another one; each has the option that says it, as it was typed."""
    if first[1] >= last[1]:
        raise CommandError(f"{first[0]} is not before {last[0]}: name an earlier time, or a later end")


def _find_zone(name: str) -> tzinfo | None:
    if name.upper() == "UTC":
        return UTC
    if name == LOCAL:
        return datetime.now().astimezone().tzinfo
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise CommandError(
            f"--tz {name}: there is no such zone: write UTC, local, or a name such as Europe/Berlin"
        ) from error


def describe_span(seconds: float) -> str:
    """Return a length of time in its largest two units: `4.2 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`."""
    if seconds < 60:
        return f"{max(seconds, 0):.1f} s"
    minutes, rest = divmod(int(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours < 24 else f"{hours // 24} d {hours % 24} h"
