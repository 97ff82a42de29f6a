"""Parse log records of OpenTelemetry, which are the elements of a batch's `logRecords` (OTLP in JSON)."""

from typing import Any

from log_processor.formats.generic import json_lines
from log_processor.formats.generic.json_lines import parse_object
from log_processor.formats.lib.embedding import may_be_line
from log_processor.formats.lib.format import Carrier, CarrierKind, Column, Format, Parsed, ReadMessage, list_columns
from log_processor.formats.lib.levels import normalise_opentelemetry_number
from log_processor.formats.lib.member_levels import find_level
from log_processor.formats.lib.named_members import put_members
from log_processor.formats.lib.otlp_values import read_attributes, read_value
from log_processor.formats.lib.timestamps import parse_any_ms

SIGN = 'imeUnixNano"'
TIMES = {"timeUnixNano", "observedTimeUnixNano"}
KNOWN = TIMES | {
    *("severityNumber", "severityText", "body", "attributes", "droppedAttributesCount", "flags", "traceId", "spanId"),
    "eventName",
}
NAMES = {"severityText": "severity_text", "traceId": "trace_id", "spanId": "span_id"}


def parse(text: str, last_modified_ms: int, read: ReadMessage) -> Parsed | None:
    """Parse one log record; return None if it is no object, or has other members than a log record has."""
    members = parse_object(text, SIGN)
    if members is None or TIMES.isdisjoint(members) or not members.keys() <= KNOWN:
        return None
    body, attributes = read_value(members.get("body")), read_attributes(members.get("attributes"))
    fields: dict[str, Any] = {name: value for name, value in members.items() if name not in ("body", "attributes")}
    fields = (attributes or {}) | fields
    if attributes is None and "attributes" in members:
        fields["attributes"] = members["attributes"]
    if body is not None:
        fields["message" if isinstance(body, str) else "body"] = body
    put_members(fields, members, NAMES)
    parsed = Parsed(fields, parse_any_ms(members.get("timeUnixNano")), _find_level(members))
    if isinstance(body, str) and may_be_line(body):
        _put_line(parsed, body, last_modified_ms, read)
    if parsed.timestamp_ms is None:
        parsed.timestamp_ms = parse_any_ms(members.get("observedTimeUnixNano"))
    return parsed


def _put_line(parsed: Parsed, line: str, last_modified_ms: int, read: ReadMessage) -> None:
    """Put what `line`, the body, says beside the record's own fields, if a format reads it."""
    if (answer := read(line, last_modified_ms)) is None:
        return
    embedded, said = answer
    message = said.fields.get("message") if embedded.own_message else line
    parsed.fields = said.fields | parsed.fields | {"message": message or line}
    parsed.level = parsed.level or said.level
    if parsed.timestamp_ms is None:
        parsed.timestamp_ms = said.timestamp_ms


def _find_level(members: dict[str, Any]) -> str | None:
    number = normalise_opentelemetry_number(members.get("severityNumber"))
    return number or find_level({"severityText": members.get("severityText")})


CARRIER = Carrier(CarrierKind.MEMBER, parse)
FORMAT = Format(
    "otlp_log",
    CARRIER.bind(),
    title="OpenTelemetry's log records, elements of a batch's `logRecords`",
    specification="OpenTelemetry Protocol Specification 1.x, JSON Protobuf Encoding; Logs Data Model",
    notes=(
        "As the collector's exporters for files and S3 write them, a batch a line or an object. An attribute of "
        "the record or of its resource is a field under its own key, with its plain value; the record's win. A body "
        "that is a line of a format of its own has its fields beside these. The time is the record's, else that "
        "of such a line, else when the record was observed; the level that of `severityNumber`, else of "
        "`severityText`, else that line's. Other members stand under their own names."
    ),
    schema=(
        Column("message", note="a body of text"),
        Column("body", note="any other body, as a plain value"),
        *list_columns("severity_text trace_id span_id"),
        Column("otel.scope.*", note="stands around the records"),
    ),
    sample=(
        '{"timeUnixNano": "1777888800123456789", "severityNumber": 9, "body": {"stringValue": "up"}, '
        '"attributes": [{"key": "port", "value": {"intValue": "8080"}}]}'
    ),
    keeps_members=True,
    embedded=None,
    carrier=CARRIER,
    strong=json_lines.build_strong_starts(SIGN.encode(), json_lines.is_event),
    signs=(SIGN,),
)
