"""Draw the end of the demo, and what `ops status` says of it, into docs/pictures: `make pictures`."""

import io
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from rich.console import Console

from emulator.demo.run import DemoPlan, run
from emulator.demo.screen import show
from emulator.pictures.svg import draw
from emulator.terminal import open_console

PROJECT = Path(__file__).resolve().parents[2]
PICTURES = PROJECT / "docs" / "pictures"
COLUMNS = 140


def main() -> None:
    """Run the demo with the samples, and draw what it and `ops status` print on a terminal of so many columns."""
    with tempfile.TemporaryDirectory() as folder, run(DemoPlan(None, Path(folder)), open_console(os.environ)) as demo:
        screen = Console(file=io.StringIO(), record=True, force_terminal=True, width=COLUMNS, highlight=False)
        show(demo.result, screen)
        pictures = {
            "demo.svg": draw("make demo", screen.export_text(styles=True)),
            "status.svg": draw("ops status", _type("ops", "status", environ=demo.variables)),
        }
    PICTURES.mkdir(exist_ok=True)
    for name, picture in pictures.items():
        (PICTURES / name).write_text(picture, "utf-8")


def _type(*command: str, environ: Mapping[str, str]) -> str:
    """Return what a command prints that finds the two damaged samples."""
    wide = os.environ | environ | {"COLUMNS": str(COLUMNS)}
    typed = subprocess.run(
        [sys.executable, "-m", *command], cwd=PROJECT, env=wide, stdout=subprocess.PIPE, text=True, check=False
    )
    if typed.returncode not in (0, 1):
        raise SystemExit(f"{' '.join(command)} ends with {typed.returncode}: see above")
    return typed.stdout


if __name__ == "__main__":
    main()
