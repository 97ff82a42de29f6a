"""List the cells that are given up, each with the reason; a cell that is right may not be listed.

No rule that looks at one line can tell these. A line that is split off is still found, with its format and time, while
a line that is joined to another program's record is found by nobody.
"""

from tests.unit.log_processor.matrices.blocks import BLOCKS
from tests.unit.log_processor.matrices.bodies import JOINED

BODY = "a JSON object without a time, or without a level and a message, may be the body of a request in a record"
ROWS = "a row without quotes begins no record: only the header line of its object says what it is"
STREAMS = "lines of streams are joined only if the object's own format says so"
TEXT = "plain text begins no record of its own"
HEADER = "a header line names columns only if the object is of its format"
UNSIGNED = "a line without any sign of a trace stays a record of its own: joining it would join prints"

WEAK = {
    "vpc_flow": ROWS,
    "compose": STREAMS,
    "text": TEXT,
}
"""Formats whose lines begin no record below one that joins any line, with the reason."""
NEVER = {"cloudfront": HEADER, "w3c": HEADER, "csv": HEADER, "zeek": HEADER}
"""Formats of which no record is found behind other lines, whatever those are."""
STATEMENT = "the SQL statement of an entry shows no sign of a trace: only a record that any line may join takes it"
PRINT = "a line that shows no sign of a trace is a print of its own"
FOREIGN = "the line is a whole record of another format: no rule can tell it from the record of another program"
HARD = {
    ("java", "access line in a record"): FOREIGN,
    ("postgresql", "klog line in a record"): FOREIGN,
    ("java", "logfmt line in a record"): FOREIGN,
    ("java", "JSON log line in a record"): FOREIGN,
    ("apache_error", "dated line of a CGI"): FOREIGN,
}
"""Hard cases that are split."""
JOINING = {
    "cbs",
    "cloudwatch_export",
    "java",
    "klog",
    "mysql_error",
    "mysql_general",
    "mysql_slow",
    "postgresql",
    "postgresql_csv",
    "python_logging",
    "redis",
    "redshift",
    "timed_text",
    "windows_event",
}
"""Formats whose records any line may join."""
CONTAINERS = {"apache_error", "nginx_error"}
"""Formats whose records any line may join but a JSON object, which a container of the server writes beside them."""
PRINTING = {"aws_lambda", "text"}
"""Formats among whose records each line without a sign is a print of its own."""
WEAK_IN = dict.fromkeys(CONTAINERS, ("vpc_flow", "compose", "text"))
"""Further objects in which some of the weak formats are not found."""


def list_pairs(row: str) -> dict[str, str]:
    """Return the formats whose records are not found behind lines of the format `row`, with the reasons.

    Lines of plain text are a banner, below which all are found; only an SQL statement takes the text that follows it.
    """
    if row == "text":
        return {"mysql_slow": STATEMENT}
    weak = WEAK if row in JOINING else {name: WEAK[name] for name in WEAK_IN.get(row, ())}
    untaken = {} if row in JOINING | CONTAINERS else {"mysql_slow": STATEMENT}
    return {name: why for name, why in (NEVER | untaken | weak).items() if name != row}


def list_tails(row: str) -> dict[str, str]:
    """Return the formats whose traces are not found behind lines of the format `row`, with the reasons."""
    return {name: why for name, why in list_pairs(row).items() if name in JOINED}


def list_unsigned_tails(row: str) -> dict[str, str]:
    """Return the formats to whose records no plain line is joined behind lines of the format `row`."""
    return {} if row in JOINING | CONTAINERS else {name: UNSIGNED for name in JOINED if name not in {row, "text"}}


def list_counters(row: str) -> dict[str, str]:
    """Return the blocks that are split off the records of `row`."""
    if row in PRINTING:
        return {name: PRINT for name in BLOCKS if name not in {"trace", "indented lines"}}
    return {name: BODY for name in BLOCKS if name.startswith("JSON")} if row in CONTAINERS else {}


def list_hard_cases(row: str) -> dict[str, str]:
    """Return the hard cases that are split among records of `row`."""
    return {name: why for (first, name), why in HARD.items() if first == row}
