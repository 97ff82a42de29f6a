"""The routes: read from TOML, validated, frozen; the first one whose key patterns match an object is its route."""

from dataclasses import dataclass
from pathlib import Path

from log_processor.errors import SettingsError
from log_processor.routing.config.tables import route_of
from log_processor.routing.config.written import RouteError, Written, tables
from log_processor.routing.lib.route import DEFAULT, Route

FILE = Path(__file__).resolve().parent.parent / "routes.toml"
LEAST_KEY_CHARACTERS = 16
EVERY_KEY = "**"
MOST_ROUTES = 200


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
    return Routes(tuple(route_of(written, redaction_key) for written in found))


def _check_reached(earlier: Written, later: Written) -> None:
    """Refuse a route none of whose keys can reach it."""
    taken, asked = earlier.values.get("keys"), later.values.get("keys")
    if not isinstance(taken, list) or not isinstance(asked, list) or not asked:
        return
    if EVERY_KEY in taken or all(key in taken for key in asked):
        later.refuse(
            "keys", f"this route is never reached: the one of line {earlier.line} takes its keys; put it above"
        )
