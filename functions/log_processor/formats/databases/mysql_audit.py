"""Parse audit logs of MariaDB's plugin, which RDS offers for MySQL too, and of Aurora MySQL."""

import re
from typing import Any

from log_processor.formats.lib.escapes import LETTERS, undo_escapes
from log_processor.formats.lib.format import OUTPUT, Column, Embedded, Format, Parsed, StrongStart, list_columns
from log_processor.formats.lib.layouts import compile_layouts, match_layouts
from log_processor.formats.lib.numbers import parse_number
from log_processor.formats.lib.timestamps import convert_epoch_ms
from log_processor.formats.lib.tokens import FieldRule
from log_processor.formats.lib.zones import parse_iso_ms

RULES: dict[str, FieldRule] = {
    "time": ("time", str),
    "server": ("host.name", str),
    "user": ("user.name", str),
    "client": ("client.address", str),
    "connection": ("thread.id", parse_number),
    "query": ("mysql.query_id", parse_number),
    "operation": ("mysql.command", str),
    "database": ("db.namespace", str),
    "text": ("text", str),
    "object": ("mysql.object", str),
    "code": ("mysql.return_code", parse_number),
    "rest": ("extra", str),
}
HEAD = (
    r"(?P<time>\d{8} \d\d:\d\d:\d\d|\d{16}),(?P<server>[^,\n]{0,255}),(?P<user>[^,\n]{0,255}),"
    r"(?P<client>[^,\n]{0,255}),(?P<connection>\d{1,20}),(?P<query>\d{1,20}),(?P<operation>[A-Z_]{2,40}),(?P<database>[^,\n]{0,255}),"
)
CODE = r"(?:,(?P<code>\d{0,10}))?(?:,(?P<rest>.*))?"
LAYOUTS = compile_layouts(
    RULES, rf"{HEAD}'(?P<text>[^'\\]*(?:\\.[^'\\]*)*)'?{CODE}", rf"{HEAD}(?P<object>[^',][^,]*|){CODE}"
)
ESCAPES = LETTERS | {"0": "\0"}
SIGNS = (",QUERY", "CONNECT,", ",READ,", ",WRITE,", ",TABLE,", ",CREATE,", ",ALTER,", ",RENAME,", ",DROP,")


def parse(text: str, _last_modified_ms: int) -> Parsed | None:
    """Parse one line; return None if it does not have the parts of an audit record."""
    fields = match_layouts(LAYOUTS, text) if text[:8].isdecimal() else None
    if fields is None:
        return None
    if query := fields.pop("text", None):
        fields["db.query.text"] = undo_escapes(query, ESCAPES)
    return Parsed(fields, _parse_time(fields))


def _parse_time(fields: dict[str, Any]) -> int | None:
    """Return the time: MariaDB's own clock to the second, Aurora's microseconds since 1970."""
    time: str = fields.pop("time")
    if time.isdecimal():
        return convert_epoch_ms(int(time))
    return parse_iso_ms(f"{time[:4]}-{time[4:6]}-{time[6:8]}T{time[9:]}")


FORMAT = Format(
    "mysql_audit",
    parse,
    title="Audit logs of MariaDB, of MySQL on RDS and of Aurora MySQL",
    specification="MariaDB Audit Plugin, Log format; Amazon Aurora User Guide, Advanced Auditing",
    notes=(
        "A statement has its line ends and quotes back. MariaDB's time is the server's own and has no zone; Aurora's "
        "are microseconds since 1970."
    ),
    schema=(
        Column("host.name", note="the server's"),
        *list_columns("user.name client.address"),
        Column("thread.id", note="the connection's"),
        Column("mysql.query_id", note="records of one statement share it"),
        Column("mysql.command", note="CONNECT, QUERY, READ, WRITE, …"),
        *list_columns("db.namespace db.query.text"),
        Column("mysql.object", note="a table"),
        Column("mysql.return_code", note="0: it succeeded"),
        Column("extra", note="what later versions add"),
    ),
    sample="20260504 10:00:00,db-1,app,192.0.2.1,42,7,QUERY,shop,'select \\'a\\'',0",
    embedded=Embedded(OUTPUT, "12", ","),
    strong=(
        StrongStart(
            re.compile(
                rb"(?:\d{8} \d\d:\d\d:\d\d|\d{16}),[^,]{0,255},[^,]{0,255},[^,]{0,255},\d{1,20},\d{1,20},[A-Z_]{2,40},"
            ),
            b"12",
            needs=b",",
            words="time, server, user, host, two numbers and an operation, between commas",
        ),
    ),
    signs=SIGNS,
)
