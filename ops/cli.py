"""Declare the operator's commands and their arguments; the module that does the work is imported when it runs."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from ops.command_line import run

app = App(
    name="ops",
    help="What operators ask and do.",
    help_flags=(),
    version_flags=(),
    result_action="return_value",
    default_parameter=Parameter(negative=()),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 if all is well, 1 if something is wrong, 2 if it cannot run."""
    return run(app, arguments)


@app.command
def parse(
    files: list[Path],
    /,
    *,
    declared: Annotated[str | None, Parameter(name="--format", metavar="NAME")] = None,
    routes: Annotated[Path | None, Parameter(metavar="FILE")] = None,
    as_json: Annotated[bool, Parameter(name="--json")] = False,
    why: bool = False,
) -> int:
    """Read local files with the function's own code, without AWS, and say what would be stored.

    Args:
        files: Log files, plain or compressed, and folders, which are read with all below them; `-` is standard input.
        declared: The format of every file. Default: what the file's route says, else what its first lines tell.
        routes: The routes, chosen by the files' names as given. Default: those that are shipped.
        as_json: Print one JSON object a record, as it would be stored.
        why: Print instead how the format of each file is decided: the rule, and what it had to go by.
    """
    from ops import parse as command

    return command.run(files, declared, as_json=as_json, why=why, routes_file=routes)


@app.command
def status(
    name: Annotated[str, Parameter(name="object")],
    /,
    *,
    ledger: Annotated[str | None, Parameter(metavar="TABLE")] = None,
    wait_s: Annotated[int, Parameter(name="--wait", metavar="SECONDS")] = 0,
    as_json: Annotated[bool, Parameter(name="--json")] = False,
) -> int:
    """Say how far an object is, and whether its account closes.

    It exits with 0 if every version is done: each byte is in one range, and all that was read is accounted for. An
    object that was read before and after a deploy is done too. The lines `mixed parsers` and `mixed rules` say so
    (with --json, `parsers` and `record_rules` name more than one); a replay reads all of it by the newest one.

    Args:
        name: The object, `s3://BUCKET/KEY`; STACK_NAME_SUFFIX names the environment.
        ledger: The ledger table. Default: the environment's own.
        wait_s: Ask again until it is done or has failed, for so many seconds at most. Default: ask once.
        as_json: Print one JSON object a version.
    """
    from ops import status as command

    return command.run(name, ledger, wait_s=wait_s, as_json=as_json)


@app.command
def upload(
    files: list[Path],
    /,
    *,
    prefix: Annotated[str, Parameter(metavar="PREFIX")] = "",
    bucket: Annotated[str | None, Parameter(metavar="NAME")] = None,
) -> int:
    """Upload local files to the environment's source bucket, and say what object each became.

    A key that no source of the bucket takes, by prefix and suffixes, is refused: no event would tell the function.

    Args:
        files: Log files, and folders, whose files keep their paths below the folder as keys.
        prefix: What the keys begin with, such as `web`, before a slash; routes and sources are told by it.
        bucket: The bucket. Default: the output S3SourceBucket of the environment's stack.
    """
    from ops import upload as command

    return command.run(files, prefix, bucket)


@app.command
def rollback(
    version: int | None = None,
    /,
    *,
    newest: bool = False,
) -> int:
    """Let another published version of the function serve, at once, and keep it through the next deploys.

    It moves the alias, and writes `function_version` into the environment's settings in cdktf.json, so that the next
    plan is empty. Commit that file: until the setting is removed, deploys publish versions that do not serve.

    Args:
        version: The version's number. Default: the one before the version that serves.
        newest: Let the newest version serve, and remove the setting.
    """
    from ops import rollback as command

    return command.run(version, newest=newest)


@app.command
def outputs(
    name: str | None = None,
    /,
    *,
    as_json: Annotated[bool, Parameter(name="--json")] = False,
) -> int:
    """Print the outputs of the environment's stack: its buckets, tables and queues.

    They are read from Terraform's state, in the bucket or the file where the backend keeps it. Terraform Cloud gives
    them to Terraform alone: then it is asked, in the folder that cdktf has initialised.

    Args:
        name: The one output whose value is printed alone, such as `S3SourceBucket`. Default: all of them.
        as_json: Print one JSON object of all outputs.
    """
    from ops import outputs as command

    return command.run(name, as_json=as_json)


@app.command
def sources(
    *,
    owner: Annotated[str | None, Parameter(metavar="NAME")] = None,
    as_json: Annotated[bool, Parameter(name="--json")] = False,
) -> int:
    """Say of each source whether its bucket exists, sends events, and lets itself be read, and what to do if not.

    It exits with 0 if nothing is wrong. What the credentials may not ask, such as the policy of a bucket in another
    account, is said to be unknown, and is not wrong.

    Args:
        owner: Print instead what the owner of this source, a bucket in another account, adds: a rule that forwards
            its events, the rule's role, and statements for the policies of bucket and key, as Terraform's JSON.
        as_json: Print one JSON object a source.
    """
    from ops import sources as command

    return command.run(owner, as_json=as_json)
