"""Events of every shape become ranges; rubbish is a clear error, and never hides what stands beside it."""

import json
from typing import Any
from urllib.parse import quote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from log_processor.work.continuation import RULES, render_message
from log_processor.work.envelopes import Unwrapped, unwrap
from log_processor.work.plan import Plan, encode_plan
from log_processor.work.ranges import MAX_RANGES, ObjectRange, split_range

TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)
NAME = st.text("abcXYZ019._-", min_size=1, max_size=30)
NAMES = st.sampled_from(
    ["Records", "s3", "bucket", "name", "object", "key", "versionId", "eTag", "eventName", "Sns", "Message", "body"]
) | st.sampled_from(["detail", "detail-type", "object_range", "start", "end", "Event", "eventSource", "messageId"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=5),
    max_leaves=25,
)


def notification(key: str, version: str = "v1") -> dict[str, Any]:
    found = {"key": quote_plus(key, safe="/"), "versionId": version}
    return {"eventName": "ObjectCreated:Put", "s3": {"bucket": {"name": "logs"}, "object": found}}


def eventbridge(key: str, version: str = "v1") -> dict[str, Any]:
    detail = {"bucket": {"name": "logs"}, "object": {"key": key, "version-id": version}}
    return {"detail-type": "Object Created", "detail": detail}


@settings(max_examples=500, deadline=None)
@given(event=JSON)
def test_rubbish_is_ranges_or_a_clear_error(event: Any) -> None:
    """Nothing else: no exception, whatever the event holds under whatever names."""
    assert_clear(unwrap(event))


@settings(max_examples=200, deadline=None)
@given(text=st.text(max_size=200) | JSON.map(json.dumps), wrap=st.sampled_from(["body", "Message"]))
def test_rubbish_inside_a_message_is_an_error_too(text: str, wrap: str) -> None:
    """Nested in SQS or SNS."""
    assert_clear(unwrap({"Records": [{"body": text}]} if wrap == "body" else {"Message": text}))


@settings(max_examples=200, deadline=None)
@given(rubbish=st.lists(JSON, max_size=3), place=st.integers(0, 3), wrapped=st.booleans())
def test_rubbish_hides_no_record_beside_it(rubbish: list[Any], place: int, wrapped: bool) -> None:
    """Of several records in one event, each is taken for itself."""
    good = {"body": json.dumps({"Records": [notification("a.log")]})} if wrapped else notification("a.log")
    found = unwrap({"Records": [*rubbish[:place], good, *rubbish[place:]]})
    assert_clear(found)
    assert ObjectRange("logs", "a.log", "v1", None) in found.ranges


def assert_clear(found: Unwrapped) -> None:
    assert all(10 < len(str(error)) < 1_000 for error in found.errors)
    assert all(work.key and work.bucket for work in found.ranges)


@given(key=TEXT, version=NAME)
def test_every_wrapping_asks_for_the_same_object(key: str, version: str) -> None:
    """S3, S3 through SNS, through SQS, through both, EventBridge, EventBridge through SQS, a dead letter redriven."""
    s3, bridge = {"Records": [notification(key, version)]}, eventbridge(key, version)
    sns = {"Records": [{"Sns": {"Message": json.dumps(s3)}}]}
    sqs = {"Records": [{"body": json.dumps(s3)}]}
    both = {"Records": [{"body": json.dumps({"Type": "Notification", "Message": json.dumps(s3)})}]}
    queued = {"Records": [{"body": json.dumps(bridge)}]}
    for event in (s3, sns, sqs, both, bridge, queued):
        (work,) = unwrap(event).ranges
        assert (work.bucket, work.key) == ("logs", key)
        assert work.version_id == (version if version != "null" else None)


@given(work=st.builds(ObjectRange, NAME, TEXT, NAME, NAME, st.integers(0, 2**50), st.none() | st.integers(0, 2**50)))
def test_a_range_survives_its_message(work: ObjectRange) -> None:
    """What is handed on is what is taken up, also after a redrive of the message."""
    assert unwrap({"Records": [{"body": render_message(work)}]}) == Unwrapped([work], [])


@pytest.mark.parametrize(
    ("event", "words"),
    [
        ("not json", "the message is not JSON"),
        ({"Records": [{"body": "{"}]}, "the message is not JSON"),
        ({"hello": 1}, "it is no S3, SNS or SQS event"),
        ({"Records": [{"s3": {"bucket": {"name": "logs"}}}]}, "the event has no s3.object"),
        ({"Records": [{"s3": {"bucket": {"name": "logs"}, "object": {"key": ""}}}]}, "the event's key is ''"),
        ({"object_range": {"bucket": "b"}}, "the message's object_range is not complete"),
        ({"object_range": {"bucket": "b", "key": "k", "version_id": "v", "etag": "e", "start": "1"}}, "start is '1'"),
        (
            {"Records": [notification("a") | {"s3": {"bucket": {"name": "b"}, "object": {"key": "\ud800"}}}]},
            "must be text",
        ),
        ([1, 2], "the event is a list, not an object"),
    ],
)
def test_an_error_says_what_is_wrong(event: Any, words: str) -> None:
    """With the place in the event."""
    found = unwrap(event)
    assert found.ranges == []
    assert [words in str(error) for error in found.errors] == [True]


def test_events_that_ask_for_nothing() -> None:
    """A test event, a deletion and an event of another kind."""
    removed = notification("a.log") | {"eventName": "ObjectRemoved:Delete"}
    unnamed = notification("a.log") | {"eventName": None}
    assert len(unwrap({"Records": [unnamed]}).ranges) == 1  # nothing says that it is another
    assert unwrap({"Event": "s3:TestEvent", "Bucket": "logs"}) == Unwrapped([], [])
    assert unwrap({"Records": [removed]}) == Unwrapped([], [])
    assert unwrap(eventbridge("a.log") | {"detail-type": "Object Deleted"}) == Unwrapped([], [])


def test_a_restored_object_is_read() -> None:
    """S3 tells when a restore is completed, by its own event and by EventBridge; asking for it is no event."""
    restored = notification("a.log") | {"eventName": "ObjectRestore:Completed"}
    asked = notification("a.log") | {"eventName": "ObjectRestore:Post"}
    (work,) = unwrap({"Records": [restored]}).ranges
    assert (work.key, work.version_id) == ("a.log", "v1")
    assert unwrap(eventbridge("a.log") | {"detail-type": "Object Restore Completed"}).ranges == [work]
    assert unwrap({"Records": [asked]}) == Unwrapped([], [])
    assert unwrap(eventbridge("a.log") | {"detail-type": "Object Restore Initiated"}) == Unwrapped([], [])


def test_cloudtrails_own_message_names_its_objects() -> None:
    """Without their versions, and with keys as they are; what is wrong with one of them hides no other."""
    keys: list[Any] = ["AWSLogs/1/CloudTrail/a+b.json.gz", 5, "AWSLogs/1/CloudTrail/c.json.gz"]
    message = json.dumps({"s3Bucket": "logs", "s3ObjectKey": keys})
    for event in ({"Records": [{"Sns": {"Message": message}}]}, {"Records": [{"body": message}]}):
        found = unwrap(event)
        assert found.ranges == [ObjectRange("logs", key, None, None) for key in (keys[0], keys[2])]
        assert ["the event's key is 5: it must be text" in str(error) for error in found.errors] == [True]
    (error,) = unwrap({"s3Bucket": "logs", "s3ObjectKey": "a.json.gz"}).errors
    assert "no list of keys" in str(error)


@pytest.mark.parametrize(
    ("event", "words"),
    [
        ({"awslogs": {"data": "H4sI"}}, "the event is from a subscription of CloudWatch Logs"),
        (
            {"invocationId": "1", "deliveryStreamArn": "arn", "records": []},
            "the event is from a transformation of",
        ),
        (
            {"invocationSchemaVersion": "1.0", "job": {"id": "1"}, "tasks": []},
            "the event is from a job of S3 Batch",
        ),
        ({"Records": [{"eventSource": "aws:kinesis", "kinesis": {"data": ""}}]}, "is from a stream of Kinesis"),
        ({"Records": [{"eventSource": "aws:dynamodb", "dynamodb": {}}]}, "is from a stream of DynamoDB"),
    ],
)
def test_records_without_an_object_are_refused_by_name(event: Any, words: str) -> None:
    """The sentence names the sender, and says how its records become objects."""
    (error,) = unwrap(event).errors
    assert words in str(error)
    assert "which brings records and no objects: " in str(error)


OURS: dict[str, Any] = {"bucket": "b", "key": "k", "version_id": "v", "etag": None}
WRONG_FIELDS: list[tuple[str, Any, str]] = [
    ("bucket", "", "text: the name of a bucket"),
    ("bucket", "a bucket", "text: the name of a bucket"),
    ("bucket", 5, "text: the name of a bucket"),
    ("key", "", "text of 1 to 1,024 bytes"),
    ("key", None, "text of 1 to 1,024 bytes"),
    ("key", "k" * 1025, "text of 1 to 1,024 bytes"),
    ("version_id", 5, "text of 1 to 900 printable characters, or null"),
    ("etag", 'a"\r\nb', "text of 1 to 900 printable characters, or null"),
    ("start", -5, "a whole number from 0 to"),
    ("start", True, "a whole number from 0 to"),
    ("start", 1.5, "a whole number from 0 to"),
    ("start", None, "a whole number from 0 to"),
    ("start", 2**60, "a whole number from 0 to"),
    ("end", False, "a whole number from 0 to"),
    ("end", "9", "a whole number from 0 to"),
    ("aligned", 1, "true or false"),
    ("sequential", None, "true or false"),
    ("stalls", -1, "a whole number from 0 to"),
    ("stalls", True, "a whole number from 0 to"),
    ("format", 5, "the name of a format, or null"),
    ("event_time", "../../a", "a time such as 2026-05-04T10:00:00Z"),
    ("state", "rubbish", "a reader state that this function wrote"),
    ("state", '{"document": {"path": [5], "root": 0, "around": {}, "mended": 0}, "number": 0}', "a reader state"),
    ("state", '{"document": {"path": [], "root": true, "around": {}, "mended": 0}, "number": 0}', "a reader state"),
    ("state", {}, "a reader state"),
    ("plan", 5, "the text of a plan"),
]


@pytest.mark.parametrize(("name", "value", "right"), WRONG_FIELDS)
def test_a_wrong_field_is_named_with_what_is_right(name: str, value: Any, right: str) -> None:
    """The sentence has the field, its value and what it must be."""
    found = unwrap({"version": 2, "object_range": OURS | {name: value}})
    (error,) = found.errors
    assert found.ranges == []
    assert f"object_range.{name} is {value!r}"[:60] in str(error)
    assert right in str(error)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"size_bytes": -1}, "size_bytes is -1: it must be a whole number"),
        ({"piece_bytes": "5"}, "piece_bytes is '5': it must be a whole number"),
        ({"declared": 1}, "declared is 1: it must be true or false"),
        ({"last_modified_ms": True}, "last_modified_ms is True: it must be a whole number"),
        ({"etag": 5}, "etag is 5: it must be text"),
        ({"format": None}, "format is None: it must be text"),
        ({"kind": "pages"}, "asks for 'pages'"),
    ],
)
def test_a_wrong_plan_is_named_too(change: dict[str, Any], words: str) -> None:
    """Whether it stands in a message or in the ledger."""
    plan = json.loads(encode_plan(Plan("text", False, "lines", 10, "e", 0, 0, "1", {}, "1"))) | change
    (error,) = unwrap({"version": 2, "object_range": OURS | {"plan": json.dumps(plan)}}).errors
    assert words in str(error)


@pytest.mark.parametrize("version", [True, 2.0, "2", None, 0])
def test_a_version_is_a_number_that_is_known(version: Any) -> None:
    """JSON's true is not version 1."""
    (error,) = unwrap({"version": version, "object_range": OURS}).errors
    assert f"the message is of version {version!r}" in str(error)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"versionId": 5}, "the event's version is 5: it must be text"),
        ({"eTag": ["a"]}, "the event's ETag is ['a']: it must be text"),
        ({"key": 7}, "the event's key is 7: it must be text"),
    ],
)
def test_a_wrong_field_of_an_event_is_named(change: dict[str, Any], words: str) -> None:
    """An event whose version cannot be read does not ask for the newest version instead."""
    event = notification("a.log")
    event["s3"]["object"] |= change
    (error,) = unwrap({"Records": [event]}).errors
    assert words in str(error)


FIELDS = st.sampled_from(sorted([*RULES, "index", "other"]))


@settings(max_examples=500, deadline=None)
@given(body=st.dictionaries(FIELDS, JSON, max_size=15), complete=st.booleans(), version=st.sampled_from([1, 2]))
def test_any_fields_are_a_range_or_a_clear_error(body: dict[str, Any], version: int, *, complete: bool) -> None:
    """And a range that is taken up can be handed on, and be told from others in the ledger."""
    found = unwrap({"version": version, "object_range": OURS | body if complete else body})
    assert_clear(found)
    assert len(found.ranges) + len(found.errors) == 1
    for work in found.ranges:
        assert unwrap(render_message(work)).ranges == [work]
        assert len(work.label) <= 1024


def test_a_message_cannot_ask_for_countless_ranges() -> None:
    """The end that it names is not the object's, and the size of a range may be anything in its plan."""
    (work,) = unwrap({"version": 2, "object_range": OURS | {"end": 2**50}}).ranges
    parts = split_range(work, 10 * 1024**3, 1)
    assert len(parts) <= MAX_RANGES
    assert (parts[0].start, parts[-1].end) == (0, 2**50)
    assert [part.start for part in parts[1:]] == [part.end for part in parts[:-1]]


def test_a_foreign_message_harms_no_other_of_its_batch() -> None:
    """Messages that name a range without a version, or nothing at all, stand between two that are right."""
    right = [{"body": render_message(ObjectRange("b", key, "v", None))} for key in ("first", "last")]
    foreign = [{"body": json.dumps({"object_range": {"bucket": "b", "key": "k"}})}, {"body": 5}, {}]
    found = unwrap({"Records": [right[0], *foreign, right[1]]})
    assert [work.key for work in found.ranges] == ["first", "last"]
    assert "must name version_id, etag" in str(found.errors[0])
    assert len(found.errors) == 3
