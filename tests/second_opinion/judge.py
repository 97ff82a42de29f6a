"""Judge what stands in the tables and buckets of others by the uploaded bytes, without the function's own code."""

import gzip
import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from emulator.chaos.ledger import RangeTotals, sum_ranges
from emulator.verify.account import DynamoItem, Tally, tally_objects
from emulator.verify.failures import find_archived_whole, read_error_documents
from emulator.verify.packs import unpack_items
from tests.second_opinion.deployment import LEDGER_TABLE, LOG_TABLE, Deployment
from tests.second_opinion.extremes import MAX_LEVELS, list_names, measure_depth
from tests.second_opinion.objects import Upload
from tests.second_opinion.services import ARCHIVE_BUCKET, SOURCE_BUCKET

MAX_NAME_BYTES = 65_535
REFUSED_BY_TABLE = "DynamoDB refused"

Item = dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Opinion:
    """What was judged, and a sentence for everything that is wrong."""

    objects: int
    items: int
    rows: int
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Account:
    """What the tables and buckets hold; `tallies`, `totals` and `items` are by `s3://bucket/key`."""

    tallies: dict[str, Tally]
    totals: dict[str, RangeTotals]
    items: dict[str, list[DynamoItem]]
    whole_copies: set[str]
    rejects: dict[str, list[dict[str, Any]]]


def judge(deployment: Deployment, uploads: Sequence[Upload], folder: Path) -> Opinion:
    """Compare all uploads with what is stored; `folder` takes their bytes as files."""
    items, rows = deployment.scan(LOG_TABLE), deployment.scan(LEDGER_TABLE)
    account = _take_account(deployment, list(unpack_items(items)), rows, folder)
    faults = [
        *(fault for upload in uploads for fault in _find_faults(upload, account)),
        *(fault for item in items for fault in find_bad_shapes(item)),
        *(f"{name} is stored, and was never uploaded" for name in account.items.keys() - deployment.sources.keys()),
    ]
    return Opinion(len(uploads), len(items), len(rows), tuple(faults))


def _take_account(deployment: Deployment, items: list[DynamoItem], rows: list[Item], folder: Path) -> Account:
    files = {name: folder / str(number) for number, name in enumerate(deployment.sources)}
    for name, path in files.items():
        path.write_bytes(deployment.sources[name])
    documents = read_error_documents(deployment.s3, ARCHIVE_BUCKET)
    copies = find_archived_whole(deployment.s3, ARCHIVE_BUCKET, documents, files)
    by_object: defaultdict[str, list[DynamoItem]] = defaultdict(list)
    for item in items:
        by_object[item["source_file"]["S"]].append(item)
    totals = {version.name: totals for version, totals in sum_ranges(rows).items()}
    rejects = {name: list(_read_rejects(deployment.s3, each.rejects_keys)) for name, each in totals.items()}
    return Account(tally_objects(files, items, copies), totals, by_object, copies, rejects)


def _read_rejects(s3: Any, keys: Sequence[str]) -> Iterator[dict[str, Any]]:
    for key in keys:
        body = s3.get_object(Bucket=ARCHIVE_BUCKET, Key=key)["Body"].read()
        yield from map(json.loads, gzip.decompress(body).splitlines())


def _find_faults(upload: Upload, account: Account) -> Iterator[str]:
    name = f"s3://{SOURCE_BUCKET}/{upload.key}"
    tally, totals = account.tallies[name], account.totals.get(name)
    if tally.lost or tally.duplicates or tally.wrong:
        yield f"{name}: of its lines {tally.lost} are lost, {tally.duplicates} twice, {tally.wrong} wrong"
    if totals is None:
        yield f"{name}: the ledger has no row of it"
        return
    yield from (f"{name}: {fault}" for fault in _compare_counts(upload, totals, account, name))
    yield from (f"{name}: {fault}" for fault in _check_way(upload, totals, name in account.whole_copies))


def _compare_counts(upload: Upload, totals: RangeTotals, account: Account, name: str) -> Iterator[str]:
    stored, archived = len(account.items.get(name, ())), len(account.rejects[name])
    if totals.kept != stored:
        yield f"the ledger says {totals.kept} records, the table has {stored}"
    if not archived == totals.rejected == upload.rejects:
        yield f"{archived} rejects in the archive, {totals.rejected} by the ledger, {upload.rejects} written"


def _check_way(upload: Upload, totals: RangeTotals, has_whole_copy: bool) -> Iterator[str]:
    """Yield what contradicts the kind of an upload."""
    if upload.kind == "refused":
        if not (totals.failed and has_whole_copy):
            yield f"it did not fail with a whole copy in the archive: {totals}"
    elif not totals.is_whole:
        yield f"its ranges do not cover it once: {totals}"
    ways = {"split": totals.split, "continued": totals.continued}
    if not ways.get(upload.kind, 1):
        yield f"it was not {upload.kind}"


def find_bad_shapes(item: Item) -> Iterator[str]:
    """Yield what a table of AWS would refuse and dynalite 4.0.0 does not, and what the function gave up at a refusal.

    dynalite limits neither nesting nor names, and takes an empty key of an index in a batch. DynamoDB takes 32 levels
    of nesting, names below 64 KB, and no empty key (Developer Guide, Constraints).
    """
    name = f"{item['log_id']['S']} of {item['source_file']['S']}"
    depth = max(map(measure_depth, item.values()))
    if depth > MAX_LEVELS:
        yield f"{name} has {depth} levels"
    longest = max(
        (len(key.encode("utf-8", "replace")) for value in item.values() for key in list_names(value)), default=0
    )
    if item.get("day_shard", {}).get("S") == "":
        yield f"{name} has an empty key of the index"
    if longest > MAX_NAME_BYTES:
        yield f"{name} has a name of {longest} bytes"
    if item.get("parse_error", {}).get("S", "").startswith(REFUSED_BY_TABLE):
        yield f"{name}: {item['parse_error']['S']}"
