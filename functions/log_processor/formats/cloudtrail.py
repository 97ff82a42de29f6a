"""AWS CloudTrail events, elements of a log file's `Records` (AWS CloudTrail User Guide, CloudTrail record contents).

Schema: the event's members as they stand, and beside them cloud.account.id, cloud.region, client.address,
user_agent.original, user.name, rpc.service, rpc.method, error.code, message (errorMessage). `level` is error where
the call failed.
Sample: {"eventVersion": "1.08", "eventTime": "2026-05-04T10:00:00Z", "eventSource": "s3.amazonaws.com", "eventName":
"GetObject"}
"""

from typing import Any

from log_processor.formats.base import Format
from log_processor.formats.json_lines import members_of
from log_processor.formats.timestamps import any_ms
from log_processor.record import Parsed

MEMBERS = {"eventVersion", "eventSource", "eventName"}
NAMES = {
    "recipientAccountId": "cloud.account.id",
    "awsRegion": "cloud.region",
    "sourceIPAddress": "client.address",
    "userAgent": "user_agent.original",
    "eventSource": "rpc.service",
    "eventName": "rpc.method",
    "errorCode": "error.code",
    "errorMessage": "message",
}


def parse(text: str, _near_ms: int) -> Parsed | None:
    """Read one event; None where it is no object with a version, a source and a name of an event."""
    members = members_of(text, '"eventSource"')
    if members is None or not members.keys() >= MEMBERS:
        return None
    fields: dict[str, Any] = dict(members)
    fields |= {name: members[member] for member, name in NAMES.items() if members.get(member) not in (None, "")}
    identity = members.get("userIdentity")
    if isinstance(identity, dict) and (user := identity.get("userName") or identity.get("arn")):
        fields["user.name"] = user
    return Parsed(fields, any_ms(members.get("eventTime")), "error" if "errorCode" in members else None)


FORMAT = Format("cloudtrail", parse)
