"""Parse rows below `#` directives, of which `#Fields:` names the columns (W3C working draft WD-logfile)."""

import re
from collections.abc import Callable, Mapping, Sequence

from log_processor.formats.lib.format import Parse, Parsed
from log_processor.formats.lib.numbers import parse_number
from log_processor.formats.lib.timestamps import parse_any_ms
from log_processor.formats.lib.tokens import ABSENT, FieldRule
from log_processor.formats.lib.zones import parse_iso_ms
from log_processor.state import Columns

DIRECTIVE = re.compile(r"#(Version|Fields|Software|Date|Start-Date|End-Date|Remark): ?(.*)")
DATE = re.compile(r"\d{4}-\d\d-\d\d")
CLOCK = re.compile(r"\d{1,2}:\d\d(?!.*,)")
"""A comma before the milliseconds is that of other loggers: `10:00:00,123`."""
ADDRESS = re.compile(r"[0-9A-Fa-fxX:.*\[\]-]+(?:%\w+)?")
"""The characters of an address, also of one that is absent or masked."""
MIN_WORDS = 3
Names = list[str]
FieldRules = Mapping[str, FieldRule]
Split = Callable[[str], list[str]]


def read_fields(line: str, before: Columns | None) -> Columns | None:
    """Return the columns that apply after `line`, or None if it is no directive.

    `#Fields:` names them; any other directive leaves those in `before` as they are.
    """
    match = DIRECTIVE.match(line)
    if match is None:
        return None
    return Columns(" ".join(match[2].split())) if match[1] == "Fields" else before or Columns()


def build_row_parser(
    columns: Names, separator: str | None, rules: FieldRules, name_other: Callable[[str], str]
) -> Parse:
    """Return a parser of rows whose words `separator` separates.

    `rules` are by column name; `name_other` gives the field's name of a column without one.
    """
    own_rules = [rules.get(column) or (name_other(column), parse_number) for column in columns]
    return build_parser(columns, own_rules, lambda text: text.split(separator))


def build_parser(columns: Names, rules: Sequence[FieldRule], split: Split, day: str = "") -> Parse:
    """Return a parser of rows that `split` takes apart.

    `rules` give the name and the type of each column; a column with an empty name is left out.

    - Words beyond the columns become `extra`.
    - A row needs three words, or as many as there are columns if these are fewer.
    - Its clock and its addresses have to look like ones: a line of another program below the header is no row.
    - `day` is the date of rows without one, in ISO form.
    """
    when = [columns.index(name) if name in columns else None for name in ("date", "time")]
    stamp = next((columns.index(name) for name in ("date-time", "timestamp") if name in columns), None)
    min_words = min(MIN_WORDS, len(columns))
    addresses = [columns.index(name) for name in ("c-ip", "s-ip") if name in columns]

    def parse_row(text: str, _last_modified_ms: int) -> Parsed | None:
        words = split(text)
        if len(words) < min_words or not columns or not _has_addresses(words, addresses):
            return None
        if stamp is not None and stamp < len(words):
            moment = parse_any_ms(words[stamp])
        else:
            moment = _read_time(words, when, day)
        if moment is None and not _has_time_shape(words, when):
            return None
        fields = {
            name: kind(word) for word, (name, kind) in zip(words, rules, strict=False) if word not in ABSENT and name
        }
        if len(words) > len(columns):
            fields["extra"] = words[len(columns) :]
        return Parsed(fields, moment)

    return parse_row


def _read_time(words: list[str], when: list[int | None], day: str) -> int | None:
    date, time = when
    if time is None or time >= len(words) or (date is not None and date >= len(words)):
        return None
    date_text = day if date is None else words[date]
    is_time = "," not in words[time] and DATE.fullmatch(date_text) is not None
    return parse_iso_ms(f"{date_text}T{words[time]}Z") if is_time else None


def _has_time_shape(words: list[str], when: list[int | None]) -> bool:
    """Tell whether a row without a valid time may still be a row.

    Its date and clock, as far as it has such columns, must look like ones: `2026-02-30 10:00:00` does, `total 12` does
    not.
    """
    looks = zip(when, (DATE, CLOCK), strict=True)
    return all(position is None or (position < len(words) and look.match(words[position])) for position, look in looks)


def _has_addresses(words: list[str], positions: list[int]) -> bool:
    """Tell whether the words in the columns of addresses look like ones, as far as the row has such words."""
    return all(position >= len(words) or ADDRESS.fullmatch(words[position]) for position in positions)
