"""Which lines begin a record in any object, and what may stand below a record's first line."""

import pytest
from log_processor.formats.lib.format import Format
from log_processor.formats.registry import BY_NAME, STRONG
from log_processor.formats.starts import RecordStarts, choose_starts, find_strong
from log_processor.state import Below

TIMED = "2026-05-04 10:00:00"
BEGIN = {
    f"{TIMED},123 [main] INFO org.example.App - started": "timed_text",
    f"{TIMED}.123 UTC [42] app@orders ERROR:  no": "timed_text",
    f"{TIMED} order 7 was accepted": "timed_text",
    f"[{TIMED}] production.ERROR: no": "timed_text",
    "2026/05/04 10:00:00 [error] 42#7: *1 no": "timed_text",
    "2026-05-04T10:00:00.123456Z 0 [Note] [MY-010116] [Server] up": "timed_text",
    f"{TIMED} 42 INFO db odoo: up": "timed_text",
    '{"time": "2026-05-04T10:00:00Z", "level": "info"}': "json_lines",
    '{"ts": 1777888800.5, "msg": "up"}': "json_lines",
    '{"log":"up\\n","stream":"stdout","time":"2026-05-04T10:00:00.1Z"}': "docker_json",
    "I0504 10:00:00.123456    1234 server.go:42] started": "klog",
    "1:M 04 May 2026 10:00:00.123 * Ready": "redis",
    "[4018] 04 May 10:00:00.123 # Server started": "redis",
    "WARNING:root:slow": "python_logging",
    "INFO:     Started server process [1]": "python_logging",
    "May  4 10:00:00 host su[42]: failed": "syslog_rfc3164",
    "<34>May  4 10:00:00 host su: failed": "syslog_rfc3164",
    'level=info ts=2026-05-04T10:00:00Z caller=a.go:7 msg="up"': "logfmt",
    "260504  9:00:00 [Note] up": "mysql_error",
    "# Time: 2026-05-04T10:00:00.123456Z": "mysql_slow",
    "# Time: 260504  9:00:00": "mysql_slow",
    '192.0.2.1 - - [04/May/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 5': "combined",
}
INSIDE = [
    TIMED,
    f"{TIMED},5",
    f"{TIMED}|a",
    f"{TIMED} | a",
    f"{TIMED} 192.0.2.1 GET /a 200",
    "10:00:00 up",
    "1777888800.123 up",
    "May  4 10:00:00 was the day",
    '{"timestamp": "2026-05-04T10:00:00Z", "status": 500, "error": "Internal Server Error"}',
    '{"message": "Not Found"}',
    '{"time": "2026-05-04T10:00:00Z", "level": "info"},',
    "  2026-05-04 10:00:00 indented words",
    "level: info",
    "a=1 b=2",
    "select * from orders where day = '2026-05-04 10:00:00'",
    "WARNING: slow",
    "# Time: when it was",
    "# Time: 2026-05-04T10:00:00Z and what came then",
    "# User@Host: app[app] @ db.example.com [192.0.2.1]  Id:     2",
    "ERROR:  relation does not exist",
    "}",
]


@pytest.mark.parametrize(("line", "name"), BEGIN.items())
def test_a_strong_start_begins_a_record_in_any_object(line: str, name: str) -> None:
    """Whatever joins lines there; the format whose start it has is the first in the order of formats."""
    assert (found := find_strong(line.encode())) is not None
    assert found.name == name
    for known in (BY_NAME["java"], BY_NAME["klog"], BY_NAME["postgresql"], BY_NAME["redis"]):
        assert RecordStarts(known).match(line.encode())


@pytest.mark.parametrize("line", INSIDE)
def test_what_may_stand_inside_a_record_has_no_strong_start(line: str) -> None:
    """Times alone, rows, bodies in JSON, statements and prose are parts of a record that joins."""
    assert find_strong(line.encode()) is None
    assert not RecordStarts(BY_NAME["klog"]).match(line.encode())


@pytest.mark.parametrize("known", STRONG, ids=lambda known: known.name)
def test_each_sample_of_a_strong_format_has_a_strong_start(known: Format) -> None:
    """A format that states a strong start is found by it; a sample may have that of an earlier format."""
    assert find_strong(known.sample.split("\n")[0].encode()) is not None


@pytest.mark.parametrize(
    ("name", "first", "below"),
    [
        ("klog", "I0504 10:00:00.000000       1 a.go:1] x", Below.ANYTHING),
        ("klog", '192.0.2.1 - - [04/May/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 5', Below.NOTHING),
        ("klog", "May  4 10:00:00 host su[42]: failed", Below.TRACE),
        ("klog", '{"time": "2026-05-04T10:00:00Z", "level": "info"}', Below.NOTHING),
        ("text", "a print", Below.TRACE),
        ("text", '{"a": 1}', Below.NOTHING),
        ("json_lines", '{"a": 1}', Below.NOTHING),
        ("json_lines", "panic: no", Below.TRACE),
        ("syslog_rfc3164", "May  4 10:00:00 host su[42]: failed", Below.TRACE),
        ("vpc_flow", "a line", Below.TRACE),
    ],
)
def test_a_first_line_tells_what_may_stand_below_it(name: str, first: str, below: Below) -> None:
    """JSON and access lines are whole, syslog and text take traces, a record that joins takes anything."""
    assert RecordStarts(BY_NAME[name]).choose_below(first.encode()) is below


def test_a_declared_format_is_strict() -> None:
    """What begins a record of another format is inside; `mixed` says nothing about a record and is not strict."""
    line = b"I0504 10:00:00.000000       1 a.go:1] x"
    declared = choose_starts(BY_NAME["java"], None, declared=True)
    detected = choose_starts(BY_NAME["java"], None, declared=False)
    assert declared is not None
    assert detected is not None
    assert not declared.match(line)
    assert detected.match(line)
    assert choose_starts(BY_NAME["json_lines"], None, declared=True) is None
    assert isinstance(choose_starts(BY_NAME["mixed"], None, declared=True), RecordStarts)
