"""What a quick expression reads of the usual lines is what the parser of all lines reads of them."""

import random
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from log_processor.formats.aws import alb, alb_usual, vpc_flow
from log_processor.formats.generic import logfmt
from log_processor.formats.lib.embedding import build_reader
from log_processor.formats.lib.format import CarrierKind, Parsed
from log_processor.formats.registry import ORDER
from log_processor.formats.syslog import rfc5424_usual, syslog_rfc3164, syslog_rfc5424, syslog_usual
from log_processor.formats.web import access, access_usual

from emulator.samples import lines

Read = Callable[[str], Parsed | None]
SIGNS = [*' -"\\\t\n?/:[],=.', "\u00a0", "\u0663", "\u00e9", "  ", '""', "\\x22"]
WORDS = (
    "0 00 007 -1 1.50 1e5 99999999999999999999 GET get M-SEARCH CONNECT HTTP/1.1 HTTP/2.0 a@b host:80 [::1] 2001:db8::1"
    " error: Jan May [ID warning: pam_unix(sshd:session): Failed kernel[ UTC 2026 last <error>"
    " a=b a= =b a='b id=-5 t=2026-05-04 x=true,"
    " https://a/b?c=d http://a:80?x TLSv1.2 TID_0a1b"
)
PIECES = st.sampled_from([*SIGNS, *WORDS.split()])
MODIFIED_MS = 1_777_881_600_000
READ_MESSAGE = build_reader(CarrierKind.SYSLOG, ORDER)
FLOW = "2 123456789012 eni-0a1b2c3d 192.0.2.{} 2001:db8::1 443 {} 6 25 20000 1777881600 1777881660 ACCEPT OK"
RFC_5424 = "<{}>1 2026-05-04T10:00:00.003Z web1 shop {} ID47 - order is ready"


def put_pairs(put: Callable[[dict[str, Any], str, int], bool | None], text: str) -> Parsed | None:
    """Return the pairs of a line, and whether it is made of them, which stands here as a level."""
    fields: dict[str, Any] = {}
    is_made = put(fields, text.rstrip(), 0)
    return None if is_made is None else Parsed(fields if is_made else {}, level=str(is_made))


USUAL: dict[str, tuple[Read, Read, lines.Lines]] = {
    "combined": (
        access_usual.parse_usual,
        access.parse_any,
        lines.generate_combined(random.Random(1), 300),
    ),
    "syslog": (
        lambda text: syslog_usual.parse_usual(text, MODIFIED_MS),
        lambda text: syslog_rfc3164.parse_any(text, MODIFIED_MS, READ_MESSAGE),
        lines.generate_syslog(random.Random(1), 300),
    ),
    "rfc5424": (
        rfc5424_usual.parse_usual,
        lambda text: syslog_rfc5424.parse_any(text, MODIFIED_MS, READ_MESSAGE),
        (RFC_5424.format(n % 192, n + 1) for n in range(300)),
    ),
    "flow": (
        lambda text: vpc_flow.PARSE_USUAL(text, 0),
        lambda text: vpc_flow.parse_any(text, 0),
        (FLOW.format(n % 250, 1024 + n) for n in range(300)),
    ),
    "logfmt": (
        lambda text: put_pairs(logfmt.put_usual_pairs, text),
        lambda text: put_pairs(logfmt.put_all_pairs, text),
        lines.generate_logfmt(random.Random(1), 300),
    ),
    "alb": (alb_usual.parse_usual, alb.parse_any, lines.generate_load_balancer(random.Random(1), 300)),
}
SAMPLES = {name: list(drawn) for name, (_, _, drawn) in USUAL.items()}
COMMON = [
    '192.0.2.1 - - [04/May/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 -',
    'web.example.com - ann@b [04/May/2026:10:00:00 +0200] "POST /a?b=c?d HTTP/2" 404 0 "https://a/" "curl/8.5"',
]


@pytest.mark.parametrize("name", USUAL)
def test_the_usual_lines_are_read_quickly(name: str) -> None:
    """The same fields in the same order, time and level; all lines of the samples are usual."""
    quick, thorough, _ = USUAL[name]
    for line in SAMPLES[name] + (COMMON if name == "combined" else []):
        read, expected = quick(line), thorough(line)
        assert read is not None, line
        assert expected is not None
        assert (read, list(read.fields)) == (expected, list(expected.fields))


@pytest.mark.parametrize("name", USUAL)
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_what_is_read_quickly_is_read_alike(name: str, data: st.DataObject) -> None:
    """Also of lines in which anything stands instead of, before or behind anything else."""
    quick, thorough, _ = USUAL[name]
    line = data.draw(st.sampled_from(SAMPLES[name]))
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(line)))
        stop = start + data.draw(st.integers(0, 3))
        line = line[:start] + data.draw(PIECES) + line[stop:]
    read = quick(line)
    if read is not None:
        expected = thorough(line)
        assert expected is not None
        assert (read, list(read.fields)) == (expected, list(expected.fields))


@pytest.mark.parametrize(
    "line",
    [
        '192.0.2.1 - - [04/May/2026:10:00:00 +0000] "GET /a\\" HTTP/1.1" 200 1',
        '192.0.2.1 - - [04/May/2026:10:00:00 +0000] "GET /a HTTP/1.1" 000 1',
        '192.0.2.1 - - [04/May/2026:10:00:00 +0000] "GET /a HTTP/1.1" 200 1 "curl/8.5" "-"',
        '192.0.2.1 - - [04/May/2026:10:00:00 +0000] "GET /a HTTP/1.1" 200 1 "-" "curl/8.5" 0.005',
        '- - - [04/May/2026:10:00:00 +0000] "GET /a HTTP/1.1" 200 1',
    ],
)
def test_other_access_lines_are_left_to_the_thorough_one(line: str) -> None:
    """Each has something that takes more than its place to understand."""
    assert access_usual.parse_usual(line) is None
    assert access.parse(line, 0) == access.parse_any(line) is not None
