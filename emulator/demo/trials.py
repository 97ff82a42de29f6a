"""List what to try on the demo's records while its local AWS stays."""

from collections.abc import Iterator
from pathlib import Path
from shlex import quote

from rich.console import Console

from emulator.demo.logs import LogFile
from emulator.demo.result import DemoResult
from emulator.demo.screen import SAMPLE
from emulator.stay import shorten, show_stay

BUCKET = "$(ops outputs S3SourceBucket)"


def show_trials(result: DemoResult, url: str, shell_file: Path, console: Console) -> None:
    """Print where the local AWS is, how it ends, and five commands for its records."""
    console.print()
    trials = list_trials(_choose_log(result))
    show_stay(f"The local AWS stays, with these records, at {url}", shell_file, trials, console)


def list_trials(log: LogFile) -> Iterator[tuple[str, str]]:
    """Yield five commands that work at once after the shell file is sourced, each with its purpose."""
    yield "ops outputs", "the stack's buckets, tables and queues"
    yield f'ops status "s3://{BUCKET}/"{quote(log.key)}', "how far an object is, and whether its account closes"
    yield f"ops parse --why {shorten(log.path)}", "how the format of a file is decided; it needs no AWS"
    yield f"ops upload --prefix mine {shorten(log.path)}", "upload a file, this one or yours; the function stores it"
    yield "ops sources", "who may deliver logs, and whether they could"


def _choose_log(result: DemoResult) -> LogFile:
    """Return a file whose records are in the table: of the samples one that is quickly stored again."""
    stored = [file.log for file in result.stored] or [file.log for file in result.objects]
    return next((log for log in stored if log.key == SAMPLE), stored[0])
