"""The extended log format's frame (W3C working draft WD-logfile): `#` directives, of which `#Fields:` names columns."""

import re
from collections.abc import Callable, Mapping, Sequence

from log_processor.formats.lib.format import Parse, Parsed
from log_processor.formats.lib.timestamps import parse_any_ms, parse_iso_ms
from log_processor.formats.lib.tokens import ABSENT, FieldRule, parse_number
from log_processor.state import Columns

DIRECTIVE = re.compile(r"#(Version|Fields|Software|Date|Start-Date|End-Date|Remark): ?(.*)")
DATE = re.compile(r"\d{4}-\d\d-\d\d")
CLOCK = re.compile(r"\d{1,2}:\d\d")
MIN_WORDS = 3
Names = list[str]
FieldRules = Mapping[str, FieldRule]
Split = Callable[[str], list[str]]


def read_fields(line: str, said: Columns | None) -> Columns | None:
    """Return the columns that `line` names if it is `#Fields:`, those `said` before for other directives, else None."""
    match = DIRECTIVE.match(line)
    if match is None:
        return None
    return Columns(" ".join(match[2].split())) if match[1] == "Fields" else said or Columns()


def build_row_parser(
    columns: Names, separator: str | None, rules: FieldRules, name_other: Callable[[str], str]
) -> Parse:
    """A parser of rows: `rules` by column name; a column without one keeps the name that `rest` gives it."""
    own_rules = [rules.get(column) or (name_other(column), parse_number) for column in columns]
    return build_parser(columns, own_rules, lambda text: text.split(separator))


def build_parser(columns: Names, rules: Sequence[FieldRule], split: Split, day: str = "") -> Parse:
    """A parser of rows that `split` takes apart: `places` name and type their words; no name leaves one out.

    Rows with more words than columns keep them as `extra`; a row with fewer than three words, where there are as many
    columns, is not one. Times of rows without a date are of `day`.
    """
    when = [columns.index(name) if name in columns else None for name in ("date", "time")]
    stamp = next((columns.index(name) for name in ("date-time", "timestamp") if name in columns), None)
    min_words = min(MIN_WORDS, len(columns))

    def parse_row(text: str, _last_modified_ms: int) -> Parsed | None:
        words = split(text)
        if len(words) < min_words or not columns:
            return None
        moment = (
            parse_any_ms(words[stamp]) if stamp is not None and stamp < len(words) else _read_time(words, when, day)
        )
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
    return parse_iso_ms(f"{date_text}T{words[time]}Z") if DATE.fullmatch(date_text) else None


def _has_time_shape(words: list[str], when: list[int | None]) -> bool:
    """Whether a row may be without a moment: its date and its time, where it has them, look like such (no such day)."""
    looks = zip(when, (DATE, CLOCK), strict=True)
    return all(position is None or (position < len(words) and look.match(words[position])) for position, look in looks)
