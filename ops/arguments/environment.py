"""Declare the commands on the environment itself: its function, outputs and sources."""

from typing import Annotated, Literal

from cyclopts import Parameter

from ops.arguments.common import AsJson, Yes


def rollback(
    version: int | None = None,
    /,
    *,
    newest: bool = False,
    yes: Yes = None,
    as_json: AsJson = False,
) -> int:
    """Let another published version of the function serve, at once, and keep it through the next deploys.

    It moves the alias, and writes `function_version` into the environment's settings in cdktf.json, so that the next
    plan is empty. Commit that file: until the setting is removed, deploys publish versions that do not serve.

    Args:
        version: The version's number. Default: the one before the version that serves.
        newest: Let the newest version serve, and remove the setting.
    """
    from ops import rollback as command

    return command.run(version, newest=newest, yes=yes, as_json=as_json)


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
        as_json: Print one JSON object of all outputs; of a named one, its value as JSON.
    """
    from ops import outputs as command

    return command.run(name, as_json=as_json)


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


def policy(
    job: Literal["read", "redrive", "admin"],
    /,
    *,
    as_json: Annotated[bool, Parameter(name="--json")] = False,
) -> int:
    """Print the least IAM policy of a job, as JSON: which actions its commands need, on which resources.

    The names are those of the stack's outputs. A job may do what those before it may.

    Args:
        job: `read` looks: status, query, audit and the like. `redrive` mends, too: redrive, replay, audit --repair.
            `admin` does all: upload, rollback, forget.
        as_json: Print it on one line, for programs.
    """
    from ops import policy as command

    return command.run(job, as_json=as_json)
