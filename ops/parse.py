"""Parse local files with the function's own stages, and show what would be stored."""

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
from log_processor.escaping import escape
from log_processor.formats.detection import Decision
from log_processor.formats.reader import Reader
from log_processor.formats.registry import BY_NAME
from log_processor.reading.codecs.expansion import ExpansionLimits
from log_processor.reading.range_records import RangeRecords, open_records
from log_processor.reading.records import read_records
from log_processor.reading.zip_directory import SIGN_BYTES, is_zip, list_members
from log_processor.record import LogRecord
from log_processor.routing.config.toml_tables import RouteError
from log_processor.routing.lib.route import Route
from log_processor.routing.routes import FILE, MIN_KEY_CHARACTERS, Routes, load_file
from log_processor.storing.items import ItemEncoder, ObjectFacts
from log_processor.work.ranges import ObjectRange

from ops.errors import CommandError, UnreadableError
from ops.files import find_files
from ops.frame.output import build_json_line
from ops.reasons import explain
from ops.shown_rejects import MAX_SHOWN, show_reject
from ops.stored import build_item
from ops.summary import Summary, build_summary_page

CHUNK_BYTES = 1024 * 1024
LIMITS = ExpansionLimits(ratio=1000, total_bytes=64 * 1024**3)
STANDARD_INPUT = Path("-")
NO_ROUTES = Routes()
MAX_SUGGESTIONS = 3


@dataclass(frozen=True, slots=True)
class ParseOptions:
    """How to read files: by `routes`; if `declared` is a format, as that one, whatever the routes say."""

    routes: Routes = field(default_factory=Routes)
    declared: str | None = None

    def find_route(self, path: Path) -> Route:
        """Return the route of a file, whose name as it was given stands for the object's key."""
        route = self.routes.find(derive_key(path))
        return replace(route, format=self.routes.find_format(self.declared)) if self.declared else route


def run(
    files: Sequence[Path],
    declared: str | None,
    *,
    as_json: bool = False,
    why: bool = False,
    routes_file: Path | None = None,
) -> int:
    """Parse every file, and print what would be stored; return the exit code.

    It is 1 if a file cannot be read or a record is rejected, else 0. If `why`, explain instead how the format of each
    file is decided; the exit code is then 1 if a file cannot be read.
    """
    routes = load_routes(routes_file or FILE)
    options = ParseOptions(routes, check_format(declared, routes))
    if why:
        return explain(files, lambda path: decide_format(path, options))
    return _parse_files(files, options, as_json=as_json)


def _parse_files(files: Sequence[Path], options: ParseOptions, *, as_json: bool) -> int:
    summaries = []
    for file in find_files(files):
        summary = Summary(str(file.path))
        try:
            _parse_file(file.path, options, summary, as_json=as_json)
        except UnreadableError as error:
            summary.reason = error.reason
            if as_json:
                sys.stderr.write(f"error: {escape(str(error))}\n")
        summaries.append(summary)
    if not as_json:
        sys.stdout.write(build_summary_page(summaries, shutil.get_terminal_size((0, 0)).columns or None))
    return int(any(summary.rejects or summary.reason for summary in summaries))


def _parse_file(path: Path, options: ParseOptions, summary: Summary, *, as_json: bool) -> None:
    """Count the records of one file in `summary`; print each as a line of JSON if `as_json`."""
    records = parse_records(path, options.declared, summary, options.routes)
    if not as_json:
        deque(records, maxlen=0)
        return
    encoders: dict[str, ItemEncoder] = {}
    for record in records:
        if summary.member not in encoders:
            facts = replace(_describe_file(path, options), member=summary.member)
            encoders[summary.member] = ItemEncoder(facts, index_shards=0, record_ttl_days=0)
        sys.stdout.buffer.write(build_json_line(build_item(record, encoders[summary.member])))


def parse_records(
    path: Path, declared: str | None, summary: Summary, routes: Routes = NO_ROUTES
) -> Iterator[LogRecord]:
    """Yield the records of one file after its route has filtered and redacted them; count them in `summary`."""
    route = ParseOptions(routes, declared).find_route(path)
    with _open_file(path, route) as (stream, last_modified_ms):
        errors: list[PipelineError] = []
        for work in _list_ranges(stream, path):
            summary.member = work.member_name
            try:
                yield from _read_stream(stream, work, route, last_modified_ms, summary)
            except PipelineError as error:
                errors.append(work.member.add_name(error) if work.member else error)
        if errors:  # one of a member takes no other with it
            raise errors[0]


def _list_ranges(stream: BinaryIO, path: Path) -> Iterator[ObjectRange]:
    """Yield the range of a file, or of each member of a zip; the stream then stands where the range begins."""
    whole = _build_range(path)
    if not (stream.seekable() and is_zip(stream.read(SIGN_BYTES))):
        if stream.seekable():
            stream.seek(0)
        yield whole
        return
    members, _ = list_members(stream, LIMITS.total_bytes)
    for member in members:
        stream.seek(member.position)
        yield replace(whole, member=member, sequential=True)


def decide_format(path: Path, options: ParseOptions) -> Decision:
    """Return the format of one file, with the rule and the evidence that decided it."""
    route = options.find_route(path)
    with _open_file(path, route) as (stream, last_modified_ms):
        work = next(_list_ranges(stream, path), _build_range(path))
        return _open_records(stream, work, route, last_modified_ms).decision


@contextmanager
def _open_file(path: Path, route: Route) -> Iterator[tuple[BinaryIO, int]]:
    """Open one file; yield its stream and its last-modified time in epoch milliseconds.

    Raises `UnreadableError` if the file cannot be opened, or if reading it fails inside the `with` block.
    """
    try:
        with _open_stream(path) as stream:
            yield stream, int(_read_last_modified_s(path) * 1000)
    except IsADirectoryError as error:
        raise UnreadableError(path, "there is no file in this folder: give one that holds logs") from error
    except OSError as error:
        raise UnreadableError(path, f"{error.strerror or error}: give a file that can be read") from error
    except PipelineError as error:
        raise UnreadableError(path, route.redact_text(str(error))) from error


def _build_range(path: Path) -> ObjectRange:
    return ObjectRange("local", derive_key(path), None, "local")


def derive_key(path: Path) -> str:
    """Return the object key that a file's name stands for, without a leading slash."""
    return _decode_name(path.as_posix()).lstrip("/")


def _decode_name(name: str) -> str:
    """Return a file's name as text that can be stored: its bytes need not be UTF-8, those of a key must be."""
    return os.fsencode(name).decode("utf-8", "replace")


def load_routes(path: Path) -> Routes:
    """Return the routes of a file; raises `CommandError` if they cannot be used, `UnreadableError` if not be read."""
    key = os.environ.get("TF_VAR_redaction_key", "")  # noqa: SIM112 - Terraform's name
    try:
        routes = load_file(path, key)
    except OSError as error:
        raise UnreadableError(path, f"{error.strerror or error}: give a file that can be read") from error
    except RouteError as error:
        raise CommandError(str(error).replace(FILE.name, str(path), 1)) from error
    if routes.has_hashes and len(key) < MIN_KEY_CHARACTERS:
        remedy = (
            f"set TF_VAR_redaction_key as for the deployment, or to any {MIN_KEY_CHARACTERS} characters for a trial"
        )
        raise UnreadableError(path, f"a route hashes values, by a key of {len(key)} characters: {remedy}")
    return routes


def check_format(name: str | None, routes: Routes) -> str | None:
    """Return `name` if it is that of a format, built in or of the routes, or None.

    Raises `CommandError` that suggests similar names.
    """
    if name is None or routes.find_format(name) is not None:
        return name
    names = (*routes.own_formats, *BY_NAME)
    similar = get_close_matches(name, names) or [known for known in names if name in known]
    meant = f"did you mean {' or '.join(similar[:MAX_SUGGESTIONS])}? " if similar else ""
    raise CommandError(f"--format {name}: there is no such format; {meant}docs/formats.md has them all")


def _describe_file(path: Path, options: ParseOptions) -> ObjectFacts:
    return ObjectFacts(_decode_name(str(path)), options.find_route(path).get_source(derive_key(path)), "", "")


def _open_stream(path: Path) -> BinaryIO:
    return sys.stdin.buffer if path == STANDARD_INPUT else path.open("rb")


def _read_last_modified_s(path: Path) -> float:
    return time.time() if path == STANDARD_INPUT else path.stat().st_mtime


def _open_records(stream: BinaryIO, work: ObjectRange, route: Route, last_modified_ms: int) -> RangeRecords:
    return open_records(iter(lambda: stream.read(CHUNK_BYTES), b""), work, route, last_modified_ms, LIMITS)


def _read_stream(
    stream: BinaryIO, work: ObjectRange, route: Route, last_modified_ms: int, summary: Summary
) -> Iterator[LogRecord]:
    source = _open_records(stream, work, route, last_modified_ms)
    summary.format = source.format.name
    declared = route.format is not None
    reader = Reader(source.format, last_modified_ms, declared=declared, dating=source.dating, hide=route.hide)
    for _, record in read_records(source.blocks, reader, work.digest, last_modified_ms, route.make_transform(work.key)):
        if record is None:
            summary.filtered += 1
            continue
        if record.parse_error is not None:
            summary.rejects += 1
            if summary.rejects <= MAX_SHOWN:
                summary.shown += show_reject(record, route.format, last_modified_ms)
        summary.count(record)
        yield record
