"""The demo's records are shown by the operator's own pages, as a file and while it stays."""

import os
import socket
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import HTTPCookieProcessor, build_opener

import pytest

from emulator.demo.pages import open_view, write_page
from tests.unit.log_processor.conftest import Stack, endpoint, stack
from tests.unit.ops.conftest import environment
from tests.unit.ops.stored_environment import stored, upload, write_lines

__all__ = ["endpoint", "environment", "stack", "stored"]

NAMES = ("AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION", "CDKTF_CONTEXT_JSON")


def test_the_pages_are_those_of_ops(stored: Stack, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """The file has the records of the hour; the address opens once, and is nobody's after the demo."""
    upload(stored, "web/a.log", write_lines(20))
    variables = {name: os.environ[name] for name in NAMES}
    assert write_page(tmp_path, variables, "--from 2026-05-04T10:00:00 --to 2026-05-04T11:00:00") == ""
    assert (tmp_path / "report.html").read_text("utf-8").count("GET /") >= 20
    browser = build_opener(HTTPCookieProcessor())
    with open_view(variables) as address, browser.open(address) as answer:
        assert "<title>Now" in answer.read().decode()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", urlsplit(address).port or 0))
    assert write_page(tmp_path / "none", variables, "--from 1h").startswith("report.html is not written: ")
    assert capfd.readouterr().err == ""
