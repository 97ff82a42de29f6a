"""Messages are received as moto receives them, without counting the others of their queue."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws
from moto.sqs.models import Message, Queue

from emulator.aws.moto_fixes import apply_fixes


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Yield a client of moto in this process."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "local")
    apply_fixes()
    with mock_aws():
        yield boto3.client("sqs", region_name="us-east-1")


def test_no_other_message_is_counted(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    url = client.create_queue(QueueName="q")["QueueUrl"]
    client.send_message(QueueUrl=url, MessageBody="a")
    monkeypatch.setattr(Queue, "approximate_number_of_messages", property(refuse))
    assert [one["Body"] for one in client.receive_message(QueueUrl=url)["Messages"]] == ["a"]


def test_hidden_and_delayed_messages_are_not_received(client: Any) -> None:
    """They are in the queue all the same: the attributes count them."""
    url = client.create_queue(QueueName="q")["QueueUrl"]
    for body, delay in (("a", 0), ("b", 0), ("c", 900)):
        client.send_message(QueueUrl=url, MessageBody=body, DelaySeconds=delay)
    (first,) = client.receive_message(QueueUrl=url)["Messages"]
    (second,) = client.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    assert sorted((first["Body"], second["Body"])) == ["a", "b"]
    assert "Messages" not in client.receive_message(QueueUrl=url)
    client.change_message_visibility(QueueUrl=url, ReceiptHandle=first["ReceiptHandle"], VisibilityTimeout=0)
    assert [one["Body"] for one in client.receive_message(QueueUrl=url)["Messages"]] == [first["Body"]]
    counts = client.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert counts["ApproximateNumberOfMessagesNotVisible"] == "2"
    assert counts["ApproximateNumberOfMessagesDelayed"] == "1"


def test_what_is_too_old_is_not_received(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    url = client.create_queue(QueueName="q", Attributes={"MessageRetentionPeriod": "60"})["QueueUrl"]
    client.send_message(QueueUrl=url, MessageBody="a")
    monkeypatch.setattr("emulator.aws.message_lists.unix_time_millis", lambda: 4e12)
    assert "Messages" not in client.receive_message(QueueUrl=url)


def test_what_threads_do_during_a_deletion_stays(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """While a message is deleted, another one is deleted, and a third one is sent."""
    url = client.create_queue(QueueName="q")["QueueUrl"]
    for body in "abc":
        client.send_message(QueueUrl=url, MessageBody=body)
    handles = {
        one["Body"]: one["ReceiptHandle"]
        for one in client.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    }
    has_handle, others = Message.had_receipt_handle, iter(["b"])

    def look(message: Message, receipt_handle: str) -> bool:
        if message.body == "c":
            for other in others:
                client.delete_message(QueueUrl=url, ReceiptHandle=handles[other])
                client.send_message(QueueUrl=url, MessageBody="d")
        return has_handle(message, receipt_handle)

    monkeypatch.setattr(Message, "had_receipt_handle", look)
    client.delete_message(QueueUrl=url, ReceiptHandle=handles["a"])
    counts = client.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert counts["ApproximateNumberOfMessagesNotVisible"] == "1"
    assert [one["Body"] for one in client.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]] == ["d"]


def refuse(_: Queue) -> int:
    raise AssertionError("the messages were counted")
