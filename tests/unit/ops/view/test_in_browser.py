"""The pages of `ops view` in a real browser: what they show, for whom, and that they change with what comes in."""

from urllib.parse import quote

import pytest

from tests.unit.ops.stored_environment import LOGS, upload, write_lines
from tests.unit.ops.view.browser import Viewer, browser, viewer

__all__ = ["browser", "viewer"]

pytestmark = pytest.mark.browser

OBJECT = "s3://source/web/a.log"
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
    viewer.page.reload()
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
