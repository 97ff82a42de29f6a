"""Read all that is known of one record: what is stored of it, its exact bytes, and its neighbours in its object."""

import re
from dataclasses import dataclass

from log_processor.errors import PipelineError
from log_processor.routing.routes import FILE, Routes

from ops.errors import CommandError
from ops.exit_codes import ExitCode
from ops.frame.aws_errors import translate_errors
from ops.frame.environment import Environment
from ops.frame.progress import show_progress
from ops.frame.read_budget import ReadBudget
from ops.parse import load_routes
from ops.reading.asking import WHAT
from ops.reading.counted_source import CountedSource
from ops.reading.object_reader import ObjectReader
from ops.reading.record_bytes import fetch_bytes
from ops.reading.row_ranges import split_uri
from ops.reading.store import Record, RecordStore
from ops.reading.surroundings import find_surroundings

LOG_ID_PARTS = (2, 3)
TOKEN = re.compile(r"\[[\w-]+(?::[0-9a-f]+)?\]")
"""What stands in a record where a value is hidden, such as `[password]`."""


@dataclass(frozen=True, slots=True)
class ShownRecord:
    """A record and its neighbours; `content` has its exact bytes as text, or says why they are not shown.

    `has_bytes` tells which of the two it is.
    """

    record: Record
    content: str
    has_bytes: bool
    before: list[Record]
    after: list[Record]


def find_record(log_id: str, store: RecordStore, table: str) -> Record:
    """Return the record with an id; raises `CommandError` if it is no id, or no record of the table has it."""
    if len(log_id.split("-")) not in LOG_ID_PARTS:
        raise CommandError(f"{log_id}: this is no log_id: copy one that ops query --ids prints")
    record = store.find(log_id)
    if record is None:
        store.check()
        raise CommandError(f"{log_id}: {table} has no such record: it may have expired")
    return record


def read_record(
    log_id: str, count: int, store: RecordStore, environment: Environment, budget: ReadBudget
) -> ShownRecord:
    """Return a record with its bytes, and with `count` neighbours on each side if the environment has an index.

    Raises `CommandError` if there is no such record, or if more would be read than the budget allows.
    """
    config = environment.config
    with translate_errors(f"the log table {config.log_table_name}", config):
        record = find_record(log_id, store, config.log_table_name)
        before, after = _find_neighbours(store, record, count if config.index_shards else 0, budget)
    has_bytes, content = _describe_bytes(record, environment, budget)
    return ShownRecord(record, content, has_bytes, before, after)


def read_bytes(record: Record, routes: Routes, environment: Environment, budget: ReadBudget) -> bytes:
    """Return the exact bytes of a record; raises `CommandError` if its object cannot be read any more."""
    name, s3 = str(record.get("source_file")), environment.session.client("s3")
    source = CountedSource(s3, budget)
    source.max_bytes = int(record.get("offset")) + int(record.get("length"))  # what is compressed has fewer
    reader = ObjectReader(source, routes, environment.config)
    with translate_errors(name, environment.config), show_progress(f"bytes of {name}") as source.advance:
        try:
            return fetch_bytes(record, reader, s3)
        except PipelineError as error:
            raise CommandError(f"{name} cannot be read any more ({error}): its record is all that is left") from error


def _find_neighbours(
    store: RecordStore, record: Record, count: int, budget: ReadBudget
) -> tuple[list[Record], list[Record]]:
    if not count:
        return [], []
    return find_surroundings(store, record, count, lambda read_bytes: budget.spend(read_bytes, WHAT))


def _describe_bytes(record: Record, environment: Environment, budget: ReadBudget) -> tuple[bool, str]:
    """Return whether the exact bytes can be shown, and them as text, or why they are not.

    A route that hides values hides them here too; so does a token in the record that its bytes lack, since the
    function may have had other routes than there are here.
    """
    routes = load_routes(FILE)
    bucket, key = split_uri(str(record.get("source_file")))
    if routes.find(key, bucket).redaction is not None:
        return False, "not shown, since the route hides values: --raw writes them"
    try:
        text = read_bytes(record, routes, environment, budget).decode("utf-8", "backslashreplace")
    except CommandError as error:
        return False, f"{'not read' if error.exit_code == ExitCode.NOT_CONFIRMED else 'not there'}: {error}"
    if set(TOKEN.findall(str(record.get("log_data")))) - set(TOKEN.findall(text)):
        return False, "not shown, since the function has hidden values in it: --raw writes them"
    return True, text
