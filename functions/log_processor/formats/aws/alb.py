"""Parse access logs of Application Load Balancers."""

import re

from log_processor.formats.aws.alb_usual import parse_usual
from log_processor.formats.lib.format import Column, Format, Parsed, StrongStart, list_columns
from log_processor.formats.lib.lazy import compile_lazily
from log_processor.formats.lib.numbers import parse_decimal, parse_number
from log_processor.formats.lib.request_line import put_request
from log_processor.formats.lib.rows import Cell, RowLayout, find_positions, list_rules, split_unescaped_row
from log_processor.formats.lib.tokens import put_address
from log_processor.formats.lib.zones import read_iso_ms

START = re.compile(
    r"[a-z][a-z0-9]{1,9} \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z \S+ (?:\S+:\d+|-) (?:\S+:\d+|-) "
    r"-?\d+(?:\.\d+)? -?\d+(?:\.\d+)? -?\d+(?:\.\d+)? (?:\d+|-) (?:\d+|-) "
)
AFTER_AGENT = compile_lazily(r'" (?:[A-Z][A-Z0-9_-]+|-) (?:(?:TLS|SSL)[\w.]*|-)(?= |$)')
MIN_WORDS = 16
CELLS = (
    Cell("type", "network.protocol.name"),
    Cell("time"),
    Cell("elb", "aws.elb.name"),
    Cell("client:port"),
    Cell("target:port"),
    Cell("request_processing_time", "aws.elb.request_processing_time_s", parse_decimal),
    Cell("target_processing_time", "aws.elb.target_processing_time_s", parse_decimal),
    Cell("response_processing_time", "aws.elb.response_processing_time_s", parse_decimal),
    Cell("elb_status_code", "http.response.status_code", parse_number),
    Cell("target_status_code", "aws.elb.target_status_code", parse_number),
    Cell("received_bytes", "http.request.size", parse_number),
    Cell("sent_bytes", "http.response.size", parse_number),
    Cell("request"),
    Cell("user_agent", "user_agent.original"),
    Cell("ssl_cipher", "tls.cipher"),
    Cell("ssl_protocol", "tls.protocol.version"),
    Cell("target_group_arn", "aws.elb.target_group_arn"),
    Cell("trace_id", "aws.elb.trace_id"),
    Cell("domain_name", "server.address"),
    Cell("chosen_cert_arn", "aws.elb.chosen_cert_arn"),
    Cell("matched_rule_priority", "aws.elb.matched_rule_priority", parse_number),
    Cell("request_creation_time", "aws.elb.request_creation_time"),
    Cell("actions_executed", "aws.elb.actions_executed"),
    Cell("redirect_url", "aws.elb.redirect_url"),
    Cell("error_reason", "error.type"),
    Cell("target:port_list", "aws.elb.target_list"),
    Cell("target_status_code_list", "aws.elb.target_status_code_list"),
    Cell("classification", "aws.elb.classification"),
    Cell("classification_reason", "aws.elb.classification_reason"),
    Cell("conn_trace_id", "aws.elb.connection_trace_id"),
    Cell("transformed_host", "aws.elb.transformed_host"),
    Cell("transformed_uri", "aws.elb.transformed_uri"),
    Cell("request_transform_status", "aws.elb.transform_status"),
    Cell("node", "aws.elb.node_address"),
)
TIME, CLIENT, TARGET, REQUEST, TLS_VERSION = find_positions(CELLS, "time client:port target:port request ssl_protocol")


def _repair(text: str) -> list[str]:
    """Split a row whose user agent has unescaped quotes."""
    return split_unescaped_row(text, REQUEST, AFTER_AGENT)


def _is_sound(words: list[str]) -> bool:
    """Tell whether the TLS version is in its column, so that every column before it is too."""
    return len(words) > TLS_VERSION and (words[TLS_VERSION] == "-" or words[TLS_VERSION].startswith(("TLS", "SSL")))


LAYOUT = RowLayout(START, MIN_WORDS, list_rules(CELLS), _repair, _is_sound)


def parse(text: str, _last_modified_ms: int) -> Parsed | None:
    """Parse one line; return None if it does not begin like a row, or has fewer than 16 words."""
    return parse_usual(text) or parse_any(text)


def parse_any(text: str) -> Parsed | None:
    """Parse a row of any kind; return None if it is none."""
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
    "alb",
    parse,
    title="Application Load Balancer access logs",
    specification="User Guide for Application Load Balancers, Access log entries",
    notes=(
        "Entries have 16 to 34 fields: AWS adds new ones at the end, and announces them by a `-`. The record's "
        "time is when the response was sent, or a WebSocket closed; when the request came is "
        "`aws.elb.request_creation_time`."
    ),
    schema=(
        Column("network.protocol.name", note="http, https, h2, grpcs, ws, wss"),
        Column("aws.elb.name"),
        *list_columns(
            "aws.elb.request_processing_time_s aws.elb.target_processing_time_s aws.elb.response_processing_time_s",
            "s",
            "-1: not sent on",
            decimals=3,
        ),
        *list_columns("http.response.status_code aws.elb.target_status_code"),
        *list_columns("http.request.size http.response.size", "bytes"),
        Column("http.request.method", note="or http.request.line where it is no request"),
        *list_columns(
            "url.full url.scheme url.domain url.port url.path url.query network.protocol.version "
            "user_agent.original tls.cipher tls.protocol.version",
        ),
        Column("server.address", note="the name asked for"),
        *list_columns("error.type client.address client.port aws.elb.target.address aws.elb.target.port"),
        Column("http.request.line", note="what is no request"),
        *list_columns(
            "aws.elb.target_group_arn aws.elb.trace_id aws.elb.matched_rule_priority "
            "aws.elb.request_creation_time aws.elb.actions_executed aws.elb.target_list "
            "aws.elb.target_status_code_list aws.elb.classification aws.elb.classification_reason "
            "aws.elb.connection_trace_id aws.elb.node_address aws.elb.chosen_cert_arn aws.elb.redirect_url "
            "aws.elb.transformed_host aws.elb.transformed_uri aws.elb.transform_status",
        ),
        Column("extra", note="fields that AWS adds"),
    ),
    sample=(
        "http 2026-05-04T10:00:00.186641Z app/lb/50dc6c49 192.0.2.1:2817 10.0.0.1:80 0.0 0.001 0.0 200 200 34 "
        '366 "GET http://h:80/ HTTP/1.1" "curl" - -'
    ),
    embedded=None,
    key=KEY,
    strong=(
        StrongStart(
            re.compile(START.pattern.encode()),
            b"hgw",
            needs=b"Z ",
            words="type, time, name, client and port",
        ),
    ),
)
