"""The page Now says what `ops status` and `ops cost` say."""

import json
import re
from datetime import UTC, datetime
from html import unescape

import pytest
from botocore.exceptions import ClientError
from log_processor.errors import NotALogError
from starlette.testclient import TestClient

from tests.unit.log_processor.conftest import Stack
from tests.unit.ops.stored_environment import upload


@pytest.mark.usefixtures("environment")
def test_an_environment_without_objects_is_a_page(visitor: TestClient) -> None:
    """An empty table is no error; the page names its command, with the zone and time that were asked for."""
    answer = visitor.get("/now", params={"tz": "Europe/Berlin", "since": "2h"})
    assert answer.status_code == 200
    assert ">ops status --since 2h --tz Europe/Berlin<" in answer.text
    assert "Nothing has come in" in answer.text
    assert "$0.00 to take in 0 bytes" in visitor.get("/now/cost").text


def test_the_page_changes_with_what_comes_in(visitor: TestClient, stored: Stack) -> None:
    """It counts by source, format, level and time, says whether the account closes, what failed and what it cost."""
    upload(stored, "web/a.jsonl", b'{"level": "error", "n": 1}\n' * 7 + b'{"n": 2}\n' * 4)
    with pytest.raises(NotALogError):
        stored.invoke(stored.put("web/b.log.gz", b"\x1f\x8bno gzip"))
    text = visitor.get("/now").text
    assert all(shown in text for shown in (">json_lines<", ">11<", "error 7", "NotALogError", "1 permanent"))
    assert "closes: read = stored + filtered + rejected in each of 2 ranges" in text
    (chart,) = (json.loads(unescape(one)) for one in re.findall(r'data-chart="([^"]*)"', text) if "error" in one)
    assert {one["name"]: sum(one["values"]) for one in chart["series"]} == {"error": 7, "none": 4}
    assert re.search(r"\$0\.0000\d+ to take in", visitor.get("/now/cost").text)


def test_lines_go_back_a_day(visitor: TestClient, stored: Stack) -> None:
    """Just after midnight, when the table begins to count, they are not empty."""
    upload(stored, "web/a.jsonl", b'{"level": "error", "n": 1}\n' * 7)
    midnight = datetime.now(UTC).isoformat(timespec="milliseconds")
    assert 'href="/?since=1d">look at the last 24 hours<' in visitor.get("/now", params={"since": midnight}).text
    upload(stored, "web/b.jsonl", b'{"level": "error", "n": 2}\n' * 4)
    text = visitor.get("/now", params={"since": midnight}).text
    assert ">error 4<" in text
    assert ">The last 24 hours<" in text
    (chart,) = (json.loads(unescape(one)) for one in re.findall(r'data-chart="([^"]*)"', text))
    assert [sum(one["values"]) for one in chart["series"]] == [11]
    assert 24 <= len(chart["times"]) <= 25
    assert ">Since then<" in visitor.get("/now", params={"since": "3d"}).text


@pytest.mark.usefixtures("environment")
def test_an_expired_login_is_a_sentence(visitor: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page stays usable: after a new login the same address is whole."""
    assert visitor.get("/now").status_code == 200
    with monkeypatch.context() as patched:
        patched.setattr("ops.view.pages.now.read_day", refuse)
        answer = visitor.get("/now")
        assert (answer.status_code, "the credentials have expired: sign in again" in answer.text) == (502, True)
        assert '<nav aria-label="Pages">' in answer.text
    assert visitor.get("/now").status_code == 200


def refuse(*_: object) -> None:
    """Answer as AWS does to credentials that are not valid any more."""
    raise ClientError({"Error": {"Code": "ExpiredToken", "Message": "expired"}}, "Query")


@pytest.mark.usefixtures("stack")
def test_a_table_that_is_gone_is_a_sentence(visitor: TestClient) -> None:
    """So is one of another version; each says what to do."""
    answer = visitor.get("/now")
    assert answer.status_code == 400
    assert "does not exist in" in answer.text


def test_a_table_of_another_version_is_a_sentence(visitor: TestClient, environment: Stack) -> None:
    """It lacks the index by which this version reads."""
    environment.dynamodb.delete_table(TableName="tap-serverless-dev-ledger")
    environment.dynamodb.create_table(
        TableName="tap-serverless-dev-ledger",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "object", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "object", "AttributeType": "S"}],
    )
    text = visitor.get("/now").text
    assert re.search(r'role="alert">the ledger tap-serverless-dev-ledger [^<]*deploy', text)
