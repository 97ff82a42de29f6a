"""Parse query logs of public hosted zones in Amazon Route 53."""

import re
from string import digits

from log_processor.formats.lib.format import LOG_SERVICE, Column, Embedded, Format, Parsed, StrongStart, list_columns
from log_processor.formats.lib.rows import Cell, RowLayout, find_positions, list_rules
from log_processor.formats.lib.zones import parse_iso_ms

START = re.compile(
    r"\d\.\d \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z Z[A-Z0-9]+ \S+ [A-Z0-9_-]+ [A-Z0-9_-]+ (?:UDP|TCP|-) \S+ "
    r"[0-9A-Fa-f:.]+(?: |$)"
)
MIN_WORDS = 9
CELLS = (
    Cell("version", "aws.route53.log_version"),
    Cell("time"),
    Cell("hosted_zone_id", "aws.route53.hosted_zone_id"),
    Cell("query_name", "dns.question.name"),
    Cell("query_type", "dns.question.type"),
    Cell("response_code", "dns.response_code"),
    Cell("protocol", "network.transport", str.lower),
    Cell("edge_location", "aws.route53.edge_location"),
    Cell("resolver_ip", "client.address"),
    Cell("edns_client_subnet", "aws.route53.edns_client_subnet"),
)
(TIME,) = find_positions(CELLS, "time")
LAYOUT = RowLayout(START, MIN_WORDS, list_rules(CELLS), str.split)


def parse(text: str, _last_modified_ms: int) -> Parsed | None:
    """Parse one line; return None if version, time, hosted zone or transport are not in their columns."""
    row = LAYOUT.read(text)
    return row and Parsed(row[1], parse_iso_ms(row[0][TIME]))


FORMAT = Format(
    "route53_public",
    parse,
    title="Amazon Route 53 query logs of public hosted zones",
    specification="Route 53 Developer Guide, Values that appear in DNS query logs",
    schema=(
        *list_columns(
            "aws.route53.log_version aws.route53.hosted_zone_id dns.question.name dns.question.type dns.response_code",
        ),
        Column("network.transport", note="udp, tcp"),
        Column("aws.route53.edge_location"),
        Column("client.address", note="the resolver that asked"),
        Column("aws.route53.edns_client_subnet", note="the part of its client's address that it told"),
        Column("extra", note="words beyond these"),
    ),
    sample="1.0 2026-05-04T10:00:00.130Z Z123412341234 example.com A NOERROR UDP IAD12 192.0.2.1 198.51.100.0/24",
    embedded=Embedded(LOG_SERVICE, digits, " Z"),
    strong=(
        StrongStart(re.compile(START.pattern.encode()), b"1", needs=b"Z Z", words="version, time and hosted zone"),
    ),
)
