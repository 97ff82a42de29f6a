"""Rows of blank-separated fields in fixed places, some of them texts in quotes that a client has written."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from log_processor.formats.lib.tokens import ABSENT

CellRule = tuple[str, Callable[[str], Any] | None]
"""A field's name and what makes its value of a word; None leaves it as text."""
FIELD = re.compile(r'"((?:[^"\\]|\\.)*)"(?= |$)|(\S+)')
AROUND = frozenset({"", " "})
REQUEST_END = re.compile(r'(?: HTTP/\d(?:\.\d)?| -) ?" "')


def split_row(text: str) -> list[str] | None:
    """The fields of a row, their quotes taken off; None where a quote stands within a text, or one is missing."""
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
    """The fields of a row whose request or user agent has quotes within, told by what stands around them.

    The request comes behind `before` fields; `after` matches the closing quote of the user agent with what follows.
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
    """The fields of a row in whose texts a backslash stands before a quote; the escapes left as they stand."""
    return [quoted or bare for quoted, bare in FIELD.findall(text)]


class Cell(NamedTuple):
    """A word of a row: its name in the specification, the field that it becomes, and what makes a value of it.

    A word that becomes several fields, or a time, has none here.
    """

    name: str
    field: str = ""
    read: Callable[[str], Any] | None = None


def list_rules(cells: Sequence[Cell]) -> tuple[CellRule | None, ...]:
    """Return the rule of each word of a row."""
    return tuple((cell.field, cell.read) if cell.field else None for cell in cells)


def find_positions(cells: Sequence[Cell], names: str) -> tuple[int, ...]:
    """Return where the words of these names stand in a row."""
    order = [cell.name for cell in cells]
    return tuple(order.index(name) for name in names.split())


@dataclass(frozen=True, slots=True)
class RowLayout:
    """A format of fields in fixed places.

    `start` matches a row's beginning; a row has at least `fewest` fields. Where its quotes are not in order, or its
    fields not `sound`, `repair` finds them instead.
    """

    start: re.Pattern[str]
    min_words: int
    rules: tuple[CellRule | None, ...]
    repair: Callable[[str], list[str]]
    sound: Callable[[list[str]], bool] = bool

    def read(self, text: str) -> tuple[list[str], dict[str, Any]] | None:
        """The words of `text` and its fields, with words beyond the rules as `extra`; None where it is another's."""
        if self.start.match(text) is None:
            return None
        words = split_row(text)
        if words is None or not self.sound(words):
            words = self.repair(text)
        if len(words) < self.min_words:
            return None
        return words, convert_words(words, self.rules)


def convert_words(words: Sequence[str], rules: Sequence[CellRule | None]) -> dict[str, Any]:
    """Name and type words by position: `-` and the empty word are absent, a rule of None leaves its word out.

    Words beyond the rules are kept as `extra`, unless they only announce a field (`-`).
    """
    fields = {
        rule[0]: rule[1](word) if rule[1] else word
        for word, rule in zip(words, rules, strict=False)
        if rule and word != "-" and word
    }
    if any(word not in ABSENT for word in words[len(rules) :]):
        fields["extra"] = list(words[len(rules) :])
    return fields
