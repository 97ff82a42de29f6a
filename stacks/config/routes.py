"""Check the function's routes with the function's own reader, before anything is synthesized."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module

from log_processor.errors import SettingsError

from stacks.config.rules import ConfigError

FOLDER = "functions/log_processor"
NAMED_KEYS = 5
"""So many key patterns are named where it is said how objects are stored."""


@dataclass(frozen=True, slots=True)
class RouteNeeds:
    """What the routes need of the stack: the key of hashes (`hashed`), and how they store.

    `stored` has the keys of the routes that say how their objects are stored, by what they say.
    """

    hashed: bool = False
    stored: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def packed(self) -> bool:
        """Tell whether some route packs its records."""
        return "packs" in self.stored

    def describe_storage(self, default: str) -> str:
        """Return what an environment that stores as `default` does with objects: the output that a plan compares."""
        others = "".join(
            f", those of {_join_keys(keys)} as {name}" for name, keys in sorted(self.stored.items()) if name != default
        )
        return (
            f"new objects are stored as {default}{others}; what is stored already stays as it is and is read as "
            "before, until a replay writes it anew"
        )


def _join_keys(keys: Sequence[str]) -> str:
    more = f" and {len(keys) - NAMED_KEYS} more" if len(keys) > NAMED_KEYS else ""
    return ", ".join(keys[:NAMED_KEYS]) + more


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
        return RouteNeeds(hashed=routes.has_hashes, stored=routes.group_keys_by_storage())
    except SettingsError as error:
        raise ConfigError(f"{FOLDER}/{error}") from error
    except OSError as error:
        reason = error.strerror or "unknown reason"
        raise ConfigError(f"{FOLDER}/routes.toml cannot be read ({reason}): it may be empty, but not absent") from error
