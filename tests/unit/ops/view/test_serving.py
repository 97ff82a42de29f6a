"""`ops view` serves until it is told to end, and ends then at once."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.unit.ops.conftest import interruptible

__all__ = ["interruptible"]

PROJECT = Path(__file__).resolve().parents[4]
KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
MAX_END_S = 20
"""Less than a client of AWS waits for an answer."""


@contextmanager
def served(endpoint: str) -> Iterator["subprocess.Popen[str]"]:
    """Start `ops view` over an AWS that stands at `endpoint`."""
    variables = os.environ | KEYS | {"AWS_ENDPOINT_URL": endpoint}
    command = [sys.executable, "-m", "ops", "view", "--json"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=PROJECT, env=variables, stdout=pipe, stderr=pipe, text=True) as view:
        try:
            yield view
        finally:
            view.kill()


@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 0), (signal.SIGTERM, -signal.SIGTERM)])
def test_a_page_that_waits_for_aws_does_not_hold_up_the_end(number: signal.Signals, code: int) -> None:
    """A browser has asked for it, and its connection is open; nothing is printed."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(60)
        with served(f"http://127.0.0.1:{silent.getsockname()[1]}") as view:
            assert view.stdout
            address = urlsplit(json.loads(view.stdout.readline())["address"])
            browser = HTTPConnection(address.netloc)
            browser.request("GET", f"/?{address.query}")
            answer = browser.getresponse()
            answer.read()
            browser.request("GET", "/now", headers={"Cookie": answer.headers["Set-Cookie"].partition(";")[0]})
            asked, _ = silent.accept()
            view.send_signal(number)
            _, said = view.communicate(timeout=MAX_END_S)
            browser.close()
            asked.close()
    assert (view.returncode, said) == (code, "")
