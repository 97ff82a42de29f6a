"""The pages of `ops view` in a real browser: what they show, for whom, and that they change with what comes in."""

import json
import random
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import pytest

from ops.view import report
from tests.support.browsing import WIDE
from tests.unit.ops.stored_environment import LOGS, upload, write_lines
from tests.unit.ops.view.browser import Viewer, viewer
from tests.unit.ops.view.hostile import INVISIBLE, MARKUP, TEXTS

__all__ = ["viewer"]

pytestmark = pytest.mark.browser

HOSTILE_KEY = "web/<b onclick=window.hit=1>&amp;\u202e'\"{{ 7 }}.jsonl"
SPAN = "from=2026-05-04T10:00:00&to=2026-05-04T11:00:00"
OBJECT = "s3://source/web/a.log"
CORNER = """() => {
    const canvas = document.querySelector(".chart canvas"), { left, top } = canvas.getBoundingClientRect();
    const { right, bottom } = document.querySelector(".u-over").getBoundingClientRect();
    return [...canvas.getContext("2d").getImageData(right - left - 6, bottom - top - 6, 1, 1).data];
}"""
"""The colour of the histogram in its last corner; its last number is 0 where nothing is drawn."""
REQUESTS = (
    b'{"time": "2026-05-04T10:00:00Z", "level": "info", "message": "begun", "request_id": "r-1", "took_ms": 4}\n'
    b'{"time": "2026-05-04T10:00:01Z", "level": "error", "message": "broken", "request_id": "r-1"}\n'
)


def name_record(viewer: Viewer, index: int) -> str:
    """Return the id of the record that is the n-th of the only object."""
    ids = [str(item["log_id"]["S"]) for item in viewer.stack.items(LOGS)]
    return sorted(ids, key=lambda log_id: int(log_id.split("-")[1], 16))[index]


def test_now_changes_with_what_comes_in(viewer: Viewer) -> None:
    """Its figures are those of the ledger at each moment."""
    upload(viewer.stack, "web/a.log", write_lines(20))
    viewer.open("/")
    assert "20" in viewer.read("tbody tr")[0].split("\t")
    upload(viewer.stack, "web/b.log", write_lines(10))
    viewer.open("/")
    assert "30" in viewer.read("tbody tr")[0].split("\t")
    viewer.check_looks()
    viewer.take_picture("now")
    assert viewer.complaints == []


def test_a_record_has_its_neighbours_and_request(viewer: Viewer) -> None:
    """Ten stand on each side, its bytes are exact, and its request is one click away."""
    upload(viewer.stack, "web/a.log", write_lines(40))
    viewer.open(f"/record?id={name_record(viewer, 15)}")
    rows = viewer.read("table.records tbody tr")
    assert len(rows) == 21
    assert '"GET /15 HTTP/1.1"' in viewer.page.locator("tr[aria-current]").inner_text()
    assert viewer.page.locator("#bytes").inner_text() in rows[10]
    assert viewer.read("tr:has(bdi:text-is('http.response.body.size')) td") == ["10", "bytes", "integer"]
    viewer.check_looks()
    viewer.take_picture("record")
    upload(viewer.stack, "app/requests.jsonl", REQUESTS)
    ids = [str(item["log_id"]["S"]) for item in viewer.stack.items(LOGS) if "begun" in item["log_data"]["S"]]
    viewer.open(f"/record?id={ids[0]}")
    link = viewer.page.locator("a.find-request")
    assert "request_id=r-1" in link.inner_text()
    assert "q=request_id%3Dr-1" in str(link.get_attribute("href"))
    assert viewer.read("tr:has(bdi:text-is('took_ms')) td") == ["4", "", "integer"]
    assert viewer.complaints == []


def test_an_object_is_drawn_over_its_bytes(viewer: Viewer) -> None:
    """Each stretch is what the ledger says of it; the page names the command that reads it again."""
    upload(viewer.stack, "web/a.log", write_lines(40))
    viewer.open(f"/object?name={quote(OBJECT)}")
    size = len(write_lines(40))
    assert viewer.page.locator("svg.bar").first.get_attribute("aria-label") == f"{size:,} bytes done"
    assert viewer.page.locator("svg.bar rect.stored").count() == 1
    assert "closes" in viewer.page.locator("dl.figures").inner_text()
    assert viewer.page.locator("#replay").inner_text() == f"ops replay {OBJECT}"
    viewer.check_looks()
    viewer.take_picture("object")
    viewer.open("/object")
    assert viewer.read("a.row") == [OBJECT]
    assert viewer.complaints == []


def test_formats_and_shapes_are_listed(viewer: Viewer) -> None:
    """By source and day, with what is new first; a shape leads to a record of it."""
    upload(viewer.stack, "web/a.log", write_lines(20))
    upload(viewer.stack, "web/notes.txt", b"".join(b"job %d is done\n" % number for number in range(5)))
    viewer.open("/formats")
    assert any("combined 80.0 %, text 20.0 %" in row for row in viewer.read("tbody tr"))
    assert "web/notes.txt" in viewer.page.locator("main").inner_text()
    shape = viewer.page.locator("tr", has_text="job <number> is done")
    assert "new" in shape.inner_text()
    viewer.check_looks()
    viewer.take_picture("formats")
    shape.locator("a").click()
    viewer.page.wait_for_url("**/record?*")
    assert "is done" in viewer.page.locator("#bytes").inner_text()
    assert viewer.complaints == []


def test_search_is_narrowed_by_drag_and_facet(viewer: Viewer) -> None:
    """A drag over the histogram sets the time, and a click on a value adds it to the query."""
    upload(viewer.stack, "web/a.log", write_lines(50))
    upload(viewer.stack, "app/a.jsonl", write_levels(50))
    viewer.open(f"/search?{SPAN}")
    assert "100 records" in viewer.page.locator("#result").inner_text()
    assert viewer.read(".u-legend th") == ["time", "error", "warn", "info", "debug", "none"]
    viewer.check_looks()
    viewer.take_picture("search")
    viewer.page.locator(".facets a", has_text="500").click()
    viewer.page.wait_for_url("**q=*")
    assert "5 records" in viewer.page.locator("#result").inner_text()
    assert len(viewer.read("table.records tbody tr")) == 5
    viewer.open(f"/search?{SPAN}")
    drag(viewer, 0.0, 0.5)
    viewer.page.wait_for_url("**from=2026-05-04T10%3A*")
    count = int(viewer.page.locator("#result").inner_text().split()[0])
    assert 30 <= count <= 70
    assert viewer.complaints == []


def test_the_histogram_follows_the_zone(viewer: Viewer) -> None:
    """A bar is named by the time that the rows have; the last bar is whole."""
    upload(viewer.stack, "web/a.log", write_lines(50))
    viewer.open("/search?from=2026-05-04T19:00:00&to=2026-05-04T19:50:00&tz=Asia/Tokyo")
    box = viewer.page.locator(".u-over").bounding_box()
    viewer.page.mouse.move(box["x"] + 3, box["y"] + 3)
    assert viewer.read(".u-legend .u-value")[0] == "2026-05-04 19:00:00"
    viewer.page.mouse.move(box["x"] + box["width"] - 3, box["y"] + 3)
    assert viewer.read(".u-legend .u-value")[0] == "2026-05-04 19:45:00"
    assert viewer.page.evaluate(CORNER)[3] == 255
    assert viewer.complaints == []


def write_levels(count: int) -> bytes:
    """Return JSON lines, a minute apart, of which the later ones are worse."""
    chosen = random.Random(7)
    lines = []
    for minute in range(count):
        (level,) = chosen.choices(("debug", "info", "warn", "error"), (10, 40, minute / 2, minute / 4))
        message = f"order {chosen.randrange(1_000, 9_999)} took {chosen.randrange(20, 900)} ms"
        lines.append({"time": f"2026-05-04T10:{minute:02}:30Z", "level": level, "message": message})
    return "".join(f"{json.dumps(line)}\n" for line in lines).encode()


def drag(viewer: Viewer, first: float, last: float) -> None:
    """Drag over the histogram between two shares of its width."""
    box = viewer.page.locator(".u-over").bounding_box()
    mouse, y = viewer.page.mouse, box["y"] + box["height"] / 2
    mouse.move(box["x"] + box["width"] * first + 1, y)
    mouse.down()
    mouse.move(box["x"] + box["width"] * last, y, steps=4)
    mouse.up()


def test_live_rows_come_by_themselves(viewer: Viewer) -> None:
    """What is uploaded while the page follows is there without a click."""
    upload(viewer.stack, "app/a.jsonl", write_now(2))
    viewer.open("/search?live=1")
    assert len(viewer.read("table.records tbody tr")) == 2
    upload(viewer.stack, "app/b.jsonl", write_now(3))
    viewer.page.locator("table.records tbody tr").nth(4).wait_for()
    assert viewer.complaints == []


def write_now(count: int) -> bytes:
    """Return lines of this moment."""
    now = datetime.now(UTC).isoformat()
    return b"".join(b'{"time": "%s", "level": "error", "n": %d}\n' % (now.encode(), number) for number in range(count))


def test_the_report_opens_without_a_server(viewer: Viewer, tmp_path: Path) -> None:
    """It has the figures, records and ranges, and asks nobody."""
    upload(viewer.stack, "web/a.log", write_lines(50))
    file = tmp_path / "report.html"
    assert report.main([str(file), "--from", "2026-05-04T10:00:00", "--to", "2026-05-04T11:00:00"]) == 0
    asked: list[str] = []
    viewer.page.on("request", lambda request: asked.append(request.url))
    viewer.page.goto(file.as_uri())
    assert viewer.read("section > h2[id]") == ["Now", "Search", "Object"]
    assert len(viewer.read("table.records tbody tr")) == 50
    assert viewer.page.locator("svg.bar rect.stored").count() == 1
    assert viewer.page.locator(".chart canvas").count() >= 1
    assert viewer.page.locator("form").count() == 0
    assert viewer.page.locator("main a[href]").count() == 0
    viewer.check_looks()
    assert asked == [file.as_uri()]
    assert viewer.complaints == []


def test_hostile_records_do_nothing(viewer: Viewer) -> None:
    """Markup, control and bidirectional characters and huge texts are shown on each page, and are nothing but text.

    They stand in the text of records, in their fields' names and values, and in the key of their object.
    """
    lines = [json.dumps({"time": "2026-05-04T10:00:00Z", "level": text[:40], text[:60]: text}) for text in TEXTS]
    upload(viewer.stack, HOSTILE_KEY, "\n".join(lines).encode())
    upload(viewer.stack, "web/raw.txt", "\n".join(TEXTS).encode())
    items = viewer.stack.items(LOGS)
    ids = [
        str(item["log_id"]["S"]) for item in items if item["log_data"]["S"].startswith(('{"time', "\x1b", "<script"))
    ]
    records = [f"/record?id={log_id}" for log_id in ids[::6]]
    name = quote(f"s3://source/{HOSTILE_KEY}")
    pages = ["/", "/search?from=2026-05-01&facet=level&q=" + quote("log_id"), f"/object?name={name}", "/object"]
    refused = [f"/search?q={quote(text)}&source={quote(text)}" for text in MARKUP[:1]]
    for path in (*pages, "/formats", *records, *refused, f"/record?id={quote(MARKUP[0])}"):
        viewer.open(path)
        shown = viewer.page.locator("html").inner_text()
        assert viewer.page.evaluate("window.hit") is None, path
        assert viewer.page.url.startswith(viewer.address), path
        assert [one for one in INVISIBLE if one in shown] == [], path
        assert viewer.page.evaluate(WIDE) <= 0, path
    assert [one for one in viewer.complaints if "400 (Bad Request)" not in one] == []


def test_the_keyboard_is_enough(viewer: Viewer) -> None:
    """The first key leads past the menu, `j` and `k` to the rows, and Enter into one."""
    upload(viewer.stack, "web/a.log", write_lines(20))
    viewer.open(f"/record?id={name_record(viewer, 5)}")
    keyboard = viewer.page.keyboard
    keyboard.press("Tab")
    assert viewer.page.evaluate("document.activeElement.className") == "skip"
    keyboard.press("Enter")
    assert viewer.page.evaluate("document.activeElement.id") == "content"
    for key in "jjjk":
        keyboard.press(key)
    assert viewer.page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    assert viewer.page.evaluate("document.activeElement.closest('tr').rowIndex") == 2
    keyboard.press("Enter")
    viewer.page.wait_for_url(f"**/record?id={name_record(viewer, 1)}")
