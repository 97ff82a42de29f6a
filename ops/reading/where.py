"""Parse what `--where` says: comparisons joined by `and`, `or`, `not` and parentheses.

`status>=500 and not (level=debug or user.name~"^test")`. A name alone holds if the record has it.
"""

import re
from dataclasses import dataclass
from typing import NoReturn

from ops.errors import CommandError
from ops.reading.combined import Every, Not, Some
from ops.reading.conditions import Comparison, Condition, Exists

TOKEN = re.compile(
    r"""\s*(?:(?P<quoted>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?P<operator>!=|<=|>=|!~|==|[=<>~])|(?P<bracket>[()])"""
    r"""|(?P<word>[^\s()=<>~!"']+)|(?P<wrong>\S))"""
)
ESCAPED = re.compile(r"\\(.)")
WORDS = ("and", "or", "not")
EQUALITY = ("=", "==", "!=")


@dataclass(frozen=True, slots=True)
class Token:
    """A part of the text: its kind, its characters and the place of the first one; the last token is an `end`."""

    kind: str
    text: str
    at: int


def parse_where(text: str) -> Condition:
    """Return the condition that `text` says; raises `CommandError` that shows where it cannot be understood."""
    return _Parser(text).parse()


class _Parser:
    """A parser by recursive descent: `or` binds less than `and`, and that less than `not`."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = [
            Token(str(match.lastgroup), str(match[str(match.lastgroup)]), match.start(str(match.lastgroup)))
            for match in TOKEN.finditer(text)
        ]
        self._tokens.append(Token("end", "", len(text.rstrip())))
        self._next = 0

    def parse(self) -> Condition:
        """Return the condition of the whole text."""
        condition = self._parse_some()
        if self._peek().kind != "end":
            self._refuse("'and' or 'or'")
        return condition

    def _parse_some(self) -> Condition:
        parts = [self._parse_every()]
        while self._take_word("or"):
            parts.append(self._parse_every())
        return parts[0] if len(parts) == 1 else Some(tuple(parts))

    def _parse_every(self) -> Condition:
        parts = [self._parse_one()]
        while self._take_word("and"):
            parts.append(self._parse_one())
        return parts[0] if len(parts) == 1 else Every(tuple(parts))

    def _parse_one(self) -> Condition:
        if self._take_word("not"):
            return Not(self._parse_one())
        if self._peek().text == "(" and self._peek().kind == "bracket":
            self._take()
            condition = self._parse_some()
            if self._peek().kind != "bracket":
                self._refuse("')'")
            self._take()
            return condition
        return self._parse_comparison()

    def _parse_comparison(self) -> Condition:
        token = self._peek()
        if token.kind not in ("word", "quoted") or (token.kind == "word" and token.text in WORDS):
            self._refuse("the name of an attribute or field, such as level")
        name = _read_text(self._take())
        if self._peek().kind != "operator":
            return Exists(name)
        operator = self._take().text
        if self._peek().kind not in ("word", "quoted"):
            self._refuse("a value, in quotes if it has blanks or signs")
        position = self._peek()
        value = self._check(operator, _read_text(self._take()), position)
        if name == "status" and operator in EQUALITY and not value.isdigit():
            name = "fields.status"  # the attribute of this name, which the index has, is a number
        return Comparison(name, "=" if operator == "==" else operator, value)

    def _check(self, operator: str, value: str, position: Token) -> str:
        if operator in ("~", "!~"):
            try:
                re.compile(value)
            except re.error as error:
                raise _make_error(self._text, position.at, f"{value} is no regular expression ({error})") from error
        return value

    def _peek(self) -> Token:
        return self._tokens[self._next]

    def _take(self) -> Token:
        token = self._tokens[self._next]
        self._next += 1
        return token

    def _take_word(self, word: str) -> bool:
        is_there = self._peek().kind == "word" and self._peek().text == word
        self._next += is_there
        return is_there

    def _refuse(self, expected: str) -> NoReturn:
        token = self._peek()
        standing = f"{token.text} stands there" if token.text else "the text ends"
        raise _make_error(self._text, token.at, f"write {expected}, where {standing}")


def _make_error(text: str, at: int, remedy: str) -> CommandError:
    return CommandError(f"--where {text}: at character {at + 1}: {remedy}")


def _read_text(token: Token) -> str:
    return ESCAPED.sub(r"\1", token.text[1:-1]) if token.kind == "quoted" else token.text
