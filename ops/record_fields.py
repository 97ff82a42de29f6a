"""Name the fields of a record with their types and units, and find those that name the request that it is of."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from log_processor.formats.registry import BY_NAME

REQUEST_NAME = re.compile(
    r"(?:^|[._-])(?:x[._-]?)?(?:request|trace|correlation|transaction|req)[._-]?id$|^audit\.id$", re.IGNORECASE
)
CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")
TYPES: Mapping[type, str] = {
    bool: "boolean",
    int: "integer",
    float: "number",
    str: "text",
    list: "list",
    dict: "map",
    type(None): "null",
}
PLAIN = ("text", "integer", "number", "boolean")


@dataclass(frozen=True, slots=True)
class TypedField:
    """A field of a record: its name, its value as text, its type, and the unit that its format declares.

    `where` is the condition that finds the records with the same value; empty if none can be written.
    """

    name: str
    text: str
    type: str
    unit: str
    where: str

    @property
    def names_request(self) -> bool:
        """Tell whether other records of the same request have the same value."""
        return bool(self.where and REQUEST_NAME.search(CAPITAL.sub("_", self.name)))


def list_fields(fields: Mapping[str, Any], format_name: str) -> Iterator[TypedField]:
    """Yield the fields of a record of a format, by name; those within others too: `user.name`."""
    for name, value in sorted(_flatten(fields)):
        kind = TYPES.get(type(value), "text")
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        where = write_condition(name, text) if kind in PLAIN else ""
        yield TypedField(name, text, kind, find_unit(format_name, name), where)


def _flatten(fields: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in fields.items():
        if isinstance(value, Mapping) and value:
            yield from _flatten(value, f"{before}{name}.")
        else:
            yield before + name, value


def write_condition(name: str, value: str) -> str:
    """Return the condition of `ops query --where` that a field has a value: `http.request.id="a1"`."""
    return f"{_quote(name)}={_quote(value)}"


def _quote(text: str) -> str:
    if re.fullmatch(r"[\w.:/@-]+", text, re.ASCII) and text not in ("and", "or", "not"):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def find_unit(format_name: str, name: str) -> str:
    """Return the unit that a format declares of a field, or another format if it carries messages; else nothing."""
    own = BY_NAME.get(format_name)
    formats = [own, *BY_NAME.values()] if own else list(BY_NAME.values())
    columns = [column for one in formats for column in one.schema if column.unit]
    exact = next((column.unit for column in columns if column.name == name), "")
    return exact or next((column.unit for column in columns if fnmatchcase(name, column.name)), "")
