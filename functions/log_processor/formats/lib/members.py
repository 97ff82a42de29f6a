"""Find the time, level and message of a JSON object or of logfmt pairs, under the keys that loggers usually give them.

The members keep their names; `message` is added if only another usual key has the text. Times may be nested (MongoDB,
log4j, protobuf). A batch of OpenTelemetry has the time of its first record, and the level and message of its only one.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from log_processor.formats.lib.format import Parsed
from log_processor.formats.lib.member_levels import find_level
from log_processor.formats.lib.timestamps import parse_any_ms

Members = Mapping[str, Any]
TIME_KEYS = (
    *("timestamp", "time", "@timestamp", "ts", "t", "@t", "datetime", "eventtime", "date", "eventTime", "asctime"),
    *("timeMillis", "instant", "created_at", "started_at", "Timestamp", "Time", "TimeStamp", "EventTime", "Datetime"),
    *("event_time", "timeUnixNano", "time_unix_nano", "observedTimeUnixNano", "startTimeUnixNano", "time_iso8601"),
    *("time_local", "__REALTIME_TIMESTAMP", "_SOURCE_REALTIME_TIMESTAMP", "EdgeStartTimestamp", "start_time"),
    *("startTime", "requestReceivedTimestamp", "StartUTC", "TimeGenerated", "event_timestamp", "timereported"),
    *("published", "msec", "requestTimeEpoch", "requestTime", "reqTimeSec", "EventTimestampMs", "lastTimestamp"),
    *("created", "createdAt", "unixTime", "timestampSeconds", "_time", "CreationTime", "CreatedAt", "firstTimestamp"),
    *("receiveTimestamp", "configurationItemCaptureTime", "date_create", "logged_at", "T"),
)
LATE_TIMES = (
    *(("id", "time"), ("event", "created"), ("event", "start"), ("result", "_time"), ("metadata", "creationTimestamp")),
    *(("end",), ("rt",), ("start",), ("audit_record", "timestamp")),
)
"""Where the time is if no usual key has one: Google Workspace, Elastic, Splunk, Kubernetes, ArcSight, MySQL's audit."""
MESSAGE_KEYS = (
    *("message", "msg", "log", "@m", "@mt", "@message", "MESSAGE", "Message", "RenderedMessage", "MessageTemplate"),
    *("short_message", "textPayload", "body", "Body", "text", "event", "_msg", "M"),
)
HOLDERS = ("log", "@fields", "fields", "jsonPayload", "record")
"""Members in which the Elastic Common Schema, old Logstash, Cloud Logging and Loguru nest time, level or message."""
BATCHES = (("resourceLogs", "scopeLogs", "logRecords"), ("resourceSpans", "scopeSpans", "spans"))
NESTING = frozenset((*HOLDERS, *(path[0] for path in BATCHES)))
TIME_SET, MESSAGE_SET = frozenset(TIME_KEYS), frozenset(MESSAGE_KEYS)
COMPACT_TEXTS = frozenset({"@m", "@mt"})


def parse_members(members: dict[str, Any]) -> Parsed:
    """Return the members with their time and level; add `message` to them if only another key has it."""
    moment = _find_own_time(members)
    if moment is None:
        moment = _find_nested_time(members)
    level = find_level(members) or _find_other_level(members)
    if "message" not in members and (message := _find_message(members)):
        members["message"] = message
    return Parsed(members, moment, level)


def find_time(members: Members) -> int | None:
    """Return the time of the first usual key that holds one, in epoch milliseconds."""
    moment = _find_own_time(members)
    return _find_nested_time(members) if moment is None else moment


def _find_nested_time(members: Members) -> int | None:
    nested = next(filter(None, map(_find_own_time, _iter_nested(members, first=True))), None)
    return nested or next(filter(None, (_read_late_time(members, path) for path in LATE_TIMES)), None)


def _read_late_time(members: Members, path: Sequence[str]) -> int | None:
    held: Any = members
    for name in path:
        held = held.get(name) if isinstance(held, Mapping) else None
    return parse_any_ms(held)


def _find_own_time(members: Members) -> int | None:
    if not TIME_SET.isdisjoint(members):
        for key in TIME_KEYS:
            if key in members:
                value = members[key]
                moment = parse_any_ms(value) if type(value) is str and key != "date" else _read_time(key, members)
                if moment is not None:
                    return moment
    return None


def _read_time(key: str, members: Members) -> int | None:
    value = members[key]
    if key == "timestampSeconds":  # Cloud Logging's agents
        value = {"seconds": value, "nanos": members.get("timestampNanos", 0)}
    if isinstance(value, dict):
        return _parse_nested_ms(value)
    moment = parse_any_ms(value)
    if key == "date" and moment is not None and "time" in members:
        zone = members.get("tz", members.get("timezone", ""))
        return parse_any_ms(f"{value} {members['time']} {zone}".strip()) or moment
    return moment


def _parse_nested_ms(value: Members) -> int | None:
    """Return the time of an object: Extended JSON's `$date`, log4j's `instant`, protobuf's Timestamp, Loguru's time."""
    date = value.get("$date", value.get("timestamp"))
    if date is not None:
        return parse_any_ms(date.get("$numberLong") if isinstance(date, dict) else date)
    seconds = parse_any_ms(value.get("epochSecond", value.get("seconds")))
    nanos = value.get("nanoOfSecond", value.get("nanos", 0))
    if seconds is None or not isinstance(nanos, int) or not 0 <= nanos < 1_000_000_000:
        return seconds
    return seconds + nanos // 1_000_000


def _find_other_level(members: Members) -> str | None:
    """Return the normalised level of members of which no usual key holds one."""
    if "@t" in members and "@l" not in members and not COMPACT_TEXTS.isdisjoint(members):
        return "info"  # Serilog's compact format leaves Information out
    return next(filter(None, map(find_level, _iter_nested(members))), None)


def _find_message(members: Members) -> str | None:
    """Return the text of the first usual key that holds one."""
    return _find_own_message(members) or next(filter(None, map(_find_own_message, _iter_nested(members))), None)


def _find_own_message(members: Members) -> str | None:
    if not MESSAGE_SET.isdisjoint(members):
        for key in MESSAGE_KEYS:
            value = members.get(key)
            if isinstance(value, dict):
                value = value.get("stringValue")
            if isinstance(value, str) and value:
                return value
    return None


def _iter_nested(members: Members, *, first: bool = False) -> Iterator[Members]:
    """Yield the objects in which other loggers nest these keys, and the only record of a batch.

    With `first`, yield the first record of a batch even if it has more.
    """
    if NESTING.isdisjoint(members):
        return
    for holder in HOLDERS:
        if isinstance(held := members.get(holder), dict):
            yield held
    records = _list_batch_records(members)
    if len(records) == 1 or (records and first):
        yield records[0]


def _list_batch_records(members: Members) -> Sequence[Members]:
    """Return the records of an OpenTelemetry batch of logs or spans, from all of its resources and scopes."""
    for path in BATCHES:
        records: list[Members] = [members]
        for name in path:
            records = [held for record in records for held in _list_objects(record.get(name))]
        if records:
            return records
    return []


def _list_objects(held: object) -> list[Members]:
    """Return the objects in a list; what is no list has none."""
    return [record for record in held if isinstance(record, dict)] if isinstance(held, list) else []
