"""What happens in the local AWS is reported by the metrics that AWS documents for it."""

import io
import zipfile
from collections.abc import Iterator

import pytest

from emulator.aws.local_aws import LocalAws
from tests.support.roles import LOGGING, POLLING, allow, create_role, render

pytestmark = pytest.mark.server

HANDLER = """
def handle(event, context):
    if "boom" in str(event):
        raise ValueError("boom")
"""
FUNCTION, WORK, LETTERS = "measured", "measured-work", "measured-letters"
IDLE_S = 60


@pytest.fixture
def aws() -> Iterator[LocalAws]:
    """Yield a local AWS with a function, its work queue and its dead-letter queue, to which its role may send."""
    with LocalAws(retry_pause_scale=0.0001) as local:
        sqs, functions = local.client("sqs"), local.client("lambda")
        arns = {name: make_queue(local, name) for name in (WORK, LETTERS)}
        statements = [allow(POLLING, arns[WORK]), allow(["sqs:SendMessage"], arns[LETTERS])]
        role = create_role(local, FUNCTION, *statements)
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w") as archive:
            archive.writestr("app.py", HANDLER)
        functions.create_function(
            FunctionName=FUNCTION,
            Runtime="python3.11",
            Role=role,
            Handler="app.handle",
            Code={"ZipFile": content.getvalue()},
            Timeout=10,
            DeadLetterConfig={"TargetArn": arns[LETTERS]},
        )
        mapping = functions.create_event_source_mapping(EventSourceArn=arns[WORK], FunctionName=FUNCTION, BatchSize=1)
        yield local
        functions.delete_event_source_mapping(UUID=mapping["UUID"])
        functions.delete_function(FunctionName=FUNCTION)
        for name in arns:
            sqs.delete_queue(QueueUrl=find_url(local, name))
        local.client("iam").delete_role_policy(RoleName=FUNCTION, PolicyName="own")
        local.client("iam").delete_role(RoleName=FUNCTION)


def make_queue(aws: LocalAws, name: str) -> str:
    sqs = aws.client("sqs")
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    return str(sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"])


def read(aws: LocalAws, name: str, owner: str = FUNCTION) -> list[float]:
    """Return all values of a metric of the function, or of a queue."""
    namespace, dimension = ("AWS/Lambda", "FunctionName") if owner == FUNCTION else ("AWS/SQS", "QueueName")
    return [one.value for one in aws.metrics.read(namespace, name, {dimension: owner}, 0, aws.clock.now() + 1)]


def send(aws: LocalAws, queue: str, body: str) -> None:
    aws.client("sqs").send_message(QueueUrl=find_url(aws, queue), MessageBody=body)


def find_url(aws: LocalAws, queue: str) -> str:
    return str(aws.client("sqs").get_queue_url(QueueName=queue)["QueueUrl"])


def test_a_failing_event_is_counted_in_each_attempt(aws: LocalAws) -> None:
    """Three errors, how old the event was each time, and then one letter, until it is gone."""
    aws.invoke_async(FUNCTION, {"say": "boom"})
    assert aws.wait_until_idle(IDLE_S)
    assert (read(aws, "Invocations"), read(aws, "Errors")) == ([1.0] * 3, [1.0] * 3)
    ages_ms = read(aws, "AsyncEventAge")
    assert 0 <= ages_ms[0] < ages_ms[1] < ages_ms[2]
    assert all(duration_ms > 0 for duration_ms in read(aws, "Duration"))
    aws.watch.pass_minutes(1)
    assert read(aws, "ApproximateNumberOfMessagesVisible", LETTERS) == [1.0, 1.0]
    aws.client("sqs").purge_queue(QueueUrl=find_url(aws, LETTERS))
    aws.watch.pass_minutes(1)
    assert read(aws, "ApproximateNumberOfMessagesVisible", LETTERS)[-1] == 0.0
    assert read(aws, "DeadLetterErrors") == []


def test_an_event_that_cannot_be_buried_is_counted(aws: LocalAws) -> None:
    """The role may not send to the dead-letter queue any more: nothing is there."""
    aws.client("iam").put_role_policy(RoleName=FUNCTION, PolicyName="own", PolicyDocument=render(allow(LOGGING, "*")))
    aws.invoke_async(FUNCTION, {"say": "boom"})
    assert aws.wait_until_idle(IDLE_S)
    assert read(aws, "DeadLetterErrors") == [1.0]
    assert aws.read_queue_messages(LETTERS) == []


def test_a_message_that_is_worked_off_is_deleted(aws: LocalAws) -> None:
    """The invocation succeeded; nobody threw an error, and nothing waits."""
    send(aws, WORK, "well")
    assert aws.wait_until_idle(IDLE_S)
    assert read(aws, "NumberOfMessagesDeleted", WORK) == [1.0]
    assert (read(aws, "Errors"), read(aws, "Throttles")) == ([0.0], [0.0])
    aws.watch.pass_minutes(1)
    assert read(aws, "ApproximateAgeOfOldestMessage", WORK)[-1] == 0.0


def test_a_message_ages_with_the_clock(aws: LocalAws) -> None:
    """One that is sent later is younger by as much, although both were sent within a second."""
    send(aws, LETTERS, "first")
    aws.watch.pass_minutes(10)
    assert 600 <= read(aws, "ApproximateAgeOfOldestMessage", LETTERS)[-1] < 660
    first = aws.client("sqs").receive_message(QueueUrl=find_url(aws, LETTERS))["Messages"][0]
    send(aws, LETTERS, "second")
    aws.watch.pass_minutes(1)
    aws.client("sqs").delete_message(QueueUrl=find_url(aws, LETTERS), ReceiptHandle=first["ReceiptHandle"])
    aws.watch.pass_minutes(4)
    assert 300 <= read(aws, "ApproximateAgeOfOldestMessage", LETTERS)[-1] < 360


def test_a_function_without_room_throttles(aws: LocalAws) -> None:
    """What is refused is no invocation."""
    aws.client("lambda").put_function_concurrency(FunctionName=FUNCTION, ReservedConcurrentExecutions=0)
    aws.invoke_async(FUNCTION, {})
    assert aws.wait_until_idle(IDLE_S)
    assert set(read(aws, "Throttles")) == {1.0}
    assert read(aws, "Invocations") == []
