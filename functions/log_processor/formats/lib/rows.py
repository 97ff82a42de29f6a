"""Read rows of blank-separated words in fixed columns, some of them texts in quotes that a client wrote."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from log_processor.formats.lib.tokens import ABSENT

CellRule = tuple[str, Callable[[str], Any] | None]
"""A field's name, and the function that converts a word to its value; None keeps the text."""
FIELD = re.compile(r'"((?:[^"\\]|\\.)*)"(?= |$)|(\S+)')
AROUND = frozenset({"", " "})
REQUEST_END = re.compile(r'(?: HTTP/\d(?:\.\d)?| -) ?" "')


def split_row(text: str) -> list[str] | None:
    """Return the words of a row without their quotes; None if a quote stands within a text, or one is missing."""
    pieces = text.split('"')
    if len(pieces) == 1:
        return text.split()
    if len(pieces) % 2 == 0:
        return None
    first, *between, last = pieces[::2]
    if first[-1:] not in AROUND or last[:1] not in AROUND:
        return None
    for bare in between:
        if not bare[:1] == " " == bare[-1:]:
            return None
    words = first.split()
    for quoted, bare in zip(pieces[1::2], pieces[2::2], strict=True):
        words.append(quoted)
        words += bare.split()
    return words


def split_unescaped_row(text: str, before: int, after: re.Pattern[str]) -> list[str]:
    """Return the words of a row with unescaped quotes in its request or user agent.

    The request follows after `before` words. `after` matches the closing quote of the user agent with what follows it.
    """
    words = text.split(" ", before)
    rest = words.pop() if len(words) > before else ""
    boundary = REQUEST_END.search(rest)
    agent_quote = boundary.end() - 1 if boundary else rest.find('" "') + 2
    if agent_quote < 2:  # the request is the last field
        return [*words, rest.strip('"')]
    closing = after.search(rest, agent_quote)
    stop = closing.start() if closing else max(rest.rfind('"'), agent_quote + 1)
    return [*words, rest[1 : agent_quote - 2], rest[agent_quote + 1 : stop], *split_escaped_row(rest[stop + 1 :])]


def split_escaped_row(text: str) -> list[str]:
    """Return the words of a row that has a backslash before each quote in a text; the escapes stay."""
    return [quoted or bare for quoted, bare in FIELD.findall(text)]


class Cell(NamedTuple):
    """Describe a word of a row: its name in the specification, its field, and the function that reads its value.

    A word that becomes several fields, or the time, names none.
    """

    name: str
    field: str = ""
    read: Callable[[str], Any] | None = None


def list_rules(cells: Sequence[Cell]) -> tuple[CellRule | None, ...]:
    """Return the rule of each word of a row."""
    return tuple((cell.field, cell.read) if cell.field else None for cell in cells)


def find_positions(cells: Sequence[Cell], names: str) -> tuple[int, ...]:
    """Return the positions of the words of these names in a row."""
    order = [cell.name for cell in cells]
    return tuple(order.index(name) for name in names.split())


@dataclass(frozen=True, slots=True)
class RowLayout:
    """Read rows of one format, whose words stand in fixed columns.

    `start` matches the beginning of a row. A row has at least `min_words` words. `repair` splits a row whose quotes are
    not in order, or whose words are not `sound`.
    """

    start: re.Pattern[str]
    min_words: int
    rules: tuple[CellRule | None, ...]
    repair: Callable[[str], list[str]]
    sound: Callable[[list[str]], bool] = bool

    def read(self, text: str) -> tuple[list[str], dict[str, Any]] | None:
        """Return the words of `text` and its fields; None if it is no row of this format.

        Words beyond the rules become `extra`.
        """
        if self.start.match(text) is None:
            return None
        words = split_row(text)
        if words is None or not self.sound(words):
            words = self.repair(text)
        if len(words) < self.min_words:
            return None
        return words, convert_words(words, self.rules)


def convert_words(words: Sequence[str], rules: Sequence[CellRule | None]) -> dict[str, Any]:
    """Return the fields of words by their positions.

    - `-` and the empty word give no field, and neither does a word whose rule is None.
    - Words beyond the rules become `extra`, unless each is `-` or empty.
    """
    fields = {
        rule[0]: rule[1](word) if rule[1] else word
        for word, rule in zip(words, rules, strict=False)
        if rule and word != "-" and word
    }
    if any(word not in ABSENT for word in words[len(rules) :]):
        fields["extra"] = list(words[len(rules) :])
    return fields
