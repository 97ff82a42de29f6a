"""Check the function's routes with the function's own reader, before anything is synthesized."""

from importlib import import_module

from log_processor.errors import SettingsError

from stacks.config.rules import ConfigError

FOLDER = "functions/log_processor"


def has_hashing_route() -> bool:
    """Tell whether a route replaces values by a keyed hash; raises `ConfigError` with file and line of a mistake."""
    try:
        reader = import_module("log_processor.routing.routes")
    except ModuleNotFoundError as error:
        raise ConfigError(
            f"the package {error.name} is missing, and {FOLDER}/routes.toml cannot be checked without it: "
            "run 'make install', or install the lock's category 'function' too"
        ) from error
    try:
        return bool(reader.load_file().has_hashes)
    except SettingsError as error:
        raise ConfigError(f"{FOLDER}/{error}") from error
    except OSError as error:
        reason = error.strerror or "unknown reason"
        raise ConfigError(f"{FOLDER}/routes.toml cannot be read ({reason}): it may be empty, but not absent") from error
