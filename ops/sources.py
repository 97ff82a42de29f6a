"""Print for each source whether it exists, sends events, and lets itself be read; or what its owner has to add."""

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict

from ops.errors import CommandError
from ops.frame.aws_errors import translate_errors
from ops.frame.environment import open_environment
from ops.frame.output import print_json, print_lines
from ops.source_states import ExpectedSource, SourceState, examine
from stacks.config import Config
from stacks.config.source import BucketSource
from stacks.source_policy import admit_writers, build_source_statements, name_source_bucket
from stacks.sources.key_filter import build_event_pattern
from stacks.sources.owner import BucketReader, build_forwarding, build_key_statements, build_read_statements
from stacks.sources.policy import Statement

OWN = "the stack's own"


def run(owner: str | None, *, as_json: bool) -> int:
    """Print a block for each source; return 1 if something is wrong with one, else 0.

    For `owner`, the name of a source in another account, print instead what its owner has to add, and return 0.
    Raises `CommandError` if the source is unknown, or AWS cannot be asked.
    """
    environment = open_environment()
    config, session, account = environment.config, environment.session, environment.account
    if owner is not None:
        document = _build_document(_find_source(config, owner), config, account)
        sys.stdout.write(json.dumps(document, indent=2) + "\n")
        return 0
    s3, events = session.client("s3"), session.client("events")
    with translate_errors("the sources", config):
        states = [examine(one, s3, events, environment.stack) for one in _list_expected(config, account)]
    for state in states:
        if as_json:
            print_json(asdict(state))
        else:
            print_lines(_format_state(state))
    return int(any(state.wrong for state in states))


def _find_source(config: Config, name: str) -> BucketSource:
    foreign = {source.name: source for source in config.sources if source.account}
    if name not in foreign:
        known = ", ".join(foreign) or "none"
        raise CommandError(f"{name} is no source in another account: the configuration has {known}")
    return foreign[name]


def _build_document(source: BucketSource, config: Config, account: str) -> object:
    reader = _build_reader(config, account)
    return build_forwarding(
        reader,
        owner=source.account,
        name=config.name_rule(source.name),
        pattern=build_event_pattern(source.bucket, source.keys, account=source.account),
        statements={
            "bucket_policy_statements": _build_statements(source, config, account),
            "key_policy_statements": build_key_statements(reader) if source.kms_keys else [],
        },
    )


def _build_reader(config: Config, account: str) -> BucketReader:
    return BucketReader(
        account=account,
        role=f"arn:aws:iam::{account}:role{config.role_path}{config.function_name}",
        bus=f"arn:aws:events:{config.region}:{account}:event-bus/{config.sources_bus_name}",
    )


def _list_expected(config: Config, account: str) -> Iterator[ExpectedSource]:
    yield ExpectedSource(
        setting=OWN,
        bucket=name_source_bucket(config, account),
        region=config.region,
        sends_events=config.source_eventbridge,
        statements=build_source_statements(config, account),
    )
    for source in config.sources:
        yield ExpectedSource(
            setting=f"sources.{source.name}",
            bucket=source.bucket,
            region=config.region,
            account=source.account,
            rule=config.name_rule(source.name),
            bus=config.sources_bus_name if source.account else "default",
            statements=_build_statements(source, config, account),
            kms_keys=source.kms_keys,
        )


def _build_statements(source: BucketSource, config: Config, account: str) -> list[Statement]:
    """Return what the policy of a source's bucket needs: for its services and writers, and for a reader elsewhere."""
    arn, owner = source.bucket_arn, source.account or account
    reads = build_read_statements(_build_reader(config, account), arn, source.objects_arn) if source.account else []
    return [*admit_writers(source, owner, config.region), *reads]


def _format_state(state: SourceState) -> Iterator[str]:
    yield f"{state.source}: s3://{state.bucket}"
    for sentence in state.wrong:
        yield f"  wrong    {sentence}"
    for sentence in state.unknown:
        yield f"  unknown  {sentence}"
    if not state.wrong and not state.unknown:
        yield f"  well     in {state.region}{', sends events' if state.sends_events else ''}"
