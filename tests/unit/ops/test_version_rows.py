"""A replay asks the ledger for a hundred object versions at once, and learns what a query for each of them says."""

import time
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from ops.accounts import accounts, read_objects
from ops.frame.environment import open_environment
from ops.reading.listed_versions import ListedVersion
from ops.replaying.candidates import State, judge_versions
from ops.replaying.version_rows import read_versions
from tests.unit.log_processor.conftest import Stack
from tests.unit.ops.conftest import PREFIX

LEDGER = f"{PREFIX}-ledger"
DAY_MS = 86_400_000
PARTS = ("000000000000000-end", "000000000000100-end")
ROWS: dict[str, dict[str, dict[str, Any]]] = {
    "done": {PARTS[0]: {}},
    "new": {},
    "failed": {PARTS[0]: {"status": "failed"}},
    "running": {PARTS[0]: {"status": "running"}},
    "continued": {PARTS[0]: {"status": "continued", "resume": 100}, PARTS[1]: {"start": 100, "status": "failed"}},
    "split": {PARTS[0]: {"ranges": 2}, "000000000000000-000000000000100": {"end": 100}, PARTS[1]: {"start": 100}},
    "part missing": {PARTS[0]: {"ranges": 2}, "000000000000000-000000000000100": {"end": 100}},
    "two attempts": {PARTS[0]: {"attempts": 2, "parsers": ["a", "b"]}, PARTS[1]: {"start": 100, "parsers": ["c"]}},
    "two parsers": {PARTS[0]: {"parsers": ["a", "b"]}},
    "replayed": {PARTS[0]: {"replay": "20260504T100000000Z-1f3a"}},
}
"""Of objects by their names: the ledger's rows of version `v1`."""


def put_row(stack: Stack, name: str, label: str, version: str = "v1", **attributes: Any) -> None:
    """Write a row of one attempt that has read a range, but for what `attributes` say."""
    row = {
        "status": "done",
        "version": version,
        "start": 0,
        "attempts": 1,
        "marked_attempts": 1,
        "read": 3,
        "stored": 3,
    }
    row |= {"parsers": ["a"], "record_rules": ["none"], "started_at": "2026-05-04T10:00:00.000Z", **attributes}
    item = {"object": {"S": f"s3://source/{name}"}, "range": {"S": f"{version}#{label}"}}
    stack.dynamodb.put_item(TableName=LEDGER, Item=item | {key: write(value) for key, value in row.items()})


def write(value: Any) -> dict[str, Any]:
    """Return a value as DynamoDB's JSON."""
    if isinstance(value, list):
        return {"SS": value}
    return {"N": str(value)} if isinstance(value, int) else {"S": value}


def make_version(name: str, age_days: int = 0, version: str = "v1") -> ListedVersion:
    return ListedVersion("source", name, version, "etag", int(time.time() * 1000) - age_days * DAY_MS, 200)


@pytest.mark.parametrize("ttl_days", [0, 400])
def test_it_learns_what_a_query_for_each_says(environment: Stack, ttl_days: int) -> None:
    """Whatever rows there are, also of an older version of the same object."""
    for name, rows in ROWS.items():
        put_row(environment, name, PARTS[0], "v0", status="failed")
        for label, row in rows.items():
            put_row(environment, name, label, **row)
    versions = [make_version(name, version=version) for name in ROWS for version in ("v0", "v1")]
    found = read_versions(environment.dynamodb, LEDGER, versions, ttl_days)
    rows_of = read_objects(environment.dynamodb, LEDGER, (one.uri for one in versions))
    assert found == {(name, one.version): one for name, items in rows_of.items() for one in accounts(items)}
    assert len(found) == 2 * len(ROWS) - 1


def test_a_hundred_new_or_done_objects_cost_a_request(environment: Stack, requests: Counter[str]) -> None:
    """Those that have more rows, a query each."""
    for number in range(0, 150, 2):
        put_row(environment, f"{number}.log", PARTS[0])
    put_row(environment, "0.log", PARTS[0], ranges=1)
    versions = [make_version(f"{number}.log") for number in range(150)]
    asked = open_environment().session.client("dynamodb")
    requests.clear()
    states = Counter(one.state for one in judge_versions(asked, LEDGER, versions, 30))
    assert states == {State.DONE: 74, State.NEW: 75, State.UNFINISHED: 1}
    assert requests == {"dynamodb:BatchGetItem": 2, "dynamodb:Query": 1}


def test_parts_whose_object_has_lost_its_row_are_found(environment: Stack) -> None:
    """The row of the object expires first; a version that is so old is asked for by a query."""
    put_row(environment, "old.log", PARTS[1], start=100)
    versions = [make_version("old.log", age_days=31), make_version("older.log", age_days=32)]
    states = [one.state for one in judge_versions(environment.dynamodb, LEDGER, versions, 30)]
    assert states == [State.UNFINISHED, State.NEW]
    assert [one.state for one in judge_versions(environment.dynamodb, LEDGER, [], 30)] == []


def test_a_version_that_is_listed_twice_is_asked_for_once(environment: Stack) -> None:
    """DynamoDB refuses a request that has a key twice."""
    put_row(environment, "a.log", PARTS[0])
    one = make_version("a.log")
    judged = judge_versions(environment.dynamodb, LEDGER, [one, replace(one)], 30)
    assert [(each.state, each.records) for each in judged] == [(State.DONE, 3), (State.DONE, 3)]
