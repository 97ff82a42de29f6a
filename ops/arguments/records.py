"""Declare the commands that read records."""

from typing import Annotated

from cyclopts import Parameter

from ops.arguments.common import DEFAULT_MAX_READ, AsJson, MaxRead, TimeZone
from ops.reading.selection import RecordFilter, Selection
from ops.reading.view import ResultView

FLATTENED = Parameter(name="*")
"""The options of a class are options of the command."""
DEFAULT_SELECTION, DEFAULT_VIEW = Selection(), ResultView()
NO_FILTER = RecordFilter()


def query(
    *,
    selection: Annotated[Selection, FLATTENED] = DEFAULT_SELECTION,
    view: Annotated[ResultView, FLATTENED] = DEFAULT_VIEW,
    zone: TimeZone = "UTC",
    max_read: MaxRead = DEFAULT_MAX_READ,
    as_json: AsJson = False,
) -> int:
    """Find records by source, time and condition: print, count or draw them.

    Records are in the order of time, over all sources, and are printed as they are found. A page is read without the
    rest, and ends with the cursor of the next. Level, status, format, source and time are told by the index; other
    conditions read the records of the whole time.
    """
    from ops import query as command

    return command.run(selection, view, zone=zone, max_read=max_read, as_json=as_json)


def show(
    log_id: str,
    /,
    *,
    neighbours: Annotated[int | None, Parameter(name="-C", metavar="N")] = None,
    raw: bool = False,
    zone: TimeZone = "UTC",
    max_read: MaxRead = DEFAULT_MAX_READ,
    as_json: AsJson = False,
) -> int:
    """Show a record: all that is stored of it, its exact bytes in S3, and its neighbours in its object.

    Args:
        log_id: The record's id, as `ops query --ids` prints it.
        neighbours: How many records before and after it to show; 0 shows none. Default: 3.
        raw: Write its exact bytes alone, also where the route hides values.
    """
    from ops import show as command

    return command.run(log_id, neighbours=neighbours, raw=raw, zone=zone, max_read=max_read, as_json=as_json)


def tail(
    *,
    selection: Annotated[RecordFilter, FLATTENED] = NO_FILTER,
    begin: Annotated[str, Parameter(name="--from", metavar="TIME")] = "now",
    once: bool = False,
    zone: TimeZone = "UTC",
    max_read: MaxRead = DEFAULT_MAX_READ,
    as_json: AsJson = False,
) -> int:
    """Follow what the pipeline finishes: print the records of each range once, soon after it is stored.

    The ledger is asked every two seconds which ranges are finished, and these are read from S3 with the function's own
    code: late uploads appear too, and what a route hides is hidden. It exits with 1 if a range failed meanwhile. Each
    time that it asks it may read as much as --max-read says.

    Args:
        begin: Print also what was finished since then: 15m, 2h, 3d, today, yesterday, or ISO 8601. Default: now.
        once: Print what was finished since `--from`, and end. Default: go on until it is interrupted.
    """
    from ops import tail as command

    return command.run(selection, begin=begin, once=once, zone=zone, max_read=max_read, as_json=as_json)
