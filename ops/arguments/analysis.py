"""Declare the commands that forecast and sum up: what an object would become, and what it all costs."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from ops.arguments.common import DEFAULT_MAX_READ, AsJson, MaxRead, TimeZone


def explain(
    name: str,
    /,
    *,
    key: Annotated[str | None, Parameter(metavar="KEY")] = None,
    routes: Annotated[Path | None, Parameter(metavar="FILE")] = None,
    as_json: AsJson = False,
) -> int:
    """Say what the function would make of an object or a file, without storing anything.

    It reads the first 4 MiB with the function's own code: the route, how the format is decided, what becomes of the
    records, which values would be hidden, and the ranges, time and cost of the whole if the rest is like that. It
    exits with 1 if the function would give the object up, or reject a record.

    Args:
        name: The object, `s3://BUCKET/KEY`, or a local file.
        key: The key of the object that a local file would become: routes go by it. Default: its name as given.
        routes: The routes. Default: those that are shipped.
    """
    from ops import explain as command

    return command.run(name, key=key, routes_file=routes, as_json=as_json)


def cost(
    *,
    since: Annotated[str, Parameter(metavar="TIME")] = "1d",
    tz: TimeZone = "UTC",
    max_read: MaxRead = DEFAULT_MAX_READ,
    as_json: AsJson = False,
) -> int:
    """Say what the objects of a time have used and cost, by list prices: once, every month, and for each GB of lines.

    Records, bytes, attempts and the function's time are those of the ledger. The sizes of records are those of 400 of
    the log table, and of 40 of each source and format with few among them. Beside it stands a model, in which each
    range is read once at the documented pace: more than that is what retries, waiting or a slow processor cost.

    Args:
        since: What was begun since this time: 15m, 2h, 3d, today, yesterday, or ISO 8601. Default: 1d.
    """
    from ops import cost as command

    return command.run(since, tz=tz, max_read=max_read, as_json=as_json)
