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
