"""Declare what the commands that change something have in common, and the command that lists what they did."""

from typing import Annotated

from cyclopts import Parameter

from ops.arguments.common import AsJson, TimeZone

YesToAct = Annotated[
    str | None,
    Parameter(
        name="--yes",
        metavar="[NAME]",
        help="Do it. A protected environment, such as prod, wants its name. Default: only say what would be done.",
    ),
]
Limit = Annotated[int | None, Parameter(metavar="N", help="Do so many at most. Default: all.")]
Rate = Annotated[
    float | None, Parameter(metavar="N", help="Do so many a second at most. Default: as many as AWS takes.")
]


def acts(
    *,
    since: Annotated[str, Parameter(metavar="TIME")] = "7d",
    ledger: Annotated[str | None, Parameter(metavar="TABLE")] = None,
    tz: TimeZone = "UTC",
    as_json: AsJson = False,
) -> int:
    """List what commands have changed in the environment: who, when, what, and how many.

    Each such command writes a row into the ledger table when it begins, and when it ends. One that is `running` and
    long ago was killed: the same command goes on.

    Args:
        since: List what was begun since then: 15m, 2h, 3d, today, yesterday, or ISO 8601. Default: 7d.
        ledger: The ledger table. Default: the environment's own.
    """
    from ops import acts as command

    return command.run(ledger, since=since, tz=tz, as_json=as_json)


def redrive(
    *,
    cause: Annotated[list[str] | None, Parameter(name="--class", metavar="NAME")] = None,
    source: Annotated[list[str] | None, Parameter(name="--source", metavar="NAME")] = None,
    older_than: Annotated[str | None, Parameter(metavar="TIME")] = None,
    transient: bool = False,
    name: Annotated[str | None, Parameter(name="--object", metavar="NAME")] = None,
    limit: Limit = None,
    rate: Rate = None,
    wait_s: Annotated[int, Parameter(name="--wait", metavar="SECONDS")] = 60,
    yes: YesToAct = None,
    tz: TimeZone = "UTC",
    as_json: AsJson = False,
) -> int:
    """Say which dead letters there are, by class, source and age; with --yes, send them to the work queue again.

    A letter is deleted after the work queue has accepted its message; what is stored already is not stored again. So
    it may be stopped at any time, and run again, also by two at once. What the function cannot read stays, with the
    reason. To look at letters hides them from others until they are all seen, for a minute at most.

    It exits with 1 if something failed again, or was no longer there.

    Args:
        cause: Mean letters of this class of error, such as ThrottledError; several times for several. Default: all.
        source: Mean letters of objects of this source; several times for several. Default: all.
        older_than: Mean letters that were sent before this time: 15m, 2h, 3d, or ISO 8601.
        transient: Mean those alone whose cause time mends.
        name: Mean letters of this object, `s3://BUCKET/KEY`, or of all below it, if it ends in `/`.
        wait_s: Follow for so many seconds what becomes of the ranges that were sent. Default: 60.
    """
    from ops import redrive as command
    from ops.letters.choice import LetterFilter

    meant = LetterFilter(tuple(cause or ()), tuple(source or ()), name, transient_only=transient)
    options = command.RedriveOptions(older_than, yes, limit, rate, wait_s)
    return command.run(meant, options, tz=tz, as_json=as_json)
