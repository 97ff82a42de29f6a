"""Declare the commands that read all records of a selection: to a file, or to count their shapes."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from ops.arguments.common import DEFAULT_MAX_READ, AsJson, MaxRead, TimeZone
from ops.arguments.records import DEFAULT_SELECTION, FLATTENED
from ops.reading.selection import Selection


def export(
    file: Path,
    /,
    *,
    selection: Annotated[Selection, FLATTENED] = DEFAULT_SELECTION,
    overwrite: bool = False,
    zone: TimeZone = "UTC",
    max_read: MaxRead = DEFAULT_MAX_READ,
    as_json: AsJson = False,
) -> int:
    """Write records to a file for notebooks and spreadsheets: Parquet, DuckDB, CSV or JSON lines.

    A row is a record, in the order of time; `fields` is one column of JSON. The file has its name only when it is
    whole: an export that is interrupted leaves nothing, and what was there before stays. JSON lines hold each record
    with all its attributes.

    Args:
        file: The file, whose ending says the form: .parquet, .duckdb (the table `records`), .csv or .jsonl.
        overwrite: Replace a file that exists.
    """
    from ops import export as command

    return command.run(selection, file, overwrite=overwrite, zone=zone, max_read=max_read, as_json=as_json)


def patterns(
    *,
    selection: Annotated[Selection, FLATTENED] = DEFAULT_SELECTION,
    new_since: Annotated[str | None, Parameter(metavar="TIME")] = None,
    limit: Annotated[int, Parameter(metavar="N")] = 20,
    zone: TimeZone = "UTC",
    max_read: MaxRead = DEFAULT_MAX_READ,
    as_json: AsJson = False,
) -> int:
    """Count the shapes of messages: times, quoted words, addresses, ids and numbers are masked, what is equal counts.

    The message is a field of the record, such as `message`, else the first line of its text.

    Args:
        new_since: Print those shapes alone of which no record is before this time, such as that of a deploy: --from
            says since when to look for earlier ones.
        limit: Print so many shapes, the commonest first. Default: 20.
    """
    from ops import patterns as command

    return command.run(selection, new_since=new_since, limit=limit, zone=zone, max_read=max_read, as_json=as_json)
