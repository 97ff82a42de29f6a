"""Make a `Format` of what a `[[format]]` table says."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from log_processor.formats.lib.format import Format, LineStarts, Mismatch, Parsed, list_columns
from log_processor.formats.lib.leading import read_whole_time
from log_processor.formats.lib.levels import normalise_level
from log_processor.formats.lib.numbers import parse_decimal, parse_number
from log_processor.routing.own_formats.words import Splitting
from log_processor.state import Below

INTEGER = re.compile(r"[+-]?\d+", re.ASCII)
NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
ReadTime = Callable[[str, int], int | None]


ReadWord = Callable[[str], int | float | str | None]
"""Returns the value of a word, the word itself if a number would not give it back; None if it is of another type."""


def read_integer(word: str) -> int | float | str | None:
    """Return the value of digits, perhaps with a sign before them."""
    if word.isdecimal():
        return parse_number(word)
    return parse_decimal(word) if INTEGER.fullmatch(word) else None


def read_number(word: str) -> int | float | str | None:
    """Return the value of digits, perhaps with a sign, a point and an exponent."""
    if word.isdecimal():
        return parse_number(word)
    return parse_decimal(word) if NUMBER.fullmatch(word) else None


class ValueType(NamedTuple):
    """A type of values: how a word of it is read, None if it stays a text, and its name in sentences."""

    read: ReadWord | None
    words: str


TYPES = {
    "text": ValueType(None, "a text"),
    "integer": ValueType(read_integer, "an integer"),
    "number": ValueType(read_number, "a number"),
}
"""The types that a field may have, by their names in the file."""


class OwnField(NamedTuple):
    """A field of an own format: the position of its word, its name and its type."""

    position: int
    name: str
    type: ValueType = TYPES["text"]


@dataclass(frozen=True, slots=True)
class OwnFormat:
    """Read records as a `[[format]]` table says.

    - `splitting` splits a record into words; `fields` says which of them are fields. An empty word and `-` are none.
    - `times` are the indices of the words that are the time, with a blank between, and `read_time` reads them. Without
      any of them a record has no time.
    - `level` is the index of the word of the level, None if there is none; `levels` says what words mean that are not
      usual. The word itself is the field `severity_text`, if no other name is given.
    """

    splitting: Splitting
    fields: tuple[OwnField, ...]
    times: tuple[int, ...]
    read_time: ReadTime
    time_words: str
    level: int | None
    levels: Mapping[str, str]

    def parse(self, text: str, last_modified_ms: int) -> Parsed | None:
        """Return what a record says; None if it is not of the format."""
        words = self.splitting.split(text.removesuffix("\r"))
        parsed = None if words is None else self._read_words(words, last_modified_ms)
        return parsed if isinstance(parsed, Parsed) else None

    def explain(self, text: str, last_modified_ms: int) -> Mismatch:
        """Return why a text that `parse` does not read is no record."""
        text = text.removesuffix("\r")
        words = self.splitting.split(text)
        if words is None:
            return self.splitting.explain(text)
        parsed = self._read_words(words, last_modified_ms)
        return parsed if isinstance(parsed, Mismatch) else Mismatch("its lines begin otherwise")

    def _read_words(self, words: Sequence[str], last_modified_ms: int) -> Parsed | Mismatch:
        fields: dict[str, Any] = {}
        for position, name, (read, type_words) in self.fields:
            word = words[position]
            if not word or word == "-":
                continue
            value = word if read is None else read(word)
            if value is None:
                return Mismatch(f"its field {name} is not {type_words}")
            fields[name] = value
        time = " ".join([word for index in self.times for word in words[index].split() if word != "-"])
        moment = self.read_time(time, last_modified_ms) if time else None
        if moment is None and time:
            return Mismatch(f"its time is not {self.time_words}")
        return Parsed(fields, moment, self._find_level(words))

    def _find_level(self, words: Sequence[str]) -> str | None:
        word = "" if self.level is None else words[self.level]
        return self.levels.get(word) or normalise_level(word)


def read_usual_time(text: str, last_modified_ms: int) -> int | None:
    """Return the time of a text in any usual shape, as named formats read it; None if it is none."""
    return read_whole_time(text, last_modified_ms)


def build_format(name: str, own: OwnFormat, start: LineStarts | None) -> Format:
    """Return the format of this name; `start` matches the lines that begin a record, None if each line is one."""
    return Format(
        name,
        own.parse,
        title="A format that routes.toml defines",
        specification="routes.toml",
        schema=list_columns(" ".join(field.name for field in own.fields)),
        sample="",
        embedded=None,
        starts=start,
        below=Below.NOTHING if start is None else Below.ANYTHING,
        explain=own.explain,
    )
