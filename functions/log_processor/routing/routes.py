"""Read the routes from `routes.toml`, check them, and find the route of an object: the first whose pattern matches.

What builds them is imported if there are any.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path

from log_processor.errors import SettingsError
from log_processor.formats.lib.format import Format
from log_processor.formats.registry import BY_NAME
from log_processor.routing.config.toml_tables import RouteError, read_tables
from log_processor.routing.lib.route import DEFAULT, Route

FILE = Path(__file__).resolve().parent.parent / "routes.toml"
MIN_KEY_CHARACTERS = 16
MAX_NAMED_SOURCES = 50
"""The most sources that have metrics of their own."""


@dataclass(frozen=True, slots=True)
class Routes:
    """All routes, in the order of the file, and the formats that it defines, by their names."""

    routes: tuple[Route, ...] = ()
    own_formats: Mapping[str, Format] = field(default_factory=dict)

    def find(self, key: str, bucket: str | None = None) -> Route:
        """Return the first route for the bucket with a pattern that matches `key`, or the default route if none has.

        The key of a local file has no bucket, and is taken for one of any.
        """
        return next((route for route in self.routes if route.is_match(key, bucket)), DEFAULT)

    def find_format(self, name: str) -> Format | None:
        """Return the format of a name, built in or defined by the file; None if there is none."""
        return self.own_formats.get(name) or BY_NAME.get(name)

    def list_sources(self) -> frozenset[str]:
        """Return the names that routes give to sources: those of the first `MAX_NAMED_SOURCES` in the file."""
        names = dict.fromkeys(route.source for route in self.routes if route.source is not None)
        return frozenset(list(names)[:MAX_NAMED_SOURCES])

    @property
    def has_hashes(self) -> bool:
        """Tell whether some route hides values by a keyed hash."""
        return any(rule.hashed for route in self.routes if route.redaction for rule in route.redaction.rules)

    def group_keys_by_storage(self) -> dict[str, list[str]]:
        """Return the key patterns of the routes that say how their objects are stored, by what they say."""
        keys: dict[str, list[str]] = {}
        for route in self.routes:
            if route.storage is not None:
                keys.setdefault(route.storage, []).extend(route.key_texts)
        return keys


def load(redaction_key: str) -> Routes:
    """Return the routes of the file that is deployed with the function.

    Raise `SettingsError` if they cannot be used, or if they hash values and the key is too short.
    """
    try:
        routes = load_file(FILE, redaction_key)
    except RouteError as error:
        raise SettingsError(str(error)) from error
    if routes.has_hashes and len(redaction_key) < MIN_KEY_CHARACTERS:
        raise SettingsError(
            f"the key of the hashes has {len(redaction_key)} characters and routes.toml hashes values: deploy with "
            f"redaction_secret or TF_VAR_redaction_key of at least {MIN_KEY_CHARACTERS} random ones"
        )
    return routes


def load_file(path: Path = FILE, redaction_key: str = "") -> Routes:
    """Return the routes of a TOML file; `redaction_key` is the key of the hashes that its rules ask for.

    Raise `RouteError` with the line of the mistake if the file is not UTF-8 or a route cannot be used, and `OSError` if
    the file cannot be read.
    """
    try:
        return read(path.read_bytes().decode(), redaction_key)
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise RouteError(line, "this is not UTF-8: save the file in that encoding") from error


def read(text: str, redaction_key: str = "") -> Routes:
    """Return the routes of a TOML text; raise `RouteError` with the line of the mistake if they cannot be used.

    `redaction_key` is the key of the routes' hashes.
    """
    file_tables = read_tables(text)
    if not (file_tables.routes or file_tables.formats):
        return Routes()
    return Routes(*import_module("log_processor.routing.config.file_routes").build_routes(file_tables, redaction_key))
