"""Declare the commands that ask the ledger."""

from typing import Annotated

from cyclopts import Parameter

from ops.arguments.common import DEFAULT_MAX_READ, MAX_READ, AsJson, MaxRead, TimeZone
from ops.errors import CommandError

DEFAULT_SINCE = "today"


def status(
    name: Annotated[str | None, Parameter(name="object")] = None,
    /,
    *,
    since: Annotated[str | None, Parameter(metavar="TIME")] = None,
    watch: bool = False,
    ledger: Annotated[str | None, Parameter(metavar="TABLE")] = None,
    wait_s: Annotated[int | None, Parameter(name="--wait", metavar="SECONDS")] = None,
    tz: TimeZone = "UTC",
    max_read: Annotated[str | None, MAX_READ] = None,
    as_json: AsJson = False,
) -> int:
    """Say how the environment is: backlog, lag, what came in today, what fails and why; or how far one object is.

    Without an object, it asks the queues and the ledger's index by day, and scans nothing. It exits with 1 if an
    object failed or waits for access, or if there are dead letters.

    With an object, it says how far that is and whether its account closes. It exits with 0 if every version is done:
    each byte is in one range, and all that was read is accounted for. An object that was read before and after a
    deploy is done too. The lines `mixed parsers` and `mixed rules` say so (with --json, `parsers` and `record_rules`
    name more than one); a replay reads all of it by the newest one.

    Args:
        name: The object, `s3://BUCKET/KEY`; STACK_NAME_SUFFIX names the environment. Default: the environment itself.
        since: Without an object: count what was begun since then: 15m, 2h, 3d, today, yesterday, or ISO 8601. A day
            begins at midnight of --tz. What fails or is unfinished is shown from a day ago on, too. Default: today.
        watch: Without an object: show it again every five seconds, until Ctrl-C.
        ledger: The ledger table. Default: the environment's own.
        wait_s: With an object: ask again until it is done or has failed, for so many seconds at most. Default: ask
            once.
    """
    if name is None:
        if wait_s is not None:
            raise CommandError("--wait is for one object: name it, s3://BUCKET/KEY")
        from ops import overview

        since = DEFAULT_SINCE if since is None else since
        max_read = DEFAULT_MAX_READ if max_read is None else max_read
        return overview.run(ledger, since=since, tz=tz, max_read=max_read, watch=watch, as_json=as_json)
    for option, value in (("--since", since), ("--watch", watch or None), ("--max-read", max_read)):
        if value is not None:
            raise CommandError(f"{option} is for the environment, and {name} is an object: leave one of them out")
    from ops import status as command

    return command.run(name, ledger, wait_s=wait_s or 0, tz=tz, as_json=as_json)


def formats(
    *,
    since: Annotated[str, Parameter(metavar="TIME")] = DEFAULT_SINCE,
    source: Annotated[str | None, Parameter(metavar="NAME")] = None,
    ledger: Annotated[str | None, Parameter(metavar="TABLE")] = None,
    tz: TimeZone = "UTC",
    max_read: MaxRead = DEFAULT_MAX_READ,
    as_json: AsJson = False,
) -> int:
    """Say for each source in which formats its records came, and which object was the first after a change.

    A format has changed where an object is the first in another format than all before it in its folder, numbers of
    the folder aside, or the first whose records fell back to text. It exits with 1 if one has changed.

    Args:
        since: Count what was begun since then: 15m, 2h, 3d, today, yesterday, or ISO 8601. Default: today.
        source: Say it of this source alone. Default: of all.
        ledger: The ledger table. Default: the environment's own.
    """
    from ops import format_changes as command

    return command.run(ledger, since=since, source=source, tz=tz, max_read=max_read, as_json=as_json)
