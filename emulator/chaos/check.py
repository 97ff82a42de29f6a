"""Compare the sources with the table, the ledger, the rejects, the error archive and the dead-letter queue."""

import gzip
import json
from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from emulator.chaos.ledger import ObjectVersion, RangeTotals, name_versions, sum_ranges
from emulator.chaos.middleware import REFUSED
from emulator.chaos.row_facts import find_wrong_facts
from emulator.chaos.spoken import add_records
from emulator.chaos.status import StatusAnswer, find_wrong_statuses
from emulator.chaos.truth import TrueRecord, find_untrue
from emulator.verify.account import DynamoItem, StoredRecord, Tally, tally_file
from emulator.verify.failures import DeadLetter

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

Records = Mapping[ObjectVersion, Mapping[str, StoredRecord]]
"""The records of each object version by log id."""
MAX_SHOWN = 4
"""The records that a problem names of those that differ."""


@dataclass(frozen=True, slots=True)
class Source:
    """One uploaded object version: its file, whether the function has to refuse it, and the truth about its records.

    `uploaded_ms` is when it was uploaded, in epoch milliseconds; 0 if its events may tell of another upload.
    """

    version: ObjectVersion
    path: Path
    fails: bool
    truth: tuple[TrueRecord, ...] = ()
    uploaded_ms: int = 0


@dataclass(frozen=True, slots=True)
class RunOutput:
    """All that a run stored, read after it ended; `archived` and `dead_letters` hold keys of source objects.

    `foreign_letters` are the bodies of dead letters that were no events of the run's objects.
    `statuses` has the answers of `ops status` by `s3://bucket/key`.
    """

    items: Iterable[DynamoItem]
    rows: Iterable[DynamoItem]
    dead_letters: list[DeadLetter]
    foreign_letters: list[str]
    archived: frozenset[str]
    rejects: Mapping[str, bytes]
    statuses: Mapping[str, StatusAnswer]


@dataclass
class Verdict:
    """The result of a run: its counts, and each problem in words."""

    records: int = 0
    lost: int = 0
    duplicates: int = 0
    unaccounted_ranges: int = 0
    rejected: int = 0
    continuations: int = 0
    split_objects: int = 0
    problems: list[str] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        """Tell whether nothing is lost, duplicate, unfinished or unaccounted for."""
        return not self.problems


def judge(sources: list[Source], output: RunOutput) -> Verdict:
    """Compare each source with what the run stored for it; every difference becomes a problem of the verdict."""
    verdict = Verdict()
    rows = list(output.rows)
    records = _group_records(output.items, name_versions(rows))
    stored = {identity for version_records in records.values() for identity in version_records}
    ledger = sum_ranges(rows)
    sources = name_uploads(sources, ledger)
    whole: defaultdict[str, dict[str, bool]] = defaultdict(dict)
    for source in sources:
        of_source, ranges = records.pop(source.version, {}), ledger.pop(source.version, None)
        _judge_table(verdict, source, of_source)
        _judge_ledger(verdict, source, ranges, list(of_source.values()))
        is_whole = ranges is not None and ranges.is_whole and not source.fails
        whole[source.version.name][source.version.version] = is_whole
    verdict.problems += find_wrong_statuses(whole, output.statuses)
    for version, strays in records.items():
        verdict.duplicates += len(strays)
        verdict.problems.append(f"{version.name} {version.version}: {len(strays)} records of no uploaded version")
    _judge_rejects(verdict, output, stored)
    _judge_failures(verdict, sources, output)
    return verdict


def name_uploads(sources: Iterable[Source], versions: Iterable[ObjectVersion]) -> list[Source]:
    """Return the sources, with a version for each upload to a bucket without versions, which names none itself.

    Of such an object, the n-th upload is the n-th of the `versions` that the ledger knows. One with which another
    begins is none: it is of an attempt that could not learn which upload it was about.
    """
    unnamed: defaultdict[str, list[ObjectVersion]] = defaultdict(list)
    for version in sorted(versions, key=lambda version: version.version):
        of_object = unnamed[version.name]
        if of_object and version.version.startswith(of_object[-1].version):
            of_object.pop()
        of_object.append(version)
    return [
        source
        if source.version.version or not unnamed[source.version.name]
        else replace(source, version=unnamed[source.version.name].pop(0))
        for source in sources
    ]


def read_rejects(s3: "S3Client", bucket: str, rows: Iterable[DynamoItem]) -> dict[str, bytes]:
    """Return the archives of rejects that the ledger names, by key."""
    keys = [key for ranges in sum_ranges(rows).values() for key in ranges.rejects_keys]
    return {key: s3.get_object(Bucket=bucket, Key=key)["Body"].read() for key in keys}


def _group_records(
    items: Iterable[DynamoItem], versions: Mapping[str, str]
) -> dict[ObjectVersion, dict[str, StoredRecord]]:
    """Return the records of each object version; `versions` are those of the ledger, by the digests of log ids."""
    records: defaultdict[ObjectVersion, dict[str, StoredRecord]] = defaultdict(dict)
    for item in items:
        digest = item["log_id"]["S"].partition("-")[0]
        version = ObjectVersion(item["source_file"]["S"], versions.get(digest, f"of the digest {digest}"))
        identity = f"{item['log_id']['S']} {item['timestamp']['N']}"
        records[version][identity] = StoredRecord.parse_item(item)
    return dict(records)


def _judge_table(verdict: Verdict, source: Source, records: Mapping[str, StoredRecord]) -> None:
    verdict.records += len(records)
    if source.truth and (untrue := find_untrue(source.truth, records.values())):
        verdict.problems.append(f"{source.version.name}: {len(untrue)} records differ: {'; '.join(untrue[:MAX_SHOWN])}")
    if any(record.text for record in source.truth):
        return  # what is stored is not what the bytes say
    tally: Tally = tally_file(source.path, list(records.values()), refused=source.fails)
    verdict.lost += tally.lost
    verdict.duplicates += tally.duplicates
    if tally.lost or tally.duplicates:
        verdict.problems.append(f"{source.version.name}: {tally.lost} lost, {tally.duplicates} duplicates")


def _judge_ledger(
    verdict: Verdict, source: Source, ranges: RangeTotals | None, records: Sequence[StoredRecord]
) -> None:
    name = source.version.name
    if ranges is None:
        verdict.unaccounted_ranges += 1
        verdict.problems.append(f"{name}: the ledger does not know it")
        return
    verdict.unaccounted_ranges += ranges.unaccounted + ranges.open
    verdict.rejected += ranges.rejected
    verdict.continuations += ranges.continued
    verdict.split_objects += ranges.split
    if ranges.unaccounted or ranges.open:
        verdict.problems.append(f"{name}: {ranges.unaccounted} ranges unaccounted for, {ranges.open} not final")
    if ranges.failed != source.fails:
        verdict.problems.append(f"{name}: failed is {ranges.failed} in the ledger, it should be {source.fails}")
    if ranges.kept != len(records):
        verdict.problems.append(f"{name}: the ledger counts {ranges.kept} records, the table has {len(records)}")
    elif (of_table := add_records(records, ranges.text_members)) != ranges.spoken:
        verdict.problems.append(f"{name}: the ledger says {ranges.spoken}; the table says {of_table}")
    size_bytes = source.path.stat().st_size
    verdict.problems += find_wrong_facts(source.version.name, size_bytes, source.uploaded_ms, ranges)


def _judge_rejects(verdict: Verdict, output: RunOutput, stored: Container[str]) -> None:
    lines = [json.loads(line) for body in output.rejects.values() for line in gzip.decompress(body).splitlines()]
    positions = {(line["key"], line["version"], line.get("member"), line["offset"]) for line in lines}
    if not len(lines) == len(positions) == verdict.rejected:
        verdict.problems.append(f"the ledger counts {verdict.rejected} rejects, the archive holds {len(lines)}")
    strays = sum(f"{line['log_id']} {line['timestamp']}" not in stored for line in lines)
    if strays:
        verdict.problems.append(f"{strays} rejects name a key under which the table has no record")


def _judge_failures(verdict: Verdict, sources: list[Source], output: RunOutput) -> None:
    must_fail = {source.version.name.removeprefix("s3://").partition("/")[2] for source in sources if source.fails}
    _judge_dead_letters(verdict, must_fail, output)
    archivable = {key for key in must_fail if REFUSED not in key}
    verdict.problems += [f"{key} is not in the archive" for key in sorted(archivable - output.archived)]
    verdict.problems += [f"{key} is in the archive" for key in sorted(output.archived - archivable)]


def _judge_dead_letters(verdict: Verdict, must_fail: set[str], output: RunOutput) -> None:
    dead_lettered = {letter.key for letter in output.dead_letters}
    verdict.problems += [f"{key} is not in the dead-letter queue" for key in sorted(must_fail - dead_lettered)]
    verdict.problems += [
        f"{letter.key} is in the dead-letter queue: {letter.error}"
        for letter in output.dead_letters
        if letter.key not in must_fail
    ]
