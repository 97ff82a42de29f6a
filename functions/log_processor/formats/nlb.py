"""Network Load Balancer TLS access logs (Elastic Load Balancing User Guide, Access log entries of NLB).

Schema: aws.elb.log_version, aws.elb.name, aws.elb.listener, client.*, destination.*, aws.elb.connection_time_ms,
aws.elb.tls_handshake_time_ms, source.bytes and destination.bytes (received, sent), tls.cipher, tls.protocol.version,
tls.named_group, server.address (the name asked for), aws.elb.* for the rest; `extra` for fields that AWS adds.
Sample: tls 2.0 2026-05-04T10:00:00 net/lb/c6e77e28 g3d4b5e8 192.0.2.1:5134 10.0.0.1:80 5 2 98 246 - arn:aws:acm:… -
ECDHE tlsv12 - a.example - - -
"""

import re

from log_processor.formats.base import Format
from log_processor.formats.timestamps import iso_ms
from log_processor.formats.tokens import Layout, Rule, number, put_address
from log_processor.record import Parsed

START = re.compile(r"tls \d\.\d \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")
FEWEST = 16
RULES: tuple[Rule | None, ...] = (
    ("network.protocol.name", str),
    ("aws.elb.log_version", str),
    None,
    ("aws.elb.name", str),
    ("aws.elb.listener", str),
    None,
    None,
    ("aws.elb.connection_time_ms", number),
    ("aws.elb.tls_handshake_time_ms", number),
    ("source.bytes", number),
    ("destination.bytes", number),
    ("aws.elb.incoming_tls_alert", number),
    ("aws.elb.chosen_cert_arn", str),
    ("aws.elb.chosen_cert_serial", str),
    ("tls.cipher", str),
    ("tls.protocol.version", str),
    ("tls.named_group", str),
    ("server.address", str),
    ("aws.elb.alpn_fe_protocol", str),
    ("aws.elb.alpn_be_protocol", str),
    ("aws.elb.alpn_client_preference_list", str),
    ("aws.elb.tls_connection_creation_time", str),
)
LAYOUT = Layout(START, FEWEST, RULES)


def parse(text: str, _near_ms: int) -> Parsed | None:
    """Read one line; None where it does not start as an entry or has fewer than 16 fields."""
    row = LAYOUT.read(text)
    if row is None:
        return None
    found, fields = row
    put_address(fields, "client", found[5])
    put_address(fields, "destination", found[6])
    return Parsed(fields, iso_ms(found[2]))


FORMAT = Format("nlb", parse)
