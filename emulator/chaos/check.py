"""The judge: compares the sources, read independently, with table, ledger, rejects, archive and dead-letter queue."""

import gzip
import json
from collections import defaultdict
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from emulator.chaos.layer import REFUSED
from emulator.chaos.ledger import Ranges, Version, ranges_of
from emulator.verify.account import DynamoItem, StoredRecord, Tally, tally_object
from emulator.verify.failures import DeadLetter
from emulator.verify.source_bytes import read_stream

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

Records = Mapping[Version, Mapping[str, StoredRecord]]
"""The records of each object version by log id."""


@dataclass(frozen=True, slots=True)
class Source:
    """One uploaded version: the file with its bytes, and whether it has to fail."""

    version: Version
    path: Path
    fails: bool


@dataclass(frozen=True, slots=True)
class Traces:
    """What a run left behind, read when it was quiet; `archived` and `dead_letters` hold keys of source objects."""

    items: Iterable[DynamoItem]
    rows: Iterable[DynamoItem]
    dead_letters: list[DeadLetter]
    archived: frozenset[str]
    rejects: Mapping[str, bytes]


@dataclass
class Verdict:
    """The account of a run; it is `good` where no problem was found."""

    records: int = 0
    lost: int = 0
    duplicates: int = 0
    unaccounted_ranges: int = 0
    rejected: int = 0
    continuations: int = 0
    split_objects: int = 0
    problems: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Whether nothing is lost, doubled, open or unaccounted for."""
        return not self.problems


def judge(sources: list[Source], traces: Traces) -> Verdict:
    """Compare each source with its traces; every difference is a problem in words."""
    verdict = Verdict()
    records = _records(traces.items)
    stored = {identity for found in records.values() for identity in found}
    ledger = ranges_of(traces.rows)
    for source in sources:
        found = records.pop(source.version, {})
        _judge_table(verdict, source, found)
        _judge_ledger(verdict, source, ledger.pop(source.version, None), len(found))
    for version, strays in records.items():
        verdict.duplicates += len(strays)
        verdict.problems.append(f"{version.name} {version.version}: {len(strays)} records of no uploaded version")
    _judge_rejects(verdict, traces, stored)
    _judge_failures(verdict, sources, traces)
    return verdict


def rejects_of(s3: "S3Client", bucket: str, rows: Iterable[DynamoItem]) -> dict[str, bytes]:
    """The archives of rejects that the ledger names, by key."""
    keys = [key for ranges in ranges_of(rows).values() for key in ranges.rejects_keys]
    return {key: s3.get_object(Bucket=bucket, Key=key)["Body"].read() for key in keys}


def _records(items: Iterable[DynamoItem]) -> dict[Version, dict[str, StoredRecord]]:
    found: defaultdict[Version, dict[str, StoredRecord]] = defaultdict(dict)
    for item in items:
        version = Version(item["source_file"]["S"], item["object_version"]["S"])
        identity = f"{item['log_id']['S']} {item['timestamp']['N']}"
        found[version][identity] = StoredRecord.of_item(item)
    return dict(found)


def _judge_table(verdict: Verdict, source: Source, found: Mapping[str, StoredRecord]) -> None:
    verdict.records += len(found)
    tally: Tally = tally_object(read_stream(source.path), list(found.values()), refused=source.fails)
    verdict.lost += tally.lost
    verdict.duplicates += tally.duplicates
    if tally.lost or tally.duplicates:
        verdict.problems.append(f"{source.version.name}: {tally.lost} lost, {tally.duplicates} duplicates")


def _judge_ledger(verdict: Verdict, source: Source, ranges: Ranges | None, items: int) -> None:
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
    if ranges.kept != items:
        verdict.problems.append(f"{name}: the ledger counts {ranges.kept} records, the table has {items}")


def _judge_rejects(verdict: Verdict, traces: Traces, stored: Container[str]) -> None:
    lines = [json.loads(line) for body in traces.rejects.values() for line in gzip.decompress(body).splitlines()]
    places = {(line["key"], line["version"], line["offset"]) for line in lines}
    if not len(lines) == len(places) == verdict.rejected:
        verdict.problems.append(f"the ledger counts {verdict.rejected} rejects, the archive holds {len(lines)}")
    strays = sum(f"{line['log_id']} {line['timestamp']}" not in stored for line in lines)
    if strays:
        verdict.problems.append(f"{strays} rejects name a key under which the table has no record")


def _judge_failures(verdict: Verdict, sources: list[Source], traces: Traces) -> None:
    doomed = {source.version.name.removeprefix("s3://").partition("/")[2] for source in sources if source.fails}
    _judge_dead_letters(verdict, doomed, traces)
    archivable = {key for key in doomed if REFUSED not in key}
    verdict.problems += [f"{key} is not in the archive" for key in sorted(archivable - traces.archived)]
    verdict.problems += [f"{key} is in the archive" for key in sorted(traces.archived - archivable)]


def _judge_dead_letters(verdict: Verdict, doomed: set[str], traces: Traces) -> None:
    buried = {letter.key for letter in traces.dead_letters}
    verdict.problems += [f"{key} is not in the dead-letter queue" for key in sorted(doomed - buried)]
    verdict.problems += [
        f"{letter.key} is in the dead-letter queue: {letter.error}"
        for letter in traces.dead_letters
        if letter.key not in doomed
    ]
