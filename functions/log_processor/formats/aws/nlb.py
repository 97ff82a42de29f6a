"""Parse access logs of Network Load Balancers."""

import re

from log_processor.formats.lib.format import Column, Format, Parsed, StrongStart, list_columns
from log_processor.formats.lib.numbers import parse_number
from log_processor.formats.lib.rows import Cell, RowLayout, find_positions, list_rules
from log_processor.formats.lib.tokens import put_address
from log_processor.formats.lib.zones import read_iso_ms

START = re.compile(
    r"[a-z]{2,9} \d\.\d \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z? \S+ \S+ (?:\S+:\d+|-) (?:\S+:\d+|-) (?:-?\d+|-) "
)
MIN_WORDS = 16
CELLS = (
    Cell("type", "network.protocol.name"),
    Cell("version", "aws.elb.log_version"),
    Cell("time"),
    Cell("elb", "aws.elb.name"),
    Cell("listener", "aws.elb.listener"),
    Cell("client:port"),
    Cell("destination:port"),
    Cell("connection_time", "aws.elb.connection_time_ms", parse_number),
    Cell("tls_handshake_time", "aws.elb.tls_handshake_time_ms", parse_number),
    Cell("received_bytes", "source.bytes", parse_number),
    Cell("sent_bytes", "destination.bytes", parse_number),
    Cell("incoming_tls_alert", "aws.elb.incoming_tls_alert", parse_number),
    Cell("chosen_cert_arn", "aws.elb.chosen_cert_arn"),
    Cell("chosen_cert_serial", "aws.elb.chosen_cert_serial"),
    Cell("tls_cipher", "tls.cipher"),
    Cell("tls_protocol_version", "tls.protocol.version"),
    Cell("tls_named_group", "tls.named_group"),
    Cell("domain_name", "server.address"),
    Cell("alpn_fe_protocol", "aws.elb.alpn_fe_protocol"),
    Cell("alpn_be_protocol", "aws.elb.alpn_be_protocol"),
    Cell("alpn_client_preference_list", "aws.elb.alpn_client_preference_list"),
    Cell("tls_connection_creation_time", "aws.elb.tls_connection_creation_time"),
)
TIME, CLIENT, DESTINATION = find_positions(CELLS, "time client:port destination:port")
LAYOUT = RowLayout(START, MIN_WORDS, list_rules(CELLS), str.split)


def parse(text: str, _last_modified_ms: int) -> Parsed | None:
    """Parse one line; return None if it does not begin like a row, or has fewer than 16 words."""
    row = LAYOUT.read(text)
    if row is None:
        return None
    words, fields = row
    put_address(fields, "client", words[CLIENT])
    put_address(fields, "destination", words[DESTINATION])
    return Parsed(fields, read_iso_ms(words[TIME]))


KEY = re.compile(r"(?:^|/)elasticloadbalancing/")
FORMAT = Format(
    "nlb",
    parse,
    title="Network Load Balancer access logs",
    specification="User Guide for Network Load Balancers, Access log entries",
    notes=(
        "Only TLS listeners write them; versions 1.0 and 2.0, 18 to 22 fields. Times have no zone: UTC. The "
        "record's time is when the connection ended; when it began is `aws.elb.tls_connection_creation_time`."
    ),
    schema=(
        *list_columns("network.protocol.name aws.elb.log_version aws.elb.name aws.elb.listener"),
        *list_columns("aws.elb.connection_time_ms aws.elb.tls_handshake_time_ms", "ms"),
        *list_columns("aws.elb.incoming_tls_alert tls.cipher"),
        Column("tls.protocol.version", note="tlsv12"),
        Column("tls.named_group", note="the key exchange"),
        Column("server.address", note="the name asked for"),
        Column("source.bytes", "bytes", "received"),
        Column("destination.bytes", "bytes", "sent"),
        Column("destination.address", note="the listener, or the VPC endpoint"),
        *list_columns(
            "destination.port client.address client.port aws.elb.chosen_cert_arn "
            "aws.elb.tls_connection_creation_time aws.elb.alpn_fe_protocol aws.elb.alpn_be_protocol "
            "aws.elb.alpn_client_preference_list",
        ),
        Column("extra", note="fields that AWS adds"),
    ),
    sample=(
        "tls 2.0 2026-05-04T10:00:00 net/lb/c6e77e28 g3d4b5e8 192.0.2.1:5134 10.0.0.1:80 5 2 98 246 - "
        "arn:aws:acm:us-east-1:123456789012:certificate/2a10 - ECDHE tlsv12 - a.example - - -"
    ),
    embedded=None,
    key=KEY,
    strong=(
        StrongStart(
            re.compile(START.pattern.encode()), b"tu", needs=b" net/", words="type, version, time, name and listener"
        ),
    ),
)
