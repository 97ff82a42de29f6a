"""Read the `[[format]]` and `[[route]]` tables of a TOML file, and remember the line of each key for refusals."""

import re
import tomllib
from dataclasses import dataclass
from typing import Any, NoReturn

from log_processor.errors import SettingsError
from log_processor.suggestion import suggest

FORMAT, ROUTE = KINDS = ("format", "route")
TABLE_LINE = re.compile(r"\s*\[{1,2}\s*([^\[\]#]+?)\s*\]")
ERROR_POSITION = re.compile(r" ?\(at (?:line (\d+), column \d+|end of document)\)")


class RouteError(SettingsError):
    """The routes cannot be used; the message is `routes.toml:<line>: <sentence>`, with lines counted from 1."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(f"routes.toml:{line}: {message}")
        self.line = line


@dataclass(frozen=True, slots=True)
class Statement:
    """A key with its value, as it stands in the file: the number of its first line (from 1), and all of its text."""

    line: int
    text: str

    def find_line(self, part: str) -> int:
        """Return the number of the line that holds `part` of the value, or of the first line if none does.

        None does if the file writes the part in another way, for example with an escape.
        """
        forms = {part, part.replace("\\", "\\\\").replace('"', '\\"')}
        for index, line in enumerate(self.text.split("\n")):
            if part and any(form in line for form in forms):
                return self.line + index
        return self.line


@dataclass(frozen=True, slots=True)
class RouteTable:
    """One `[[route]]` or `[[format]]` table: its line (from 1), its values, and the statement of each of its keys."""

    line: int
    values: dict[str, Any]
    statements: dict[str, Statement]

    def refuse(self, key: str, message: str, part: Any = "") -> NoReturn:
        """Raise `RouteError` with the line of `key`, or with the line of `part` of its value."""
        statement = self.statements.get(key, Statement(self.line, ""))
        raise RouteError(statement.find_line(part if isinstance(part, str) else ""), message)


@dataclass(frozen=True, slots=True)
class FileTables:
    """The tables of a file, in their order."""

    formats: list[RouteTable]
    routes: list[RouteTable]


def read_tables(text: str) -> FileTables:
    """Return the tables of a file's text.

    Raise `RouteError` if the text is not TOML, or if it holds anything but tables of formats and routes.
    """
    text = text.replace("\r\n", "\n")
    document = _parse_toml(text)
    sections = _split_sections(text)
    for key in document:
        if key not in KINDS:
            line = _find_top_level_line(sections, key)
            meant = suggest(key, KINDS)
            raise RouteError(
                line, f"unknown key {key!r}: {meant}a file holds [[{FORMAT}]] and [[{ROUTE}]] tables alone"
            )
    return FileTables(*(_list_tables(kind, document.get(kind, []), sections) for kind in KINDS))


def _list_tables(kind: str, tables: Any, sections: list["_Section"]) -> list[RouteTable]:
    """Return the tables of one kind; raise `RouteError` unless they are a list of tables."""
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        line = _find_top_level_line(sections, kind)
        raise RouteError(line, f"'{kind}' is no list of tables: begin each with [[{kind}]]")
    starts = [section for section in sections if section.name == kind]
    if len(starts) != len(tables):  # the tables have no lines of their own, for example in one inline list
        starts = [_Section(kind, _find_top_level_line(sections, kind), {}) for _ in tables]
    return [RouteTable(start.line, values, start.statements) for start, values in zip(starts, tables, strict=True)]


def _parse_toml(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        position = ERROR_POSITION.search(message)
        line = int(position[1]) if position and position[1] else text.rstrip("\n").count("\n") + 1
        reason = ERROR_POSITION.sub("", message)
        is_escape = "'\\'" in message or "escape" in message.lower()
        remedy = "write patterns between single quotes" if is_escape else "mend it"
        raise RouteError(line, f"this is not TOML ({reason}): {remedy}") from error


@dataclass(frozen=True, slots=True)
class _Section:
    """A line such as `[[route]]` with the statements below it; `name` is empty for those above the first such line."""

    name: str
    line: int
    statements: dict[str, Statement]


def _split_sections(text: str) -> list[_Section]:
    """Return the sections of a text that is valid TOML.

    A sub-table, such as `[[route.exclude]]`, is no section: it counts as a statement of its table.
    """
    lines = text.split("\n")
    sections = [_Section("", 1, {})]
    index = 0
    while index < len(lines):
        if table_line := TABLE_LINE.match(lines[index]):
            name = re.sub(r"\s*\.\s*", ".", table_line[1])
            parent, _, key = name.partition(".")
            if parent in KINDS and key:
                sections[-1].statements.setdefault(key.partition(".")[0], Statement(index + 1, lines[index]))
            else:
                sections.append(_Section(name, index + 1, {}))
            index += 1
            continue
        end, values = _read_statement(lines, index)
        for key in values:
            sections[-1].statements.setdefault(key, Statement(index + 1, "\n".join(lines[index:end])))
        index = end
    return sections


def _read_statement(lines: list[str], start: int) -> tuple[int, dict[str, Any]]:
    """Return the index after the statement that begins at index `start`, and the statement's values.

    A statement is the smallest number of lines that is valid TOML by itself.
    """
    for end in range(start + 1, len(lines) + 1):
        try:
            return end, tomllib.loads("\n".join(lines[start:end]))
        except tomllib.TOMLDecodeError:
            continue
    return len(lines), {}


def _find_top_level_line(sections: list[_Section], key: str) -> int:
    for section in sections:
        if section.name.partition(".")[0] == key:
            return section.line
        if not section.name and key in section.statements:
            return section.statements[key].line
    return 1
