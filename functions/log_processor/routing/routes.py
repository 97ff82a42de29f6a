"""The routes: read from TOML, validated, frozen; the first one whose key patterns match an object is its route."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from log_processor import formats
from log_processor.errors import PipelineError, SettingsError
from log_processor.formats.base import Format
from log_processor.reading.assembly import RawRecord
from log_processor.reading.expansion import USUAL, Expansions
from log_processor.record import LogRecord
from log_processor.routing.conditions import conditions
from log_processor.routing.filters import Filters
from log_processor.routing.patterns import Pattern, PatternError, compiled, glob, line_start
from log_processor.routing.redaction import Redaction
from log_processor.routing.rules import rules
from log_processor.routing.written import RouteError, Written, tables

FILE = Path(__file__).resolve().parent.parent / "routes.toml"
KEYS = ("keys", "source", "format", "start", "include", "exclude", "sample", "redact", "archive_copy")
LEAST_KEY_CHARACTERS = 16
DETECTED = "auto"
SOURCE = compiled(r"[\w.-]{1,100}")
EVERY_KEY = "**"
MOST_ROUTES = 200
WITHHELD = "the object's route keeps no unredacted copies (archive_copy); the source bucket still holds the version"


@dataclass(frozen=True, slots=True)
class Route:
    """What happens to the objects whose keys one of `keys` matches; the defaults are those of an object without route.

    `source` None is the key's first segment, `format` None is detection, `start` None is the format's own.
    `archive_copy` says whether a failed object is copied to the archive, as it is.
    """

    keys: tuple[Pattern, ...] = ()
    source: str | None = None
    format: Format | None = None
    start: Pattern | None = None
    filters: Filters | None = None
    redaction: Redaction | None = None
    archive_copy: bool = True
    expansions: Expansions = field(default_factory=lambda: USUAL)

    def takes(self, key: str) -> bool:
        """Whether `key` is one of this route's."""
        name = key.encode("utf-8", "surrogatepass")
        return any(pattern.fullmatch(name) is not None for pattern in self.keys)

    def source_of(self, key: str) -> str:
        """The name under which the query index holds the records of `key`."""
        if self.source is not None:
            return self.source
        return key.split("/", 1)[0] if "/" in key else "default"

    @property
    def treatment(self) -> Callable[[RawRecord, LogRecord], RawRecord | None] | None:
        """What is done with each record: it returns what is kept of it, or None; None itself where nothing is done."""
        return None if self.filters is None and self.redaction is None else self._treated

    def _treated(self, raw: RawRecord, record: LogRecord) -> RawRecord | None:
        if self.filters is not None and not self.filters.keep(record):
            return None
        if self.redaction is None:
            return raw
        self.redaction.apply(record)
        return raw._replace(text=record.log_data, undecoded=None)

    @property
    def withheld(self) -> str | None:
        """Why a failed object of this route is not copied to the archive; None where it is."""
        return None if self.archive_copy else WITHHELD

    def shown_error(self, error: PipelineError, name: str) -> PipelineError:
        """The same error with words that may leave the function; `name` is the object's own."""
        return error if self.redaction is None else type(error)(self.shown(str(error), name))

    def shown(self, text: str, name: str = "") -> str:
        """`text` as it may leave the function; `name`, the object's own, stays readable in it."""
        if self.redaction is None:
            return text
        parts = text.split(name) if name else [text]
        return name.join(map(self.redaction.text, parts))


DEFAULT = Route()


@dataclass(frozen=True, slots=True)
class Routes:
    """All routes in their order."""

    routes: tuple[Route, ...] = ()

    def of(self, key: str) -> Route:
        """The first route that takes `key`, else the default."""
        return next((route for route in self.routes if route.takes(key)), DEFAULT)

    @property
    def hashes(self) -> bool:
        """Whether a route hides values by a keyed hash."""
        return any(rule.hashed for route in self.routes if route.redaction for rule in route.redaction.rules)


def load(redaction_key: str) -> Routes:
    """The routes of the function; raises `SettingsError` where they cannot be used or need another key."""
    try:
        routes = load_file(FILE, redaction_key)
    except RouteError as error:
        raise SettingsError(str(error)) from error
    if routes.hashes and len(redaction_key) < LEAST_KEY_CHARACTERS:
        raise SettingsError(
            f"environment variable REDACTION_KEY has {len(redaction_key)} characters and routes.toml hashes values: "
            f"deploy with TF_VAR_redaction_key set to at least {LEAST_KEY_CHARACTERS} random ones"
        )
    return routes


def load_file(path: Path = FILE, redaction_key: str = "") -> Routes:
    """Read the routes of a file; raises `RouteError` with the line of what cannot be used."""
    try:
        return read(path.read_bytes().decode(), redaction_key)
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise RouteError(line, "this is not UTF-8: save the file in that encoding") from error


def read(text: str, redaction_key: str = "") -> Routes:
    """Read routes from TOML, their hashes keyed by `redaction_key`; raises `RouteError`."""
    found = tables(text)
    if len(found) > MOST_ROUTES:
        raise RouteError(found[MOST_ROUTES].line, f"there are {len(found)} routes: write at most {MOST_ROUTES}")
    for earlier, later in ((one, two) for at, two in enumerate(found) for one in found[:at]):
        _check_reached(earlier, later)
    return Routes(tuple(_route(written, redaction_key) for written in found))


def _check_reached(earlier: Written, later: Written) -> None:
    """Refuse a route none of whose keys can reach it."""
    taken, asked = earlier.values.get("keys"), later.values.get("keys")
    if not isinstance(taken, list) or not isinstance(asked, list) or not asked:
        return
    if EVERY_KEY in taken or all(key in taken for key in asked):
        later.refuse(
            "keys", f"this route is never reached: the one of line {earlier.line} takes its keys; put it above"
        )


def _route(written: Written, redaction_key: str) -> Route:
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
        filters=_filters(written),
        redaction=redaction,
        archive_copy=copies,
    )


def _keys(written: Written) -> tuple[Pattern, ...]:
    keys = written.values["keys"]
    if not isinstance(keys, list) or not keys or not all(isinstance(key, str) and key for key in keys):
        written.refuse("keys", f"'keys' is {keys!r}: list key patterns, such as [\"web/**\"]")
    for key in keys:
        if key.startswith("/") or "***" in key:
            written.refuse("keys", f"no key matches {key!r}: keys begin without '/', and * or ** stand for parts", key)
    try:
        return tuple(glob(key) for key in keys)
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
    if not isinstance(name, str) or name not in formats.BY_NAME:
        written.refuse(
            "format", f"'format' is {name!r}: choose {DETECTED} or one of {', '.join(sorted(formats.BY_NAME))}"
        )
    return formats.BY_NAME[name]


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


def _filters(written: Written) -> Filters | None:
    include, exclude = (conditions(written, key) for key in ("include", "exclude"))
    sample: Any = written.values.get("sample", 1)
    if isinstance(sample, bool) or not isinstance(sample, int | float) or not 0 <= sample <= 1:
        written.refuse("sample", f"'sample' is {sample!r}: set the share of records to keep, from 0 to 1")
    return Filters(include, exclude, sample) if include or exclude or sample < 1 else None
