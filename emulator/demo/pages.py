"""Show the demo's records in a browser: as a file that opens without a server, and by `ops view` while it stays."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from emulator.deploy.stacks import PROJECT_DIR
from emulator.stay import OVERRIDING

REPORT = "report.html"
MAX_WRITE_S, MAX_END_S = 120, 3
VIEW = (sys.executable, "-m", "ops", "view", "--json")


def write_page(folder: Path, variables: Mapping[str, str], hour: str) -> str:
    """Write the report of the hour that the options name; return what kept it from that, else nothing."""
    command = [sys.executable, "-m", "ops.view.report", str(folder / REPORT), *hour.split()]
    try:
        finished = subprocess.run(
            command,
            cwd=PROJECT_DIR,
            env=_point_at(variables),
            capture_output=True,
            text=True,
            check=False,
            timeout=MAX_WRITE_S,
        )
    except subprocess.TimeoutExpired:
        return f"{REPORT} is not written: it took longer than {MAX_WRITE_S} s"
    lines = finished.stderr.strip().splitlines()
    return f"{REPORT} is not written: {lines[-1] if lines else 'ops ended'}" if finished.returncode else ""


@contextmanager
def open_view(variables: Mapping[str, str]) -> Iterator[str]:
    """Serve the pages while the block runs; yield their address, or nothing if `ops view` did not begin."""
    pipe = subprocess.PIPE
    with subprocess.Popen(
        VIEW, cwd=PROJECT_DIR, env=_point_at(variables), stdout=pipe, stderr=subprocess.DEVNULL, text=True
    ) as view:
        try:
            line = view.stdout.readline() if view.stdout else ""
            yield str(json.loads(line)["address"]) if line else ""
        finally:
            _end(view)


def _end(view: "subprocess.Popen[str]") -> None:
    """End the pages; a browser that still asks for one does not hold them up."""
    view.terminate()
    try:
        view.wait(MAX_END_S)
    except subprocess.TimeoutExpired:
        view.kill()


def _point_at(variables: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a command of ops that is pointed at the demo, whatever the shell says."""
    kept = {name: value for name, value in os.environ.items() if name not in OVERRIDING}
    return kept | dict(variables)
