"""Parse what CloudFront Functions log: the request's id, and what the function wrote."""

import re
from string import ascii_letters, digits
from typing import Any

from log_processor.formats.generic import text as plain_text
from log_processor.formats.generic.json_lines import parse_object
from log_processor.formats.lib.format import LOG_SERVICE, Column, Embedded, Format, Parsed, StrongStart
from log_processor.formats.lib.members import parse_members

BEGINS = f"{ascii_letters}{digits}-_"
SIGN = "== "
LINE = re.compile(r"([\w-]{54}==) (.*)", re.DOTALL | re.ASCII)
EVENT = re.compile(r"(START) DistributionID: (\w{1,30})|(END)")


def parse(text: str, last_modified_ms: int) -> Parsed | None:
    """Parse one line; return None if it does not begin with the id of a request."""
    match = LINE.fullmatch(text) if text[54:57] == SIGN else None
    if match is None:
        return None
    request, message = match.groups()
    members = parse_object(message)
    parsed = parse_members(members) if members is not None else plain_text.parse_message(message, last_modified_ms)
    fields: dict[str, Any] = parsed.fields
    fields["aws.cloudfront.edge_request_id"] = request
    if members is None:
        fields["message"] = message
    if event := EVENT.fullmatch(message):
        fields["aws.cloudfront.event"] = event[1] or event[3]
        if event[2]:
            fields["aws.cloudfront.distribution_id"] = event[2]
    return Parsed(fields, parsed.timestamp_ms, parsed.level)


FORMAT = Format(
    "cloudfront_function",
    parse,
    title="CloudFront Functions' logs",
    specification="Amazon CloudFront Developer Guide, CloudFront Functions logs",
    notes=(
        "A line has no time: CloudWatch Logs keeps one beside it. What a function wrote as JSON has its own members, "
        "text what it begins with, such as a level."
    ),
    schema=(
        Column("aws.cloudfront.edge_request_id"),
        Column("aws.cloudfront.event", note="START and END"),
        Column("aws.cloudfront.distribution_id", note="of START"),
        Column("message", note="what the function wrote, where it is not JSON"),
        Column("severity_text", note="with which such text begins"),
    ),
    sample="U7a4hS_RbxMBDupvKAvr8_m9gsGXvioUggLV5Oyq-vmAtH8HADpjhw== started",
    keeps_members=True,
    embedded=Embedded(LOG_SERVICE, BEGINS, SIGN),
    strong=(
        StrongStart(
            re.compile(rb"[A-Za-z0-9_-]{54}== "),
            BEGINS.encode(),
            needs=SIGN.encode(),
            words="54 letters, digits and signs of a request's id, `==` and a blank",
        ),
    ),
    signs=(SIGN,),
)
