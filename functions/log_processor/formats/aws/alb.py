"""Application Load Balancer access logs."""

import re

from log_processor.formats.lib.format import Column, Format, Parsed, columns_of
from log_processor.formats.lib.request_line import put_request
from log_processor.formats.lib.rows import Layout, Rule, fields_around
from log_processor.formats.lib.timestamps import iso_ms
from log_processor.formats.lib.tokens import number, put_address

START = re.compile(
    r"[a-z][a-z0-9]{1,9} \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z \S+ (?:\S+:\d+|-) (?:\S+:\d+|-) "
    r"-?\d+(?:\.\d+)? -?\d+(?:\.\d+)? -?\d+(?:\.\d+)? (?:\d+|-) (?:\d+|-) "
)
AFTER_AGENT = re.compile(r'" (?:[A-Z][A-Z0-9_-]+|-) (?:(?:TLS|SSL)[\w.]*|-)(?= |$)')
REQUEST, TLS_VERSION = 12, 15
FEWEST = 16
RULES: tuple[Rule | None, ...] = (
    ("network.protocol.name", None),
    None,
    ("aws.elb.name", None),
    None,
    None,
    ("aws.elb.request_processing_time_s", number),
    ("aws.elb.target_processing_time_s", number),
    ("aws.elb.response_processing_time_s", number),
    ("http.response.status_code", number),
    ("aws.elb.target_status_code", number),
    ("http.request.size", number),
    ("http.response.size", number),
    None,
    ("user_agent.original", None),
    ("tls.cipher", None),
    ("tls.protocol.version", None),
    ("aws.elb.target_group_arn", None),
    ("aws.elb.trace_id", None),
    ("server.address", None),
    ("aws.elb.chosen_cert_arn", None),
    ("aws.elb.matched_rule_priority", number),
    ("aws.elb.request_creation_time", None),
    ("aws.elb.actions_executed", None),
    ("aws.elb.redirect_url", None),
    ("error.type", None),
    ("aws.elb.target_list", None),
    ("aws.elb.target_status_code_list", None),
    ("aws.elb.classification", None),
    ("aws.elb.classification_reason", None),
    ("aws.elb.connection_trace_id", None),
    ("aws.elb.transformed_host", None),
    ("aws.elb.transformed_uri", None),
    ("aws.elb.transform_status", None),
    ("aws.elb.node_address", None),
)


def _repair(text: str) -> list[str]:
    return fields_around(text, REQUEST, AFTER_AGENT)


def _is_sound(found: list[str]) -> bool:
    return len(found) > TLS_VERSION and (found[TLS_VERSION] == "-" or found[TLS_VERSION].startswith(("TLS", "SSL")))


LAYOUT = Layout(START, FEWEST, RULES, _repair, _is_sound)


def parse(text: str, _near_ms: int) -> Parsed | None:
    """Read one line; None where it does not start as an entry or has fewer than 16 fields."""
    row = LAYOUT.read(text)
    if row is None:
        return None
    found, fields = row
    put_address(fields, "client", found[3])
    put_address(fields, "aws.elb.target", found[4])
    put_request(fields, found[REQUEST])
    return Parsed(fields, iso_ms(found[1]))


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
        *columns_of(
            "aws.elb.request_processing_time_s aws.elb.target_processing_time_s aws.elb.response_processing_time_s",
            "s",
            "-1: not sent on",
        ),
        *columns_of("http.response.status_code aws.elb.target_status_code"),
        *columns_of("http.request.size http.response.size", "bytes"),
        Column("http.request.method", note="or http.request.line where it is no request"),
        *columns_of(
            "url.full url.scheme url.domain url.port url.path url.query network.protocol.version "
            "user_agent.original tls.cipher tls.protocol.version",
        ),
        Column("server.address", note="the name asked for"),
        *columns_of("error.type client.address client.port aws.elb.target.address aws.elb.target.port"),
        Column("http.request.line", note="what is no request"),
        *columns_of(
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
)
