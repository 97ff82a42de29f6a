"""Print how far an object is processed: its ranges, their counts and whether the account closes."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from ops.accounts import VersionAccount, accounts, read_ledger_rows
from ops.errors import CommandError
from ops.frame.aws_errors import translate_errors
from ops.frame.environment import Environment, open_environment
from ops.frame.output import print_json, print_lines
from ops.frame.times import ZonedClock, open_clock
from ops.object_name import parse_object_name
from ops.record_facts import describe_facts

POLL_S = 1.0
MAX_FILES = 5
"""How many files of rejects are named."""
UNFINISHED = frozenset({"running", "waiting"})
FINAL = frozenset({"done", "failed", "overlapping"})


def run(name: str, ledger: str | None, *, wait_s: int, tz: str, as_json: bool) -> int:
    """Print the account of each version of `name` (`s3://bucket/key`).

    Return 0 if all versions are done, their accounts close, and their ranges cover each byte once; else 1. Several
    parsers or rules change nothing about that: the object kept its plan, and nobody can mend it by waiting.

    Read the ledger again until every version is done or has failed, for at most `wait_s` seconds.

    Raises `CommandError` if the ledger cannot be read or has no row of the object.
    """
    parse_object_name(name)
    clock = open_clock(tz)
    environment = open_environment()
    table = ledger or environment.config.ledger_table_name
    versions = _await_accounts(name, table, environment, wait_s)
    check_known(name, table, versions)
    if as_json:
        for account in versions:
            print_json(asdict(account))
    else:
        archive = environment.config.build_archive_name(environment.account)
        print_lines(_format_page(name, versions, archive, clock))
    return int(not all(account.status == "done" and account.closes and account.covers for account in versions))


def check_known(name: str, table: str, versions: Sequence[VersionAccount]) -> None:
    """Raise `CommandError` if the ledger knows no version of the object."""
    if not versions:
        raise CommandError(
            f"the ledger {table} has no row of {name}: check the name and the environment; a new object's event may "
            "still be under way, or its key ends in none of `notification_suffixes`"
        )


def _await_accounts(name: str, table: str, environment: Environment, wait_s: int) -> list[VersionAccount]:
    """Return the accounts as soon as all are final; after `wait_s` seconds, return them as they are."""
    dynamodb = environment.session.client("dynamodb")
    last_s = time.monotonic() + wait_s
    while True:
        with translate_errors(f"the ledger {table}", environment.config):
            versions = accounts(read_ledger_rows(dynamodb, table, name))
        if (versions and all(account.status in FINAL for account in versions)) or time.monotonic() >= last_s:
            return versions
        time.sleep(POLL_S)


def _format_page(name: str, versions: list[VersionAccount], archive: str, clock: ZonedClock) -> Iterator[str]:
    yield name
    for account in versions:
        replayed = "replay " if account.replay and account.status in UNFINISHED else ""
        yield f"version {account.version or '-'}: {replayed}{account.status}"
        for title, text in _format_account(account, clock):
            yield f"  {title:<8} {text}"
        for key in account.rejects_keys[:MAX_FILES]:
            yield f"  {'rejects':<8} s3://{archive}/{key}"
        if (more := len(account.rejects_keys) - MAX_FILES) > 0:
            yield f"  {'rejects':<8} and in {more:,} more files: --json names all"


def _format_account(account: VersionAccount, clock: ZonedClock) -> Iterator[tuple[str, str]]:
    parts = ("done", "continued", "failed", "running", "missing")
    states = ", ".join(f"{count:,} {part}" for part in parts if (count := getattr(account, part)))
    yield "ranges", f"{account.ranges:,} ({states}), {account.attempts:,} attempts"
    kept = f"{account.stored:,} stored + {account.filtered:,} filtered + {account.rejected:,} rejected"
    yield "records", f"{account.read:,} read = {kept}{'' if account.closes else ': DOES NOT CLOSE'}"
    skipped = f"; {account.skipped_bytes:,} in runs of NULs, in no record" if account.skipped_bytes else ""
    yield "bytes", f"{account.bytes:,} as {account.format or 'no format yet'}{skipped}"
    yield from describe_facts(account.facts, clock)
    ended = clock.format(account.finished_at) if account.finished_at else "now"
    yield "time", f"{clock.format(account.started_at)} to {ended}, {account.duration_ms:,} ms of work"
    for stretch in account.gaps:
        yield "missing", f"{stretch}: in no range yet"
    for stretch in account.overlaps:
        yield "repeated", f"{stretch}: in more than one range"
    for stretch in account.beyond:
        yield "beyond", f"{stretch}: behind the object's end"
    yield from _describe_readings(account)
    for reason in account.waits:
        yield "access", reason
    for reason in account.reasons:
        yield "failed", reason


def _describe_readings(account: VersionAccount) -> Iterator[tuple[str, str]]:
    """Yield the replay that the rows are of, and what has changed while the object was read."""
    if account.replay:
        yield "replay", account.replay
    if len(account.parsers) > 1:
        yield "parsers", f"mixed parsers: {', '.join(account.parsers)}; a replay makes the object whole"
    if len(account.record_rules) > 1:
        changed = "the route's source, filters or redaction changed in the middle of the object"
        yield "rules", f"mixed rules: {changed} ({', '.join(account.record_rules)}); a replay makes it whole"
