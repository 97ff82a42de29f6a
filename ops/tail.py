"""Follow the records of newly finished ranges: the ledger lists the ranges, and their objects are read again."""

import sys
import time
from datetime import UTC, datetime

from log_processor.errors import PipelineError
from log_processor.reading.source import ObjectSource
from log_processor.routing.routes import FILE

from ops.accounts import read_ledger_rows
from ops.errors import CommandError
from ops.exit_codes import ExitCode
from ops.frame.aws_errors import translate_errors
from ops.frame.environment import open_environment
from ops.frame.output import print_json, print_lines
from ops.frame.times import ZonedClock, open_clock
from ops.notes import print_note
from ops.parse import load_routes
from ops.reading.conditions import Condition
from ops.reading.finished_ranges import FAILED, FinishedRanges
from ops.reading.follower import Follower
from ops.reading.ledger_days import RangeRow
from ops.reading.object_reader import ObjectReader
from ops.reading.record_lines import build_object, format_record
from ops.reading.selected import build_condition
from ops.reading.selection import RecordFilter

LOOK_EVERY_S = 2.0


def run(selection: RecordFilter, *, begin: str, once: bool, zone: str, as_json: bool) -> int:
    """Print the records of ranges that are finished after `--from`, until interrupted, or `once`.

    Return 1 if a range failed or its object could not be read, else 0.
    """
    clock, condition = open_clock(zone), build_condition(selection)
    since = clock.parse("--from", begin)
    routes = load_routes(FILE)
    environment = open_environment()
    config, dynamodb = environment.config, environment.session.client("dynamodb")
    ledger = config.ledger_table_name
    finished = FinishedRanges(dynamodb, ledger, since)
    reader = ObjectReader(ObjectSource(environment.session.client("s3")), routes, config)
    follower = Follower(reader, lambda name: read_ledger_rows(dynamodb, ledger, name))
    code = ExitCode.WELL
    with translate_errors(f"the ledger {ledger}", config):
        while True:
            for one in finished.look(datetime.now(UTC)):
                if selection.sources and one.row.source not in selection.sources:
                    continue
                if not _print_range(follower, one, condition, clock, as_json=as_json):
                    code = ExitCode.WRONG
            sys.stdout.flush()
            if once:
                return code
            time.sleep(LOOK_EVERY_S)


def _print_range(
    follower: Follower, one: RangeRow, condition: Condition | None, clock: ZonedClock, *, as_json: bool
) -> bool:
    """Print the records of a range that are asked for; tell whether it could be read."""
    if one.row.status == FAILED:
        print_note(f"{one.object} failed: ops status {one.object} says why")
        return False
    try:
        for record in follower.read(one):
            if condition is not None and not condition.test(record.get):
                continue
            if as_json:
                print_json(build_object(record))
            else:
                print_lines(format_record(record, clock))
    except (CommandError, PipelineError) as error:
        print_note(f"{one.object} cannot be read again: {error}")
        return False
    return True
