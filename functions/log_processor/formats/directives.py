"""The extended log format's frame (W3C working draft WD-logfile): `#` directives, of which `#Fields:` names columns."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from log_processor.formats.base import Parse
from log_processor.formats.timestamps import iso_ms
from log_processor.formats.tokens import ABSENT, number
from log_processor.record import Parsed

DIRECTIVE = re.compile(r"#(Version|Fields|Software|Date|Start-Date|End-Date|Remark): ?(.*)")
DATE = re.compile(r"\d{4}-\d\d-\d\d")
Columns = list[str]
Rules = Mapping[str, tuple[str, Callable[[str], Any]]]


def read_fields(line: str, state: str | None) -> str | None:
    """The columns as one text where `line` is `#Fields:`, the state as it was for other directives, else None."""
    match = DIRECTIVE.match(line)
    if match is None:
        return None
    return " ".join(match[2].split()) if match[1] == "Fields" else state or ""


def row_parser(columns: Columns, separator: str | None, rules: Rules, rest: Callable[[str], str]) -> Parse:
    """A parser of rows: `rules` by column name; a column without one keeps the name that `rest` gives it.

    Rows with more words than columns keep them as `extra`; a row with fewer than three words is not one.
    """
    places = [rules.get(column) or (rest(column), number) for column in columns]
    when = [columns.index(name) if name in columns else None for name in ("date", "time")]

    def parse(text: str, _near_ms: int) -> Parsed | None:
        found = text.split(separator)
        if len(found) < 3 or not columns:
            return None
        moment = _moment(found, when)
        if when[0] is not None and moment is None:
            return None
        fields = {
            name: kind(word) for word, (name, kind) in zip(found, places, strict=False) if word not in ABSENT and name
        }
        if len(found) > len(columns):
            fields["extra"] = found[len(columns) :]
        return Parsed(fields, moment)

    return parse


def _moment(found: list[str], when: list[int | None]) -> int | None:
    date, time = when
    if date is None or time is None or max(date, time) >= len(found) or not DATE.fullmatch(found[date]):
        return None
    return iso_ms(f"{found[date]}T{found[time]}Z")
