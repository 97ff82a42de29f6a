"""Say how far an object is: its ranges, their counts and whether the account closes."""

import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from log_processor.escaping import escaped

from ops.accounts import VersionAccount, accounts, ledger_rows
from ops.configured import configured
from ops.errors import CommandError
from ops.stored import json_line

POLL_S = 1.0
FINAL = frozenset({"done", "failed"})


def run(name: str, ledger: str | None, *, wait_s: int, as_json: bool) -> int:
    """Print the account of each version of `name` (`s3://bucket/key`); 0 where all are done and close, else 1.

    For `wait_s` seconds at most, the ledger is asked again until every version is done or has failed.

    Raises `CommandError` where the ledger cannot be read or does not know the object.
    """
    config = configured()
    table = ledger or config.ledger_table_name
    found = _awaited(name, table, config.region, wait_s)
    if not found:
        raise CommandError(
            f"the ledger {table} has no row of {name}: check the name and the environment; a new object's event may "
            "still be under way, or its key ends in none of `notification_suffixes`"
        )
    if as_json:
        sys.stdout.write("".join(json_line(asdict(account)).decode() for account in found))
    else:
        sys.stdout.writelines(f"{escaped(line)}\n" for line in _page(name, found))
    return int(not all(account.status == "done" and account.closes for account in found))


def _awaited(name: str, table: str, region: str, wait_s: int) -> list[VersionAccount]:
    """Return the accounts as soon as all are final, else as they are when the time is over."""
    last_s = time.monotonic() + wait_s
    while True:
        found = accounts(_rows(name, table, region))
        if (found and all(account.status in FINAL for account in found)) or time.monotonic() >= last_s:
            return found
        time.sleep(POLL_S)


def _rows(name: str, table: str, region: str) -> Any:
    if not name.startswith("s3://"):
        raise CommandError(f"{name} names no object: write s3://BUCKET/KEY")
    try:
        return ledger_rows(boto3.client("dynamodb", region_name=region), table, name)
    except (ClientError, BotoCoreError) as error:
        raise CommandError(
            f"the ledger {table} cannot be read ({error}): check the credentials, the region and STACK_NAME_SUFFIX"
        ) from error


def _page(name: str, found: list[VersionAccount]) -> Iterator[str]:
    yield name
    for account in found:
        yield f"version {account.version or '-'}: {account.status}"
        for title, text in _lines(account):
            yield f"  {title:<8} {text}"


def _lines(account: VersionAccount) -> Iterator[tuple[str, str]]:
    parts = ("done", "continued", "failed", "running", "missing")
    states = ", ".join(f"{count:,} {part}" for part in parts if (count := getattr(account, part)))
    yield "ranges", f"{account.ranges:,} ({states}), {account.attempts:,} attempts"
    kept = f"{account.stored:,} stored + {account.filtered:,} filtered + {account.rejected:,} rejected"
    yield "records", f"{account.read:,} read = {kept}{'' if account.closes else ': DOES NOT CLOSE'}"
    yield "bytes", f"{account.bytes:,} as {account.format or 'no format yet'}"
    yield "time", f"{account.started_at} to {account.finished_at or 'now'}, {account.duration_ms:,} ms of work"
    for reason in account.reasons:
        yield "failed", reason
