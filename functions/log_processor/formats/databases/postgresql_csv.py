"""Parse PostgreSQL's csvlog."""

import csv
import re

from log_processor.formats.databases.postgresql import LEVELS, SEVERITIES, put_statement
from log_processor.formats.lib.format import Column, Format, Parsed, StrongStart, list_columns
from log_processor.formats.lib.levels import normalise_level
from log_processor.formats.lib.numbers import parse_number
from log_processor.formats.lib.rows import CellRule, convert_words
from log_processor.formats.lib.tokens import put_address
from log_processor.formats.lib.zones import parse_zoned_ms
from log_processor.state import Below

START = re.compile(r'(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}) ([A-Z]{2,5}|[+-]\d{2,4}),(?:"|,|[^,\s"])')
WHOLE = 23
MIN_COLUMNS = 14
"""The number of columns up to the message, which a record that was cut off still has."""
CLIENT, SEVERITY = 4, 11
RULES: tuple[CellRule | None, ...] = (
    None,
    ("user.name", str),
    ("db.namespace", str),
    ("process.pid", parse_number),
    None,
    ("postgresql.session_id", str),
    ("postgresql.session_line", parse_number),
    ("postgresql.command_tag", str),
    ("postgresql.session_start", str),
    ("postgresql.virtual_transaction_id", str),
    ("postgresql.transaction_id", parse_number),
    ("severity_text", str),
    ("error.code", str),
    ("message", str),
    ("postgresql.detail", str),
    ("postgresql.hint", str),
    ("postgresql.internal_query", str),
    ("postgresql.internal_query_position", parse_number),
    ("postgresql.context", str),
    ("db.query.text", str),
    ("postgresql.query_position", parse_number),
    ("postgresql.location", str),
    ("service.name", str),
    ("postgresql.backend_type", str),
    ("postgresql.leader_pid", parse_number),
    ("postgresql.query_id", parse_number),
)


def parse(text: str, _last_modified_ms: int) -> Parsed | None:
    """Parse one record, even if it was cut within quotes.

    Return None if it has no time with a zone, no severity, or too few columns.
    """
    start = START.match(text)
    if start is None:
        return None
    columns = _split_columns(text)
    if columns is None or re.fullmatch(SEVERITIES, columns[SEVERITY]) is None:
        return None
    fields = convert_words(columns, RULES)
    if columns[CLIENT] != "[local]":
        put_address(fields, "client", columns[CLIENT])
    if fields.get("error.code") == "00000":
        del fields["error.code"]
    if len(columns) > len(RULES):
        fields["extra"] = columns[len(RULES) :]
    put_statement(fields)
    severity = columns[SEVERITY]
    return Parsed(
        fields, parse_zoned_ms(start[1], start[2]), LEVELS.get(severity, normalise_level(severity.rstrip("12345")))
    )


def _split_columns(text: str) -> list[str] | None:
    """Return the columns, or None if the text is no CSV or has too few.

    A whole record has 23. A record that was cut within quotes has at least the 14 up to the message.
    """
    min_columns = WHOLE if text.count('"') % 2 == 0 else MIN_COLUMNS
    try:
        columns = next(csv.reader([text]), [])
    except csv.Error:
        return None
    return columns if len(columns) >= min_columns else None


FORMAT = Format(
    "postgresql_csv",
    parse,
    title="PostgreSQL's csvlog",
    specification="PostgreSQL documentation, Using CSV-Format Log Output",
    notes="Versions 9.0 (23 columns) to 14 and later (26).",
    schema=(
        *list_columns(
            "postgresql.command_tag postgresql.detail postgresql.hint postgresql.internal_query "
            "postgresql.internal_query_position postgresql.context db.query.text postgresql.query_position "
            "postgresql.location postgresql.backend_type postgresql.leader_pid postgresql.query_id user.name "
            "db.namespace process.pid postgresql.session_id postgresql.session_line postgresql.session_start "
            "postgresql.virtual_transaction_id postgresql.transaction_id severity_text error.code message "
            "client.address client.port service.name",
        ),
        Column("postgresql.duration_ms", "ms", decimals=3),
        Column("extra", note="columns beyond these"),
    ),
    sample=(
        '2026-05-04 10:00:00.123 UTC,"app","orders",42,"192.0.2.1:5432",5f1c0a11.2a,3,"SELECT",2026-05-04 '
        '09:59:00 UTC,3/42,0,ERROR,42P01,"relation ""a"" does not exist",,,,,,"select 1",15,,"psql","client '
        'backend",,0'
    ),
    embedded=None,
    starts=re.compile(START.pattern.encode()),
    below=Below.ANYTHING,
    strong=(
        StrongStart(
            re.compile(START.pattern.encode()), b"2", needs=b",", words="time with milliseconds and zone, and a comma"
        ),
    ),
)
