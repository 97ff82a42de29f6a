"""Unwrap events to object ranges: S3 notifications, EventBridge, SNS, SQS and continuations, nested in any way.

Sources: Amazon S3 User Guide, Event message structure; Amazon EventBridge, Object Created and Object Restore Completed;
AWS Lambda, SQS event; AWS CloudTrail User Guide, Configuring Amazon SNS notifications.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus

import orjson

from log_processor.errors import EnvelopeError
from log_processor.work.continuation import CONTINUATION, range_from_message
from log_processor.work.field_rules import BUCKET_NAME, MOMENT, OBJECT_KEY, VERSION_NAME, find_wrong_field
from log_processor.work.foreign_events import describe_foreign
from log_processor.work.ranges import NO_VERSION, ObjectRange

RangeOrError = ObjectRange | EnvelopeError
MAX_NESTING = 5
CREATED, RESTORED = "ObjectCreated:", "ObjectRestore:Completed"
DETAIL_TYPES = ("Object Created", "Object Restore Completed", None)
RULES = {"bucket": BUCKET_NAME, "key": OBJECT_KEY, "version": VERSION_NAME, "ETag": VERSION_NAME, "time": MOMENT}


@dataclass(frozen=True, slots=True)
class Unwrapped:
    """The ranges that an event asks for, in its order, and the errors of those of its records that are malformed."""

    ranges: list[ObjectRange]
    errors: list[EnvelopeError]


def unwrap(event: Any) -> Unwrapped:
    """Return every range that `event` asks for, and an error for each malformed record of it."""
    results = list(_catch_error(_find_ranges(event, 0)))
    return Unwrapped(
        [result for result in results if isinstance(result, ObjectRange)],
        [result for result in results if isinstance(result, EnvelopeError)],
    )


def _catch_error(ranges: Iterator[RangeOrError]) -> Iterator[RangeOrError]:
    """Yield `ranges`, and an `EnvelopeError` as the last element if that is raised."""
    try:
        yield from ranges
    except EnvelopeError as error:
        yield error


def _find_ranges(event: Any, depth: int) -> Iterator[RangeOrError]:
    if depth > MAX_NESTING:
        raise EnvelopeError(f"the event is nested more than {MAX_NESTING} times")
    event = _parse_object(event)
    if CONTINUATION in event:
        yield range_from_message(event)
    elif "Message" in event:
        yield from _find_ranges(event["Message"], depth + 1)
    elif isinstance(event.get("Records"), list):
        for record in event["Records"]:
            yield from _catch_error(_read_record(record, depth))
    else:
        yield from _read_single(event)


def _read_single(event: Mapping[str, Any]) -> Iterator[RangeOrError]:
    """Yield the ranges of an event that holds no others."""
    if event.get("Event") == "s3:TestEvent":
        return
    if "detail" in event:
        yield from _read_eventbridge(event)
    elif "s3Bucket" in event:
        yield from _read_cloudtrail_message(event)
    elif foreign := describe_foreign(event):
        raise EnvelopeError(f"the event is from {foreign}")
    else:
        raise EnvelopeError(f"the event has the keys {sorted(map(str, event))[:8]}: it is no S3, SNS or SQS event")


def _parse_object(event: Any) -> Mapping[str, Any]:
    """Return the event as a mapping, parsed first if it is JSON text."""
    if isinstance(event, str | bytes):
        try:
            event = orjson.loads(event)
        except orjson.JSONDecodeError as error:
            raise EnvelopeError(f"the message is not JSON ({error}): {str(event)[:80]!r}") from error
    if not isinstance(event, Mapping):
        raise EnvelopeError(f"the event is a {type(event).__name__}, not an object: send an S3 event")
    return event


def _read_record(record: Any, depth: int) -> Iterator[RangeOrError]:
    if not isinstance(record, Mapping):
        raise EnvelopeError(f"a record of the event is a {type(record).__name__}, not an object")
    if "s3" in record:
        if str(record.get("eventName") or CREATED).removeprefix("s3:").startswith((CREATED, RESTORED)):
            yield _read_s3_record(record)
    elif "Sns" in record:
        yield from _find_ranges(_get_member(record, "Sns", "Message"), depth + 1)
    elif "body" in record:
        yield from _find_ranges(record["body"], depth + 1)
    elif foreign := describe_foreign(record):
        raise EnvelopeError(f"a record of the event is from {foreign}")
    else:
        raise EnvelopeError(
            f"a record of the event has the keys {sorted(map(str, record))[:8]}: none is s3, Sns or body"
        )


def _read_s3_record(record: Mapping[str, Any]) -> ObjectRange:
    object_facts = _get_member(record, "s3", "object")
    key = object_facts.get("key")
    return _make_range(
        bucket=_get_member(record, "s3", "bucket", "name"),
        key=unquote_plus(key) if isinstance(key, str) else key,
        version_id=object_facts.get("versionId"),
        etag=object_facts.get("eTag"),
        event_time=record.get("eventTime"),
    )


def _read_eventbridge(event: Mapping[str, Any]) -> Iterator[ObjectRange]:
    if event.get("detail-type") not in DETAIL_TYPES:
        return
    object_facts = _get_member(event, "detail", "object")
    yield _make_range(
        bucket=_get_member(event, "detail", "bucket", "name"),
        key=object_facts.get("key"),
        version_id=object_facts.get("version-id"),
        etag=object_facts.get("etag"),
        event_time=event.get("time"),
    )


def _read_cloudtrail_message(message: Mapping[str, Any]) -> Iterator[RangeOrError]:
    """Yield a range for each object that a message of CloudTrail's own topic names; their versions are not known."""
    keys = message.get("s3ObjectKey")
    if not isinstance(keys, list):
        raise EnvelopeError("the event has s3Bucket and no list of keys as s3ObjectKey: it is not complete")
    for key in keys:
        yield from _catch_error(_read_cloudtrail_key(message["s3Bucket"], key))


def _read_cloudtrail_key(bucket: Any, key: Any) -> Iterator[ObjectRange]:
    yield _make_range(bucket=bucket, key=key, version_id=None, etag=None, event_time=None)


def _make_range(*, bucket: Any, key: Any, version_id: Any, etag: Any, event_time: Any) -> ObjectRange:
    """Return the range of a whole object; raise `EnvelopeError` if what the event says of it is wrong."""
    named = {
        "bucket": bucket,
        "key": key,
        "version": None if version_id in ("", NO_VERSION) else version_id,
        "ETag": etag or None,
        "time": event_time,
    }
    if wrong := find_wrong_field(named, RULES):
        raise EnvelopeError(f"the event's {wrong}")
    return ObjectRange(bucket, key, named["version"], named["ETag"], event_time=event_time)


def _get_member(holder: Mapping[str, Any], *path: str) -> Any:
    value: Any = holder
    for name in path:
        if not isinstance(value, Mapping) or name not in value:
            raise EnvelopeError(f"the event has no {'.'.join(path)}: it is not complete")
        value = value[name]
    if path[-1] == "object" and not isinstance(value, Mapping):
        raise EnvelopeError(f"{'.'.join(path)} of the event is a {type(value).__name__}, not an object")
    return value
