"""Parse log events of CloudWatch Logs: elements of a subscription payload's `logEvents`, or of fetched `events`."""

from log_processor.formats.aws.embedded import parse_embedded
from log_processor.formats.generic import json_lines
from log_processor.formats.generic import text as any_text
from log_processor.formats.generic.json_lines import parse_object
from log_processor.formats.lib.format import Carrier, CarrierKind, Column, Format, Parsed, ReadMessage, list_columns
from log_processor.formats.lib.timestamps import parse_any_ms

SIGN = '"message"'
MEMBERS = {"id", "timestamp", "message"}
EXTRACTED = "extractedFields"
KNOWN = MEMBERS | {EXTRACTED}
STREAM, INGESTED = "logStreamName", "ingestionTime"
FETCHED = {"timestamp", "message", INGESTED}
FETCHED_KNOWN = FETCHED | {STREAM, "eventId"}
"""The members of an event that was asked for, as `aws logs filter-log-events` does."""


def parse(text: str, last_modified_ms: int, read: ReadMessage) -> Parsed | None:
    """Parse one event; return None if it is no object, or has other members than an event has."""
    members = parse_object(text, SIGN)
    if members is None or not (MEMBERS <= members.keys() <= KNOWN or FETCHED <= members.keys() <= FETCHED_KNOWN):
        return None
    uid, message = members.get("id", members.get("eventId", "")), members["message"]
    if not isinstance(message, str) or not isinstance(uid, str) or not (uid or "0").isdecimal():
        return None
    parsed = parse_embedded(message, last_modified_ms, read) or _parse_text(message, last_modified_ms)
    fields = parsed.fields
    if EXTRACTED in members:
        fields = {EXTRACTED: members[EXTRACTED]} | fields
    if uid:
        fields["log.record.uid"] = uid
    if INGESTED in members:
        fields[INGESTED] = members[INGESTED]
    if STREAM in members:
        fields["aws.log.stream.names"] = [members[STREAM]]
    return Parsed(fields, parse_any_ms(members["timestamp"]), parsed.level)


def _parse_text(message: str, last_modified_ms: int) -> Parsed:
    """Parse a message of no named format: keep it whole as `message`, and take a level or a time from its beginning."""
    parsed = any_text.parse_message(message, last_modified_ms)
    parsed.fields["message"] = message
    return parsed


CARRIER = Carrier(CarrierKind.LOG_SERVICE, parse)
FORMAT = Format(
    "cloudwatch_event",
    CARRIER.bind(),
    title="CloudWatch Logs' log events, delivered (`logEvents`) or asked for (`events`)",
    specification="Amazon CloudWatch Logs User Guide, Real-time processing of log data with subscriptions",
    notes=(
        "A message is a log line of its own, and is read as one; text has what it begins with, such as a "
        "level. The time is the event's. A control message, which checks that the destination can be reached, "
        "is a record like any other; `exclude = ['CWL CONTROL MESSAGE']` in a route leaves it out."
    ),
    schema=(
        Column("log.record.uid", note="the event's id"),
        Column("message"),
        *list_columns("aws.log.group.names aws.log.stream.names", note="stands around the events"),
        Column("extractedFields", note="as they stand"),
        Column("ingestionTime", note="of an event that was asked for"),
        Column("cloud.account.id", note="stands around the events"),
    ),
    sample=(
        '{"id": "3195310660696698337880902507980421114328961542429822156", "timestamp": 1777888800123, "message": "up"}'
    ),
    keeps_members=True,
    embedded=None,
    carrier=CARRIER,
    strong=json_lines.build_strong_starts(SIGN.encode(), json_lines.is_event),
    signs=(SIGN,),
)
