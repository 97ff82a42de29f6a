"""Declare the command that reads objects again."""

from typing import Annotated

from cyclopts import Parameter

from ops.arguments.acting import Limit, Rate, YesToAct
from ops.arguments.common import DEFAULT_MAX_READ, AsJson, MaxRead, TimeZone
from ops.errors import CommandError
from ops.frame.options import refuse_options


def replay(
    *names: Annotated[str, Parameter(name="object")],
    since: Annotated[str | None, Parameter(metavar="TIME")] = None,
    to: Annotated[str | None, Parameter(metavar="TIME")] = None,
    day: Annotated[str | None, Parameter(metavar="DATE")] = None,
    failed: bool = False,
    mixed: bool = False,
    again: bool = False,
    source: Annotated[list[str] | None, Parameter(metavar="NAME")] = None,
    all_versions: bool = False,
    rejects: bool = False,
    format_name: Annotated[str | None, Parameter(name="--format", metavar="NAME")] = None,
    reason: Annotated[str | None, Parameter(metavar="TEXT")] = None,
    max_read: MaxRead = DEFAULT_MAX_READ,
    limit: Limit = None,
    rate: Rate = None,
    yes: YesToAct = None,
    tz: TimeZone = "UTC",
    as_json: AsJson = False,
) -> int:
    """Say which objects would be read again, and at what price; with --yes, send them to the work queue.

    Without more, these are the objects in the source buckets that were never read, such as those that lay there before
    the deployment. Each is planned by the parser, the routes and the storage of now, and what was stored of it before
    is replaced. It may be stopped at any time: the same command goes on, and nothing is read twice for that.

    Args:
        names: An object, `s3://BUCKET/KEY`, whatever the ledger says of it; with a `/` at the end, what is below it.
            Default: all that the stack's sources serve.
        since: Mean versions that were uploaded since then: 15m, 2h, 3d, today, or ISO 8601. Default: always.
        to: Mean versions that were uploaded before then. Default: now.
        day: Mean what the function began on this day instead, by the ledger, such as 2026-05-04.
        failed: Mean those that have failed.
        mixed: Mean those that several parsers, or several rules of a route, have read.
        again: Mean all, also those that are done.
        source: Mean objects of this source; several times for several. Default: all.
        all_versions: Mean the versions, too, that a newer one has replaced.
        rejects: Store only the rejects that parse now, after a parser was mended, of what was begun in the time, or of
            one object; first it says how they parse.
        format_name: With --rejects: mean rejects of this format. Default: all.
        reason: With --rejects: mean those whose reason has this text. Default: all.
    """
    if rejects:
        whole = {"--day": day, "--failed": failed, "--mixed": mixed, "--again": again, "--all-versions": all_versions}
        refuse_options(whole, "it is for whole objects: leave out --rejects, or this")
        from ops.replaying import rejects as rejected
        from ops.replaying.archived import RejectFilter

        if len(names) > 1 or len(source or ()) > 1:
            raise CommandError("--rejects takes one object and one source: run the command for each")
        kinds = RejectFilter(source[0] if source else None, format_name, reason)
        chosen = rejected.RejectOptions(names[0] if names else None, since, to or "now", tz, yes, limit, rate, max_read)
        return rejected.run(kinds, chosen, as_json=as_json)
    refuse_options({"--format": format_name, "--reason": reason}, "it is for rejects: write --rejects, or leave it out")
    from ops import replay as command
    from ops.replaying.choice import ReplayFilter

    is_named = bool(names) and not any(name.endswith("/") for name in names)
    meant = ReplayFilter(
        names,
        failed=failed,
        mixed=mixed,
        again=again or (is_named and not (failed or mixed)),
        sources=tuple(source or ()),
        all_versions=all_versions,
    )
    options = command.ReplayOptions(since, to, day, yes, limit, rate)
    return command.run(meant, options, tz=tz, as_json=as_json)
