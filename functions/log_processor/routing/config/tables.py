"""A `[[route]]` table becomes a route, or is refused with the line of what cannot be used."""

from collections.abc import Callable
from typing import Any

from log_processor.formats.lib.format import Format
from log_processor.formats.registry import BY_NAME
from log_processor.reading.json.expansion import USUAL, Expansion, Expansions, Path, RootField, by_path
from log_processor.routing.config.conditions import conditions
from log_processor.routing.config.rules import rules
from log_processor.routing.config.written import RouteError, Written
from log_processor.routing.lib.filters import Filters
from log_processor.routing.lib.patterns import Pattern, PatternError, compiled, glob, line_start
from log_processor.routing.lib.redaction import Redaction
from log_processor.routing.lib.route import Route

KEYS = (
    *("keys", "source", "format", "start", "expand", "root_fields"),
    *("include", "exclude", "sample", "redact", "archive_copy"),
)
DETECTED = "auto"
SOURCE = compiled(r"[\w.-]{1,100}")
MOST_ROOT_FIELDS = 10
DEEPEST_MEMBER = 8


def route_of(written: Written, redaction_key: str) -> Route:
    """The route that a table says; its hashes are keyed by `redaction_key`. Raises `RouteError`."""
    for key in written.values:
        if key not in KEYS:
            written.refuse(key, f"unknown key {key!r}: a route has {', '.join(KEYS)}")
    if "keys" not in written.values:
        raise RouteError(written.line, "this route has no 'keys': list the patterns of the keys that it takes")
    redaction = Redaction(found, redaction_key) if (found := rules(written)) else None
    copies = written.values.get("archive_copy", redaction is None)
    if not isinstance(copies, bool):
        written.refuse("archive_copy", f"'archive_copy' is {copies!r}: write true or false")
    return Route(
        keys=_keys(written),
        source=_source(written),
        format=_format(written),
        start=_pattern(written, "start", line_start),
        expansions=_expansions(written),
        filters=_filters(written),
        redaction=redaction,
        archive_copy=copies,
    )


def _keys(written: Written) -> tuple[Pattern, ...]:
    keys = written.values["keys"]
    if not isinstance(keys, list) or not keys or not all(isinstance(key, str) and key for key in keys):
        written.refuse("keys", f"'keys' is {keys!r}: list key patterns, such as [\"web/**\"]")
    return tuple(_key(written, key) for key in keys)


def _key(written: Written, key: str) -> Pattern:
    if key.startswith("/") or "***" in key:
        written.refuse("keys", f"no key matches {key!r}: keys begin without '/', and * or ** stand for parts", key)
    try:
        return glob(key)
    except PatternError as error:
        written.refuse("keys", str(error))


def _source(written: Written) -> str | None:
    source = written.values.get("source")
    if source is not None and (not isinstance(source, str) or SOURCE.fullmatch(source.encode()) is None):
        written.refuse("source", f"'source' is {source!r}: use 1 to 100 letters, digits, '.', '_' and '-'")
    return source


def _format(written: Written) -> Format | None:
    name = written.values.get("format", DETECTED)
    if name == DETECTED:
        return None
    if not isinstance(name, str) or name not in BY_NAME:
        written.refuse("format", f"'format' is {name!r}: choose {DETECTED} or one of {', '.join(sorted(BY_NAME))}")
    return BY_NAME[name]


def _pattern(written: Written, key: str, compiling: Callable[[str], Pattern]) -> Pattern | None:
    pattern = written.values.get(key)
    if pattern is None:
        return None
    if not isinstance(pattern, str):
        written.refuse(key, f"'{key}' is {pattern!r}: write one pattern between single quotes")
    try:
        return compiling(pattern)
    except PatternError as error:
        written.refuse(key, f"{key}: {error}")


def _expansions(written: Written) -> Expansions:
    fields = written.values.get("root_fields", [])
    if "expand" not in written.values:
        if "root_fields" in written.values:
            written.refuse(
                "root_fields", "'root_fields' stands without 'expand': name the member that holds the records"
            )
        return USUAL
    path = _member(written, "expand", written.values["expand"])
    if not isinstance(fields, list) or len(fields) > MOST_ROOT_FIELDS:
        written.refuse("root_fields", f"'root_fields' is no list of at most {MOST_ROOT_FIELDS} members")
    roots = tuple(RootField(_member(written, "root_fields", field), field) for field in fields)
    for root in roots:
        if root.path[: len(path)] == path:
            written.refuse("root_fields", f"'root_fields' has {root.name!r}, which holds the records", root.name)
    return by_path([Expansion(path, roots)])


def _member(written: Written, key: str, name: Any) -> Path:
    """The path of a member, written with dots."""
    path = tuple(name.split(".")) if isinstance(name, str) else ()
    if not all(path) or not 1 <= len(path) <= DEEPEST_MEMBER:
        remedy = f"write the name of a member, nested ones with dots, at most {DEEPEST_MEMBER} names"
        written.refuse(key, f"'{key}' has {name!r}: {remedy}", name)
    return path


def _filters(written: Written) -> Filters | None:
    include, exclude = (conditions(written, key) for key in ("include", "exclude"))
    sample: Any = written.values.get("sample", 1)
    if isinstance(sample, bool) or not isinstance(sample, int | float) or not 0 <= sample <= 1:
        written.refuse("sample", f"'sample' is {sample!r}: set the share of records to keep, from 0 to 1")
    return Filters(include, exclude, sample) if include or exclude or sample < 1 else None
