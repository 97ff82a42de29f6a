"""Declare the command that proves that everything is stored."""

from typing import Annotated

from cyclopts import Parameter

from ops.arguments.acting import Rate, YesToAct
from ops.arguments.common import DEFAULT_MAX_READ, AsJson, MaxRead, TimeZone


def audit(
    name: Annotated[str, Parameter(name="prefix")] = "",
    /,
    *,
    since: Annotated[str, Parameter(metavar="TIME")] = "1d",
    until: Annotated[str, Parameter(name="--to", metavar="TIME")] = "now",
    ignored: Annotated[tuple[str, ...], Parameter(name="--ignore", metavar="PATTERN")] = (),
    deep: bool = False,
    sample: Annotated[int, Parameter(metavar="N")] = 20,
    patience: Annotated[str | None, Parameter(metavar="TIME")] = None,
    any_parser: bool = False,
    repair: bool = False,
    rate: Rate = None,
    yes: YesToAct = None,
    tz: TimeZone = "UTC",
    max_read: MaxRead = DEFAULT_MAX_READ,
    as_json: AsJson = False,
) -> int:
    """Prove that what lies in the buckets is stored: each version has its rows, all adds up, the table has the records.

    The versions of all sources that were uploaded in the time are listed, and their rows of the ledger read: a request
    for a thousand versions, and one an object. It finds what was never seen, is unfinished, failed or has changed
    since, whose counts or bytes do not add up, and what an older parser read. Then some records are read again from S3
    and looked up in the table. It exits with 1 unless all closes.

    Args:
        name: What the objects' names begin with, such as `s3://BUCKET/web/`. Default: all sources.
        since: Since when they were uploaded: 15m, 2h, 3d, today, yesterday, or ISO 8601. Default: 1d.
        until: Until when, exclusively. Default: now.
        ignored: Leave out keys of this pattern, such as `tmp/*`; several times for several.
        deep: Read every object again, and compare all records with the table, which is read whole: none is missing, and
            none is too many.
        sample: Of how many versions some records are looked up. Default: 20.
        patience: Take for unfinished what nothing was heard of for so long, such as 10m. Default: as long as a range
            may wait between two attempts.
        any_parser: Accept what an older parser read, if it was one for all of the object.
        repair: Say which versions a replay mends; with --yes, send exactly these to the work queue. Audit again when
            they are read.
    """
    from ops import audit as command

    plan = command.AuditPlan(
        uri=name,
        since=since,
        until=until,
        ignored=ignored,
        deep=deep,
        sample=sample,
        patience=patience,
        any_parser=any_parser,
        repair=repair,
        rate=rate,
        yes=yes,
        tz=tz,
        max_read=max_read,
    )
    return command.run(plan, as_json=as_json)
