"""Parse the slow query log of MySQL, Percona Server and MariaDB."""

import re
from typing import Any

from log_processor.formats.lib.format import Column, Format, Parsed, StreamLine, StrongStart, list_columns
from log_processor.formats.lib.lazy import compile_lazily
from log_processor.formats.lib.numbers import parse_decimal
from log_processor.formats.lib.timestamps import convert_epoch_ms
from log_processor.formats.lib.tokens import ABSENT
from log_processor.formats.lib.zones import parse_iso_ms
from log_processor.state import Below

TIME = re.compile(r"# Time: (?:(\d{4}-\d\d-\d\dT\S+)|(\d{2})(\d\d)(\d\d) {1,2}(\d{1,2}:\d\d:\d\d))\s*(?:\n|$)")
OWNER = re.compile(r"# User@Host: ([^\s\[]{0,200})\[([^\]\n]{0,200})\] @ ?([^\[\n]{0,300}?) ?\[([^\]\n]{0,200})\]")
PAIR = re.compile(r"(?<=[# ])([A-Za-z]\w*): +(?!\w+: )(\S+)")
COMMENT = re.compile(r"#[^\n]*(?:\n|$)")
SETTING = compile_lazily(
    r"(?:use `?([^\n;`]{1,200})`?;\s{0,9})?"
    r"(?:SET (?:last_insert_id=\d{1,20},)?(?:insert_id=\d{1,20},)?timestamp=(\d{1,12})[^\n;]{0,99};\s{0,9})?"
)
NAMES = {
    "id": "thread.id",
    "thread_id": "thread.id",
    "schema": "db.namespace",
    "query_time": "mysql.query_time_s",
    "lock_time": "mysql.lock_time_s",
}
WORDS = {"Yes": True, "No": False}


def parse(text: str, _last_modified_ms: int) -> Parsed | None:
    """Parse one record; return None if it does not begin with `# Time:` or `# User@Host:`."""
    time = TIME.match(text)
    position = time.end() if time else 0
    owner = OWNER.match(text, position)
    if owner is None and time is None:
        return None
    fields: dict[str, Any] = _read_owner(owner) if owner else {}
    position = _put_comments(fields, text, position, owner)
    setting = SETTING.match(text, position)
    if setting is not None:
        position = setting.end()
        if setting[1]:
            fields["db.namespace"] = setting[1]
    if statement := text[position:].strip():
        fields["db.query.text"] = statement
    return Parsed(fields, _parse_time(time, setting[2] if setting else None))


def _put_comments(fields: dict[str, Any], text: str, position: int, owner: re.Match[str] | None) -> int:
    """Put the pairs of the comments from `position` on; return where they end."""
    while (comment := COMMENT.match(text, position)) is not None and comment.end() > position:
        start = owner.end() if owner and comment.start() == owner.start() else position
        if not text.startswith("# explain:", position):  # MariaDB's table of a plan
            _put_pairs(fields, text[start : comment.end()])
        position = comment.end()
    return position


def _read_owner(owner: re.Match[str]) -> dict[str, Any]:
    privileged, user, host, address = owner.groups()
    fields = {
        "user.name": user or privileged,
        "client.address": address or host,
        "mysql.client_host": host if address else "",
    }
    return {name: word for name, word in fields.items() if word not in ABSENT}


def _put_pairs(fields: dict[str, Any], comment: str) -> None:
    for name, word in PAIR.findall(comment):
        fields[NAMES.get(name.lower(), f"mysql.{name.lower()}")] = _convert(word)


def _convert(word: str) -> Any:
    if word in WORDS:
        return WORDS[word]
    return parse_decimal(word)


def _parse_time(time: re.Match[str] | None, seconds: str | None) -> int | None:
    if time is not None and time[1]:
        return parse_iso_ms(time[1])
    if seconds:
        return convert_epoch_ms(int(seconds))
    return parse_iso_ms(f"20{time[2]}-{time[3]}-{time[4]}T{time[5]:0>8}") if time else None


def read_stream_line(line: bytes) -> StreamLine:
    """Return what joins `line` to other lines, all of one stream.

    - `# Time:` begins a record and is partial: `# User@Host:` below it belongs to the same record.
    - `# User@Host:` begins a record if no `# Time:` stands above it.
    - The banner of a server that starts begins a record.
    - Any other line, such as the statement, continues one.
    """
    return StreamLine(b"", STARTS.match(line) is not None, line.startswith(b"# Time: "))


STARTS = re.compile(rb"# Time: |# User@Host: |\S[^\n]{0,300}, Version: [^\n]{0,300} started with:")
FORMAT = Format(
    "mysql_slow",
    parse,
    title="The slow query log of MySQL, Percona Server and MariaDB",
    specification="their manuals: The Slow Query Log, Slow Query Log Overview",
    notes=(
        " Time is that of `# Time:`, when the statement ended; where that has no zone or is missing (before "
        "5.7 and in MariaDB only the first statement of a second has one), the seconds of `SET timestamp=`."
    ),
    schema=(
        Column("db.query.text", note="the statement"),
        *list_columns("db.namespace user.name client.address mysql.client_host thread.id"),
        *list_columns("mysql.query_time_s mysql.lock_time_s", "s", decimals=6),
        *list_columns("mysql.rows_sent mysql.rows_examined"),
        Column("mysql.*", note="every other pair of the comments; numbers, Yes and No typed"),
        Column("mysql.*_s", "s"),
    ),
    sample=(
        "# Time: 2026-05-04T10:00:00.123456Z\n"
        "# User@Host: app[app] @ db.example.com [192.0.2.1]  Id:     2\n"
        "# Query_time: 2.000123  Lock_time: 0.000090 Rows_sent: 1  Rows_examined: 1000\n"
        "SET timestamp=1777888798;\n"
        "SELECT * FROM orders;"
    ),
    embedded=None,
    read_stream_line=read_stream_line,
    below=Below.ANYTHING,
    strong=(
        StrongStart(
            re.compile(rb"# Time: (?:\d{4}-\d\d-\d\dT\S{8,40}|\d{6} {1,2}\d{1,2}:\d\d:\d\d)\s*$"),
            b"#",
            needs=b"# Time: ",
            words="`# Time:` and the time alone",
        ),
    ),
    signs=("# Time: ", "# User@Host: "),
)
