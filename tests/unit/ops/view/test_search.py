"""The page Search finds what `ops query` finds, says before what a larger read costs, and follows what comes in."""

import html
import json
import re
import shlex
from datetime import UTC, datetime, timedelta

import pytest
from starlette.testclient import TestClient

from ops.cli import main
from tests.unit.log_processor.conftest import Stack
from tests.unit.ops.stored_environment import upload, write_lines

BEGIN = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(minutes=50)
DAY = {"from": "1d"}
COUNT = re.compile(r'<p role="status">([\d,]+) records\.')


def write_documents(count: int, first: int = 0) -> bytes:
    """Return JSON lines, half a minute apart, of which every tenth is an error with the status 500."""
    lines = []
    for number in range(first, first + count):
        is_bad = number % 10 == 0
        time = (BEGIN + timedelta(seconds=30 * number)).isoformat()
        fields = {"time": time, "level": "error" if is_bad else "info", "status": 500 if is_bad else 200}
        lines.append(json.dumps(fields | {"path": f"/{number}", "user": {"name": f"u{number % 3}"}}))
    return "\n".join([*lines, ""]).encode()


def format_minute(number: int) -> str:
    return (BEGIN + timedelta(minutes=number)).isoformat()


def read_count(text: str) -> int:
    match = COUNT.search(text)
    assert match, text
    return int(match[1].replace(",", ""))


@pytest.fixture
def filled(stored: Stack) -> Stack:
    """Return an environment with fifty records, of which five have the status 500."""
    upload(stored, "web/a.jsonl", write_documents(50))
    return stored


CASES: list[tuple[dict[str, str], int]] = [
    ({}, 50),
    ({"q": "status>=500"}, 5),
    ({"q": 'status>=500 and not path~"^/4"'}, 4),
    ({"q": "user.name=u1"}, 17),
    ({"text": '"PATH": "/1'}, 11),
    ({"level": "warn"}, 5),
    ({"errors": "1"}, 5),
    ({"source": "nobody"}, 0),
    ({"from": format_minute(5), "to": format_minute(10)}, 10),
]


@pytest.mark.usefixtures("filled")
def test_records_are_found_as_by_ops_query(
    visitor: TestClient, operations: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """The page shows the command that finds the same; what was read once is not read again."""
    visitor.get("/search", params=DAY)
    del operations[:]
    texts = [visitor.get("/search", params=DAY | parameters).text for parameters, _ in CASES]
    assert [read_count(text) for text in texts] == [count for _, count in CASES]
    assert "BatchGetItem" not in operations
    for text, (_, count) in list(zip(texts, CASES, strict=True))[1:4]:
        (command,) = re.findall(r"<code[^>]*>(ops query [^<]*)</code>", text)
        capsys.readouterr()
        assert main(shlex.split(html.unescape(command))[1:]) == 0
        assert len(capsys.readouterr().out.splitlines()) == count


@pytest.mark.usefixtures("filled")
def test_facets_count_values(visitor: TestClient) -> None:
    """Each is a link to the query line that wants the value too, whatever characters it has."""
    text = visitor.get("/search", params=DAY | {"facet": "user.name"}).text
    assert "q=status%3D500" in text
    assert "q=user.name%3Du1" in text
    assert 'value="path"' in text
    assert "url.path</h2>" not in text


def test_paths_are_counted_unasked(visitor: TestClient, stored: Stack) -> None:
    """Who asks which path fails need not know how the field is called."""
    upload(stored, "web/a.log", write_lines(20))
    text = visitor.get("/search", params={"from": "2026-05-04T10:00:00", "q": "status>=500"}).text
    assert "url.path</h2>" in text
    assert "url.path%3D%2F10" in text


def test_a_larger_read_is_offered_with_its_cost(visitor: TestClient, stored: Stack) -> None:
    """The first records are shown meanwhile, of which the index tells which they are."""
    upload(stored, "web/a.jsonl", write_documents(400, -300))
    text = visitor.get("/search", params=DAY | {"max_read": "1.5MB"}).text
    assert re.search(r"1\.\d MB, about \$0\.0000\d+ would be read", text)
    assert text.count('class="row"') == 100
    assert re.search(r'href="/search\?from=1d&amp;max_read=2MB">read that', text)


def test_what_the_index_finds_is_held_where_all_is_too_much(
    visitor: TestClient, stored: Stack, operations: list[str]
) -> None:
    """Histogram and facets are of the records with the status, and further conditions read nothing again."""
    upload(stored, "web/a.jsonl", write_documents(1_000, -900))
    limited = DAY | {"max_read": "4MB"}
    text = visitor.get("/search", params=limited | {"q": "status>=500"}).text
    assert (read_count(text), "would be read" in text) == (100, False)
    assert "q=%28status%3E%3D500%29+and+level%3Derror" in text
    del operations[:]
    assert read_count(visitor.get("/search", params=limited | {"q": 'status>=500 and path~"^/[1-9]0$"'}).text) == 9
    assert "BatchGetItem" not in operations


def test_what_the_index_finds_may_be_too_much_as_well(
    visitor: TestClient, stored: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the rest of the limit the first records are shown, and all is offered."""
    monkeypatch.setattr("ops.view.cache.records.INDEXED_SHARE", 0.3)
    upload(stored, "web/a.jsonl", write_documents(2_000, -1_900))
    text = visitor.get("/search", params=DAY | {"max_read": "8MB", "q": "status<500"}).text
    assert re.search(r"8\.\d MB, about \$0\.000\d+ would be read", text)
    assert text.count('class="row"') == 100


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        ({"q": "status>>500"}, "--where status&gt;&gt;500: at character 8: write a value"),
        ({"from": "noon"}, "--from noon: this is no time"),
        ({"level": "loud"}, "--level loud: there is no such level"),
        ({"tz": "Mars/Olympus"}, "--tz Mars/Olympus: there is no such zone"),
        ({"max_read": "lots"}, "max_read lots: this is no size"),
        ({"page": "0"}, "page 0: write a number from 1"),
        ({"q": "n=1", "max_read": "1kB"}, "--max-read"),
    ],
)
def test_bad_input_leaves_the_page_usable(visitor: TestClient, parameters: dict[str, str], sentence: str) -> None:
    """One sentence says what is wrong, and the line stands in its field to be mended."""
    answer = visitor.get("/search", params=DAY | parameters)
    assert (answer.status_code, answer.text.count('role="alert"')) == (400, 1)
    assert sentence in answer.text
    assert 'type="search"' in answer.text


def test_the_page_follows_what_comes_in(visitor: TestClient, filled: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    """A part of it is asked for again, and is empty while nothing has changed."""
    monkeypatch.setattr("ops.view.cache.records.MIN_WAIT_S", 0)
    live = DAY | {"live": "1"}
    text = visitor.get("/search", params=live).text
    (seen,) = re.findall(r"seen=(\d+)", text)
    assert visitor.get("/search/result", params=live | {"seen": seen}).status_code == 204
    upload(filled, "web/b.jsonl", write_documents(7, 50))
    answer = visitor.get("/search/result", params=live | {"seen": seen})
    assert (read_count(answer.text), "<html" in answer.text) == (57, False)


HOSTILE = (
    b"<script>alert(1)</script>",
    b'"><img src=x onerror=alert(1)>',
    b"\x1b[31mred\x1b[0m \x07",
    "\u202egnp.exe \u2066x\u2069".encode(),
    b"{{ 7*7 }} {% raw %}",
    b"x" * 100_000,
)


def test_hostile_records_are_text(visitor: TestClient, stored: Stack) -> None:
    """Markup is escaped, control and bidirectional characters are shown by their numbers, and what is huge is cut."""
    upload(stored, "app/a.log", b"".join(BEGIN.isoformat().encode() + b" %s\n" % body for body in HOSTILE))
    text = visitor.get("/search", params=DAY | {"facet": "message"}).text
    assert read_count(text) == len(HOSTILE)
    assert not re.search(r"<script>|<img|[\x00-\x09\x0b-\x1f\u202a-\u202e\u2066-\u2069]", text)
    assert "&lt;script&gt;" in text
    assert "\\x1b[31mred" in text
    assert "{{ 7*7 }}" in text
    assert len(text) < 60_000
