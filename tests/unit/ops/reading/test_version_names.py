"""A record whose item does not name its object version gets it from the ledger, else from the bucket."""

from typing import Any

import boto3
import pytest
from log_processor.work.ranges import ObjectRange

from ops.reading.item_store import ItemStore
from ops.reading.said_elsewhere import add_said
from ops.reading.spending import ignore_bytes
from ops.reading.version_names import PAGE_ROWS, VersionNames
from tests.unit.ops.reading.conftest import LEDGER, LOGS, Tables
from tests.unit.ops.reading.stored import SHARDS

URI = "s3://source/a.log"


def make_record(version: str) -> dict[str, Any]:
    """Return the attributes of a record of an object version, without the name of that."""
    return {"log_id": f"{ObjectRange('source', 'a.log', version, None).digest}-1f", "timestamp": 7, "source_file": URI}


def put_rows(tables: Tables, version: str, count: int) -> None:
    """Put the rows of the ranges of an object version."""
    for number in range(count):
        row = {"object": URI, "range": f"{version}#{number:015d}-end", "version": version}
        tables.client.put_item(TableName=LEDGER, Item={name: {"S": value} for name, value in row.items()})


def test_the_ledger_names_the_versions(tables: Tables) -> None:
    """Once for all records of a version; the rows of a version's further ranges are not read."""
    put_rows(tables, "v1", 4 * PAGE_ROWS)
    put_rows(tables, "v2", 1)
    names = VersionNames(tables.client, LEDGER)
    records = [make_record("v1"), make_record("v2"), make_record("v1")]
    tables.requests.clear()
    names.add(records[::2], ignore_bytes)
    names.add(records, ignore_bytes)
    assert [record["object_version"] for record in records] == ["v1", "v2", "v1"]
    assert tables.requests["Query"] == 2


def test_what_the_item_says_counts(tables: Tables) -> None:
    """Items of earlier versions name theirs, and nobody is asked."""
    named = make_record("v1") | {"object_version": "v0", "offset": 3, "source": "old", "day_shard": "web#2026-05-04#1"}
    tables.requests.clear()
    VersionNames(tables.client, LEDGER).add([named], ignore_bytes)
    assert add_said(dict(named)) == named
    assert tables.requests["Query"] == 0


def test_an_unknown_version_is_asked_for_once(tables: Tables) -> None:
    """Its row has expired: the record is there, without the name."""
    names = VersionNames(tables.client, LEDGER)
    tables.requests.clear()
    assert [names.find(make_record("v9"), ignore_bytes) for _ in range(3)] == [""] * 3
    assert tables.requests["Query"] == 1


def test_the_bucket_names_what_the_ledger_forgot(tables: Tables) -> None:
    """As long as the version lies there."""
    s3 = boto3.client("s3", region_name="us-east-1")
    s3.create_bucket(Bucket="source")
    s3.put_bucket_versioning(Bucket="source", VersioningConfiguration={"Status": "Enabled"})
    version = s3.put_object(Bucket="source", Key="a.log", Body=b"x\n")["VersionId"]
    s3.put_object(Bucket="source", Key="a.log.1", Body=b"x\n")
    assert VersionNames(tables.client, LEDGER, s3).find(make_record(version), ignore_bytes) == version


@pytest.mark.parametrize("index", ["day_shard", None])
def test_a_record_is_found_with_all(tables: Tables, index: str | None) -> None:
    """Its offset from its id, its source from the key of the index if there is one, its version from the ledger."""
    put_rows(tables, "v1", 1)
    record = make_record("v1")
    item: dict[str, Any] = {name: {"S": str(record[name])} for name in ("log_id", "source_file")}
    item |= {"timestamp": {"N": "7"}} | ({index: {"S": "a#b#2026-05-04#3"}} if index else {"source": {"S": "a#b"}})
    tables.client.put_item(TableName=LOGS, Item=item)
    store = ItemStore(tables.client, LOGS, SHARDS, VersionNames(tables.client, LEDGER))
    shown = store.find(record["log_id"])
    assert shown is not None
    assert [shown.get(name) for name in ("offset", "source", "object_version")] == [0x1F, "a#b", "v1"]
