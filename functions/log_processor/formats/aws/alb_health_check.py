"""Parse health check logs of Application Load Balancers."""

import re

from log_processor.formats.lib.format import Column, Format, Parsed, StrongStart, list_columns
from log_processor.formats.lib.numbers import parse_decimal, parse_number
from log_processor.formats.lib.rows import Cell, RowLayout, find_positions, list_rules, split_escaped_row
from log_processor.formats.lib.tokens import put_address
from log_processor.formats.lib.zones import read_iso_ms

START = re.compile(
    r"[a-z][a-z0-9]{1,9} \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z (?:-?\d+(?:\.\d+)?|-) \S+ \S+ "
    r"(?:PASS|FAIL) "
)
MIN_WORDS = 8
CELLS = (
    Cell("type", "network.protocol.name"),
    Cell("time"),
    Cell("latency", "aws.elb.health_check.latency_s", parse_decimal),
    Cell("target_addr"),
    Cell("target_group_id", "aws.elb.target_group"),
    Cell("status", "aws.elb.health_check.status"),
    Cell("status_code", "aws.elb.target_status_code", parse_number),
    Cell("reason_code", "error.type"),
    Cell("elb", "aws.elb.name"),
    Cell("node", "aws.elb.node_address"),
)
TIME, TARGET, STATUS = find_positions(CELLS, "time target_addr status")
LAYOUT = RowLayout(START, MIN_WORDS, list_rules(CELLS), split_escaped_row)


def parse(text: str, _last_modified_ms: int) -> Parsed | None:
    """Parse one line; return None if it does not begin like a row, or has fewer than 8 words."""
    row = LAYOUT.read(text)
    if row is None:
        return None
    words, fields = row
    if words[TARGET].startswith("arn:"):
        fields["aws.elb.target.arn"] = words[TARGET]
    else:
        put_address(fields, "aws.elb.target", words[TARGET])
    return Parsed(fields, read_iso_ms(words[TIME]), "error" if words[STATUS] == "FAIL" else None)


KEY = re.compile(r"(?:^|/)elasticloadbalancing/")
FORMAT = Format(
    "alb_health_check",
    parse,
    title="Application Load Balancer health check logs",
    specification="User Guide for Application Load Balancers, Health check log entries",
    notes=(
        "Entries have 8 to 10 fields: AWS adds new ones at the end, and announces them by a `-`. The record's "
        "time is when the check was begun. `level` is error where the check failed."
    ),
    schema=(
        Column("network.protocol.name", note="http, https, h2, grpc, or lambda"),
        Column("aws.elb.health_check.latency_s", "s", decimals=9),
        Column("aws.elb.target_group"),
        Column("aws.elb.health_check.status", note="PASS, FAIL"),
        Column("aws.elb.target_status_code", note="the target's answer"),
        Column("error.type", note="why it failed"),
        *list_columns("aws.elb.name aws.elb.node_address aws.elb.target.address aws.elb.target.port"),
        Column("aws.elb.target.arn", note="of a function"),
        Column("extra", note="fields that AWS adds"),
    ),
    sample="http 2026-05-04T10:00:00.875678Z 0.019584011 10.0.0.1:80 shop PASS 200 -",
    embedded=None,
    key=KEY,
    strong=(
        StrongStart(
            re.compile(START.pattern.encode()),
            b"hgw",
            needs=b"Z ",
            words="type, time, latency, target, and `PASS` or `FAIL`",
        ),
    ),
)
