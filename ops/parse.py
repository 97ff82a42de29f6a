"""Read local files with the function's own stages and show what would be stored."""

import os
import shutil
import sys
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path
from typing import BinaryIO

from log_processor.errors import PipelineError
from log_processor.escaping import escaped
from log_processor.formats.detection import Decision
from log_processor.formats.reader import Reader
from log_processor.formats.registry import BY_NAME
from log_processor.reading.decompress import ExpansionLimits
from log_processor.reading.opening import Opening, opened
from log_processor.reading.records import records as read_records
from log_processor.record import LogRecord
from log_processor.routing.config.written import RouteError
from log_processor.routing.lib.route import Route
from log_processor.routing.routes import FILE, Routes, load_file
from log_processor.storing.items import ItemEncoder, ObjectFacts
from log_processor.work.ranges import ObjectRange

from ops.errors import CommandError
from ops.files import files_below
from ops.reasons import explain
from ops.stored import as_stored, json_line
from ops.summary import Summary, summary_page

CHUNK_BYTES = 1024 * 1024
LIMITS = ExpansionLimits(ratio=1000, total_bytes=64 * 1024**3)
STANDARD_INPUT = Path("-")
NO_ROUTES = Routes()
NEAR_NAMES = 3


class UnreadableError(CommandError):
    """A file cannot be read, or not to its end; the message names it and the reason."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Reading:
    """How files are read: by `routes`, or as the format `declared`, whatever their routes say."""

    routes: Routes = field(default_factory=Routes)
    declared: str | None = None

    def route_of(self, path: Path) -> Route:
        """The route of a file, whose name as it is given stands for the key."""
        route = self.routes.of(key_of(path))
        return replace(route, format=BY_NAME[self.declared]) if self.declared else route


def run(
    files: Sequence[Path],
    declared: str | None,
    *,
    as_json: bool = False,
    why: bool = False,
    routes_file: Path | None = None,
) -> int:
    """Read every file; return 1 if one cannot be read, or if a declared format could not read a line, else 0.

    With `why` say instead how each file's format is decided; 1 then means that one cannot be read.
    """
    reading = Reading(_routes(routes_file or FILE), _known(declared))
    if why:
        return explain(files, lambda path: decision_of(path, reading))
    return _summarize(files, reading, as_json=as_json)


def _summarize(files: Sequence[Path], reading: Reading, *, as_json: bool) -> int:
    summaries = []
    for file in files_below(files):
        summary = Summary(str(file.path))
        try:
            _show(file.path, reading, summary, as_json=as_json)
        except UnreadableError as error:
            summary.reason = error.reason
            if as_json:
                sys.stderr.write(f"error: {escaped(str(error))}\n")
        summaries.append(summary)
    if not as_json:
        sys.stdout.write(summary_page(summaries, shutil.get_terminal_size((0, 0)).columns or None))
    return int(any(summary.rejects or summary.reason for summary in summaries))


def _show(path: Path, reading: Reading, summary: Summary, *, as_json: bool) -> None:
    """Count the records of one file, and print them if they are asked for."""
    found = records(path, reading.declared, summary, reading.routes)
    if not as_json:
        deque(found, maxlen=0)
        return
    encoder = ItemEncoder(_facts(path, reading), index_shards=0, record_ttl_days=0)
    for record in found:
        sys.stdout.buffer.write(json_line(as_stored(record, encoder)))


def records(path: Path, declared: str | None, summary: Summary, routes: Routes = NO_ROUTES) -> Iterator[LogRecord]:
    """The records of one file as its route leaves them, counted in `summary`."""
    route = Reading(routes, declared).route_of(path)
    with _readable(path, route) as (stream, modified_ms):
        yield from _read(stream, ObjectRange("local", key_of(path), None, "local"), route, modified_ms, summary)


def decision_of(path: Path, reading: Reading) -> Decision:
    """Return how the format of one file is decided."""
    route = reading.route_of(path)
    with _readable(path, route) as (stream, modified_ms):
        return _opening(stream, ObjectRange("local", key_of(path), None, "local"), route, modified_ms).decision


@contextmanager
def _readable(path: Path, route: Route) -> Iterator[tuple[BinaryIO, int]]:
    """Open one file, with the time of its last change; raise what keeps it from being read as `UnreadableError`."""
    try:
        with _opened(path) as stream:
            yield stream, int(_modified_s(path) * 1000)
    except IsADirectoryError as error:
        raise UnreadableError(path, "there is no file in this folder: give one that holds logs") from error
    except OSError as error:
        raise UnreadableError(path, f"{error.strerror or error}: give a file that can be read") from error
    except PipelineError as error:
        raise UnreadableError(path, route.shown(str(error))) from error


def key_of(path: Path) -> str:
    """The object key that a file's name stands for: keys begin without a slash."""
    return _text(path.as_posix()).lstrip("/")


def _text(name: str) -> str:
    """Return a file's name as text that can be stored: a name's bytes need not be UTF-8, a key's are."""
    return os.fsencode(name).decode("utf-8", "replace")


def _routes(path: Path) -> Routes:
    key = os.environ.get("TF_VAR_redaction_key", "")  # noqa: SIM112 - Terraform's name
    try:
        routes = load_file(path, key)
    except OSError as error:
        raise UnreadableError(path, f"{error.strerror or error}: give a file that can be read") from error
    except RouteError as error:
        raise CommandError(str(error).replace(FILE.name, str(path), 1)) from error
    if routes.hashes and not key:
        raise UnreadableError(path, "a route hashes values: set TF_VAR_redaction_key as for the deployment")
    return routes


def _known(name: str | None) -> str | None:
    """Return the format's name if there is one of that name; raises `CommandError` with the names that are near."""
    if name is None or name in BY_NAME:
        return name
    near = get_close_matches(name, BY_NAME) or [one for one in BY_NAME if name in one]
    meant = f"did you mean {' or '.join(near[:NEAR_NAMES])}? " if near else ""
    raise CommandError(f"--format {name}: there is no such format; {meant}docs/formats.md has them all")


def _facts(path: Path, reading: Reading) -> ObjectFacts:
    return ObjectFacts(_text(str(path)), reading.route_of(path).source_of(key_of(path)), "", "")


def _opened(path: Path) -> BinaryIO:
    return sys.stdin.buffer if path == STANDARD_INPUT else path.open("rb")


def _modified_s(path: Path) -> float:
    return time.time() if path == STANDARD_INPUT else path.stat().st_mtime


def _opening(stream: BinaryIO, work: ObjectRange, route: Route, modified_ms: int) -> Opening:
    return opened(iter(lambda: stream.read(CHUNK_BYTES), b""), work, route, modified_ms, LIMITS)


def _read(stream: BinaryIO, work: ObjectRange, route: Route, modified_ms: int, summary: Summary) -> Iterator[LogRecord]:
    opening = _opening(stream, work, route, modified_ms)
    summary.format = opening.format.name
    reader = Reader(opening.format, modified_ms, declared=route.format is not None)
    treat = route.treatment
    for _, record in read_records(opening.blocks, reader, work.digest, modified_ms, treat):
        if record is None:
            summary.filtered += 1
            continue
        summary.rejects += record.parse_error is not None
        summary.count(record)
        yield record
