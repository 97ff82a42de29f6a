"""The extended log format's frame (W3C working draft WD-logfile): `#` directives, of which `#Fields:` names columns."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from log_processor.formats.lib.format import Parse, Parsed
from log_processor.formats.lib.timestamps import any_ms, iso_ms
from log_processor.formats.lib.tokens import ABSENT, number
from log_processor.state import Columns

DIRECTIVE = re.compile(r"#(Version|Fields|Software|Date|Start-Date|End-Date|Remark): ?(.*)")
DATE = re.compile(r"\d{4}-\d\d-\d\d")
CLOCK = re.compile(r"\d{1,2}:\d\d")
FEWEST = 3
Names = list[str]
Place = tuple[str, Callable[[str], Any]]
Rules = Mapping[str, Place]
Split = Callable[[str], list[str]]


def read_fields(line: str, said: Columns | None) -> Columns | None:
    """Return the columns that `line` names if it is `#Fields:`, those `said` before for other directives, else None."""
    match = DIRECTIVE.match(line)
    if match is None:
        return None
    return Columns(" ".join(match[2].split())) if match[1] == "Fields" else said or Columns()


def row_parser(columns: Names, separator: str | None, rules: Rules, rest: Callable[[str], str]) -> Parse:
    """A parser of rows: `rules` by column name; a column without one keeps the name that `rest` gives it."""
    places = [rules.get(column) or (rest(column), number) for column in columns]
    return rows(columns, places, lambda text: text.split(separator))


def rows(columns: Names, places: Sequence[Place], split: Split, day: str = "") -> Parse:
    """A parser of rows that `split` takes apart: `places` name and type their words; no name leaves one out.

    Rows with more words than columns keep them as `extra`; a row with fewer than three words, where there are as many
    columns, is not one. Times of rows without a date are of `day`.
    """
    when = [columns.index(name) if name in columns else None for name in ("date", "time")]
    stamp = next((columns.index(name) for name in ("date-time", "timestamp") if name in columns), None)
    fewest = min(FEWEST, len(columns))

    def parse(text: str, _last_modified_ms: int) -> Parsed | None:
        found = split(text)
        if len(found) < fewest or not columns:
            return None
        moment = any_ms(found[stamp]) if stamp is not None and stamp < len(found) else _moment(found, when, day)
        if moment is None and not _untimed(found, when):
            return None
        fields = {
            name: kind(word) for word, (name, kind) in zip(found, places, strict=False) if word not in ABSENT and name
        }
        if len(found) > len(columns):
            fields["extra"] = found[len(columns) :]
        return Parsed(fields, moment)

    return parse


def _moment(found: list[str], when: list[int | None], day: str) -> int | None:
    date, time = when
    if time is None or time >= len(found) or (date is not None and date >= len(found)):
        return None
    written = day if date is None else found[date]
    return iso_ms(f"{written}T{found[time]}Z") if DATE.fullmatch(written) else None


def _untimed(found: list[str], when: list[int | None]) -> bool:
    """Whether a row may be without a moment: its date and its time, where it has them, look like such (no such day)."""
    looks = zip(when, (DATE, CLOCK), strict=True)
    return all(place is None or (place < len(found) and look.match(found[place])) for place, look in looks)
