"""Read local files with the function's own stages and show what would be stored."""

import os
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any, BinaryIO

import orjson
from log_processor.errors import PipelineError
from log_processor.formats.reader import Reader
from log_processor.formats.registry import BY_NAME
from log_processor.opening import opened
from log_processor.reading.decompress import ExpansionLimits
from log_processor.record import LogRecord, object_digest
from log_processor.records import records as read_records
from log_processor.routing.route import Route
from log_processor.routing.routes import FILE, Routes, load_file
from log_processor.routing.written import RouteError
from log_processor.storing.items import ItemEncoder, ObjectFacts
from log_processor.work.ranges import ObjectRange
from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from ops.errors import CommandError

CHUNK_BYTES = 1024 * 1024
LIMITS = ExpansionLimits(ratio=1000, total_bytes=64 * 1024**3)
STANDARD_INPUT = Path("-")
NO_ROUTES = Routes()
OF_UPLOADS = frozenset({"object_version", "processed_at", "source_file"})
NEAR_NAMES = 3
LONGEST_INTEGER = 18
"""Digits of a number that every JSON reader takes as it is."""


class UnreadableError(CommandError):
    """A file cannot be read or is no log; the message names it and the reason."""


@dataclass(slots=True)
class Summary:
    """What one file held; times in epoch milliseconds, the records' own."""

    name: str
    format: str = "-"
    records: int = 0
    filtered: int = 0
    rejects: int = 0
    formats: Counter[str] = field(default_factory=Counter)
    levels: Counter[str] = field(default_factory=Counter)
    first_ms: int | None = None
    last_ms: int | None = None

    def count(self, record: LogRecord) -> None:
        """Take one record into account."""
        self.records += 1
        self.formats[record.format] += 1
        if record.level:
            self.levels[record.level] += 1
        if record.timestamp_from is None:
            moment = record.timestamp_ms
            self.first_ms = moment if self.first_ms is None else min(self.first_ms, moment)
            self.last_ms = moment if self.last_ms is None else max(self.last_ms, moment)


@dataclass(frozen=True, slots=True)
class Reading:
    """How files are read: by `routes`, or as the format `declared`, whatever their routes say."""

    routes: Routes = field(default_factory=Routes)
    declared: str | None = None

    def route_of(self, path: Path) -> Route:
        """The route of a file, whose name as it is given stands for the key."""
        route = self.routes.of(key_of(path))
        return replace(route, format=BY_NAME[self.declared]) if self.declared else route


def run(files: Sequence[Path], declared: str | None, *, as_json: bool, routes_file: Path | None = None) -> int:
    """Read every file; 1 where a declared format could not read a line, else 0. Raises `UnreadableError`."""
    reading = Reading(_routes(routes_file or FILE), _known(declared))
    summaries = []
    for path in files:
        summary = Summary(str(path))
        encoder = ItemEncoder(_facts(path, reading), index_shards=0, record_ttl_days=0)
        for record in records(path, declared, summary, reading.routes):
            if as_json:
                sys.stdout.buffer.write(orjson.dumps(as_stored(record, encoder)) + b"\n")
        summaries.append(summary)
    if as_json:
        sys.stdout.flush()
    else:
        Console(width=None if sys.stdout.isatty() else 140).print(_table(summaries))
    return int(any(summary.rejects for summary in summaries))


def records(path: Path, declared: str | None, summary: Summary, routes: Routes = NO_ROUTES) -> Iterator[LogRecord]:
    """The records of one file as its route leaves them, counted in `summary`."""
    route = Reading(routes, declared).route_of(path)
    try:
        with _opened(path) as stream:
            modified_ms = int(_modified_s(path) * 1000)
            yield from _read(stream, ObjectRange("local", key_of(path), None, "local"), route, modified_ms, summary)
    except OSError as error:
        raise UnreadableError(f"{path}: {error.strerror or error}: give a file that can be read") from error
    except PipelineError as error:
        raise UnreadableError(f"{path}: {route.shown(str(error))}") from error


def key_of(path: Path) -> str:
    """The object key that a file's name stands for: keys begin without a slash."""
    return path.as_posix().lstrip("/")


def as_stored(record: LogRecord, encoder: ItemEncoder) -> dict[str, Any]:
    """The item of the record, of plain values and without the attributes that only an upload has."""
    item = orjson.loads(encoder.encode(record))["PutRequest"]["Item"]
    return {name: _plain(value) for name, value in item.items() if name not in OF_UPLOADS}


def _plain(value: dict[str, Any]) -> Any:
    """A value in DynamoDB's typed JSON as the JSON that it stands for."""
    ((kind, inner),) = value.items()
    match kind:
        case "M":
            return {name: _plain(member) for name, member in inner.items()}
        case "L":
            return [_plain(member) for member in inner]
        case "N":
            return float(inner) if set(inner) & set(".e") or len(inner) > LONGEST_INTEGER else int(inner)
        case "NULL":
            return None
        case _:
            return inner


def _routes(path: Path) -> Routes:
    key = os.environ.get("TF_VAR_redaction_key", "")  # noqa: SIM112 - Terraform's name
    try:
        routes = load_file(path, key)
    except OSError as error:
        raise UnreadableError(f"{path}: {error.strerror or error}: give a file that can be read") from error
    except RouteError as error:
        raise UnreadableError(str(error).replace(FILE.name, str(path), 1)) from error
    if routes.hashes and not key:
        raise UnreadableError(f"{path}: a route hashes values: set TF_VAR_redaction_key as for the deployment")
    return routes


def _known(name: str | None) -> str | None:
    """Return the format's name if there is one of that name; raises `CommandError` with the names that are near."""
    if name is None or name in BY_NAME:
        return name
    near = get_close_matches(name, BY_NAME) or [one for one in BY_NAME if name in one]
    meant = f"did you mean {' or '.join(near[:NEAR_NAMES])}? " if near else ""
    raise CommandError(f"--format {name}: there is no such format; {meant}docs/formats.md has them all")


def _facts(path: Path, reading: Reading) -> ObjectFacts:
    return ObjectFacts(str(path), reading.route_of(path).source_of(key_of(path)), "", "")


def _opened(path: Path) -> BinaryIO:
    return sys.stdin.buffer if path == STANDARD_INPUT else path.open("rb")


def _modified_s(path: Path) -> float:
    return time.time() if path == STANDARD_INPUT else path.stat().st_mtime


def _read(stream: BinaryIO, work: ObjectRange, route: Route, modified_ms: int, summary: Summary) -> Iterator[LogRecord]:
    opening = opened(iter(lambda: stream.read(CHUNK_BYTES), b""), work, route, modified_ms, LIMITS)
    summary.format = opening.format.name
    reader = Reader(opening.format, modified_ms, declared=route.format is not None)
    treat = route.treatment
    for _, record in read_records(opening.blocks, reader, object_digest(work), modified_ms, treat):
        if record is None:
            summary.filtered += 1
            continue
        summary.rejects += record.parse_error is not None
        summary.count(record)
        yield record


def _table(summaries: list[Summary]) -> Table:
    table = Table(box=SIMPLE, padding=0)
    table.add_column("file", overflow="fold")
    table.add_column("format")
    for name in ("records", "parsed", "text", "filtered", "rejects"):
        table.add_column(name, justify="right", no_wrap=True)
    for name in ("first", "last"):
        table.add_column(name, no_wrap=True)
    table.add_column("levels")
    for summary in summaries:
        text = summary.formats["text"]
        counts = (summary.records, summary.records - text, text, summary.filtered, summary.rejects)
        levels = " ".join(f"{level} {count:,}" for level, count in summary.levels.most_common())
        times = (_moment(summary.first_ms), _moment(summary.last_ms))
        table.add_row(summary.name, summary.format, *(f"{count:,}" for count in counts), *times, levels)
    return table


def _moment(epoch_ms: int | None) -> str:
    if epoch_ms is None:
        return "-"
    return datetime.fromtimestamp(epoch_ms / 1000, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
