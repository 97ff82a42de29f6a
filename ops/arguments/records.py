"""Declare the commands that read records."""

from typing import Annotated

from cyclopts import Parameter

from ops.arguments.common import DEFAULT_MAX_READ, AsJson, MaxRead, TimeZone
from ops.reading.selection import Selection
from ops.reading.view import ResultView

FLATTENED = Parameter(name="*")
"""The options of a class are options of the command."""
DEFAULT_SELECTION, DEFAULT_VIEW = Selection(), ResultView()


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
