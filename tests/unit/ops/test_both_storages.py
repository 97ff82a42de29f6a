"""The questions of operators have the same answers whether records are items of their own or in packs."""

import csv
import gzip
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from log_processor import handler
from log_processor.packs.index_entry import FIRST, PACK_DAY, PACK_INDEX, PACK_INDEXED
from log_processor.storing.index_entry import INDEX_KEY, INDEXED, QUERY_INDEX
from log_processor.storing.ledger_row import DAY_INDEX, DAY_INDEXED, DAY_KEY

from ops.cli import main
from tests.unit.log_processor.conftest import Stack, endpoint, stack
from tests.unit.ops.stored_environment import define_key
from tests.unit.ops.test_status import work_on

__all__ = ["endpoint", "stack"]

STORAGES = {"dev": "records", "qa": "packs"}
"""How the function of each environment stores what both of them read."""
OF_THE_STORAGE = {"processed_at", "expires_at"}
"""What tells the two apart: when it was read."""
SPAN = ["--from", "2h"]
QUESTIONS = {
    "errors": ["query", *SPAN, "--errors"],
    "a level": ["query", *SPAN, "--level", "warn", "--source", "app"],
    "a page": ["query", *SPAN, "--limit", "40"],
    "the newest": ["query", *SPAN, "--limit", "40", "--newest"],
    "a request": ["query", *SPAN, "--contains", "REQ-00031"],
    "a field": ["query", *SPAN, "--where", "user.name=root or status>=500"],
    "neighbours": ["query", *SPAN, "--where", "user.name=root", "-C", "2"],
    "neighbours of errors": ["query", *SPAN, "--errors", "-C", "1"],
    "a count": ["query", *SPAN, "--count"],
    "by source": ["query", *SPAN, "--errors", "--count", "--by", "source"],
    "by level": ["query", *SPAN, "--by", "level"],
    "by a field": ["query", *SPAN, "--by", "user.name"],
    "by minute": ["query", *SPAN, "--by", "minute", "--source", "web"],
    "a plot": ["query", *SPAN, "--plot"],
    "a plot of errors": ["query", *SPAN, "--plot", "--errors"],
    "following": ["tail", *SPAN, "--once"],
    "following errors": ["tail", *SPAN, "--once", "--errors", "--source", "web"],
    "patterns": ["patterns", *SPAN],
    "new patterns": ["patterns", *SPAN, "--new-since", "30m", "--level", "warn"],
}


def write_access(count: int) -> bytes:
    """Return access lines, half a minute apart, of which every tenth is a server's error."""
    lines = []
    for number in range(count):
        at = (datetime.now(UTC) - timedelta(minutes=90) + timedelta(seconds=31 * number)).strftime(
            "%d/%b/%Y:%H:%M:%S +0000"
        )
        status = 500 if number % 10 == 0 else 200
        lines.append(f'10.0.0.{number % 200} - - [{at}] "GET /{number} HTTP/1.1" {status} 10 "-" "curl/8"\n')
    return "".join(lines).encode()


def write_events(count: int, earlier_s: float = 0) -> bytes:
    """Return events of other times than the access lines, with levels and users; one is of a user of its own."""
    levels = ("info", "warn", "error", "debug")
    events = []
    for number in range(count):
        at = (
            datetime.now(UTC) - timedelta(minutes=95, seconds=earlier_s) + timedelta(milliseconds=29_500 * number + 250)
        )
        message = f"order {number} of {'late' if number > count * 0.8 else 'early'} customers"
        name = "root" if number == 31 else "web"
        facts = {"time": at.isoformat(), "level": levels[number % 4], "message": message, "user": {"name": name}}
        events.append(json.dumps(facts | {"request": f"REQ-{number:05d}", "n": number}) + "\n")
    return "".join(events).encode()


def write_objects() -> dict[str, bytes]:
    """Return objects of the last hour and a half, by their keys."""
    returned = write_events(20, 7.3).replace(b"order", b"return").replace(b"REQ", b"RET")
    return {
        "web/plain.log": write_access(160),
        "app/events.jsonl": write_events(180),
        "app/packed.jsonl.gz": gzip.compress(returned),
    }


@pytest.fixture
def both(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    """Yield the services after the functions of both environments have read the same objects."""
    events = {key: stack.put(key, body) for key, body in write_objects().items()}
    for name, storage in STORAGES.items():
        prefix = create_tables(stack, name)
        queue = stack.sqs.create_queue(QueueName=f"{prefix}-work")["QueueUrl"]
        stack.sqs.create_queue(QueueName=f"{prefix}-dead-letters")
        settings = {"DYNAMODB_TABLE": f"{prefix}-logs", "LEDGER_TABLE": f"{prefix}-ledger", "STORAGE": storage}
        for variable, value in (settings | {"WORK_QUEUE_URL": queue}).items():
            monkeypatch.setenv(variable, value)
        handler.build_parts.cache_clear()
        own = Stack(stack.s3, stack.dynamodb, stack.sqs, stack.dead_letter_queue_url, queue)
        for event in events.values():
            own.invoke(event)
        work_on(own, 10_000)
    handler.build_parts.cache_clear()
    for variable in ("STORAGE", "AWS_PROFILE"):
        monkeypatch.delenv(variable, raising=False)
    yield stack
    handler.build_parts.cache_clear()


def create_tables(stack: Stack, name: str) -> str:
    """Create the tables of an environment, and return what their names begin with."""
    prefix = f"tap-serverless-{name}"
    create_table(
        stack,
        f"{prefix}-logs",
        define_key("log_id"),
        {
            QUERY_INDEX: (define_key(INDEX_KEY), INDEXED),
            PACK_INDEX: (define_keys(PACK_DAY, FIRST), PACK_INDEXED),
        },
    )
    day_index = {DAY_INDEX: (define_keys(DAY_KEY, "started_at"), DAY_INDEXED)}
    create_table(stack, f"{prefix}-ledger", define_keys("object", "range"), day_index)
    return prefix


def define_keys(partition: str, sort: str) -> list[dict[str, str]]:
    return [{"AttributeName": partition, "KeyType": "HASH"}, {"AttributeName": sort, "KeyType": "RANGE"}]


def create_table(stack: Stack, name: str, keys: Any, indexes: dict[str, tuple[Any, Any]]) -> None:
    names = {one["AttributeName"] for schema in (keys, *(index for index, _ in indexes.values())) for one in schema}
    stack.dynamodb.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=keys,
        AttributeDefinitions=[
            {"AttributeName": one, "AttributeType": "N" if one in {"timestamp", FIRST} else "S"} for one in names
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": index,
                "KeySchema": schema,
                "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": list(held)},
            }
            for index, (schema, held) in indexes.items()
        ],
    )


class Asker:
    """Asks the same of both environments."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._patch, self._capsys = monkeypatch, capsys
        self.said = ""

    def ask(self, name: str, words: list[str]) -> tuple[int, list[dict[str, Any]]]:
        """Return the exit code and the lines of JSON of one environment, without what is of its storage alone."""
        context = {"app_name": "tap-serverless", "storage": STORAGES[name]}
        self._patch.setenv("CDKTF_CONTEXT_JSON", json.dumps(context))
        self._patch.setenv("STACK_NAME_SUFFIX", name)
        self._capsys.readouterr()
        code = main([*words, "--json"])
        printed = self._capsys.readouterr()
        self.said = printed.err
        assert "error" not in printed.err, printed.err
        lines = [json.loads(line) for line in printed.out.splitlines()]
        return code, [leave_out(line) for line in lines]

    def read_note(self, name: str, words: list[str]) -> str:
        """Return what a command says on standard error."""
        self.ask(name, words)
        return self.said

    def compare(self, words: list[str]) -> list[dict[str, Any]]:
        """Return the answer of both, after they were found to be equal."""
        (code, records), (packed_code, packed) = (self.ask(name, words) for name in STORAGES)
        assert list_differences(records, packed) == [], words
        assert (code, len(records)) == (packed_code, len(packed)), words
        assert records, f"{words} has no answer that could differ"
        return records


def leave_out(value: Any) -> Any:
    """Return a value without what is of its storage alone, wherever it stands."""
    if isinstance(value, list):
        return [leave_out(one) for one in value]
    if isinstance(value, dict):
        return {key: leave_out(one) for key, one in value.items() if key not in OF_THE_STORAGE}
    return value


def list_differences(some: list[dict[str, Any]], others: list[dict[str, Any]]) -> list[tuple[str, Any, Any]]:
    """Return what differs in the first lines of which something does."""
    for one, other in zip(some, others, strict=False):
        if one != other:
            names = sorted(one.keys() | other.keys())
            return [(name, one.get(name), other.get(name)) for name in names if one.get(name) != other.get(name)]
    return []


@pytest.fixture
def asker(both: Stack, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Asker:
    """Return what asks both environments."""
    tables = {name: both.dynamodb.scan(TableName=f"tap-serverless-{name}-logs")["Count"] for name in STORAGES}
    assert (tables["dev"], tables["qa"] < 20) == (360, True)
    return Asker(monkeypatch, capsys)


def test_questions_have_one_answer(asker: Asker, tmp_path: Path) -> None:
    """Pages, conditions, counts, plots, neighbours, following, patterns, exports and single records."""
    for words in QUESTIONS.values():
        asker.compare(words)
    assert len(asker.compare(["query", *SPAN, "--limit", "0"])) == 360
    compare_pages(asker)
    compare_exports(asker, tmp_path)
    for record in asker.compare(QUESTIONS["errors"])[::7]:
        shown = asker.compare(["show", record["log_id"], "-C", "2"])[0]
        assert shown["bytes"] == record["log_data"]
    totals = [asker.ask(name, ["status", "--since", "1d"])[1][0]["sources"] for name in STORAGES]
    assert totals[0] == totals[1]
    shares = [asker.ask(name, ["formats", "--since", "1d"])[1][0]["shares"] for name in STORAGES]
    counted = [[(one["source"], one["format"], one["objects"], one["records"]) for one in some] for some in shares]
    assert counted[0] == counted[1]


def compare_pages(asker: Asker) -> None:
    """Follow the cursors of each environment: all records once, in the same order."""
    seen: dict[str, list[str]] = {name: [] for name in STORAGES}
    for name, ids in seen.items():
        cursor: list[str] = []
        while True:
            page = asker.ask(name, ["query", *SPAN, "--limit", "150", *cursor])[1]
            ids += [record["log_id"] for record in page]
            if len(page) < 150:
                break
            cursor = ["--cursor", read_cursor(asker, name, cursor)]
    assert seen["dev"] == seen["qa"]
    assert len(set(seen["dev"])) == 360


def read_cursor(asker: Asker, name: str, before: list[str]) -> str:
    """Return the cursor that a page prints."""
    return asker.read_note(name, ["query", *SPAN, "--limit", "150", *before]).rpartition("--cursor ")[2].strip()


def compare_exports(asker: Asker, folder: Path) -> None:
    """Write the same rows into each form of file."""
    for suffix in (".jsonl", ".csv", ".parquet", ".duckdb"):
        rows = []
        for name in STORAGES:
            path = folder / f"{name}{suffix}"
            assert asker.ask(name, ["export", str(path), *SPAN, "--errors"])[1][0]["records"] > 50
            rows.append(sorted(read_rows(path), key=str))
        assert rows[0] == rows[1]


def read_rows(path: Path) -> list[dict[str, Any]]:
    """Return the rows of an export, without when they were read."""
    if path.suffix == ".jsonl":
        rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    elif path.suffix == ".csv":
        rows = list(csv.DictReader(path.read_text("utf-8").splitlines()))
    else:
        with duckdb.connect(str(path) if path.suffix == ".duckdb" else ":memory:") as connection:
            is_database = path.suffix == ".duckdb"
            table = connection.table("records") if is_database else connection.read_parquet(str(path))
            rows = [dict(zip(table.columns, row, strict=True)) for row in table.fetchall()]
    return [{name: value for name, value in row.items() if name not in OF_THE_STORAGE} for row in rows]
