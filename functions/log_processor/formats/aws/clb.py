"""Parse access logs of Classic Load Balancers."""

import re

from log_processor.formats.aws.alb import AFTER_AGENT
from log_processor.formats.lib.format import Column, Format, Parsed, StrongStart, list_columns
from log_processor.formats.lib.numbers import parse_decimal, parse_number
from log_processor.formats.lib.request_line import put_request
from log_processor.formats.lib.rows import Cell, RowLayout, find_positions, list_rules, split_unescaped_row
from log_processor.formats.lib.tokens import put_address
from log_processor.formats.lib.zones import read_iso_ms

START = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z \S+ (?:\S+:\d+|-) (?:\S+:\d+|-) -?\d+(?:\.\d+)? -?\d+(?:\.\d+)? "
    r"-?\d+(?:\.\d+)? (?:\d+|-) (?:\d+|-) "
)
MIN_WORDS = 12
CELLS = (
    Cell("time"),
    Cell("elb", "aws.elb.name"),
    Cell("client:port"),
    Cell("backend:port"),
    Cell("request_processing_time", "aws.elb.request_processing_time_s", parse_decimal),
    Cell("backend_processing_time", "aws.elb.target_processing_time_s", parse_decimal),
    Cell("response_processing_time", "aws.elb.response_processing_time_s", parse_decimal),
    Cell("elb_status_code", "http.response.status_code", parse_number),
    Cell("backend_status_code", "aws.elb.target_status_code", parse_number),
    Cell("received_bytes", "http.request.size", parse_number),
    Cell("sent_bytes", "http.response.size", parse_number),
    Cell("request"),
    Cell("user_agent", "user_agent.original"),
    Cell("ssl_cipher", "tls.cipher"),
    Cell("ssl_protocol", "tls.protocol.version"),
)
TIME, CLIENT, TARGET, REQUEST, TLS_VERSION = find_positions(CELLS, "time client:port backend:port request ssl_protocol")


def _repair(text: str) -> list[str]:
    return split_unescaped_row(text, REQUEST, AFTER_AGENT)


def _is_sound(words: list[str]) -> bool:
    """Tell whether the TLS version is in its column; a row without the columns of TLS has exactly 12."""
    if len(words) <= TLS_VERSION:
        return len(words) == MIN_WORDS
    return words[TLS_VERSION] == "-" or words[TLS_VERSION].startswith(("TLS", "SSL"))


LAYOUT = RowLayout(START, MIN_WORDS, list_rules(CELLS), _repair, _is_sound)


def parse(text: str, _last_modified_ms: int) -> Parsed | None:
    """Parse one line; return None if it does not begin like a row, or has fewer than 12 words."""
    row = LAYOUT.read(text)
    if row is None:
        return None
    words, fields = row
    put_address(fields, "client", words[CLIENT])
    put_address(fields, "aws.elb.target", words[TARGET])
    put_request(fields, words[REQUEST])
    return Parsed(fields, read_iso_ms(words[TIME]))


KEY = re.compile(r"(?:^|/)elasticloadbalancing/")
FORMAT = Format(
    "clb",
    parse,
    title="Classic Load Balancer access logs",
    specification="User Guide for Classic Load Balancers, Access log entries",
    notes=(
        "The record's time is when the load balancer received the request. TCP listeners leave codes and "
        "request out; old entries end with the request."
    ),
    schema=(
        Column("aws.elb.name"),
        *list_columns(
            "aws.elb.request_processing_time_s aws.elb.target_processing_time_s aws.elb.response_processing_time_s",
            "s",
            "-1: not sent on",
            decimals=6,
        ),
        *list_columns("http.response.status_code aws.elb.target_status_code"),
        *list_columns("http.request.size http.response.size", "bytes"),
        *list_columns(
            "http.request.method url.full url.scheme url.domain url.port url.path url.query "
            "network.protocol.version user_agent.original tls.cipher tls.protocol.version",
        ),
        Column("aws.elb.target.address", note="the instance"),
        *list_columns("aws.elb.target.port client.address client.port"),
        Column("extra", note="fields that AWS adds"),
    ),
    sample=(
        "2026-05-04T10:00:00.945958Z my-lb 192.0.2.1:2817 10.0.0.1:80 0.000073 0.001 0.00005 200 200 0 29 "
        '"GET http://h:80/ HTTP/1.1" "curl" - -'
    ),
    embedded=None,
    key=KEY,
    strong=(
        StrongStart(
            re.compile(START.pattern.encode()),
            b"2",
            needs=b"Z ",
            words="time, name, client and port, backend, durations",
        ),
    ),
)
