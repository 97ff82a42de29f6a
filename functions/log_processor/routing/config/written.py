"""A TOML file of `[[route]]` tables, and the line of everything in it."""

import re
import tomllib
from dataclasses import dataclass
from typing import Any, NoReturn

from log_processor.errors import SettingsError

TABLE = "route"
HEADER = re.compile(r"\s*\[{1,2}\s*([^\[\]#]+?)\s*\]")
PLACE = re.compile(r" ?\(at (?:line (\d+), column \d+|end of document)\)")


class RouteError(SettingsError):
    """The routes cannot be used; the message is `routes.toml:<line>: <sentence>`, lines from 1."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(f"routes.toml:{line}: {message}")
        self.line = line


@dataclass(frozen=True, slots=True)
class Statement:
    """Where a key with its value stands: its first line (from 1), and all of its text."""

    line: int
    text: str

    def line_of(self, part: str) -> int:
        """The line on which `part` of the value is written, or the first one where it is written otherwise."""
        written = {part, part.replace("\\", "\\\\").replace('"', '\\"')}
        for number, line in enumerate(self.text.split("\n")):
            if part and any(form in line for form in written):
                return self.line + number
        return self.line


@dataclass(frozen=True, slots=True)
class Written:
    """One `[[route]]` table: its line, its values, and where each of its keys stands."""

    line: int
    values: dict[str, Any]
    statements: dict[str, Statement]

    def refuse(self, key: str, message: str, part: Any = "") -> NoReturn:
        """Raise `RouteError` at the line of `key`, or of `part` of its value."""
        statement = self.statements.get(key, Statement(self.line, ""))
        raise RouteError(statement.line_of(part if isinstance(part, str) else ""), message)


def tables(text: str) -> list[Written]:
    """The route tables of a file's text; raises `RouteError` where it is not TOML or holds something else."""
    text = text.replace("\r\n", "\n")
    document = _document(text)
    places = _places(text)
    _check_top(document, places)
    found = document.get(TABLE, [])
    starts = [place for place in places if place.name == TABLE]
    if len(starts) != len(found):  # written in another way, such as one inline list
        starts = [_Place(TABLE, _line_of_top(places, TABLE), {}) for _ in found]
    return [Written(place.line, values, place.statements) for place, values in zip(starts, found, strict=True)]


def _check_top(document: dict[str, Any], places: list["_Place"]) -> None:
    """Refuse what is no list of route tables."""
    for key in document:
        if key != TABLE:
            raise RouteError(_line_of_top(places, key), f"unknown key {key!r}: a file holds [[{TABLE}]] tables alone")
    found = document.get(TABLE, [])
    if not isinstance(found, list) or not all(isinstance(table, dict) for table in found):
        raise RouteError(_line_of_top(places, TABLE), f"'{TABLE}' is no list of tables: begin each with [[{TABLE}]]")


def _document(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        words = str(error)
        place = PLACE.search(words)
        line = int(place[1]) if place and place[1] else text.rstrip("\n").count("\n") + 1
        reason = PLACE.sub("", words)
        remedy = "write patterns between single quotes" if "'\\'" in words or "escape" in words.lower() else "mend it"
        raise RouteError(line, f"this is not TOML ({reason}): {remedy}") from error


@dataclass(frozen=True, slots=True)
class _Place:
    """A table's header (`name` is empty above the first one), and the statements below it."""

    name: str
    line: int
    statements: dict[str, Statement]


def _places(text: str) -> list[_Place]:
    """Every table of a text that is known to be TOML, a sub-table of a route as a statement of that route."""
    lines = text.split("\n")
    places = [_Place("", 1, {})]
    at = 0
    while at < len(lines):
        if header := HEADER.match(lines[at]):
            name = re.sub(r"\s*\.\s*", ".", header[1])
            parent, _, key = name.partition(".")
            if parent == TABLE and key:
                places[-1].statements.setdefault(key.partition(".")[0], Statement(at + 1, lines[at]))
            else:
                places.append(_Place(name, at + 1, {}))
            at += 1
            continue
        end, values = _statement(lines, at)
        for key in values:
            places[-1].statements.setdefault(key, Statement(at + 1, "\n".join(lines[at:end])))
        at = end
    return places


def _statement(lines: list[str], start: int) -> tuple[int, dict[str, Any]]:
    """The line after the statement at `start` (the fewest lines that are TOML by themselves), and what it says."""
    for end in range(start + 1, len(lines) + 1):
        try:
            return end, tomllib.loads("\n".join(lines[start:end]))
        except tomllib.TOMLDecodeError:
            continue
    return len(lines), {}


def _line_of_top(places: list[_Place], key: str) -> int:
    for place in places:
        if place.name.partition(".")[0] == key:
            return place.line
        if not place.name and key in place.statements:
            return place.statements[key].line
    return 1
