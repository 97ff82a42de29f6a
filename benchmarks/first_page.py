"""Measure the processor time of `ops view` until its first page is answered, beside that of `ops --help`."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.request import HTTPCookieProcessor, ProxyHandler, build_opener

PROJECT_DIR = Path(__file__).resolve().parents[1]
OPS = (sys.executable, "-m", "ops")
ROUNDS = 5
TIMEOUT_S = 60


def measure_first_page(rounds: int = ROUNDS) -> dict[str, float]:
    """Return the milliseconds of both, each the least of some rounds by turns."""
    helps, pages = [], []
    for _ in range(rounds):
        helps.append(_measure_ms(_print_help))
        pages.append(_measure_ms(_open_page))
    return {"help_ms": min(helps), "page_ms": min(pages)}


def _print_help() -> None:
    subprocess.run((*OPS, "--help"), cwd=PROJECT_DIR, stdout=subprocess.DEVNULL, check=True)


def _open_page() -> None:
    """Open the address as a browser does, which keeps the cookie, and end the server at once."""
    with subprocess.Popen((*OPS, "view", "--json"), cwd=PROJECT_DIR, stdout=subprocess.PIPE, text=True) as view:
        try:
            address = json.loads(view.stdout.readline() if view.stdout else "")["address"]
            opener = build_opener(ProxyHandler({}), HTTPCookieProcessor(CookieJar()))
            with opener.open(address, timeout=TIMEOUT_S) as answer:
                answer.read()
        finally:
            view.kill()


def _measure_ms(act: Callable[[], None]) -> float:
    """Return the processor time that the children of this process took."""
    begin = os.times()
    act()
    end = os.times()
    return (end.children_user + end.children_system - begin.children_user - begin.children_system) * 1_000
