"""Print one record: all that is stored of it, its exact bytes, and its neighbours in its object."""

import json
import sys
from collections.abc import Iterator
from typing import Any

from log_processor.routing.routes import FILE

from ops.errors import CommandError
from ops.exit_codes import ExitCode
from ops.frame.aws_errors import translate_errors
from ops.frame.environment import Environment, open_environment
from ops.frame.options import refuse_options
from ops.frame.output import print_json, print_lines
from ops.frame.read_budget import ReadBudget, parse_size
from ops.frame.times import ZonedClock, open_clock
from ops.parse import load_routes
from ops.reading.asking import make_store
from ops.reading.record_lines import build_object, format_record
from ops.reading.store import Record
from ops.shown_record import ShownRecord, find_record, read_bytes, read_record

LABEL = 15
NEIGHBOURS = 3
REMEDY = "show no neighbours by -C 0"


def run(log_id: str, *, neighbours: int | None, raw: bool, zone: str, max_read: str, as_json: bool) -> int:
    """Print the record with this id; `raw` writes its exact bytes alone. Return 0.

    Raises `CommandError` if there is no such record, if its object cannot be read any more, or if more would be read
    than `max_read`.
    """
    clock = open_clock(zone)
    budget = ReadBudget(parse_size("--max-read", max_read), REMEDY)
    count = _check_count(neighbours, raw=raw, as_json=as_json)
    environment = open_environment()
    if raw:
        _write_bytes(log_id, environment, budget)
        return ExitCode.WELL
    store = make_store(environment)
    shown = read_record(log_id, count, store, environment, budget)
    if as_json:
        before, after = ([build_object(one) for one in records] for records in (shown.before, shown.after))
        print_json(build_object(shown.record) | {"bytes": shown.content, "before": before, "after": after})
    else:
        _print_page(shown, clock)
    store.check()
    return ExitCode.WELL


def _write_bytes(log_id: str, environment: Environment, budget: ReadBudget) -> None:
    config = environment.config
    with translate_errors(f"the log table {config.log_table_name}", config):
        record = find_record(log_id, make_store(environment), config.log_table_name)
        sys.stdout.buffer.write(read_bytes(record, load_routes(FILE), environment, budget))


def _check_count(neighbours: int | None, *, raw: bool, as_json: bool) -> int:
    """Return how many neighbours to show on each side; raises `CommandError` if an option makes no sense."""
    if raw:
        refuse_options(
            {"-C": neighbours or None, "--json": as_json}, "--raw writes the bytes alone: leave one of the two out"
        )
    if neighbours is not None and neighbours < 0:
        raise CommandError(f"-C {neighbours}: write a whole number from 0")
    return NEIGHBOURS if neighbours is None else neighbours


def _print_page(shown: ShownRecord, clock: ZonedClock) -> None:
    record = shown.record
    print_lines(f"{name:<{LABEL}} {text}" for name, text in _list_facts(record, clock))
    print_lines(["", "bytes:", *shown.content.split("\n")])
    if shown.before or shown.after:
        print_lines(["", "neighbours:"])
        for one in (*shown.before, record, *shown.after):
            print_lines(format_record(one, clock, with_id=True, mark="> " if one is record else "  "))


def _list_facts(record: Record, clock: ZonedClock) -> Iterator[tuple[str, str]]:
    shown: dict[str, Any] = build_object(record)
    fields = shown.pop("fields", {})
    shown.pop("log_data", None)
    for name, value in sorted(shown.items()):
        yield name, f"{clock.format(value)} ({value})" if name == "timestamp" else str(value)
    for name, value in sorted(fields.items()):
        yield f"fields.{name}", value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
