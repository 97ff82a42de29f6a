"""Check the function's routes with the function's own reader, before anything is synthesized."""

from dataclasses import dataclass
from importlib import import_module

from log_processor.errors import SettingsError

from stacks.config.rules import ConfigError

FOLDER = "functions/log_processor"


@dataclass(frozen=True, slots=True)
class RouteNeeds:
    """What the routes need of the stack: the key of hashes (`hashed`), and the index of packs (`packed`)."""

    hashed: bool = False
    packed: bool = False


def find_route_needs() -> RouteNeeds:
    """Return what the function's routes need; raise `ConfigError` with file and line of a mistake."""
    try:
        reader = import_module("log_processor.routing.routes")
    except ModuleNotFoundError as error:
        raise ConfigError(
            f"the package {error.name} is missing, and {FOLDER}/routes.toml cannot be checked without it: "
            "run 'make install', or install the lock's category 'function' too"
        ) from error
    try:
        routes = reader.load_file()
        return RouteNeeds(hashed=routes.has_hashes, packed=routes.has_packs)
    except SettingsError as error:
        raise ConfigError(f"{FOLDER}/{error}") from error
    except OSError as error:
        reason = error.strerror or "unknown reason"
        raise ConfigError(f"{FOLDER}/routes.toml cannot be read ({reason}): it may be empty, but not absent") from error
