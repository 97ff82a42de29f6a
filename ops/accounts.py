"""Add up the ledger's rows of one object to an account of each of its versions."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from log_processor.errors import ObjectChangedError, ObjectMissingError
from log_processor.storing.ledger_row import LedgerItem, Row, parse_row
from log_processor.work.ranges import UPLOADED

from ops.coverage import Coverage, find_coverage
from ops.errors import CommandError
from ops.record_facts import RecordFacts, add_facts

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

WORKERS = 10
"""How many objects are asked for at once: as many as a client keeps connections."""
STATUSES = ("done", "continued", "failed", "running")
COUNTS = ("read", "stored", "filtered", "rejected", "bytes", "skipped_bytes")
EFFORT = ("attempts", "duration_ms")
GONE = (ObjectChangedError.__name__, ObjectMissingError.__name__)
"""How the reason of an upload begins that cannot be read any more."""
UNMARKED = "a version that kept no plan"
"""The parser of an attempt whose version did not add its own to the row."""


@dataclass(frozen=True, slots=True)
class VersionAccount:
    """The sum over the ranges of one version; `bytes` are decompressed ones, times are ISO 8601.

    - `skipped_bytes`: how many bytes are in no record, because they are runs of NULs.
    - `status`: `failed` if a range failed, else `running` if one is running, else `waiting` if ranges are missing,
      else `overlapping` if bytes are in several ranges or behind the object's end, else `done`.
    - `missing`: how many ranges were sent to the work queue and have no ledger row yet.
    - `covers`: whether each byte of the object belongs to one range. `gaps` and `overlaps` name those that do not, and
      `beyond` the bytes of ranges behind the object's end.
    - `closes`: whether `read = stored + filtered + rejected` holds in every row.
    - `waits`: why ranges wait for access, and since when.
    - `parsers`: the parser versions that worked on it; more than one if a deploy came in between.
    - `facts`: what its rows say of the object and its records.
    - `replay`: the id of the replay that its rows are of; empty if it was never read again.
    - `rejects_keys`: where its rejects are in the error archive, a file a range.
    - `record_rules`: the versions of its route's filters, source and redaction that held while it was stored.

    For example, a version of three ranges, of which two are done and one has no row, is `waiting` with one `missing`.
    """

    version: str
    status: str
    format: str | None
    ranges: int
    done: int
    continued: int
    failed: int
    running: int
    missing: int
    read: int
    stored: int
    filtered: int
    rejected: int
    bytes: int
    skipped_bytes: int
    attempts: int
    duration_ms: int
    covers: bool
    gaps: tuple[str, ...]
    overlaps: tuple[str, ...]
    beyond: tuple[str, ...]
    closes: bool
    started_at: str
    finished_at: str
    reasons: tuple[str, ...]
    parsers: tuple[str, ...]
    record_rules: tuple[str, ...]
    waits: tuple[str, ...]
    facts: RecordFacts
    replay: str = ""
    rejects_keys: tuple[str, ...] = ()


def read_ledger_rows(
    dynamodb: "DynamoDBClient", table: str, name: str, note_page: Callable[[Any], None] | None = None
) -> list[LedgerItem]:
    """Return all ledger rows of the object `name` (`s3://bucket/key`), from one query in pages of 1 MB.

    `note_page` is called with each answer, which says what it consumed.
    """
    rows: list[LedgerItem] = []
    pages = dynamodb.get_paginator("query").paginate(
        TableName=table,
        KeyConditionExpression="#object = :object",
        ExpressionAttributeNames={"#object": "object"},
        ExpressionAttributeValues={":object": {"S": name}},
        ConsistentRead=True,
        ReturnConsumedCapacity="TOTAL",
    )
    for page in pages:
        if note_page is not None:
            note_page(page)
        rows += page["Items"]
    return rows


def read_objects(
    dynamodb: "DynamoDBClient", table: str, names: Iterable[str], note_page: Callable[[Any], None] | None = None
) -> dict[str, list[LedgerItem]]:
    """Return the ledger rows of some objects by their names; several objects are asked for at once."""
    unique = list(dict.fromkeys(names))
    with ThreadPoolExecutor(WORKERS) as pool:
        answers = pool.map(lambda name: read_ledger_rows(dynamodb, table, name, note_page), unique)
        return dict(zip(unique, answers, strict=True))


def accounts(items: Iterable[LedgerItem]) -> list[VersionAccount]:
    """Return an account of each version, in the order in which they were begun.

    Leave out the failures to open an object whose version was not known yet, if it was opened later. Raises
    `CommandError` if a later version of the function wrote a status that this one does not know.
    """
    by_version: defaultdict[str, list[Row]] = defaultdict(list)
    for row in map(parse_row, items):
        check_status(row)
        by_version[row.version].append(row)
    versions = [_build_account(version, rows) for version, rows in by_version.items()]
    return sorted(
        (account for account in versions if not any(_is_learned(account, other) for other in versions)),
        key=lambda account: account.started_at,
    )


def check_status(row: Row) -> None:
    """Raise `CommandError` if the row has a status that this version does not know, and so cannot judge."""
    if row.status not in STATUSES:
        raise CommandError(
            f"the ledger has a range of status {row.status!r}, which this ops does not know: use that of the "
            f"deployed version (parser {row.parser_version or 'unknown'})"
        )


def _is_learned(account: VersionAccount, other: VersionAccount) -> bool:
    """Tell whether `account` is of attempts that could not learn the version, and a later attempt learned `other`.

    An event of a bucket that keeps no versions names the ETag at most; the object itself tells when it was uploaded. An
    upload that was gone before its first attempt is never learned.
    """
    is_known_by = other.version.startswith(f"{account.version}{UPLOADED}") or not account.version
    is_gone = any(reason.startswith(GONE) for reason in account.reasons)
    is_unread = not (account.done or account.read or is_gone)
    return is_known_by and is_unread and other.started_at > account.started_at


def _build_account(version: str, rows: list[Row]) -> VersionAccount:
    ranges = [row for row in rows if row.ranges is None]  # the row of a split object itself only counts its ranges
    statuses = Counter(row.status for row in ranges)
    coverage = find_coverage(rows)
    missing = max(len(coverage.missing), _count_planned(rows) + statuses["continued"] - len(ranges))
    return VersionAccount(
        version=version,
        status=_judge_status(statuses, missing, coverage),
        format=next(filter(None, (row.format for row in rows)), None),
        ranges=len(ranges) + missing,
        missing=missing,
        **{status: statuses[status] for status in STATUSES},
        **_sum_columns(ranges, COUNTS),
        **_sum_columns(rows, EFFORT),
        covers=coverage.is_exact,
        gaps=tuple(map(str, coverage.missing)),
        overlaps=tuple(map(str, coverage.repeated)),
        beyond=tuple(map(str, coverage.beyond)),
        closes=all(map(_is_closed, rows)),
        started_at=min(row.processed_at for row in rows),
        finished_at=max(row.finished_at for row in rows),
        reasons=_collect_reasons(rows),
        parsers=tuple(sorted(frozenset[str]().union(*map(list_parsers, rows)))),
        record_rules=tuple(sorted(frozenset[str]().union(*(row.record_rules for row in rows)))),
        waits=tuple(sorted({row.reason for row in rows if row.denied_since})),
        facts=add_facts(rows),
        replay=max(row.replay for row in rows),
        rejects_keys=tuple(sorted({row.rejects_key for row in ranges if row.rejected and row.rejects_key})),
    )


def _count_planned(rows: list[Row]) -> int:
    """Return into how many ranges the object was split; 1 if it was not split."""
    return sum(row.ranges or 0 for row in rows) or 1


def _sum_columns(rows: list[Row], names: tuple[str, ...]) -> dict[str, int]:
    return {name: sum(getattr(row, name) for row in rows) for name in names}


def _collect_reasons(rows: list[Row]) -> tuple[str, ...]:
    return tuple(sorted({row.reason for row in rows if row.status == "failed"}))


def list_parsers(row: Row) -> frozenset[str]:
    """Return the parser versions of the attempts at a range; earlier versions kept that of the last one alone.

    One that has only mended rejects has read nothing: what parsed before it stands as it was read.
    """
    readers = row.parsers - row.mended_by or row.parsers
    if readers and row.attempts > row.marked_attempts:
        return readers | {UNMARKED}
    return readers or frozenset({row.parser_version})


def _is_closed(row: Row) -> bool:
    return row.read == row.stored + row.filtered + row.rejected


def _judge_status(statuses: Counter[str], missing: int, coverage: Coverage) -> str:
    for status in ("failed", "running"):
        if statuses[status]:
            return status
    if missing:
        return "waiting"
    return "done" if coverage.is_exact else "overlapping"
