"""Parse connection logs of Application Load Balancers."""

import re
from typing import Any

from log_processor.formats.lib.format import Column, Format, Parsed, StrongStart, list_columns
from log_processor.formats.lib.numbers import parse_decimal, parse_number
from log_processor.formats.lib.rows import Cell, RowLayout, find_positions, list_rules, split_escaped_row
from log_processor.formats.lib.tokens import ABSENT
from log_processor.formats.lib.zones import read_iso_ms

START = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z [0-9A-Fa-f:.]+ (?:\d+|-) \d+ (?:(?:TLS|SSL)[\w.]*|-) \S+ "
    r"(?:\d+(?:\.\d+)?|-) "
)
MIN_WORDS = 11
CELLS = (
    Cell("timestamp"),
    Cell("client_ip", "client.address"),
    Cell("client_port", "client.port", parse_number),
    Cell("listener_port", "server.port", parse_number),
    Cell("tls_protocol", "tls.protocol.version"),
    Cell("tls_cipher", "tls.cipher"),
    Cell("tls_handshake_latency", "aws.elb.tls_handshake_latency_s", parse_decimal),
    Cell("leaf_client_cert_subject", "tls.client.subject"),
    Cell("leaf_client_cert_validity"),
    Cell("leaf_client_cert_serial_number", "aws.elb.client_cert_serial_number"),
    Cell("tls_verify_status", "aws.elb.tls_verify_status"),
    Cell("conn_trace_id", "aws.elb.connection_trace_id"),
    Cell("tls_named_group", "tls.named_group"),
    Cell("elb", "aws.elb.name"),
    Cell("node", "aws.elb.node_address"),
)
TIME, VALIDITY, STATUS = find_positions(CELLS, "timestamp leaf_client_cert_validity tls_verify_status")
BOUNDS = {"NotBefore": "tls.client.not_before", "NotAfter": "tls.client.not_after"}


def _put_validity(fields: dict[str, Any], word: str) -> None:
    """Put the two ends of a certificate's validity, from `NotBefore=…;NotAfter=…`."""
    for bound in word.split(";"):
        name, _, moment = bound.partition("=")
        if name in BOUNDS and moment not in ABSENT:
            fields[BOUNDS[name]] = moment


LAYOUT = RowLayout(START, MIN_WORDS, list_rules(CELLS), split_escaped_row)


def parse(text: str, _last_modified_ms: int) -> Parsed | None:
    """Parse one line; return None if it does not begin like a row, or has fewer than 11 words."""
    row = LAYOUT.read(text)
    if row is None:
        return None
    words, fields = row
    _put_validity(fields, words[VALIDITY])
    failed, _, reason = words[STATUS].partition(":")
    if failed == "Failed" and reason:
        fields["error.type"] = reason
    return Parsed(fields, read_iso_ms(words[TIME]), "error" if failed == "Failed" else None)


KEY = re.compile(r"(?:^|/)elasticloadbalancing/")
FORMAT = Format(
    "alb_connection",
    parse,
    title="Application Load Balancer connection logs",
    specification="User Guide for Application Load Balancers, Connection log entries",
    notes=(
        "Entries have 11 to 15 fields: AWS adds new ones at the end, and announces them by a `-`. The record's "
        "time is when the connection was established, or failed to be. `level` is error where the connection "
        "failed."
    ),
    schema=(
        *list_columns("client.address client.port"),
        Column("server.port", note="the listener's"),
        *list_columns("tls.protocol.version tls.cipher"),
        Column("aws.elb.tls_handshake_latency_s", "s", decimals=3),
        *list_columns("tls.client.subject tls.client.not_before"),
        Column("tls.client.not_after", note="ISO 8601"),
        Column("aws.elb.client_cert_serial_number"),
        Column("aws.elb.tls_verify_status", note="Success, or Failed with a reason"),
        Column("error.type", note="the reason"),
        Column("aws.elb.connection_trace_id", note="as in the access log"),
        Column("tls.named_group", note="the key exchange"),
        *list_columns("aws.elb.name aws.elb.node_address"),
        Column("extra", note="fields that AWS adds"),
    ),
    sample=(
        '2026-05-04T10:00:00.514108Z 192.0.2.1 36280 443 TLSv1.2 ECDHE-RSA-AES128-GCM-SHA256 0.036 "CN=a,O=b" '
        "NotBefore=2026-01-01T00:00:00Z;NotAfter=2027-01-01T00:00:00Z FEF257372D5C14D4 Success "
        "TID_3180a73013c8ca4b"
    ),
    embedded=None,
    key=KEY,
    strong=(
        StrongStart(
            re.compile(START.pattern.encode()),
            b"2",
            needs=b"Z ",
            words="time, client, its port and the listener's, and the protocol of TLS",
        ),
    ),
)
