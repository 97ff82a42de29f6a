"""The pages Record, Object and Formats say what the commands say, also of what is wrong."""

from pathlib import Path

import pytest
from botocore.exceptions import ClientError
from starlette.testclient import TestClient

from ops import object_rejects
from tests.unit.log_processor.conftest import Stack
from tests.unit.ops.stored_environment import LOGS, upload, write_lines
from tests.unit.ops.test_rejects import ARCHIVE, BROKEN, LEDGER, NEW, OLD, parser

__all__ = ["parser"]

OBJECT = "s3://source/web/a.log"


def test_rejects_stand_with_what_they_are_now(
    visitor: TestClient, stored: Stack, parser: pytest.MonkeyPatch, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """One parses since the parser was mended, the other does not; both are marked in the drawing."""
    monkeypatch.setattr(object_rejects, "FILE", tmp_path / "routes.toml")
    upload(stored, "web/a.log", OLD + NEW + BROKEN)
    parser.undo()
    text = visitor.get("/object", params={"name": OBJECT}).text
    assert "parses as json_lines: {&#34;time&#34;: &#34;2026-05-04T11:00:00Z&#34;" in text
    assert "still a reject: " in text
    assert text.count('class="reject-place"') == 2
    assert f"<code>ops replay --rejects {OBJECT}</code>" in text
    for one in stored.s3.list_objects_v2(Bucket=ARCHIVE)["Contents"]:
        stored.s3.delete_object(Bucket=ARCHIVE, Key=one["Key"])
    assert "has expired: replay its object instead" in visitor.get("/object", params={"name": OBJECT}).text


def test_rejects_that_may_not_be_read_leave_the_rest(
    visitor: TestClient, stored: Stack, parser: pytest.MonkeyPatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who may look, and not replay, sees the ranges, and why the rejects are not there."""
    upload(stored, "web/a.log", OLD + NEW + BROKEN)
    parser.undo()
    monkeypatch.setattr(object_rejects, "read_archive", deny)
    answer = visitor.get("/object", params={"name": OBJECT})
    assert (answer.status_code, 'role="alert"' in answer.text) == (200, False)
    assert "AWS answered AccessDenied to GetObject" in answer.text
    assert "Its ranges" in answer.text


def deny(*_: object) -> None:
    """Answer as S3 does to who may not read an object."""
    raise ClientError({"Error": {"Code": "AccessDenied", "Message": "denied"}}, "GetObject")


@pytest.mark.usefixtures("stored")
@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("/record?id=x", "x: this is no log_id: copy one that ops query --ids prints"),
        ("/record?id=abc-1", "abc-1: tap-serverless-dev-logs has no such record: it may have expired"),
        ("/object?name=s3://source/none.log", "has no row of s3://source/none.log: check the name"),
        ("/object?name=none.log", "none.log"),
        ("/formats?since=never", "since never: this is no time: write 15m, 2h, 3d"),
    ],
)
def test_what_cannot_be_shown_is_said_on_the_page(visitor: TestClient, address: str, sentence: str) -> None:
    """In one sentence; the field to try another one stays."""
    answer = visitor.get(address)
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text
    assert sentence in answer.text
    assert "<form" in answer.text


@pytest.mark.usefixtures("stored")
@pytest.mark.parametrize("path", ["/record", "/object", "/formats"])
def test_an_environment_without_objects_has_all_pages(visitor: TestClient, path: str) -> None:
    """There is nothing to show, which is no error."""
    answer = visitor.get(path)
    assert (answer.status_code, 'role="alert"' in answer.text) == (200, False)


def test_a_ledger_of_another_version_is_said_to_be(visitor: TestClient, stored: Stack) -> None:
    """A row of a state that this version does not know is not guessed at."""
    upload(stored, "web/a.log", write_lines(3))
    (row,) = [item for item in stored.items(LEDGER) if item["object"]["S"] == OBJECT]
    stored.dynamodb.put_item(TableName=LEDGER, Item=row | {"status": {"S": "resting"}})
    answer = visitor.get("/object", params={"name": OBJECT})
    assert "the ledger has a range of status &#39;resting&#39;, which this ops does not know" in answer.text


def test_bytes_that_are_hidden_stay_so(visitor: TestClient, stored: Stack) -> None:
    """The page says why, and shows the text that is stored."""
    upload(stored, "web/a.txt", b"[error] password=hunter2\n")
    (item,) = stored.items(LOGS)
    text = item["log_data"]["S"].replace("hunter2", "[password:0123456789ab]")
    stored.dynamodb.put_item(TableName=LOGS, Item=item | {"log_data": {"S": text}, "fields": {"M": {}}})
    answer = visitor.get("/record", params={"id": item["log_id"]["S"]})
    assert "not shown, since the function has hidden values in it" in answer.text
    assert "hunter2" not in answer.text
