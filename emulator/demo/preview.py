"""Show what `ops parse` reads in the files, while Terraform is waited for."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.text import Text

from emulator.demo.logs import LogFile
from emulator.deploy.process import end_command, start_command
from emulator.deploy.stacks import PROJECT_DIR

MAX_FILES = 20
ENDED_BY_ITSELF = range(3)


@contextmanager
def show_preview(logs: Sequence[LogFile], console: Console) -> Iterator[None]:
    """Run `ops parse` while the block runs, and print its table when it is there; it ends with the block.

    It is a process of its own, because the demo's account shares nothing with the function's code.
    """
    folder = Path(os.path.commonpath([log.path.resolve().parent for log in logs]))
    names = [f"./{log.path.resolve().relative_to(folder)}" for log in logs[:MAX_FILES]]
    env = os.environ | {"COLUMNS": str(console.width), "PYTHONPATH": f"{PROJECT_DIR}:{PROJECT_DIR / 'functions'}"}
    with start_command([sys.executable, "-m", "ops", "parse", *names], cwd=folder, env=env) as process:
        reader = threading.Thread(target=_show, args=(process, console), daemon=True)
        try:
            reader.start()
            yield
        finally:  # also of an interrupt while the thread starts: what it reads is closed only after it has ended
            is_late = process.poll() is None
            end_command(process)
            if reader.is_alive():
                reader.join()
    if is_late:
        console.print("(The files are large: .venv/bin/ops parse would take longer than Terraform, and was ended.)")


def _show(process: subprocess.Popen[str], console: Console) -> None:
    text = process.stdout.read() if process.stdout else ""
    if process.wait() in ENDED_BY_ITSELF:
        console.print("What ops parse, which runs the function's own code, reads in them meanwhile:")
        console.print(Text(text.rstrip()), soft_wrap=True)
