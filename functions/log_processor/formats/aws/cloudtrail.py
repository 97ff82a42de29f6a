"""Parse AWS CloudTrail events, which are the elements of a log file's `Records`."""

import re
from typing import Any

from log_processor.formats.generic import json_lines
from log_processor.formats.generic.json_lines import parse_object
from log_processor.formats.lib.format import LOG_SERVICE, Column, Embedded, Format, Parsed, list_columns
from log_processor.formats.lib.named_members import put_members
from log_processor.formats.lib.timestamps import parse_any_ms

Names = dict[str, str]
SIGN = '"eventSource"'
EVENT: Names = {
    "recipientAccountId": "cloud.account.id",
    "awsRegion": "cloud.region",
    "sourceIPAddress": "client.address",
    "userAgent": "user_agent.original",
    "requestID": "aws.request_id",
    "errorCode": "error.code",
    "errorMessage": "message",
}
CALL: Names = {"eventSource": "rpc.service", "eventName": "rpc.method"}
IDENTITY: Names = {
    "accountId": "cloud.account.id",
    "principalId": "user.id",
    "arn": "user.name",
    "userName": "user.name",  # rather than the ARN, where there is one
}
TLS: Names = {
    "tlsVersion": "tls.protocol.version",
    "cipherSuite": "tls.cipher",
    "clientProvidedHostHeader": "server.address",
}
NOTIFIER = "aws:"
"""Begins the source of an event that a service sends to a function, `aws:s3`; a trail has `s3.amazonaws.com`."""


def parse(text: str, _last_modified_ms: int) -> Parsed | None:
    """Parse one event; return None if it is no object with the version, source and name of an event."""
    members = parse_object(text, SIGN)
    if members is None or "eventVersion" not in members:
        return None
    call = members if "eventName" in members else members.get("insightDetails")
    if not isinstance(call, dict) or not call.keys() >= CALL.keys() or str(call["eventSource"]).startswith(NOTIFIER):
        return None
    fields: dict[str, Any] = dict(members)
    put_members(fields, members.get("userIdentity"), IDENTITY)
    put_members(fields, members.get("tlsDetails"), TLS)
    put_members(fields, call, CALL)
    put_members(fields, members, EVENT)
    failed = members.get("errorCode") or members.get("errorMessage")
    return Parsed(fields, parse_any_ms(members.get("eventTime")), "error" if failed else None)


KEY = re.compile(r"(?:^|/)CloudTrail(?:-Insight)?/")
FORMAT = Format(
    "cloudtrail",
    parse,
    title="AWS CloudTrail events, elements of a log file's `Records`",
    specification="AWS CloudTrail User Guide, CloudTrail record contents",
    notes=(
        "Management, data and network activity events, and Insights events, whose source and name stand in "
        "their details. The event's members stand under their own names, and these beside them. `level` is "
        "error where the call failed."
    ),
    schema=(
        *list_columns(
            "cloud.region client.address user_agent.original user.name user.id rpc.service rpc.method "
            "aws.request_id tls.protocol.version tls.cipher",
        ),
        Column("server.address", note="the host asked for"),
        Column("error.code"),
        Column("message", note="errorMessage"),
        Column("cloud.account.id", note="the recipient's, or else the caller's"),
    ),
    sample=(
        '{"eventVersion": "1.08", "eventTime": "2026-05-04T10:00:00Z", "eventSource": "s3.amazonaws.com", '
        '"eventName": "GetObject"}'
    ),
    keeps_members=True,
    embedded=Embedded(LOG_SERVICE, "{", SIGN),
    key=KEY,
    strong=json_lines.build_strong_starts(SIGN.encode()),
    signs=(SIGN,),
)
