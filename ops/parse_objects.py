"""Parse objects in S3 with the function's own stages, and show what would be stored."""

import shutil
import sys
from collections.abc import Sequence
from itertools import chain
from pathlib import Path

from log_processor.errors import PipelineError
from log_processor.escaping import escape
from log_processor.record import LogRecord
from log_processor.routing.routes import FILE
from log_processor.work.ranges import ObjectRange

from ops.errors import CommandError
from ops.frame.aws_errors import translate_errors
from ops.frame.environment import open_environment
from ops.frame.output import print_json
from ops.frame.progress import show_progress
from ops.frame.read_budget import ReadBudget, parse_size
from ops.object_name import parse_object_name
from ops.parse import check_format, load_routes
from ops.reading.counted_source import CountedSource
from ops.reading.object_reader import ObjectReader
from ops.reading.record_lines import build_object
from ops.reading.store import Record
from ops.summary import Summary, build_summary_page

REMEDY = "write s3://BUCKET/KEY, or local files without objects"


def run(
    names: Sequence[str],
    declared: str | None,
    *,
    as_json: bool,
    why: bool,
    routes_file: Path | None,
    max_read: str,
) -> int:
    """Parse the newest version of every object and print what would be stored; return the exit code.

    It is 1 if an object cannot be read or a record is rejected, else 0. Raises `CommandError` if a name is no object's,
    or if more would be read than `max_read`.
    """
    if why:
        raise CommandError("--why: it is for files: write ops explain s3://BUCKET/KEY")
    works = [ObjectRange(*parse_object_name(name, REMEDY), None, None) for name in names]
    budget = ReadBudget(parse_size("--max-read", max_read), "name fewer objects")
    routes = load_routes(routes_file or FILE)
    declared = check_format(declared, routes)
    environment = open_environment()
    source = CountedSource(environment.session.client("s3"), budget)
    reader = ObjectReader(source, routes, environment.config, declared=declared)
    summaries = []
    for work in works:
        summary = Summary(work.uri)
        with translate_errors(work.uri, environment.config):
            try:
                _parse_object(reader, source, work, summary, as_json=as_json)
            except PipelineError as error:
                summary.reason = str(error)
                if as_json:
                    sys.stderr.write(f"error: {escape(f'{work.uri}: {error}')}\n")
        summaries.append(summary)
    if not as_json:
        sys.stdout.write(build_summary_page(summaries, shutil.get_terminal_size((0, 0)).columns or None))
    return int(any(summary.rejects or summary.reason for summary in summaries))


def _parse_object(
    reader: ObjectReader, source: CountedSource, work: ObjectRange, summary: Summary, *, as_json: bool
) -> None:
    """Count the records of an object in `summary`; print each as a line of JSON if `as_json`."""

    def count_filtered() -> None:
        summary.filtered += 1

    parts = reader.learn(work)
    with show_progress(f"bytes of {work.uri}", source.sizes[work.uri]) as source.advance:
        for record in chain.from_iterable(reader.read(part, count_filtered) for part in parts):
            summary.rejects += record.get("parse_error") is not None
            summary.count(_restore(record))
            summary.format = str(record.get("format")) if len(summary.formats) == 1 else "several formats"
            if as_json:
                print_json(build_object(record))


def _restore(record: Record) -> LogRecord:
    """Return what a summary counts of a record."""
    return LogRecord(
        record.log_id,
        record.timestamp,
        str(record.get("format")),
        "",
        0,
        0,
        level=record.attributes.get("level"),
        timestamp_from=record.attributes.get("timestamp_from"),
    )
