"""What the function does with one event, against a real HTTP service."""

import gzip
import json
import logging
import os
import zlib
from typing import Any

import pytest
from log_processor.errors import (
    DamagedObjectError,
    EnvelopeError,
    NotALogError,
    ObjectArchivedError,
    ObjectChangedError,
    ObjectMissingError,
    ServiceUnavailableError,
    SettingsError,
)
from log_processor.pipeline import Pipeline
from log_processor.settings import Settings
from log_processor.state import Columns, decode
from log_processor.work.deadline import Deadline
from log_processor.work.ranges import ObjectRange

from tests.unit.log_processor.conftest import Stack
from tests.unit.log_processor.edges import asks

ACCESS = '192.0.2.{n} - - [04/May/2026:10:00:{n:02d} +0200] "GET /page?id={n} HTTP/1.1" 200 {n}00 "-" "probe/1.0"\n'


def access_log(lines: int) -> bytes:
    return "".join(ACCESS.format(n=number) for number in range(1, lines + 1)).encode()


def texts(stack: Stack) -> list[str]:
    return sorted(item["log_data"]["S"] for item in stack.items())


def row(stack: Stack) -> dict[str, Any]:
    (found,) = stack.items("ledger")
    return found


def test_each_line_becomes_one_typed_record(stack: Stack) -> None:
    """Sixty lines are sixty items with the event's own time, typed fields and the raw line."""
    stack.invoke(stack.put("web/a.log", access_log(40)))
    items = {item["log_data"]["S"]: item for item in stack.items()}
    assert len(items) == 40
    first = items[ACCESS.format(n=1).strip()]
    assert first["timestamp"]["N"] == "1777881601000"
    assert first["fields"]["M"]["http.response.status_code"] == first["status"] == {"N": "200"}
    assert first["source_file"]["S"] == "s3://source/web/a.log"
    assert first["day_shard"]["S"].startswith("web#2026-05-04#")
    found = row(stack)
    assert (found["status"]["S"], found["read"]["N"], found["stored"]["N"]) == ("done", "40", "40")
    assert found["format"]["S"] == "combined"


def test_a_second_delivery_changes_nothing(stack: Stack) -> None:
    """The same event again, and again with the ledger row gone, leaves the same keys and the same records."""
    event = stack.put("web/a.log", access_log(30))
    stack.invoke(event)
    before = stack.items()
    stack.invoke(event)
    assert stack.items() == before
    assert row(stack)["attempts"]["N"] == "1"


def test_a_retry_stores_the_same_items(stack: Stack) -> None:
    """An attempt that never wrote its ending is done again, byte for byte."""
    event = stack.put("web/a.log", access_log(30))
    stack.invoke(event)
    before = stack.items()
    found = row(stack)
    stack.dynamodb.update_item(
        TableName="ledger",
        Key={name: found[name] for name in ("object", "range")},
        UpdateExpression="SET #s = :running",
        ExpressionAttributeNames={"#s": "status"},
        ExpressionAttributeValues={":running": {"S": "running"}},
    )
    stack.invoke(event)
    assert stack.items() == before
    assert row(stack)["attempts"]["N"] == "2"


def test_gzip_is_known_by_its_bytes_and_all_members_are_read(stack: Stack) -> None:
    """Two members and zero padding in a file without `.gz` are one log."""
    whole = access_log(20)
    body = gzip.compress(whole[:700]) + gzip.compress(whole[700:]) + b"\0" * 64
    stack.invoke(stack.put("a.log", body))
    assert texts(stack) == sorted(whole.decode().splitlines())


def test_gzip_within_gzip_is_undone(stack: Stack) -> None:
    """A file that was gzip already, compressed once more on its way."""
    stack.invoke(stack.put("a.log.gz", gzip.compress(gzip.compress(b"one\ntwo\n"))))
    assert texts(stack) == ["one", "two"]


def test_keys_are_url_decoded(stack: Stack) -> None:
    """Blanks, plus signs and other scripts in a key survive the notification's encoding."""
    stack.invoke(stack.put("süd west/a+b=c.log", b"one\n"))
    assert stack.items()[0]["source_file"]["S"] == "s3://source/süd west/a+b=c.log"


def test_identical_lines_are_two_records_blank_lines_none(stack: Stack) -> None:
    """The offset identifies a record; CRLF, a byte order mark and a missing last line end are no content."""
    stack.invoke(stack.put("a.log", b"\xef\xbb\xbfsame\r\n\r\n  \nsame\nlast\x85\xe2\x80\xa8end"))
    assert texts(stack) == ["last�\u2028end", "same", "same"]


def test_a_truncated_gzip_stores_every_whole_record_and_fails(stack: Stack) -> None:
    """Records before the damage are stored; the object is archived once, after any number of attempts."""
    whole = access_log(900)
    body = gzip.compress(whole)[:-2000]
    event = stack.put("a.log.gz", body)
    for attempt in (1, 2, 3):  # what is raised is all that a dead letter of the service says
        with pytest.raises(DamagedObjectError, match=rf"^DamagedObjectError in attempt {attempt}: .* ends early"):
            stack.invoke(event)
    stored = texts(stack)
    kept = zlib.decompressobj(31).decompress(body).decode()
    assert stored == sorted(kept.split("\n")[:-1])
    found = row(stack)
    assert (found["status"]["S"], found["stored"]["N"], found["attempts"]["N"]) == ("failed", str(len(stored)), "3")
    assert [key.rpartition(".")[2] for key in stack.archived()] == ["json", "object"]
    document = json.loads(stack.s3.get_object(Bucket="archive", Key=stack.archived()[0])["Body"].read())
    assert document["error_code"] == "DamagedObjectError"
    assert document["attempts"] == 3


def test_bytes_flipped_in_a_gzip_lose_no_record_before_them(stack: Stack) -> None:
    """The library throws away what it decoded together with the damage; the function does not."""
    whole = access_log(1500)
    body = bytearray(gzip.compress(whole, 1))
    body[-9000:-8900] = b"\xff" * 100
    with pytest.raises(DamagedObjectError, match="is damaged after"):
        stack.invoke(stack.put("a.log.gz", bytes(body)))
    stored = texts(stack)
    inflater = zlib.decompressobj(31)
    kept = inflater.decompress(bytes(body[:-9000])).decode()
    missing = set(kept.split("\n")[:-1]) - set(stored)
    assert missing == set()
    assert len(stored) > 300


def test_header_lines_are_counted_as_filtered(stack: Stack) -> None:
    """Directives name the columns of the rows below and are no records; the account still closes."""
    head = b"#Version: 1.0\n#Fields: date time c-ip sc-status\n"
    body = head + b"2026-05-04 10:00:00 192.0.2.1 200\n#Fields: time date sc-status\n10:00:01 2026-05-04 404\n"
    stack.invoke(stack.put("iis.log", body))
    statuses = sorted(item["fields"]["M"]["http.response.status_code"]["N"] for item in stack.items())
    assert statuses == ["200", "404"]
    found = row(stack)
    assert [found[name]["N"] for name in ("read", "stored", "filtered", "rejected")] == ["5", "2", "3", "0"]
    assert decode(found["reader_state"]["S"]) == Columns("time date sc-status")


def test_a_trace_is_one_record(stack: Stack) -> None:
    """The lines of a trace stand in the record of the event that they belong to."""
    stack.invoke(stack.put("app.log", b"2026-05-04 10:00:00 failed\n\tat a.b(C.java:1)\n\n2026-05-04 10:00:01 next\n"))
    assert texts(stack) == ["2026-05-04 10:00:00 failed\n\tat a.b(C.java:1)", "2026-05-04 10:00:01 next"]
    assert row(stack)["read"]["N"] == "2"


def test_an_object_that_is_not_a_log_is_archived_and_raised(stack: Stack) -> None:
    """A picture under a log's name is refused with the reason, and kept."""
    body = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40
    with pytest.raises(NotALogError):
        stack.invoke(stack.put("a.log", body))
    assert stack.items() == []
    copy = next(key for key in stack.archived() if key.endswith(".object"))
    assert stack.s3.get_object(Bucket="archive", Key=copy)["Body"].read() == body


def test_a_missing_object_leaves_an_error_document(stack: Stack) -> None:
    """Deleted before it was read: nothing to copy, but the failure is on record."""
    event = stack.put("a.log", b"one\n")
    stack.s3.delete_object(Bucket="source", Key="a.log", VersionId=event["Records"][0]["s3"]["object"]["versionId"])
    with pytest.raises(ObjectMissingError):
        stack.invoke(event)
    assert [key.endswith(".error.json") for key in stack.archived()] == [True]


def test_one_bad_record_of_an_event_does_not_stop_the_others(stack: Stack) -> None:
    """The good object of the event is stored although the event as a whole fails."""
    good, bad = stack.put("good.log", b"one\n"), stack.put("bad.log", b"\x89PNG\r\n\x1a\n")
    with pytest.raises(NotALogError):
        stack.invoke({"Records": bad["Records"] + good["Records"]})
    assert texts(stack) == ["one"]


def test_an_archived_object_is_read_when_it_is_restored(stack: Stack) -> None:
    """Until then it fails with the remedy, and no copy is tried; the event of the restore finds it readable."""
    event = stack.put("old.log", b"one\ntwo\n", "GLACIER")
    with pytest.raises(ObjectArchivedError, match=r"InvalidObjectState.*restore it"):
        stack.invoke(event)
    assert (row(stack)["status"]["S"], texts(stack)) == ("failed", [])
    stack.s3.restore_object(Bucket="source", Key="old.log", RestoreRequest={"Days": 1})
    while 'ongoing-request="false"' not in stack.s3.head_object(Bucket="source", Key="old.log").get("Restore", ""):
        pass
    restored = event["Records"][0] | {"eventName": "ObjectRestore:Completed"}
    stack.invoke({"Records": [restored]})
    assert (row(stack)["status"]["S"], texts(stack)) == ("done", ["one", "two"])


def test_a_batch_dead_letters_what_failed_for_good(stack: Stack) -> None:
    """A message that failed for good goes to the dead-letter queue with its error; the batch does not report it."""
    good = {"messageId": "1", "body": json.dumps(stack.put("good.log", b"one\n")), "eventSource": "aws:sqs"}
    bad = {"messageId": "2", "body": "rubbish", "eventSource": "aws:sqs"}
    assert stack.invoke({"Records": [bad, good]}) == {"batchItemFailures": []}
    assert texts(stack) == ["one"]
    (buried,) = stack.messages(stack.dead_letter_queue_url)
    assert buried["Body"] == "rubbish"
    assert buried["MessageAttributes"]["ErrorCode"]["StringValue"] == "EnvelopeError"


@pytest.mark.parametrize(
    "body",
    [
        {"object_range": {"bucket": "source", "key": "a.log"}},
        {"object_range": {"bucket": "source", "key": "a.log", "version_id": "v", "etag": None, "start": -5}},
        {"object_range": {"bucket": "source", "key": "a.log", "version_id": True, "etag": None}},
        {"object_range": [1, 2]},
        5,
    ],
)
def test_a_foreign_message_harms_no_other(stack: Stack, body: Any) -> None:
    """It alone is dead-lettered, with the reason; those before and behind it are stored."""
    events = [stack.put("first.log", b"one\n"), body, stack.put("last.log", b"two\n")]
    batch = [{"messageId": str(n), "body": json.dumps(one), "eventSource": "aws:sqs"} for n, one in enumerate(events)]
    assert stack.invoke({"Records": batch}) == {"batchItemFailures": []}
    assert texts(stack) == ["one", "two"]
    (buried,) = stack.messages(stack.dead_letter_queue_url)
    assert buried["Body"] == json.dumps(body)
    assert buried["MessageAttributes"]["ErrorCode"]["StringValue"] == "EnvelopeError"


def test_what_cannot_be_dead_lettered_stays(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    """A dead-letter queue that is gone keeps no other message of the batch from being stored."""
    monkeypatch.setenv("DEAD_LETTER_QUEUE_URL", stack.dead_letter_queue_url + "-gone")
    good = {"messageId": "1", "body": json.dumps(stack.put("good.log", b"one\n")), "eventSource": "aws:sqs"}
    bad = {"messageId": "2", "body": "rubbish", "eventSource": "aws:sqs"}
    assert stack.invoke({"Records": [bad, good]}) == {"batchItemFailures": [{"itemIdentifier": "2"}]}
    assert texts(stack) == ["one"]


def test_an_unreachable_table_returns_the_message(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    """As long as the table cannot be reached, the message alone is reported, and nothing is dead-lettered."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:1")
    body = json.dumps(stack.put("good.log", b"one\n"))
    message = {"messageId": "7", "body": body, "eventSource": "aws:sqs", "attributes": {"ApproximateReceiveCount": "1"}}
    assert stack.invoke({"Records": [message]}) == {"batchItemFailures": [{"itemIdentifier": "7"}]}
    assert stack.messages(stack.dead_letter_queue_url) == []


def test_only_messages_that_may_succeed_later_come_back(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    """A message is returned if a range of it may succeed later, until its last delivery."""
    process = Pipeline.process

    def refuse(pipeline: Pipeline, work: ObjectRange, deadline: Deadline) -> None:
        if "slow" in work.key:
            raise ServiceUnavailableError("the service does not answer")
        process(pipeline, work, deadline)

    monkeypatch.setattr(Pipeline, "process", refuse)
    good, slow, bad = (stack.put(key, b"one\n") for key in ("good.log", "slow.log", "gone.log"))
    bad["Records"][0]["s3"]["object"]["versionId"] = "none"
    both = {"Records": bad["Records"] + slow["Records"]}
    events = {"1": slow, "2": good, "3": bad, "4": both, "5": slow}

    def messages(receives: int) -> list[dict[str, Any]]:
        common = {"eventSource": "aws:sqs", "attributes": {"ApproximateReceiveCount": str(receives)}}
        return [{"messageId": name, "body": json.dumps(event)} | common for name, event in events.items()]

    returned = [{"itemIdentifier": name} for name in "145"]
    assert stack.invoke({"Records": messages(1)}) == {"batchItemFailures": returned}
    assert texts(stack) == ["one"]
    assert [json.loads(message["Body"]) for message in stack.messages(stack.dead_letter_queue_url)] == [bad]
    assert stack.invoke({"Records": messages(5)}) == {"batchItemFailures": []}
    assert len(stack.messages(stack.dead_letter_queue_url)) == 4


def test_a_bucket_without_versions_is_read_by_etag_and_time(stack: Stack) -> None:
    """Every delivery finds the same ids, whether its event names the ETag or nothing."""
    stack.s3.create_bucket(Bucket="plain")
    etag = stack.s3.put_object(Bucket="plain", Key="a.log", Body=access_log(30))["ETag"].strip('"')
    uploaded = stack.s3.head_object(Bucket="plain", Key="a.log")["LastModified"]
    for named in ({"eTag": etag}, {"eTag": etag, "versionId": "null"}, {}):
        s3 = {"bucket": {"name": "plain"}, "object": {"key": "a.log"} | named}
        stack.invoke({"Records": [{"eventName": "ObjectCreated:Put", "s3": s3}]})
    assert len(stack.items()) == 30
    assert row(stack)["version"]["S"] == f"{etag}@{uploaded:%Y%m%dT%H%M%SZ}"
    assert row(stack)["attempts"]["N"] == "1"


def test_what_fails_in_a_bucket_without_versions_is_copied(stack: Stack) -> None:
    """Pinned by its ETag, as it was read."""
    stack.s3.create_bucket(Bucket="plain")
    stack.s3.put_object(Bucket="plain", Key="a.log", Body=b"%PDF-1.7")
    s3 = {"bucket": {"name": "plain"}, "object": {"key": "a.log"}}
    with pytest.raises(NotALogError):
        stack.invoke({"Records": [{"eventName": "ObjectCreated:Put", "s3": s3}]})
    (key,) = [key for key in stack.archived() if key.endswith(".object")]
    assert stack.s3.get_object(Bucket="archive", Key=key)["Body"].read() == b"%PDF-1.7"


def test_an_object_overwritten_without_versions_fails(stack: Stack) -> None:
    """The old bytes are gone: the failure is archived, and no record of the new content has an id of the old."""
    stack.s3.create_bucket(Bucket="plain")
    etags = [stack.s3.put_object(Bucket="plain", Key="a.log", Body=body)["ETag"] for body in (b"old\n", b"new\n")]
    events = [
        {
            "eventName": "ObjectCreated:Put",
            "s3": {"bucket": {"name": "plain"}, "object": {"key": "a.log", "eTag": etag}},
        }
        for etag in (etag.strip('"') for etag in etags)
    ]
    with pytest.raises(ObjectChangedError):
        stack.invoke({"Records": events})
    assert texts(stack) == ["new"]
    assert [key.endswith(".error.json") for key in stack.archived()] == [True]


def test_eventbridge_events_are_read(stack: Stack) -> None:
    """`Object Created` names the key unencoded."""
    event = stack.put("a b+c.log", b"one\n")
    version = event["Records"][0]["s3"]["object"]["versionId"]
    found = {"bucket": {"name": "source"}, "object": {"key": "a b+c.log", "version-id": version}}
    stack.invoke({"detail-type": "Object Created", "time": "2026-05-04T10:00:00Z", "detail": found})
    assert texts(stack) == ["one"]


def test_the_test_event_of_a_new_notification_is_ignored(stack: Stack) -> None:
    """S3 sends it when the notification is configured; it asks for nothing."""
    assert stack.invoke({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "source"}) == {"ranges": 0}


def test_an_event_of_another_kind_is_refused(stack: Stack) -> None:
    """An event of an unknown kind raises an error that says so."""
    with pytest.raises(EnvelopeError, match="no S3, SNS or SQS event"):
        stack.invoke({"hello": 1})


def test_the_ranges_of_a_large_object_store_each_record_once(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ranges cut anywhere, delivered as messages, store what one pass stores."""
    monkeypatch.setenv("SPLIT_THRESHOLD_BYTES", "1000")
    monkeypatch.setenv("RANGE_BYTES", "1024")
    stack.invoke(stack.put("a.log", access_log(59)))
    messages = stack.messages(stack.work_queue_url)
    assert len(messages) == -(-len(access_log(59)) // 1024)
    for number, message in enumerate(messages):
        stack.invoke({"Records": [{"messageId": str(number), "body": message["Body"], "eventSource": "aws:sqs"}]})
    assert texts(stack) == sorted(access_log(59).decode().splitlines())
    assert sum(int(found["stored"]["N"]) for found in stack.items("ledger")) == 59


@pytest.mark.parametrize("compressed", [False, True])
def test_a_range_that_runs_out_of_time_is_continued(stack: Stack, *, compressed: bool) -> None:
    """The next invocation begins at the first record that is not stored; the counts add up."""
    body = access_log(59)
    event = stack.put("a.log", gzip.compress(body) if compressed else body)
    stack.invoke(event, asks(5))
    assert 0 < len(stack.items()) < 59
    for _ in range(5):
        for message in stack.messages(stack.work_queue_url):
            stack.sqs.delete_message(QueueUrl=stack.work_queue_url, ReceiptHandle=message["ReceiptHandle"])
            records = [{"messageId": "1", "body": message["Body"], "eventSource": "aws:sqs"}]
            stack.invoke({"Records": records}, asks(5))
    assert texts(stack) == sorted(body.decode().splitlines())
    rows = stack.items("ledger")
    assert sum(int(found["stored"]["N"]) for found in rows) == 59
    assert {found["status"]["S"] for found in rows} <= {"continued", "done"}


def test_the_log_level_is_the_stacks(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    """`LOG_LEVEL` decides what the function's own log holds; another word is refused with the known ones."""
    monkeypatch.setenv("LOG_LEVEL", "ERROR")
    stack.invoke(stack.put("a.log", b"one\n"))
    assert logging.getLogger("log_processor.handler").getEffectiveLevel() == logging.ERROR
    with pytest.raises(SettingsError, match="LOG_LEVEL is 'LOUD': set one of DEBUG, INFO, WARNING, ERROR"):
        Settings.from_environment({**os.environ, "LOG_LEVEL": "LOUD"})
