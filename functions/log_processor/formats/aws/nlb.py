"""Network Load Balancer access logs."""

import re

from log_processor.formats.lib.format import Column, Format, Parsed, columns_of
from log_processor.formats.lib.rows import Layout, Rule
from log_processor.formats.lib.timestamps import iso_ms
from log_processor.formats.lib.tokens import number, put_address

START = re.compile(
    r"[a-z]{2,9} \d\.\d \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z? \S+ \S+ (?:\S+:\d+|-) (?:\S+:\d+|-) (?:-?\d+|-) "
)
FEWEST = 16
RULES: tuple[Rule | None, ...] = (
    ("network.protocol.name", None),
    ("aws.elb.log_version", None),
    None,
    ("aws.elb.name", None),
    ("aws.elb.listener", None),
    None,
    None,
    ("aws.elb.connection_time_ms", number),
    ("aws.elb.tls_handshake_time_ms", number),
    ("source.bytes", number),
    ("destination.bytes", number),
    ("aws.elb.incoming_tls_alert", number),
    ("aws.elb.chosen_cert_arn", None),
    ("aws.elb.chosen_cert_serial", None),
    ("tls.cipher", None),
    ("tls.protocol.version", None),
    ("tls.named_group", None),
    ("server.address", None),
    ("aws.elb.alpn_fe_protocol", None),
    ("aws.elb.alpn_be_protocol", None),
    ("aws.elb.alpn_client_preference_list", None),
    ("aws.elb.tls_connection_creation_time", None),
)
LAYOUT = Layout(START, FEWEST, RULES, str.split)


def parse(text: str, _near_ms: int) -> Parsed | None:
    """Read one line; None where it does not start as an entry or has fewer than 16 fields."""
    row = LAYOUT.read(text)
    if row is None:
        return None
    found, fields = row
    put_address(fields, "client", found[5])
    put_address(fields, "destination", found[6])
    return Parsed(fields, iso_ms(found[2]))


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
        *columns_of("network.protocol.name aws.elb.log_version aws.elb.name aws.elb.listener"),
        *columns_of("aws.elb.connection_time_ms aws.elb.tls_handshake_time_ms", "ms"),
        *columns_of("aws.elb.incoming_tls_alert tls.cipher"),
        Column("tls.protocol.version", note="tlsv12"),
        Column("tls.named_group", note="the key exchange"),
        Column("server.address", note="the name asked for"),
        Column("source.bytes", "bytes", "received"),
        Column("destination.bytes", "bytes", "sent"),
        Column("destination.address", note="the listener, or the VPC endpoint"),
        *columns_of(
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
)
