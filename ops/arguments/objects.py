"""Declare the commands that ask the ledger."""

from typing import Annotated

from cyclopts import Parameter

from ops.arguments.common import AsJson


def status(
    name: Annotated[str, Parameter(name="object")],
    /,
    *,
    ledger: Annotated[str | None, Parameter(metavar="TABLE")] = None,
    wait_s: Annotated[int, Parameter(name="--wait", metavar="SECONDS")] = 0,
    as_json: AsJson = False,
) -> int:
    """Say how far an object is, and whether its account closes.

    It exits with 0 if every version is done: each byte is in one range, and all that was read is accounted for. An
    object that was read before and after a deploy is done too. The lines `mixed parsers` and `mixed rules` say so
    (with --json, `parsers` and `record_rules` name more than one); a replay reads all of it by the newest one.

    Args:
        name: The object, `s3://BUCKET/KEY`; STACK_NAME_SUFFIX names the environment.
        ledger: The ledger table. Default: the environment's own.
        wait_s: Ask again until it is done or has failed, for so many seconds at most. Default: ask once.
    """
    from ops import status as command

    return command.run(name, ledger, wait_s=wait_s, as_json=as_json)
