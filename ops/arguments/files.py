"""Declare the commands on local files."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from ops.arguments.common import DEFAULT_MAX_READ, AsJson, Yes
from ops.frame.options import refuse_options


def parse(
    files: list[str],
    /,
    *,
    declared: Annotated[str | None, Parameter(name="--format", metavar="NAME")] = None,
    routes: Annotated[Path | None, Parameter(metavar="FILE")] = None,
    as_json: Annotated[bool, Parameter(name="--json")] = False,
    why: bool = False,
    max_read: Annotated[str | None, Parameter(metavar="SIZE")] = None,
) -> int:
    """Read files or objects with the function's own code, and say what would be stored; files without AWS.

    Args:
        files: Log files, plain or compressed, and folders, which are read with all below them; `-` is standard input.
            Or objects, each `s3://BUCKET/KEY`.
        declared: The format of every file. Default: what the file's route says, else what its first lines tell.
        routes: The routes and formats of your own; routes are chosen by the files' names as given. Default: those that
            are shipped.
        as_json: Print one JSON object a record, as it would be stored.
        why: Print instead how the format of each file is decided: the rule, and what it had to go by.
        max_read: Read no more of S3 than this, such as 200MB; what it costs is said before. Default: 1GB.
    """
    if any(name.startswith("s3://") for name in files):
        from ops import parse_objects

        size = max_read or DEFAULT_MAX_READ
        return parse_objects.run(files, declared, as_json=as_json, why=why, routes_file=routes, max_read=size)
    refuse_options({"--max-read": max_read}, "it is for objects, and files cost nothing to read: leave it out")
    refuse_options({"--json": as_json and why}, "--why has no JSON: write ops explain FILE --json, or leave it out")
    from ops import parse as command

    paths = [Path(name) for name in files]
    return command.run(paths, declared, as_json=as_json, why=why, routes_file=routes)


def upload(
    files: list[Path],
    /,
    *,
    prefix: Annotated[str, Parameter(metavar="PREFIX")] = "",
    bucket: Annotated[str | None, Parameter(metavar="NAME")] = None,
    yes: Yes = None,
    as_json: AsJson = False,
) -> int:
    """Upload local files to the environment's source bucket, and say what object each became.

    A key that no source of the bucket takes, by prefix and suffixes, is refused: no event would tell the function.

    Args:
        files: Log files, and folders, whose files keep their paths below the folder as keys.
        prefix: What the keys begin with, such as `web`, before a slash; routes and sources are told by it.
        bucket: The bucket. Default: the output S3SourceBucket of the environment's stack.
    """
    from ops import upload as command

    return command.run(files, prefix, bucket, yes=yes, as_json=as_json)
