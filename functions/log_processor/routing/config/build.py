"""Build a route from a `[[route]]` table, or refuse the table with the line of the mistake."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from log_processor.formats.lib.format import Format
from log_processor.formats.registry import BY_NAME
from log_processor.routing.config.charsets import read_encoding
from log_processor.routing.config.conditions import read_conditions
from log_processor.routing.config.expansions import read_expansions
from log_processor.routing.config.key_fields import read_key_fields
from log_processor.routing.config.own_formats import DETECTED, build_own_format
from log_processor.routing.config.redaction_rules import read_redaction_rules
from log_processor.routing.config.times import read_date_order, read_time_zone
from log_processor.routing.config.toml_tables import RouteError, RouteTable
from log_processor.routing.lib.filters import Filters
from log_processor.routing.lib.patterns import (
    Pattern,
    PatternError,
    compile_glob,
    compile_line_start,
    compile_pattern,
)
from log_processor.routing.lib.redaction import Redaction
from log_processor.routing.lib.route import Route
from log_processor.settings import STORAGES, Storage
from log_processor.suggestion import suggest

READING_KEYS = (
    "encoding",
    "format",
    "date_order",
    "time_zone",
    "start",
    "joining",
    "expand",
    "root_fields",
    "key_fields",
    "fields",
)
"""The keys that say how an object becomes records: they stand in its plan, and hold for the whole of it."""
RECORD_KEYS = ("source", "include", "exclude", "sample", "redact")
"""The keys that say what becomes of each record: what the file says now holds for what is stored now."""
KEYS = ("keys", "buckets", "source", *READING_KEYS, "include", "exclude", "sample", "redact", "archive_copy", "storage")
DEFINITION = "definition"
"""The place in the rules of reading for the format that the file defines: a plan holds it whole."""
OwnFormats = Mapping[str, tuple[Format, Mapping[str, Any]]]
"""The formats that the file defines, by their names, with what it says of each."""
NO_OWN_FORMATS: OwnFormats = {}
JOINS_ALL = "all"
SOURCE = compile_pattern(r"[\w.-]{1,100}")
BUCKET = compile_pattern(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
DIGEST_BYTES = 6


def build_route(table: RouteTable, redaction_key: str, own_formats: OwnFormats = NO_OWN_FORMATS) -> Route:
    """Return the route that a table describes; raise `RouteError` if a value cannot be used.

    `redaction_key` is the key of the route's hashes (`method = "hash"`). `own_formats` are those of the file.
    """
    for key in table.values:
        if key not in KEYS:
            table.refuse(key, f"unknown key {key!r}: {suggest(key, KEYS)}a route has {', '.join(KEYS)}")
    if "keys" not in table.values:
        raise RouteError(table.line, "this route has no 'keys': list the patterns of the keys that it takes")
    rules = read_redaction_rules(table)
    archive_copy = table.values.get("archive_copy", not rules)
    if not isinstance(archive_copy, bool):
        table.refuse("archive_copy", f"'archive_copy' is {archive_copy!r}: write true or false")
    if archive_copy and rules:
        remedy = "leave 'archive_copy' out, since the source bucket keeps the version"
        table.refuse("archive_copy", f"'archive_copy' would show in a copy what 'redact' hides: {remedy}")
    return Route(
        keys=_read_keys(table),
        key_texts=tuple(table.values["keys"]),
        buckets=_read_buckets(table),
        source=_read_source(table),
        **_read_reading(table, own_formats),
        record_rules=_digest_values(table.values, RECORD_KEYS),
        filters=_read_filters(table),
        redaction=Redaction(rules, redaction_key) if rules else None,
        archive_copy=archive_copy,
        storage=_read_storage(table),
    )


def replace_reading(route: Route, reading: Mapping[str, Any]) -> Route:
    """Return `route` with other rules of reading: those that an object was begun with, as the file had them then.

    Raise `RouteError` if they cannot be used here, for example because they name a format that is not known.
    """
    definition = reading.get(DEFINITION)
    own_formats: dict[str, tuple[Format, Mapping[str, Any]]] = {}
    if definition is not None:
        own = build_own_format(RouteTable(0, dict(definition), {}))
        own_formats[own.name] = own, definition
    return replace(route, **_read_reading(RouteTable(0, dict(reading), {}), own_formats))


def _read_reading(table: RouteTable, own_formats: OwnFormats) -> dict[str, Any]:
    """Return the fields of a route that say how its objects become records."""
    declared, definition = _read_format(table, own_formats)
    reading = {key: table.values[key] for key in READING_KEYS if key in table.values}
    return {
        "encoding": read_encoding(table),
        "format": declared,
        "date_order": read_date_order(table),
        "time_zone": read_time_zone(table),
        "start": _read_pattern(table, "start", compile_line_start),
        "joins_all": _read_joining(table),
        "expansions": read_expansions(table),
        "key_fields": read_key_fields(table),
        "reading": reading | ({DEFINITION: definition} if definition else {}),
    }


def _digest_values(values: Mapping[str, Any], keys: Sequence[str]) -> str:
    """Return 12 hexadecimal digits over the values of `keys`, or no text if there are none."""
    chosen = {key: values[key] for key in keys if key in values}
    text = json.dumps(chosen, sort_keys=True, default=str).encode()
    return hashlib.blake2b(text, digest_size=DIGEST_BYTES).hexdigest() if chosen else ""


def _read_keys(table: RouteTable) -> tuple[Pattern, ...]:
    keys = table.values["keys"]
    if not isinstance(keys, list) or not keys or not all(isinstance(key, str) and key for key in keys):
        table.refuse("keys", f"'keys' is {keys!r}: list key patterns, such as [\"web/**\"]")
    return tuple(_read_key(table, key) for key in keys)


def _read_key(table: RouteTable, key: str) -> Pattern:
    if key.startswith("/") or "***" in key:
        table.refuse("keys", f"no key matches {key!r}: keys begin without '/', and * or ** stand for parts", key)
    try:
        return compile_glob(key)
    except PatternError as error:
        table.refuse("keys", str(error))


def _read_buckets(table: RouteTable) -> frozenset[str]:
    """Return the names of the buckets that the route is for; none if it is for all."""
    names = table.values.get("buckets", [])
    if "buckets" in table.values and (not isinstance(names, list) or not names):
        table.refuse("buckets", f"'buckets' is {names!r}: list names of buckets, or leave it out for all of them")
    for name in names:
        if not isinstance(name, str) or BUCKET.fullmatch(name.encode("utf-8", "surrogatepass")) is None:
            table.refuse(
                "buckets", f"'buckets' has {name!r}: write the whole name of a bucket, without s3:// and *", name
            )
    return frozenset(names)


def _read_source(table: RouteTable) -> str | None:
    source = table.values.get("source")
    if source is not None and (not isinstance(source, str) or SOURCE.fullmatch(source.encode()) is None):
        table.refuse("source", f"'source' is {source!r}: use 1 to 100 letters, digits, '.', '_' and '-'")
    return source


def _read_storage(table: RouteTable) -> Storage | None:
    storage: Storage | None = table.values.get("storage")
    if storage is not None and storage not in STORAGES:
        table.refuse("storage", f"'storage' is {storage!r}: write {' or '.join(map(repr, STORAGES))}, or leave it out")
    return storage


def _read_format(table: RouteTable, own_formats: OwnFormats) -> tuple[Format | None, Mapping[str, Any]]:
    """Return the format that a route declares, None if it is detected; and its definition if it is one of the file."""
    name = table.values.get("format", DETECTED)
    if name == DETECTED:
        return None, {}
    if isinstance(name, str) and name in own_formats:
        return own_formats[name]
    if not isinstance(name, str) or name not in BY_NAME:
        known = sorted((*BY_NAME, *own_formats))
        meant = suggest(name, (DETECTED, *known))
        table.refuse("format", f"'format' is {name!r}: {meant}choose {DETECTED} or one of {', '.join(known)}")
    return BY_NAME[name], {}


def _read_pattern(table: RouteTable, key: str, compiler: Callable[[str], Pattern]) -> Pattern | None:
    pattern = table.values.get(key)
    if pattern is None:
        return None
    if not isinstance(pattern, str):
        table.refuse(key, f"'{key}' is {pattern!r}: write one pattern between single quotes")
    try:
        return compiler(pattern)
    except PatternError as error:
        table.refuse(key, f"{key}: {error}")


def _read_joining(table: RouteTable) -> bool:
    """Tell whether whatever begins no record belongs to the record above it."""
    joining = table.values.get("joining")
    if joining is None:
        return False
    if joining != JOINS_ALL:
        table.refuse("joining", f"'joining' is {joining!r}: write {JOINS_ALL!r}, or leave it out")
    if "start" in table.values:
        table.refuse(
            "joining", "'joining' stands beside 'start', which already joins all that it does not match: leave it out"
        )
    return True


def _read_filters(table: RouteTable) -> Filters | None:
    include, exclude = (read_conditions(table, key) for key in ("include", "exclude"))
    sample: Any = table.values.get("sample", 1)
    if isinstance(sample, bool) or not isinstance(sample, int | float) or not 0 <= sample <= 1:
        table.refuse("sample", f"'sample' is {sample!r}: set the share of records to keep, from 0 to 1")
    return Filters(include, exclude, sample) if include or exclude or sample < 1 else None
