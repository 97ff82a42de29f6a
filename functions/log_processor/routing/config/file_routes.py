"""Build the routes and formats of a file from its tables, and refuse a route that is never reached."""

from collections.abc import Mapping
from typing import Any

from log_processor.formats.lib.format import Format
from log_processor.routing.config.build import build_route
from log_processor.routing.config.own_formats import read_own_formats
from log_processor.routing.config.toml_tables import FileTables, RouteError, RouteTable
from log_processor.routing.lib.route import Route

EVERY_KEY = "**"
MAX_ROUTES = 200


def build_routes(file_tables: FileTables, redaction_key: str) -> tuple[tuple[Route, ...], Mapping[str, Format]]:
    """Return the routes in their order, and the formats by their names.

    Raise `RouteError` with the line of the mistake if they cannot be used.
    """
    tables = file_tables.routes
    if len(tables) > MAX_ROUTES:
        raise RouteError(tables[MAX_ROUTES].line, f"there are {len(tables)} routes: write at most {MAX_ROUTES}")
    for index, later in enumerate(tables):
        for earlier in tables[:index]:
            _check_reachable(earlier, later)
    own_formats = read_own_formats(file_tables.formats)
    routes = tuple(build_route(table, redaction_key, own_formats) for table in tables)
    return routes, {name: own for name, (own, _) in own_formats.items()}


def _check_reachable(earlier: RouteTable, later: RouteTable) -> None:
    """Raise `RouteError` if the earlier route has every key pattern of the later one, or the pattern of all keys.

    If the earlier one is for some buckets alone, it is so only if the later one is for none but these.
    """
    if not _takes_buckets(earlier.values.get("buckets"), later.values.get("buckets")):
        return
    earlier_keys, later_keys = earlier.values.get("keys"), later.values.get("keys")
    if not isinstance(earlier_keys, list) or not isinstance(later_keys, list) or not later_keys:
        return
    if EVERY_KEY in earlier_keys or all(key in earlier_keys for key in later_keys):
        later.refuse(
            "keys", f"this route is never reached: the one of line {earlier.line} takes its keys; put it above"
        )


def _takes_buckets(earlier: Any, later: Any) -> bool:
    """Tell whether a route for the buckets of the first list is for all of the second; no list is for all buckets."""
    if earlier is None:
        return True
    return isinstance(earlier, list) and isinstance(later, list) and all(name in earlier for name in later)
