"""Read local files with the function's own stages and show what would be stored."""

import json
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

import orjson
from log_processor import formats
from log_processor.errors import PipelineError
from log_processor.formats.base import Format
from log_processor.reading import documents
from log_processor.reading.assembly import RawRecord
from log_processor.reading.charset import text_stream
from log_processor.reading.decompress import ExpansionLimits, decompressed
from log_processor.reading.lines import lines
from log_processor.record import LogRecord, object_digest
from log_processor.records import assembled, choose_format, record_of
from log_processor.storing.items import TOO_DEEP
from log_processor.work.ranges import ObjectRange
from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from ops.errors import CommandError

CHUNK_BYTES = 1024 * 1024
LIMITS = ExpansionLimits(ratio=1000, total_bytes=64 * 1024**3)
STANDARD_INPUT = Path("-")


class UnreadableError(CommandError):
    """A file cannot be read or is no log; the message names it and the reason."""


@dataclass(slots=True)
class Summary:
    """What one file held; times in epoch milliseconds, as the records have them."""

    name: str
    format: str = "-"
    records: int = 0
    headers: int = 0
    refused: int = 0
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
        moment = record.timestamp_ms
        self.first_ms = moment if self.first_ms is None else min(self.first_ms, moment)
        self.last_ms = moment if self.last_ms is None else max(self.last_ms, moment)


def run(files: Sequence[Path], declared: str | None, *, as_json: bool) -> int:
    """Read every file; 1 where a declared format could not read a line, else 0. Raises `UnreadableError`."""
    summaries = []
    for path in files:
        summary = Summary(str(path))
        for record in records(path, declared, summary):
            if as_json:
                sys.stdout.buffer.write(as_line(record) + b"\n")
        summaries.append(summary)
    if as_json:
        sys.stdout.flush()
    else:
        Console(width=None if sys.stdout.isatty() else 140).print(_table(summaries))
    return int(any(summary.refused for summary in summaries))


def records(path: Path, declared: str | None, summary: Summary) -> Iterator[LogRecord]:
    """The records of one file, counted in `summary`; a file's name stands for the object's key."""
    try:
        with _opened(path) as stream:
            modified_ms = int(_modified_s(path) * 1000)
            yield from _read(stream, ObjectRange("local", path.name, None, "local"), declared, modified_ms, summary)
    except OSError as error:
        raise UnreadableError(f"{path}: {error.strerror or error}: give a file that can be read") from error
    except PipelineError as error:
        raise UnreadableError(f"{path}: {error}") from error


def as_line(record: LogRecord) -> bytes:
    """The record under the names of the table's attributes as one line of JSON, however long its numbers are."""
    stored = as_stored(record)
    try:
        return orjson.dumps(stored, default=str)
    except TypeError:  # an integer of more than 64 bits, or more than 254 levels
        try:
            return json.dumps(stored).encode("utf-8", "replace")
        except RecursionError:
            return orjson.dumps({**stored, "fields": TOO_DEEP})


def as_stored(record: LogRecord) -> dict[str, Any]:
    """The record under the names of the table's attributes, without those that only an upload has."""
    stored: dict[str, Any] = {
        "log_id": record.log_id,
        "timestamp": record.timestamp_ms,
        "format": record.format,
        "level": record.level,
        "fields": record.fields,
        "log_data": record.log_data,
        "offset": record.offset,
        "length": record.length,
        "parse_error": record.parse_error,
        "truncated": record.truncated or None,
    }
    return {name: value for name, value in stored.items() if value is not None}


def _opened(path: Path) -> BinaryIO:
    return sys.stdin.buffer if path == STANDARD_INPUT else path.open("rb")


def _modified_s(path: Path) -> float:
    return time.time() if path == STANDARD_INPUT else path.stat().st_mtime


def _read(
    stream: BinaryIO, work: ObjectRange, declared: str | None, modified_ms: int, summary: Summary
) -> Iterator[LogRecord]:
    chosen, blocks = _assemble(stream, work, declared, modified_ms)
    summary.format = chosen.name
    reader, digest = formats.Reader(chosen, modified_ms), object_digest(work)
    for raw in chain.from_iterable(blocks):
        found = reader.read(raw.text)
        if found is None:
            summary.headers += 1
            continue
        record = record_of(raw, found, digest, modified_ms)
        if declared and record.format != declared:
            record.parse_error = f"not {declared}"
            summary.refused += 1
        summary.count(record)
        yield record


def _assemble(
    stream: BinaryIO, work: ObjectRange, declared: str | None, modified_ms: int
) -> tuple[Format, Iterator[list[RawRecord]]]:
    plain = decompressed(iter(lambda: stream.read(CHUNK_BYTES), b""), LIMITS)
    content, chunks = documents.hold(text_stream(plain.chunks).chunks)
    if content is not None and (found := documents.elements(content)) is not None:
        first = documents.records_of(content, found[: formats.SAMPLE_RECORDS], 0)
        samples = [raw.text for raw in chain.from_iterable(first)]
        chosen = formats.BY_NAME[declared] if declared else formats.detect(samples, modified_ms)
        return chosen, documents.records_of(content, found, 0)
    blocks = lines(chunks, 0)
    block = next(blocks, [])
    chosen = formats.BY_NAME[declared] if declared else choose_format(work, block, modified_ms)
    return chosen, assembled(chain([block] if block else [], blocks), work, chosen)


def _table(summaries: list[Summary]) -> Table:
    table = Table(box=SIMPLE, padding=0)
    table.add_column("file", overflow="fold")
    table.add_column("format")
    for name in ("records", "as text", "headers", "refused"):
        table.add_column(name, justify="right", no_wrap=True)
    for name in ("first", "last"):
        table.add_column(name, no_wrap=True)
    table.add_column("levels")
    for summary in summaries:
        counts = (summary.records, summary.formats["text"], summary.headers, summary.refused)
        levels = " ".join(f"{level} {count:,}" for level, count in summary.levels.most_common())
        times = (_moment(summary.first_ms), _moment(summary.last_ms))
        table.add_row(summary.name, summary.format, *(f"{count:,}" for count in counts), *times, levels)
    return table


def _moment(epoch_ms: int | None) -> str:
    if epoch_ms is None:
        return "-"
    return datetime.fromtimestamp(epoch_ms / 1000, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
