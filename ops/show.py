"""Print one record: all that is stored of it, its exact bytes, and its neighbours in its object."""

import json
import re
import sys
from collections.abc import Iterator
from typing import Any

from log_processor.errors import PipelineError
from log_processor.routing.routes import FILE, Routes

from ops.errors import CommandError
from ops.exit_codes import ExitCode
from ops.frame.aws_errors import translate_errors
from ops.frame.environment import Environment, open_environment
from ops.frame.options import refuse_options
from ops.frame.output import print_json, print_lines
from ops.frame.progress import show_progress
from ops.frame.read_budget import ReadBudget, parse_size
from ops.frame.times import ZonedClock, open_clock
from ops.parse import load_routes
from ops.reading.asking import WHAT, make_store
from ops.reading.counted_source import CountedSource
from ops.reading.object_reader import ObjectReader
from ops.reading.record_bytes import fetch_bytes
from ops.reading.record_lines import build_object, format_record
from ops.reading.row_ranges import split_uri
from ops.reading.store import Record, RecordStore
from ops.reading.surroundings import find_surroundings

LABEL = 15
NEIGHBOURS = 3
REMEDY = "show no neighbours by -C 0"
LOG_ID_PARTS = (2, 3)
TOKEN = re.compile(r"\[[\w-]+(?::[0-9a-f]+)?\]")
"""What stands in a record where a value is hidden, such as `[password]`."""


def run(log_id: str, *, neighbours: int | None, raw: bool, zone: str, max_read: str, as_json: bool) -> int:
    """Print the record with this id; `raw` writes its exact bytes alone. Return 0.

    Raises `CommandError` if there is no such record, if its object cannot be read any more, or if more would be read
    than `max_read`.
    """
    clock = open_clock(zone)
    budget = ReadBudget(parse_size("--max-read", max_read), REMEDY)
    count = _check_count(neighbours, raw=raw, as_json=as_json)
    if len(log_id.split("-")) not in LOG_ID_PARTS:
        raise CommandError(f"{log_id}: this is no log_id: copy one that ops query --ids prints")
    environment = open_environment()
    config = environment.config
    store = make_store(environment)
    with translate_errors(f"the log table {config.log_table_name}", config):
        record = store.find(log_id)
        if record is None:
            store.check()
            raise CommandError(f"{log_id}: {config.log_table_name} has no such record: it may have expired")
        if raw:
            sys.stdout.buffer.write(_read_bytes(record, load_routes(FILE), environment, budget))
            return ExitCode.WELL
        before, after = _find_neighbours(store, record, count if config.index_shards else 0, budget)
    content = _describe_bytes(record, environment, budget)
    if as_json:
        neighbourhood = {"before": [build_object(one) for one in before], "after": [build_object(one) for one in after]}
        print_json(build_object(record) | {"bytes": content} | neighbourhood)
    else:
        _print_page(record, content, before, after, clock)
    store.check()
    return ExitCode.WELL


def _check_count(neighbours: int | None, *, raw: bool, as_json: bool) -> int:
    """Return how many neighbours to show on each side; raises `CommandError` if an option makes no sense."""
    if raw:
        refuse_options(
            {"-C": neighbours or None, "--json": as_json}, "--raw writes the bytes alone: leave one of the two out"
        )
    if neighbours is not None and neighbours < 0:
        raise CommandError(f"-C {neighbours}: write a whole number from 0")
    return NEIGHBOURS if neighbours is None else neighbours


def _find_neighbours(
    store: RecordStore, record: Record, count: int, budget: ReadBudget
) -> tuple[list[Record], list[Record]]:
    if not count:
        return [], []
    return find_surroundings(store, record, count, lambda read_bytes: budget.spend(read_bytes, WHAT))


def _read_bytes(record: Record, routes: Routes, environment: Environment, budget: ReadBudget) -> bytes:
    name, s3 = str(record.get("source_file")), environment.session.client("s3")
    source = CountedSource(s3, budget)
    source.max_bytes = int(record.get("offset")) + int(record.get("length"))  # what is compressed has fewer
    reader = ObjectReader(source, routes, environment.config)
    with translate_errors(name, environment.config), show_progress(f"bytes of {name}") as source.advance:
        try:
            return fetch_bytes(record, reader, s3)
        except PipelineError as error:
            raise CommandError(f"{name} cannot be read any more ({error}): its record is all that is left") from error


def _describe_bytes(record: Record, environment: Environment, budget: ReadBudget) -> str:
    """Return the exact bytes as text, or why they are not shown.

    A route that hides values hides them here too; so does a token in the record that its bytes lack, since the
    function may have had other routes than there are here.
    """
    routes = load_routes(FILE)
    bucket, key = split_uri(str(record.get("source_file")))
    if routes.find(key, bucket).redaction is not None:
        return "not shown, since the route hides values: --raw writes them"
    try:
        text = _read_bytes(record, routes, environment, budget).decode("utf-8", "backslashreplace")
    except CommandError as error:
        return f"{'not read' if error.exit_code == ExitCode.NOT_CONFIRMED else 'not there'}: {error}"
    if set(TOKEN.findall(str(record.get("log_data")))) - set(TOKEN.findall(text)):
        return "not shown, since the function has hidden values in it: --raw writes them"
    return text


def _print_page(record: Record, content: str, before: list[Record], after: list[Record], clock: ZonedClock) -> None:
    print_lines(f"{name:<{LABEL}} {text}" for name, text in _list_facts(record, clock))
    print_lines(["", "bytes:", *content.split("\n")])
    if before or after:
        print_lines(["", "neighbours:"])
        for one in (*before, record, *after):
            print_lines(format_record(one, clock, with_id=True, mark="> " if one is record else "  "))


def _list_facts(record: Record, clock: ZonedClock) -> Iterator[tuple[str, str]]:
    shown: dict[str, Any] = build_object(record)
    fields = shown.pop("fields", {})
    shown.pop("log_data", None)
    for name, value in sorted(shown.items()):
        yield name, f"{clock.format(value)} ({value})" if name == "timestamp" else str(value)
    for name, value in sorted(fields.items()):
        yield f"fields.{name}", value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
