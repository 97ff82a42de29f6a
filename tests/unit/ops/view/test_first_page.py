"""The first page comes before anything of AWS is imported or asked, and fetches what it shows."""

import subprocess
import sys
from pathlib import Path

import pytest
from starlette.testclient import TestClient

PROJECT = Path(__file__).resolve().parents[4]
SLOW = ("boto3", "duckdb", "log_processor.formats.registry", "ops.frame.environment")
OPEN = """
import sys
from starlette.testclient import TestClient
from ops.view.app import make_app
from ops.view.lib.held_environment import HeldEnvironment
client = TestClient(make_app(HeldEnvironment(), port=1, token="once"), base_url="http://127.0.0.1:1")
print(client.get("/?token=once").status_code, *(name for name in sys.argv[1:] if name in sys.modules))
"""


def test_it_imports_nothing_that_takes_long() -> None:
    """A page's modules are imported at its first visit."""
    command = [sys.executable, "-c", OPEN, *SLOW]
    finished = subprocess.run(command, capture_output=True, text=True, cwd=PROJECT, check=False)
    assert (finished.stdout, finished.stderr) == ("200\n", "")


def test_it_fetches_the_whole_page(visitor: TestClient) -> None:
    """Of the same time and zone; the link is for a browser without scripts."""
    text = visitor.get("/", params={"since": "2h", "tz": "Europe/Berlin", "max_read": "1MB"}).text
    whole = "/now?since=2h&amp;tz=Europe%2FBerlin&amp;max_read=1MB"
    assert f'hx-get="{whole}" hx-trigger="load"' in text
    assert f'<a href="{whole}">' in text
    assert ">ops status --since 2h --tz Europe/Berlin<" in text
    assert 'aria-current="page">Now<' in text


@pytest.mark.parametrize("name", ["tz", "max_read"])
def test_what_it_is_given_is_checked(visitor: TestClient, name: str) -> None:
    """What no page could be shown with is said at once."""
    answer = visitor.get("/", params={name: "nothing"})
    assert (answer.status_code, answer.text.count('role="alert"')) == (400, 1)
    assert "hx-get" not in answer.text
