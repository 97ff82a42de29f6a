"""The pages of `ops view` in a real browser, over the AWS of a demo that runs: its figures, and how they change."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.integration.looked_at import EVENTS, LINES, LookedAt, look_at_demo, write_access, write_logs

pytestmark = [pytest.mark.integration, pytest.mark.browser]

ADDED, KEY = 30, "web/more.log"
SEARCH = "/search?from=1d"


@pytest.fixture(scope="module")
def looked_at(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LookedAt]:
    """Return a demo over two small files, and a window that has opened the address of its last line."""
    folder = tmp_path_factory.mktemp("looked-at")
    with look_at_demo(folder / "demo", write_logs(folder / "logs"), browser) as running:
        yield running


@pytest.fixture(autouse=True)
def _without_complaint(looked_at: LookedAt) -> Iterator[None]:
    """Fail after a test in which the browser complained."""
    yield
    assert looked_at.window.complaints == []


def count_found(looked_at: LookedAt, path: str = SEARCH) -> int:
    """Return how many records Search says that it has."""
    looked_at.window.open(path)
    return int(looked_at.window.read("#result p")[0].split(" records")[0].replace(",", ""))


def count_listed(looked_at: LookedAt) -> int:
    """Return how many objects the page Object lists."""
    looked_at.window.open("/object?since=1d")
    return len(looked_at.window.read("main tbody tr"))


def read_figures(looked_at: LookedAt, key: str) -> dict[str, str]:
    """Return what the page of an object says of its newest version."""
    looked_at.window.open(f"/object?name={quote(looked_at.name_object(key))}")
    names, values = (looked_at.window.read(f".version:first-of-type dl.figures {part}") for part in ("dt", "dd"))
    return dict(zip(names, values, strict=True))


def test_now_has_the_account_of_the_demo(looked_at: LookedAt) -> None:
    """Objects and records are those that the demo counted by itself, and the ledger's account closes."""
    counted, account = looked_at.count_now(), looked_at.account
    assert (account["records_read"], account["stored"], account["objects"]) == (LINES + EVENTS, LINES + EVENTS, 2)
    assert counted == {
        "Objects": account["objects"],
        "Records": account["records_read"],
        "Stored": account["stored"],
        "Filtered": account["filtered"],
        "Rejected": account["rejected"],
    }
    shown = looked_at.window.page.locator("main").inner_text()
    assert "closes: read = stored + filtered + rejected in each of 2 ranges" in shown
    assert looked_at.window.page.locator("figure.small canvas").count() == 2


def test_search_finds_what_is_stored(looked_at: LookedAt) -> None:
    """All of it, and of the server's errors as many as were written."""
    assert count_found(looked_at) == looked_at.account["stored"]
    assert count_found(looked_at, f"{SEARCH}&q=status%3E%3D500") == LINES // 10


def test_a_newcomer_finds_the_first_failure(looked_at: LookedAt) -> None:
    """Which path answers 500, since when, and its first line with the neighbours: by five clicks on what is seen.

    The pages alone say what to do; docs/view.md has the same steps.
    """
    window, page = looked_at.window, looked_at.window.page
    window.open("/")
    page.get_by_role("link", name="Search").click()
    page.get_by_label("Query, such as status>=500").fill("status>=500")
    page.get_by_label("Order").select_option(label="oldest first")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("heading", name="url.path").wait_for()
    page.locator(".facets").get_by_role("link", name="/checkout").click()
    page.wait_for_url("**url.path*")
    lines = (looked_at.logs / "web/access.log").read_text("utf-8").splitlines()
    since = datetime.strptime(lines[0].split("[")[1].split("]")[0], "%d/%b/%Y:%H:%M:%S %z")
    page.get_by_role("link", name=f"{since:%Y-%m-%dT%H:%M:%SZ}", exact=True).first.click()
    page.wait_for_url("**/record?*")
    assert page.locator("#bytes").inner_text() == lines[0]
    assert window.read("table.records tbody tr td.text") == lines[:11]


def test_an_object_has_its_own_account(looked_at: LookedAt) -> None:
    """Its records and bytes are those of its file."""
    assert count_listed(looked_at) == looked_at.account["objects"]
    figures = read_figures(looked_at, "web/access.log")
    assert (figures["Read"], figures["Stored"], figures["Account"]) == (f"{LINES}", f"{LINES}", "closes")
    size = (looked_at.logs / "web/access.log").stat().st_size
    bar = looked_at.window.page.locator("svg.bar").first
    assert bar.get_attribute("aria-label") == f"{size:,} bytes done"


def test_formats_and_shapes_are_those_of_the_files(looked_at: LookedAt) -> None:
    """Each source has its format, and every record its shape."""
    looked_at.window.open("/formats")
    shown = looked_at.window.page.locator("main").inner_text()
    assert f"of {looked_at.account['stored']} records" in shown
    assert "combined 100.0 %" in shown
    assert "json_lines 100.0 %" in shown
    assert looked_at.window.page.locator("tr", has_text="order <number> is packed").count() == 1


def test_figures_change_with_an_upload(looked_at: LookedAt, tmp_path: Path) -> None:
    """Another object in the source bucket is counted on Now, found by Search, and has its own page."""
    before, found = looked_at.count_now(), count_found(looked_at)
    listed = count_listed(looked_at)
    file = tmp_path / "more.log"
    file.write_text(write_access(ADDED), encoding="utf-8")
    looked_at.upload(file, "web")
    looked_at.await_count(lambda: looked_at.count_now()["Stored"], before["Stored"] + ADDED)
    after = looked_at.count_now()
    assert (after["Objects"], after["Records"]) == (before["Objects"] + 1, before["Records"] + ADDED)
    assert count_found(looked_at) == found + ADDED
    assert count_listed(looked_at) == listed + 1
    assert read_figures(looked_at, KEY)["Stored"] == f"{ADDED}"
