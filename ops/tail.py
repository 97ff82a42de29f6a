"""Follow the records of newly finished ranges: the ledger lists the ranges, and their objects are read again."""

import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime

from log_processor.errors import PipelineError
from log_processor.routing.routes import FILE
from log_processor.storing.ledger_row import LedgerItem

from ops.accounts import read_ledger_rows
from ops.exit_codes import ExitCode
from ops.frame.aws_errors import translate_errors
from ops.frame.environment import open_environment
from ops.frame.output import print_json, print_lines
from ops.frame.progress import ignore_progress, show_progress
from ops.frame.read_budget import ReadBudget, parse_size
from ops.frame.times import ZonedClock, open_clock
from ops.notes import print_note
from ops.parse import load_routes
from ops.reading.begun_ranges import LEDGER, announce_ledger
from ops.reading.conditions import Condition
from ops.reading.counted_source import CountedSource
from ops.reading.finished_ranges import FAILED, FinishedRanges
from ops.reading.follower import Follower, OtherRulesError
from ops.reading.ledger_days import RangeRow
from ops.reading.object_reader import ObjectReader
from ops.reading.plain import count_read_bytes
from ops.reading.record_lines import build_object, format_record
from ops.reading.selected import build_condition
from ops.reading.selection import RecordFilter
from ops.reading.store import Record

LOOK_EVERY_S = 2.0
REMEDY = "name a source or a later --from"


@dataclass(frozen=True, slots=True)
class RecordPrinter:
    """Prints the records of ranges that hold a condition, as lines or as JSON."""

    follower: Follower
    condition: Condition | None
    clock: ZonedClock
    as_json: bool

    def print_range(self, one: RangeRow) -> bool:
        """Print the records of a range that are asked for; tell whether it could be read."""
        if one.row.status == FAILED:
            print_note(f"{one.object} failed: ops status {one.object} says why")
            return False
        try:
            for record in self.follower.read(one):
                if self.condition is None or self.condition.test(record.get):
                    self._print_record(record)
        except (OtherRulesError, PipelineError) as error:
            print_note(f"{one.object} cannot be read again: {error}")
            return False
        return True

    def _print_record(self, record: Record) -> None:
        if self.as_json:
            print_json(build_object(record))
        else:
            print_lines(format_record(record, self.clock))


def run(selection: RecordFilter, *, begin: str, once: bool, zone: str, max_read: str, as_json: bool) -> int:
    """Print the records of ranges that are finished after `--from`, until interrupted, or `once`.

    Return 1 if a range failed or its object could not be read, else 0. Raises `CommandError` if one look would read
    more than `max_read`.
    """
    clock, condition = open_clock(zone), build_condition(selection)
    since = clock.parse("--from", begin)
    budget = ReadBudget(parse_size("--max-read", max_read), REMEDY)
    routes = load_routes(FILE)
    environment = open_environment()
    config, dynamodb = environment.config, environment.session.client("dynamodb")
    ledger = config.ledger_table_name

    def spend(read_bytes: int) -> None:
        budget.spend(read_bytes, LEDGER)

    def read_rows(name: str) -> list[LedgerItem]:
        return read_ledger_rows(dynamodb, ledger, name, lambda page: spend(count_read_bytes(page)))

    finished = FinishedRanges(dynamodb, ledger, since, spend)
    source = CountedSource(environment.session.client("s3"), budget, announces=False)
    printer = RecordPrinter(Follower(ObjectReader(source, routes, config), read_rows), condition, clock, as_json)
    code = ExitCode.WELL
    with translate_errors(f"the ledger {ledger}", config):
        if since < clock.now:
            announce_ledger(dynamodb, ledger, budget)
        while True:
            budget.begin_round()
            if not _print_look(finished, printer, selection.sources, source):
                code = ExitCode.WRONG
            if once:
                return code
            time.sleep(LOOK_EVERY_S)


def _print_look(
    finished: FinishedRanges, printer: RecordPrinter, sources: tuple[str, ...], source: CountedSource
) -> bool:
    """Print what was finished since the last look, after its cost is said; tell whether all of it could be read."""
    ranges = [one for one in finished.look(datetime.now(UTC)) if not sources or one.row.source in sources]
    if not ranges:
        return True
    expected = sum(_expect_bytes(one) for one in ranges)
    named = "one range" if len(ranges) == 1 else f"{len(ranges):,} ranges"
    source.budget.announce_objects(f"the objects of {named}", expected)
    with show_progress("bytes of objects", expected) as source.advance:
        results = [printer.print_range(one) for one in ranges]
    source.advance = ignore_progress
    sys.stdout.flush()
    return all(results)


def _expect_bytes(one: RangeRow) -> int:
    """Return about how many bytes of its object a range takes: its lines, or less if these are compressed."""
    if one.row.status == FAILED or one.row.ranges is not None:
        return 0
    return one.row.bytes if one.row.size is None else min(one.row.size, one.row.bytes)
