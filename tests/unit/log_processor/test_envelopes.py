"""Events of every shape become ranges; rubbish is a clear error, and never hides what stands beside it."""

import json
from typing import Any
from urllib.parse import quote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from log_processor.work.continuation import render_message
from log_processor.work.envelopes import Unwrapped, unwrap
from log_processor.work.ranges import ObjectRange

TEXT = st.text(min_size=1, max_size=30)
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


@given(key=TEXT, version=TEXT)
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


@given(work=st.builds(ObjectRange, TEXT, TEXT, TEXT, TEXT, st.integers(0, 2**50), st.none() | st.integers(0, 2**50)))
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
        ({"object_range": {"bucket": "b", "key": "k", "start": "1"}}, "object_range.start is '1'"),
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
    assert unwrap({"Event": "s3:TestEvent", "Bucket": "logs"}) == Unwrapped([], [])
    assert unwrap({"Records": [removed]}) == Unwrapped([], [])
    assert unwrap(eventbridge("a.log") | {"detail-type": "Object Deleted"}) == Unwrapped([], [])
