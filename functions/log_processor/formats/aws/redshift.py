"""Parse the three audit logs that Amazon Redshift delivers: of connections, of users and of what they ask for."""

import re
from collections.abc import Callable
from typing import Any

from log_processor.formats.lib.format import LOG_SERVICE, Column, Embedded, Format, Parsed, StrongStart, list_columns
from log_processor.formats.lib.groups import get_group_numbers
from log_processor.formats.lib.lazy import compile_lazily
from log_processor.formats.lib.numbers import parse_number
from log_processor.formats.lib.rows import CellRule, convert_words
from log_processor.formats.lib.timestamps import parse_any_ms
from log_processor.formats.lib.zones import parse_iso_ms
from log_processor.state import Below

ACTIVITY = re.compile(
    r"'(?P<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z) UTC \[ db=(?P<db>[^\n]{0,255}?) user=(?P<user>\S*) "
    r"pid=(?P<pid>\d{1,18}) userid=(?P<id>\d{1,18}) xid=(?P<xid>\d{1,20}) \]' (?P<severity>[A-Z]{3,10}): (?P<query>.*)",
    re.DOTALL,
)
GROUPS = get_group_numbers(ACTIVITY, "time db user pid id xid severity query")
MOMENT = r"[A-Z][a-z]{2}, {1,2}\d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d(?::\d{1,3})?"
CONNECTION = compile_lazily(rf"[a-z][a-z_ ]{{2,60}}\|{MOMENT} {{0,99}}\|[^|]{{0,255}}\|")
USER = compile_lazily(rf"\d{{1,18}} {{0,99}}(?:\|[^|]{{0,1000}}){{9}}\|{MOMENT} {{0,99}}\r?$")
PEER = re.compile(r"::ffff:(?=\d{1,3}\.)")


def _rule(name: str, read: Callable[[str], Any] = str) -> CellRule:
    return f"redshift.{name}", read


CONNECTION_RULES: tuple[CellRule | None, ...] = (
    ("event.action", str),
    None,
    ("client.address", lambda word: PEER.sub("", word)),
    ("client.port", parse_number),
    ("process.pid", parse_number),
    ("db.namespace", str),
    ("user.name", str),
    _rule("auth_method"),
    _rule("duration_us", parse_number),
    ("tls.protocol.version", str),
    ("tls.cipher", str),
    _rule("mtu", parse_number),
    _rule("tls_compression"),
    _rule("tls_expansion"),
    _rule("iam_auth_guid"),
    ("service.name", str),
    _rule("driver_version"),
    _rule("os_version"),
    _rule("plugin_name"),
    _rule("protocol_version", parse_number),
    _rule("session_id"),
    _rule("compression"),
)
USER_RULES: tuple[CellRule | None, ...] = (
    ("user.id", str),
    ("user.name", str),
    _rule("old_user_name"),
    ("event.action", str),
    _rule("may_create_db", parse_number),
    _rule("is_superuser", parse_number),
    _rule("may_update_catalog", parse_number),
    _rule("valid_until"),
    ("process.pid", parse_number),
    _rule("transaction_id", parse_number),
    None,
)


def parse(text: str, _last_modified_ms: int) -> Parsed | None:
    """Parse one record; return None if it is of none of the three logs."""
    if text[:1] == "'":
        return _parse_activity(text)
    if "|" not in text:
        return None
    if CONNECTION.match(text):
        return _parse_row(text, CONNECTION_RULES, 1)
    return _parse_row(text, USER_RULES, -1) if USER.match(text) else None


def _parse_activity(text: str) -> Parsed | None:
    match = ACTIVITY.fullmatch(text)
    if match is None:
        return None
    time, database, user, pid, user_id, transaction, severity, query = match.group(*GROUPS)
    words = {"db.namespace": database, "user.name": user, "user.id": user_id, "severity_text": severity}
    fields: dict[str, Any] = {name: word for name, word in words.items() if word}
    fields |= {"process.pid": parse_number(pid), "redshift.transaction_id": parse_number(transaction)}
    fields["db.query.text"] = query
    return Parsed(fields, parse_iso_ms(time), "info" if severity == "LOG" else None)


def _parse_row(text: str, rules: tuple[CellRule | None, ...], time: int) -> Parsed:
    words = [word.strip() for word in text.split("|")]
    return Parsed(convert_words(words, rules), parse_any_ms(" ".join(words[time].split())))


STARTS = compile_lazily(rf"'\d{{4}}-\d\d-\d\dT[\d:.]{{8,18}}Z UTC \[ db=|{CONNECTION.pattern}|{USER.pattern}".encode())
FORMAT = Format(
    "redshift",
    parse,
    title="Amazon Redshift's audit logs: connections, users, and what they ask for",
    specification="Amazon Redshift Management Guide, Database audit logging",
    notes=(
        "A statement may have several lines. The words of a row are padded with blanks, which are left out. "
        "Connections to IPv4 addresses stand as such, not as `::ffff:192.0.2.1`."
    ),
    schema=(
        Column(
            "event.action", note="of a connection: authenticated, initiating session, …; of a user: create, alter, …"
        ),
        *list_columns(
            "db.namespace user.name user.id process.pid client.address client.port db.query.text severity_text"
        ),
        *list_columns("tls.protocol.version tls.cipher"),
        Column("service.name", note="application"),
        Column("redshift.transaction_id"),
        Column("redshift.duration_us", "µs"),
        Column("redshift.*", note="the other columns"),
        Column("extra", note="more columns than these"),
    ),
    sample="'2026-05-04T10:00:00Z UTC [ db=dev user=ann pid=42 userid=100 xid=7 ]' LOG: select 1",
    embedded=Embedded(LOG_SERVICE, "'", " UTC [ db="),
    starts=STARTS,
    below=Below.ANYTHING,
    strong=(
        StrongStart(
            re.compile(rb"'\d{4}-\d\d-\d\dT[\d:.]{8,18}Z UTC \[ db=[^\n]{0,255}? user="),
            b"'",
            needs=b" UTC [ db=",
            words="a quote, the time in UTC, database and user",
        ),
    ),
    key=re.compile(r"_redshift_[\w.-]*_(?:connectionlog|userlog|useractivitylog)_"),
    signs=(" UTC [ db=", "|"),
)
