"""Read a `[[format]]` table: a format of the user's own, which a route names as any other."""

from collections.abc import Mapping, Sequence
from typing import Any

from log_processor.formats.lib.format import Format, LineStarts
from log_processor.formats.lib.levels import BY_RANK
from log_processor.formats.registry import BY_NAME
from log_processor.routing.config.own_samples import check_samples
from log_processor.routing.config.own_times import read_time_reader
from log_processor.routing.config.own_words import read_splitting
from log_processor.routing.config.toml_tables import RouteError, RouteTable
from log_processor.routing.lib.key_names import MAX_NAME_CHARS, NAME, RESERVED
from log_processor.routing.lib.patterns import PatternError, compile_line_start, compile_pattern
from log_processor.routing.own_formats.own_format import TYPES, OwnField, OwnFormat, build_format
from log_processor.state import measure_in_message
from log_processor.suggestion import suggest

MAX_FORMATS = 50
MAX_DEFINITION_BYTES = 8 * 1024
"""The most of a definition in a message: it is part of the plan of each object that is read by it."""
SAMPLES = "samples"
KEYS = (
    *("name", "expression", "delimiter", "columns", "min_columns", "quoted", "start", "time", "time_layout"),
    *("time_zone", "types", "fields", "levels", SAMPLES),
)
FORMAT_NAME = compile_pattern(r"[a-z][a-z0-9_]{0,39}")
TIME, LEVEL, SEVERITY = "time", "level", "severity_text"
"""The words that are the time and the level, and the field that keeps the level's word."""
DETECTED = "auto"


def read_own_formats(tables: Sequence[RouteTable]) -> dict[str, tuple[Format, dict[str, Any]]]:
    """Return the formats of the tables by their names, each with the definition that goes into plans.

    Raise `RouteError` if a table cannot be used, or does not read its own samples.
    """
    if len(tables) > MAX_FORMATS:
        raise RouteError(tables[MAX_FORMATS].line, f"there are {len(tables)} formats: write at most {MAX_FORMATS}")
    formats: dict[str, tuple[Format, dict[str, Any]]] = {}
    for table in tables:
        own = build_own_format(table)
        if own.name in formats:
            table.refuse("name", f"'name' is {own.name!r}, as of another format of the file: choose another")
        check_samples(table, own)
        formats[own.name] = own, _describe(table)
    return formats


def build_own_format(table: RouteTable) -> Format:
    """Return the format that a table describes; raise `RouteError` if a value cannot be used."""
    for key in table.values:
        if key not in KEYS:
            table.refuse(key, f"unknown key {key!r}: {suggest(key, KEYS)}a format has {', '.join(KEYS)}")
    name = _read_name(table)
    words, splitting = read_splitting(table)
    times = _read_times(table, words)
    level = words.index(LEVEL) if LEVEL in words else None
    read_time, time_words = read_time_reader(table, has_time=bool(times))
    own = OwnFormat(
        splitting=splitting,
        fields=_read_fields(table, words, times),
        times=times,
        read_time=read_time,
        time_words=time_words,
        level=level,
        levels=_read_levels(table, has_level=level is not None),
    )
    return build_format(name, own, _read_start(table))


def _describe(table: RouteTable) -> dict[str, Any]:
    """Return what a table says about reading, of which `build_own_format` makes the same format again."""
    definition = {key: value for key, value in table.values.items() if key != SAMPLES}
    size = measure_in_message(definition)
    if size > MAX_DEFINITION_BYTES:
        remedy = f"it travels with each object, so write at most {MAX_DEFINITION_BYTES:,}"
        table.refuse("name", f"the format takes {size:,} bytes in a message: {remedy}, with shorter or fewer patterns")
    return definition


def _read_name(table: RouteTable) -> str:
    if "name" not in table.values:
        raise RouteError(table.line, "this format has no 'name': write the one by which routes name it")
    name = table.values["name"]
    if not isinstance(name, str) or FORMAT_NAME.fullmatch(name.encode("utf-8", "replace")) is None:
        table.refuse("name", f"'name' is {name!r}: use 1 to 40 small letters, digits and '_', a letter first")
    if name in BY_NAME or name == DETECTED:
        table.refuse("name", f"'name' is {name!r}, which is built in: choose another, such as {f'own_{name}'!r}")
    return name


def _read_times(table: RouteTable, words: Sequence[str]) -> tuple[int, ...]:
    """Return the indices of the words that are the time."""
    names = table.values.get("time", [TIME] if TIME in words else [])
    names = [names] if isinstance(names, str) else names
    if not isinstance(names, list):
        table.refuse("time", f"'time' is {names!r}: list the groups or columns that are the time, such as ['date']")
    for name in names:
        _check_word(table, "time", name, words)
    return tuple(map(words.index, names))


def _read_fields(table: RouteTable, words: Sequence[str], times: Sequence[int]) -> tuple[OwnField, ...]:
    """Return the fields, each of a word that is not the time; no two have one name."""
    names, types = (_read_by_word(table, key, words, times) for key in ("fields", "types"))
    fields: dict[str, OwnField] = {}
    for index, word in enumerate(words):
        if index in times or not word:
            continue
        name = names.get(word, SEVERITY if word == LEVEL else word)
        _check_field(table, word, name)
        if name in fields:
            other = words[fields[name].position]
            remedy = "give one of them another name"
            table.refuse("fields", f"the field {name!r} is both {other!r} and {word!r}: {remedy} in 'fields'", word)
        kind = types.get(word, "text")
        if kind not in TYPES:
            table.refuse("types", f"the type of {word!r} is {kind!r}: write one of {', '.join(TYPES)}", word)
        fields[name] = OwnField(index, name, TYPES[kind])
    return tuple(fields.values())


def _read_by_word(table: RouteTable, key: str, words: Sequence[str], times: Sequence[int]) -> Mapping[str, str]:
    """Return a table of the file whose keys are words, and none of them the time's."""
    values = table.values.get(key, {})
    if not isinstance(values, dict) or not all(isinstance(value, str) for value in values.values()):
        table.refuse(key, f"'{key}' is {values!r}: write a table of texts, such as {{ user = \"…\" }}")
    for word in values:
        _check_word(table, key, word, words)
        if words.index(word) in times:
            table.refuse(key, f"'{key}' has {word!r}, which is the time and no field: leave it out", word)
    return values


def _check_word(table: RouteTable, key: str, word: Any, words: Sequence[str]) -> None:
    if not isinstance(word, str) or word not in words or not word:
        table.refuse(key, f"'{key}' has {word!r}, which is none of {', '.join(filter(None, words))}: mend it", word)


def _check_field(table: RouteTable, word: str, name: str) -> None:
    key = "fields" if name != word else "columns" if "columns" in table.values else "expression"
    if NAME.fullmatch(name) is None or len(name) > MAX_NAME_CHARS:
        remedy = f"write at most {MAX_NAME_CHARS} letters, digits, _ and -, nested names with dots"
        table.refuse(key, f"the field {name[:40]!r} cannot be called so: {remedy}, such as user.name", word)
    if name in RESERVED:
        remedy = f'write fields = {{ {word} = "app.{name}" }}'
        table.refuse(key, f"every record has {name!r} beside its fields: {remedy}, or another name", word)


def _read_levels(table: RouteTable, *, has_level: bool) -> Mapping[str, str]:
    levels = table.values.get("levels", {})
    if levels and not has_level:
        table.refuse("levels", f"'levels' has no word to read: call a group or column '{LEVEL}', or leave it out")
    if not isinstance(levels, dict):
        table.refuse("levels", f"'levels' is {levels!r}: write a table, such as {{ W = \"warn\" }}")
    for word, level in levels.items():
        if level not in BY_RANK:
            table.refuse("levels", f"the level of {word!r} is {level!r}: write one of {', '.join(BY_RANK)}", word)
    return levels


def _read_start(table: RouteTable) -> LineStarts | None:
    pattern = table.values.get("start")
    if pattern is None:
        return None
    if not isinstance(pattern, str):
        table.refuse("start", f"'start' is {pattern!r}: write one pattern between single quotes")
    try:
        return compile_line_start(pattern)
    except PatternError as error:
        table.refuse("start", f"start: {error}")
