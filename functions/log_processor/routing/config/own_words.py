"""Read how a `[[format]]` table splits a record into words: by an expression, or by a delimiter."""

from typing import Any, NoReturn

from log_processor.routing.config.dead_patterns import find_dead_part
from log_processor.routing.config.toml_tables import RouteError, RouteTable
from log_processor.routing.lib.patterns import Pattern, PatternError, compile_expression
from log_processor.routing.own_formats.group_spans import compile_spans
from log_processor.routing.own_formats.stops import list_group_names
from log_processor.routing.own_formats.words import DelimitedSplitting, GroupSplitting, Splitting

WAYS = ("expression", "delimiter")
OF_DELIMITERS = ("columns", "min_columns", "quoted")
MAX_GROUPS = 40
"""With as many RE2 takes less than a second for a record of 256 KiB, if each may end at each of its characters."""
MAX_COLUMNS = 200
MAX_DELIMITER_CHARS = 8
MIN_COLUMNS = 2
COLUMNS_REMEDY = "list the names of all columns in their order, with '' for one to leave out"


def read_splitting(table: RouteTable) -> tuple[list[str], Splitting]:
    """Return the names of a record's words, empty ones for those that are left out, and what splits a record."""
    ways = [way for way in WAYS if way in table.values]
    if not ways:
        raise RouteError(table.line, "this format has no 'expression' and no 'delimiter': write one of them")
    if len(ways) > 1:
        table.refuse("delimiter", "'delimiter' stands beside 'expression': a format has one of them; leave one out")
    return _read_expression(table) if ways == ["expression"] else _read_delimiter(table)


def _read_expression(table: RouteTable) -> tuple[list[str], Splitting]:
    for key in OF_DELIMITERS:
        if key in table.values:
            table.refuse(key, f"'{key}' is for a delimiter, and this format has an expression: leave it out")
    pattern = table.values["expression"]
    if not isinstance(pattern, str):
        table.refuse("expression", f"'expression' is {pattern!r}: write one pattern between single quotes")
    program, names = _compile(table, pattern), list_group_names(pattern)
    _check_groups(table, pattern, program, names)
    return names, GroupSplitting(pattern, tuple(map(program.groupindex.__getitem__, names)), compile_spans(pattern))


def _check_groups(table: RouteTable, pattern: str, program: Pattern, names: list[str]) -> None:
    """Raise `RouteError` unless the expression can match, and has named groups, each once."""
    if reason := find_dead_part(pattern):
        table.refuse("expression", f"the expression matches no record: {reason}")
    if not names:
        table.refuse("expression", "the expression has no named group, so no field: write (?P<user>…) for one")
    for name in names:
        if names.count(name) > 1:
            table.refuse("expression", f"the expression has the group {name!r} twice: give one another name", name)
    if program.groups > MAX_GROUPS:
        remedy = f"write at most {MAX_GROUPS}, and (?:…) for those that are no fields"
        table.refuse("expression", f"the expression has {program.groups} groups: {remedy}")


def _compile(table: RouteTable, pattern: str) -> Pattern:
    try:
        return compile_expression(pattern)
    except PatternError as error:
        table.refuse("expression", f"expression: {error}")


def _read_delimiter(table: RouteTable) -> tuple[list[str], Splitting]:
    delimiter, quoted = table.values["delimiter"], table.values.get("quoted", False)
    columns = _read_columns(table)
    if not isinstance(delimiter, str) or not 0 < len(delimiter) <= MAX_DELIMITER_CHARS or "\n" in delimiter:
        _refuse_delimiter(table, delimiter, f"write 1 to {MAX_DELIMITER_CHARS} characters, no line end among them")
    if not isinstance(quoted, bool):
        table.refuse("quoted", f"'quoted' is {quoted!r}: write true or false")
    if quoted and (len(delimiter) > 1 or delimiter == '"'):
        _refuse_delimiter(table, delimiter, "beside 'quoted' it is one character, and no quote")
    least = table.values.get("min_columns", len(columns))
    if isinstance(least, bool) or not isinstance(least, int) or not MIN_COLUMNS <= least <= len(columns):
        table.refuse("min_columns", f"'min_columns' is {least!r}: write a number from {MIN_COLUMNS} to {len(columns)}")
    return columns, DelimitedSplitting(delimiter, len(columns), least, quoted)


def _refuse_delimiter(table: RouteTable, delimiter: Any, remedy: str) -> NoReturn:
    table.refuse("delimiter", f"'delimiter' is {delimiter!r}: {remedy}")


def _read_columns(table: RouteTable) -> list[str]:
    """Return the names of the columns."""
    if "columns" not in table.values:
        raise RouteError(table.line, f"this format has a delimiter and no 'columns': {COLUMNS_REMEDY}")
    columns = table.values["columns"]
    if not isinstance(columns, list) or len(columns) < MIN_COLUMNS or not all(isinstance(one, str) for one in columns):
        table.refuse("columns", f"'columns' is {columns!r}: {COLUMNS_REMEDY}")
    for name in columns:
        if name and columns.count(name) > 1:
            table.refuse("columns", f"'columns' has {name!r} twice: give one another name", name)
    if not any(columns):
        table.refuse("columns", "'columns' names none: write a name for each that is to be a field")
    if len(columns) > MAX_COLUMNS:
        table.refuse("columns", f"'columns' has {len(columns)} names: write at most {MAX_COLUMNS}")
    return columns
