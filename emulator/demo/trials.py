"""List what to try on the demo's records while its local AWS stays."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shlex import quote, split

from rich.console import Console

from emulator.demo.result import DemoResult
from emulator.stay import shorten, show_stay

HOUR = timedelta(hours=1)
RECENT = timedelta(minutes=30)
"""So long after the latest record, the last hour still has most of its hour."""
EXPORTED = "errors.parquet"


def show_trials(result: DemoResult, url: str, shell_file: Path, console: Console) -> None:
    """Print where the local AWS is, how it ends, and five commands for its records."""
    console.print()
    hour = find_last_hour(result.last_ms, datetime.now(UTC))
    trials = list_trials(hour, shell_file.with_name(EXPORTED))
    show_stay(f"The local AWS stays, with these records, at {url}", shell_file, trials, console)


def show_address(address: str, console: Console) -> None:
    """Print as the last line where the records can be looked at in a browser; without an address, by which command."""
    console.print()
    console.print(f"Or look at it in a browser: {address or 'ops view'}", soft_wrap=True, style="bold")


def find_last_hour(last_ms: int, now: datetime) -> str:
    """Return the options that name the last hour of which there are records: the last one, or that up to `last_ms`."""
    last = datetime.fromtimestamp(last_ms // 1000 + 1, UTC)
    if now - last < RECENT:
        return "--from 1h"
    return f"--from {last - HOUR:%Y-%m-%dT%H:%M:%S} --to {last:%Y-%m-%dT%H:%M:%S}"


def list_trials(hour: str, exported: Path) -> Iterator[tuple[str, str]]:
    """Yield five commands that work at once after the shell file is sourced, each with its purpose."""
    file = shorten(exported)
    yield "ops status", "what came in, how far behind it is, and what failed"
    yield f"ops query {hour} --errors -C 2", "the errors of the last hour, with their neighbours"
    yield f"ops patterns {hour} --level warn", "the commonest shapes of warnings and errors"
    yield f"ops export {file} {hour} --errors --overwrite", "the same errors as a Parquet file, for a notebook"
    code = f"import duckdb; print(duckdb.read_parquet({json.dumps(*split(file))}))"
    yield f"python -c {quote(code)}", "that file, opened in DuckDB"
