"""Export the records that a selection finds to a file for notebooks and spreadsheets."""

from pathlib import Path

from ops.exit_codes import ExitCode
from ops.exporting.writing import check_target, write_export
from ops.frame.aws_errors import translate_errors
from ops.frame.environment import open_environment
from ops.frame.output import print_json, print_lines
from ops.frame.read_budget import ReadBudget, format_size, parse_size
from ops.frame.times import open_clock
from ops.reading.asking import build_question, open_query
from ops.reading.record_lines import build_object
from ops.reading.selection import Selection

REMEDY = "name a source or a shorter time"


def run(selection: Selection, path: Path, *, overwrite: bool, zone: str, max_read: str, as_json: bool) -> int:
    """Write the records to `path` and print how many they are; return 0, also if there is none.

    Raises `CommandError` if the file cannot be written, or if more would be read than `max_read`. What ends it before
    leaves no file under that name.
    """
    check_target(path, overwrite=overwrite)
    clock = open_clock(zone)
    budget = ReadBudget(parse_size("--max-read", max_read), remedy=REMEDY)
    question = build_question(selection, clock)
    environment = open_environment()
    with translate_errors(f"the log table {environment.config.log_table_name}", environment.config):
        query = open_query(question, environment, clock, budget)
        count = write_export(path, map(build_object, query.read()))
    size_bytes = path.stat().st_size
    if as_json:
        print_json({"file": str(path), "records": count, "bytes": size_bytes})
    else:
        print_lines([f"{path}: {count:,} records, {format_size(size_bytes)}"])
    query.check()
    return ExitCode.WELL
