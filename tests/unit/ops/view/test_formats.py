"""The page Formats and patterns counts shapes of all records, or of the newest if all would be too much."""

import re

import pytest
from starlette.testclient import TestClient

from ops.view.pages import formats
from tests.unit.log_processor.conftest import Stack
from tests.unit.ops.stored_environment import upload
from tests.unit.ops.view.test_search import write_documents

JOBS = b"".join(b"job %d is done\n" % number for number in range(200))


def test_all_records_have_their_shapes(visitor: TestClient, stored: Stack) -> None:
    """What was not there before the last hour is new."""
    upload(stored, "worker/jobs.txt", JOBS)
    text = visitor.get("/formats").text
    assert "of 200 records; those that were not there" in text
    assert "<strong>new</strong>" in text
    assert "would be read" not in text


def test_of_too_many_the_newest_are_counted(
    visitor: TestClient, stored: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page says so, and what all of them would cost; it does not guess which shapes are new."""
    monkeypatch.setattr(formats, "SAMPLE", 20)
    upload(stored, "worker/jobs.txt", JOBS)
    upload(stored, "web/a.jsonl", write_documents(40))
    text = visitor.get("/formats", params={"max_read": "900kB", "source": "worker"}).text
    assert "of the newest 20 records alone" in text
    assert re.search(
        r'1\.\d MB, about \$0\.0\d+ would be read: <a href="/formats\?max_read=2MB&amp;source=worker"', text
    )
    assert ">ops patterns --from 1d --new-since 1h --source worker --max-read 2MB<" in text
    assert "job &lt;number&gt; is done" in text
    assert "<strong>new</strong>" not in text


def test_a_sample_that_is_too_much_is_said_in_its_place(
    visitor: TestClient, stored: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The formats are shown all the same, which the ledger alone tells."""
    monkeypatch.setattr(formats, "SAMPLE", 100)
    upload(stored, "worker/jobs.txt", JOBS)
    text = visitor.get("/formats", params={"max_read": "500kB"}).text
    assert "and --max-read is 500.0 kB" in text
    assert "text 100.0 %" in text
