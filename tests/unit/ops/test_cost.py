"""`ops cost` adds up what the ledger's ranges have used, and prices it: by source, once, every month, and for a GB."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from log_processor.storing.ledger import make_day_key
from log_processor.work.ranges import ObjectRange

from emulator.aws.item_sizes import count_item_bytes
from ops.cli import main
from ops.exit_codes import ExitCode
from ops.pricing.usage import load_prices
from stacks.config import Config
from tests.unit.ops.asked import operations
from tests.unit.ops.printed import read_error
from tests.unit.ops.reading.conftest import LEDGER, LOGS, Tables, tables

__all__ = ["operations", "tables"]
LONG, SHORT = "x" * 1_500, "y" * 40


@pytest.fixture
def filled(tables: Tables, monkeypatch: pytest.MonkeyPatch) -> Tables:
    """Fill the tables: two sources with lines of other lengths, one range tried twice, and a range of last week."""
    context = {"app_name": "tap-serverless", "region": "us-east-1"}
    monkeypatch.setenv("CDKTF_CONTEXT_JSON", json.dumps(context))
    monkeypatch.setenv("COLUMNS", "200")
    for name in ("AWS_ENDPOINT_URL", "AWS_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Config, "ledger_table_name", LEDGER)
    monkeypatch.setattr(Config, "log_table_name", LOGS)
    for number in range(30):
        put_record(tables, number, "app", LONG)
        put_record(tables, 100 + number, "web", SHORT)
    put_row(tables, "app/a.log", hours=1, records=10_000, rejected=10, size=4_000_000, attempts=1)
    put_row(tables, "web/a.log", hours=2, records=50_000, rejected=0, size=900_000, attempts=2)
    put_row(tables, "web/old.log", hours=24 * 7, records=7_000, rejected=0, size=700_000, attempts=1)
    tables.requests.clear()
    return tables


def put_record(tables: Tables, number: int, source: str, text: str) -> None:
    item = {"log_id": {"S": f"id-{number}"}, "timestamp": {"N": "1772442000000"}, "source": {"S": source}}
    tables.client.put_item(TableName=LOGS, Item={**item, "log_data": {"S": text}, "level": {"S": "info"}})


def put_row(tables: Tables, key: str, *, hours: int, records: int, rejected: int, size: int, attempts: int) -> None:
    work = ObjectRange("b", key, "v1", None)
    begun = (datetime.now(UTC) - timedelta(hours=hours)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    numbers = {"attempts": attempts, "read": records + rejected, "stored": records, "rejected": rejected}
    numbers |= {"bytes": 2 * size, "size": size, "duration_ms": records, "text_fallbacks": 0}
    texts = {"object": work.uri, "range": work.label, "status": "done", "source": key.partition("/")[0]}
    texts |= {"started_at": begun, "started_day": make_day_key(begun, work)}
    item = {name: {"N": str(value)} for name, value in numbers.items()}
    tables.client.put_item(TableName=LEDGER, Item=item | {name: {"S": value} for name, value in texts.items()})


def ask(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str | None, Any]:
    assert main(["cost", *words, "--json"]) == 0
    return {line["source"]: line for line in map(json.loads, capsys.readouterr().out.splitlines())}


def used(line: dict[str, Any], part: str = "used") -> dict[str, float]:
    return {charge["name"]: charge["used"] for charge in line[part]["charges"]}


@pytest.mark.usefixtures("filled")
def test_what_was_used_is_the_sum_of_the_ranges(capsys: pytest.CaptureFixture[str]) -> None:
    """By source and in all: rejects are records, too, and a second attempt shows beside the model."""
    found = ask(capsys)
    assert set(found) == {"app", "web", None}
    assert [found[name]["records"] for name in ("app", "web", None)] == [10_010, 50_000, 60_010]
    app, web = used(found["app"]), used(found["web"])
    assert (app["DynamoDB: records"], web["DynamoDB: records"]) == (2 * 10_010, 50_000)
    assert (app["DynamoDB: index"], web["DynamoDB: index"]) == (10_010, 50_000)
    assert (app["DynamoDB: ledger"], web["DynamoDB: ledger"], used(found["web"], "model")["DynamoDB: ledger"]) == (
        5,
        9,
        5,
    )
    assert app["Lambda"] == pytest.approx(10 * 256 / 1024)
    assert used(found["app"], "model")["Lambda"] == pytest.approx(10_010 * 38e-6)
    assert used(found[None])["DynamoDB: records"] == 2 * 10_010 + 50_000
    assert found[None]["used"]["text_bytes"] == 9_800_000


def test_dollars_are_those_of_the_list(filled: Tables, capsys: pytest.CaptureFixture[str]) -> None:
    """What is written, by another count of the items' sizes; what is kept, with DynamoDB's hundred bytes an item."""
    web, prices = ask(capsys)["web"], load_prices()["dynamodb"]
    item = filled.client.get_item(TableName=LOGS, Key={"log_id": {"S": "id-100"}, "timestamp": {"N": "1772442000000"}})
    dollars = {charge["name"]: charge["dollars"] for charge in web["used"]["charges"]}
    assert dollars["DynamoDB: records"] == pytest.approx(50_000 * prices["million_write_units"] / 1e6)
    kept_gb = 50_000 * (count_item_bytes(item["Item"]) + 100) / 1e9
    assert dollars["DynamoDB: backup"] == pytest.approx(kept_gb * prices["gb_month_recovery"])
    once = [charge for charge in web["used"]["charges"] if not charge["monthly"]]
    assert web["used"]["dollars_once"] == pytest.approx(sum(charge["dollars"] for charge in once))
    assert str(load_prices()["as_of"]) in web["used"]["prices"]


@pytest.mark.usefixtures("filled")
def test_it_takes_a_known_number_of_requests(operations: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Eight for each day of the ledger, and of the week before; its size, and one for the sizes of records."""
    ask(capsys, "--since", "8d")
    assert Counter(operations) == {"GetCallerIdentity": 1, "DescribeTable": 1, "Query": 8 * (9 + 8), "Scan": 1}


@pytest.mark.parametrize(
    ("since", "hours", "month"),
    [
        ("3h", 2, "a month at the pace since 20"),  # the table has nothing of the three hours before: 2 h ago it began
        ("100h", 100, "a month at the pace since 20"),  # and it was filled a week ago
        ("90m", 1, "a month at the pace since 20"),
    ],
)
@pytest.mark.usefixtures("filled")
def test_a_month_is_told_from_what_the_ledger_has(
    since: str, hours: int, month: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is not divided by a time in which nothing was begun yet; a silence after the beginning counts."""
    total = ask(capsys, "--since", since)[None]
    filled_hours = 1.5 if since == "90m" else hours
    assert total["months"] == pytest.approx(30 * 24 / filled_hours, rel=0.01)
    assert main(["cost", "--since", since]) == 0
    assert month in capsys.readouterr().out


def test_a_month_is_not_told_from_minutes(filled: Tables, capsys: pytest.CaptureFixture[str]) -> None:
    """A ledger that has one range of just now says nothing of a month."""
    for key in ("app/a.log", "web/a.log", "web/old.log"):
        work = ObjectRange("b", key, "v1", None)
        filled.client.delete_item(TableName=LEDGER, Key={"object": {"S": work.uri}, "range": {"S": work.label}})
    put_row(filled, "app/new.log", hours=0, records=100, rejected=0, size=40_000, attempts=1)
    assert main(["cost"]) == 0
    assert "a month at this pace: not known yet, as the ledger has ranges since 20" in capsys.readouterr().out
    assert ask(capsys)[None]["months"] is None


@pytest.mark.usefixtures("filled")
def test_the_page_names_sources_charges_and_a_month(capsys: pytest.CaptureFixture[str]) -> None:
    """A row a source, DynamoDB apart from the rest, dollars a GB, those of the model, and a month at this pace."""
    assert main(["cost", "--since", "3h"]) == 0
    page = capsys.readouterr().out
    lines = page.splitlines()
    assert lines[0].endswith(", 3 h 0 min:")
    assert [line.split()[:3] for line in lines[2:4]] == [["web", "1", "50,000"], ["app", "1", "10,010"]]
    names = ["DynamoDB: records", "DynamoDB: index", "DynamoDB: ledger", "Lambda", "to take in"]
    names += ["DynamoDB: kept", "DynamoDB: backup", "S3: objects", "to keep, a month", "a month at the pace since 20"]
    bill = page.partition("\n\n")[2]
    places = [bill.index(name) for name in names]
    assert places == sorted(places)
    assert "by the model" in page


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["--since", "soon"], ExitCode.CANNOT_RUN, "--since soon: this is no time: write"),
        (["--since", "now"], ExitCode.CANNOT_RUN, "--since now: that is not before now: write an earlier time"),
        (["--since", "5m"], ExitCode.CANNOT_RUN, "--since 5m: no range was begun after "),
        (["--max-read", "100"], ExitCode.NOT_CONFIRMED, "name a shorter time by --since"),
        (["--max-read", "much"], ExitCode.CANNOT_RUN, "--max-read much: this is no size"),
    ],
)
def test_bad_input_is_one_sentence(words: list[str], code: int, says: str, capsys: pytest.CaptureFixture[str]) -> None:
    """It names the option and what to write."""
    assert main(["cost", *words]) == code
    assert says in read_error(capsys)


def test_packs_are_shared_by_their_records(filled: Tables, capsys: pytest.CaptureFixture[str]) -> None:
    """A pack of 500 records in 20,000 bytes is 20 write units and an entry of the index for all of them."""
    keys = {"log_id": {"S": "pack"}, "timestamp": {"N": "-1"}, "source": {"S": "packed"}}
    counts = {"records": {"N": "500"}, "formats": {"M": {"json": {"N": "499"}, "text": {"N": "1"}}}}
    body = b"z" * (20_000 - 300)
    filled.client.put_item(TableName=LOGS, Item={**keys, **counts, "log_data": {"B": body}})
    put_row(filled, "packed/a.log", hours=1, records=50_000, rejected=0, size=900_000, attempts=1)
    row = filled.client.scan(
        TableName=LEDGER,
        FilterExpression="#s = :s",
        ExpressionAttributeNames={"#s": "source"},
        ExpressionAttributeValues={":s": {"S": "packed"}},
    )["Items"][0]
    filled.client.put_item(TableName=LEDGER, Item=row | {"format": {"S": "json"}})
    used = {charge["name"]: charge["used"] for charge in ask(capsys)["packed"]["used"]["charges"]}
    assert used["DynamoDB: records"] == pytest.approx(100 * 20)
    assert used["DynamoDB: index"] == pytest.approx(100)
    assert used["DynamoDB: backup"] == pytest.approx(100 * 20_000 / 1e9, rel=0.05)


@pytest.mark.usefixtures("filled")
def test_the_class_of_the_table_sets_its_prices(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the log table and its index, written and kept; the ledger, the backup and the rest stay as they are."""
    prices = load_prices()
    bills = []
    for table_class in ("STANDARD", "STANDARD_INFREQUENT_ACCESS"):
        context = {"app_name": "tap-serverless", "region": "us-east-1", "table_class": table_class}
        monkeypatch.setenv("CDKTF_CONTEXT_JSON", json.dumps(context))
        bills.append({charge["name"]: charge["dollars"] for charge in ask(capsys)[None]["used"]["charges"]})
    standard, infrequent = prices["dynamodb"], prices["dynamodb_infrequent_access"]
    ratios = {name: infrequent[name] / standard[name] for name in standard}
    for name, ratio in (
        ("DynamoDB: records", ratios["million_write_units"]),
        ("DynamoDB: index", ratios["million_write_units"]),
        ("DynamoDB: kept", ratios["gb_month"]),
        ("DynamoDB: backup", ratios["gb_month_recovery"]),
        ("DynamoDB: ledger", 1),
        ("Lambda", 1),
    ):
        assert bills[1][name] == pytest.approx(bills[0][name] * ratio), name
