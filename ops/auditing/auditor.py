"""Audit a window: list what lies in the buckets, judge each version by the ledger, compare records with the table."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from fnmatch import fnmatchcase
from itertools import groupby
from typing import TYPE_CHECKING

from log_processor.storing.ledger_row import LedgerItem

from ops.accounts import read_objects
from ops.auditing.comparing import TableComparison
from ops.auditing.discrepancy import Discrepancy, Wrong
from ops.auditing.judging import JudgedVersion, Standard, judge_object
from ops.auditing.rereading import VersionReader
from ops.auditing.sampling import TableSample
from ops.auditing.table_keys import TableKeys
from ops.reading.listed_versions import ListedVersion, ServedBucket, VersionWindow, list_versions
from ops.reading.plain import count_read_bytes
from ops.reading.spending import Spend

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

UNCOMPARED = frozenset(Wrong) - {Wrong.COUNTS, Wrong.BYTES}
"""What is wrong with versions whose records are not compared: they would differ, and a replay stores them anyway."""


@dataclass(frozen=True, slots=True)
class LedgerReader:
    """The ledger table; `spend` is told what is read of it."""

    dynamodb: "DynamoDBClient"
    table: str
    spend: Spend

    def read_objects(self, uris: Iterable[str]) -> dict[str, list[LedgerItem]]:
        """Return all rows of some objects by their names."""
        return read_objects(self.dynamodb, self.table, uris, lambda page: self.spend(count_read_bytes(page)))


@dataclass(slots=True)
class AuditCounts:
    """How much was audited: object versions, their bytes in S3, and the records that their rows say were read."""

    versions: int = 0
    bytes: int = 0
    read: int = 0
    stored: int = 0
    filtered: int = 0
    rejected: int = 0
    expired: int = 0


@dataclass(slots=True)
class Auditor:
    """What audits: what it reads, by which standard, and how much of the table it compares.

    - `ignored`: patterns of keys that are left out.
    - `comparison`: compares all records if it is there; else the `sample` of them is looked up.
    - `record_ttl`: after which time records expire; none if they do not.
    """

    s3: "S3Client"
    buckets: Sequence[ServedBucket]
    ledger: LedgerReader
    keys: TableKeys
    reader: VersionReader
    standard: Standard
    sample: TableSample
    comparison: TableComparison | None = None
    ignored: Sequence[str] = ()
    record_ttl: timedelta = timedelta()
    counts: AuditCounts = field(default_factory=AuditCounts)

    def audit(self, window: VersionWindow) -> Iterator[Discrepancy]:
        """Yield what is wrong, as it is found; a page of a bucket is held at a time."""
        for page in list_versions(self.s3, self.buckets, window):
            kept = [one for one in page if not any(fnmatchcase(one.key, pattern) for pattern in self.ignored)]
            for judged in self._judge(kept):
                yield from judged.findings
                yield from self._look_at_records(judged)
        if self.comparison is not None:
            yield from self.comparison.finish()
        else:
            yield from self.sample.check(self.keys, self.reader)

    def _judge(self, versions: Sequence[ListedVersion]) -> Iterator[JudgedVersion]:
        """Yield the judgement on each version of a page; the ledger is asked for several objects at once."""
        rows = self.ledger.read_objects(one.uri for one in versions)
        for uri, some in groupby(versions, key=lambda one: one.uri):
            yield from judge_object(list(some), rows[uri], self.standard)

    def _look_at_records(self, judged: JudgedVersion) -> Iterator[Discrepancy]:
        self._count(judged)
        faults = {finding.fault for finding in judged.findings}
        is_comparable = judged.account is not None and not faults & UNCOMPARED
        if is_comparable and self._has_expired(judged.listed):
            self.counts.expired += 1
            is_comparable = False
        if self.comparison is not None:
            yield from self.comparison.add(judged, compare=is_comparable)
        elif is_comparable:
            self.sample.offer(judged)

    def _has_expired(self, listed: ListedVersion) -> bool:
        """Tell whether records of the version may be gone, because they expire so long after its upload."""
        age = self.standard.now.timestamp() - listed.uploaded_ms / 1000
        return bool(self.record_ttl) and age >= self.record_ttl.total_seconds()

    def _count(self, judged: JudgedVersion) -> None:
        counts, account = self.counts, judged.account
        counts.versions += 1
        counts.bytes += judged.listed.size_bytes
        if account is not None:
            for name in ("read", "stored", "filtered", "rejected"):
                setattr(counts, name, getattr(counts, name) + getattr(account, name))
