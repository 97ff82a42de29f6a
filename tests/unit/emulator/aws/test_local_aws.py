"""The local AWS runs deployed zips and delivers events as AWS does."""

import io
import json
import os
import signal
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.exceptions import ClientError

from emulator.aws.local_aws import LocalAws, PortInUseError
from tests.support.roles import POLLING, allow, create_role

pytestmark = pytest.mark.server

HANDLER = """
import os
import time

import boto3  # before the first event, because it takes longer than that has on a busy machine

def handle(event, context):
    text = str(event)
    if "hang" in text:
        time.sleep(60)
    if "nap" in text:
        time.sleep(0.3)
    if "boom" in text:
        raise ValueError("boom")
    if "where" in text:
        return os.getpid()
    if "forbidden" in text:
        return boto3.client("s3").get_object(Bucket=event["forbidden"], Key="a.txt")["Body"].read().decode()
    if "partly" in text:
        return {"batchItemFailures": [{"itemIdentifier": event["Records"][0]["messageId"]}]}
    return {"name": os.environ["NAME"], "left_ms": context.get_remaining_time_in_millis(), "event": event}
"""
IDLE_S = 30
SCALE = 0.0001


@dataclass
class Deployed:
    """One function with its queues and its bucket."""

    aws: LocalAws
    arn: str
    work_url: str

    def read_dead_letters(self) -> list[tuple[str, dict[str, str]]]:
        return self.aws.read_queue_messages("app-dead")


def zip_source(source: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("app.py", source)
    return content.getvalue()


@pytest.fixture(scope="module")
def deployed() -> Iterator[Deployed]:
    with LocalAws(retry_pause_scale=SCALE) as aws:
        queues = allow([*POLLING, "sqs:SendMessage"], "arn:aws:sqs:*:*:app-*")
        role = create_role(aws, "app-role", allow(["s3:GetObject"], "arn:aws:s3:::open/*"), queues)
        sqs = aws.client("sqs")
        dead = read_arn(sqs, sqs.create_queue(QueueName="app-dead")["QueueUrl"])
        redrive = json.dumps({"deadLetterTargetArn": dead, "maxReceiveCount": 2})
        work_url = sqs.create_queue(QueueName="app-work", Attributes={"RedrivePolicy": redrive})["QueueUrl"]
        functions = aws.client("lambda")
        arn = functions.create_function(
            FunctionName="app",
            Runtime="python3.11",
            Role=role,
            Handler="app.handle",
            Code={"ZipFile": zip_source(HANDLER)},
            Timeout=2,
            Environment={"Variables": {"NAME": "of the deployment"}},
            DeadLetterConfig={"TargetArn": dead},
        )["FunctionArn"]
        functions.create_event_source_mapping(
            EventSourceArn=read_arn(sqs, work_url),
            FunctionName="app",
            BatchSize=1,
            FunctionResponseTypes=["ReportBatchItemFailures"],
        )
        s3 = aws.client("s3")
        s3.create_bucket(Bucket="source")
        s3.put_bucket_versioning(Bucket="source", VersioningConfiguration={"Status": "Enabled"})
        rule = {"FilterRules": [{"Name": "suffix", "Value": ".log"}]}
        target = {"LambdaFunctionArn": arn, "Events": ["s3:ObjectCreated:*"], "Filter": {"Key": rule}}
        s3.put_bucket_notification_configuration(
            Bucket="source",
            NotificationConfiguration={"LambdaFunctionConfigurations": [target], "EventBridgeConfiguration": {}},
        )
        yield Deployed(aws, arn, work_url)


def read_arn(sqs: Any, url: str) -> str:
    return str(sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"])


def test_a_deployed_zip_runs_with_its_environment_and_deadline(deployed: Deployed) -> None:
    """A synchronous call returns what the handler returned; the second one is warm."""
    functions = deployed.aws.client("lambda")
    for _ in range(2):
        answer = json.loads(functions.invoke(FunctionName="app", Payload=b'{"a": 1}')["Payload"].read())
        assert answer["name"] == "of the deployment"
        assert answer["event"] == {"a": 1}
        assert 0 < answer["left_ms"] <= 2000
    assert deployed.aws.invocations[-1].cold is False
    assert deployed.aws.invocations[-1].max_memory_mb > 0


def test_a_dead_letter_can_be_received(deployed: Deployed) -> None:
    """A client receives its attributes, as those of any message."""
    deployed.aws.invoke_async("app", {"say": "boom"})
    assert deployed.aws.wait_until_idle(IDLE_S)
    sqs = deployed.aws.client("sqs")
    url = sqs.get_queue_url(QueueName="app-dead")["QueueUrl"]
    message = sqs.receive_message(QueueUrl=url, MessageAttributeNames=["All"], VisibilityTimeout=0)["Messages"][0]
    assert message["MessageAttributes"]["ErrorMessage"] == {"StringValue": "boom", "DataType": "String"}


def test_a_failing_event_is_dead_lettered_after_two_retries(deployed: Deployed) -> None:
    """After three attempts, the event is dead-lettered; its key is URL-encoded, and its version is named."""
    before = len(deployed.aws.invocations)
    deployed.aws.client("s3").put_object(Bucket="source", Key="a boom+.log", Body=b"x")
    assert deployed.aws.wait_until_idle(IDLE_S)
    assert [call.error for call in deployed.aws.invocations[before:]] == ["boom"] * 3
    body, attributes = deployed.read_dead_letters()[-1]
    assert attributes.keys() == {"RequestID", "ErrorCode", "ErrorMessage"}
    s3_object = json.loads(body)["Records"][0]["s3"]["object"]
    assert s3_object["key"] == "a+boom%2B.log"
    assert s3_object["versionId"] not in {"", "null"}


def test_other_suffixes_are_not_delivered(deployed: Deployed) -> None:
    """The notification's suffix filter applies."""
    before = len(deployed.aws.invocations)
    deployed.aws.client("s3").put_object(Bucket="source", Key="a.png", Body=b"x")
    assert deployed.aws.wait_until_idle(IDLE_S)
    assert len(deployed.aws.invocations) == before


def test_a_message_that_keeps_failing_is_dead_lettered(deployed: Deployed) -> None:
    """A reported item failure returns the message to the queue; the redrive policy counts its deliveries."""
    letters = len(deployed.read_dead_letters())
    deployed.aws.client("sqs").send_message(QueueUrl=deployed.work_url, MessageBody="partly")
    deployed.aws.client("sqs").send_message(QueueUrl=deployed.work_url, MessageBody="fine")
    assert deployed.aws.wait_until_idle(IDLE_S)
    assert [body for body, _ in deployed.read_dead_letters()[letters:]] == ["partly"]


def test_the_deadline_kills_only_the_child_that_hangs(deployed: Deployed) -> None:
    """A hanging handler is reported as Lambda reports it, and the next call succeeds."""
    functions = deployed.aws.client("lambda")
    answer = functions.invoke(FunctionName="app", Payload=b'"hang"')
    assert answer["FunctionError"]
    assert "Task timed out after 2.00 seconds" in answer["Payload"].read().decode()
    assert "FunctionError" not in functions.invoke(FunctionName="app", Payload=b"{}")


def test_a_killed_child_is_replaced(deployed: Deployed) -> None:
    """The next invocation runs in another process."""
    functions = deployed.aws.client("lambda")
    number = int(functions.invoke(FunctionName="app", Payload=b'"where"')["Payload"].read())
    os.kill(number, signal.SIGKILL)
    os.waitid(os.P_PID, number, os.WEXITED | os.WNOWAIT)  # it has ended; its status is left for the fleet to read
    other = int(functions.invoke(FunctionName="app", Payload=b'"where"')["Payload"].read())
    assert other != number


def test_the_dead_letter_names_the_invocation(deployed: Deployed) -> None:
    """All attempts for one event have one request id, and the dead letter has it as an attribute."""
    before = len(deployed.aws.invocations)
    deployed.aws.client("s3").put_object(Bucket="source", Key="boom.log", Body=b"x")
    assert deployed.aws.wait_until_idle(IDLE_S)
    (request_id,) = {call.request_id for call in deployed.aws.invocations[before:]}
    assert deployed.read_dead_letters()[-1][1]["RequestID"] == request_id


@pytest.mark.parametrize(("bucket", "refused"), [("open", False), ("closed", True)])
def test_a_role_is_evaluated_on_the_resource(deployed: Deployed, bucket: str, refused: bool) -> None:
    """The same action is allowed on one bucket and denied on the other."""
    s3 = deployed.aws.client("s3")
    s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="a.txt", Body=b"content")
    payload = json.dumps({"forbidden": bucket}).encode()
    answer = deployed.aws.client("lambda").invoke(FunctionName="app", Payload=payload)
    text = answer["Payload"].read().decode()
    assert ("FunctionError" in answer) is refused
    assert ("AccessDenied" if refused else "content") in text


def test_an_eventbridge_rule_invokes_its_function(deployed: Deployed) -> None:
    """A rule whose pattern matches gets `Object Created` with the unencoded key and the version."""
    events, s3 = deployed.aws.client("events"), deployed.aws.client("s3")
    pattern = {"source": ["aws.s3"], "detail-type": ["Object Created"], "detail": {"bucket": {"name": ["source"]}}}
    rule = events.put_rule(Name="created", EventPattern=json.dumps(pattern))["RuleArn"]
    permission = {"Action": "lambda:InvokeFunction", "Principal": "events.amazonaws.com", "SourceArn": rule}
    deployed.aws.client("lambda").add_permission(FunctionName="app", StatementId="rule", **permission)
    events.put_targets(Rule="created", Targets=[{"Id": "1", "Arn": deployed.arn}])
    before, letters = len(deployed.aws.invocations), len(deployed.read_dead_letters())
    s3.put_object(Bucket="source", Key="boom boom", Body=b"x")
    assert deployed.aws.wait_until_idle(IDLE_S)
    events.remove_targets(Rule="created", Ids=["1"])
    assert len(deployed.aws.invocations) == before + 3
    event = json.loads(deployed.read_dead_letters()[letters][0])
    assert event["detail-type"] == "Object Created"
    assert event["detail"]["object"]["key"] == "boom boom"
    assert event["detail"]["object"]["version-id"]


def test_moto_returns_what_terraform_compares(deployed: Deployed) -> None:
    """Without these fields, a plan after an apply would not be empty."""
    functions, s3 = deployed.aws.client("lambda"), deployed.aws.client("s3")
    assert functions.get_function_configuration(FunctionName="app")["DeadLetterConfig"]["TargetArn"].endswith(
        ":app-dead"
    )
    assert "EventBridgeConfiguration" in s3.get_bucket_notification_configuration(Bucket="source")


def test_a_port_in_use_is_one_sentence(deployed: Deployed) -> None:
    """The message names the port and says what to do."""
    port = int(deployed.aws.endpoint_url.rpartition(":")[2])
    with pytest.raises(PortInUseError, match=f"port {port} .* choose another"), LocalAws(port=port):
        pytest.fail("a second server must not start")


def test_throttled_deliveries_count_as_receives(deployed: Deployed) -> None:
    """A message that no execution may take ends in the dead-letter queue, and the function never sees it."""
    functions, sqs = deployed.aws.client("lambda"), deployed.aws.client("sqs")
    before = len(deployed.aws.invocations)
    functions.put_function_concurrency(FunctionName="app", ReservedConcurrentExecutions=0)
    try:
        sqs.send_message(QueueUrl=deployed.work_url, MessageBody="unread")
        assert deployed.aws.wait_until_idle(IDLE_S)
    finally:
        functions.delete_function_concurrency(FunctionName="app")
    assert "unread" in [body for body, _ in deployed.read_dead_letters()]
    assert deployed.aws.concurrency.throttles["app"] >= 2
    assert len(deployed.aws.invocations) == before


@pytest.mark.parametrize(("mapping", "are_lost"), [(4, True), (2, False)])
def test_a_mapping_that_wants_more_than_the_pool_loses_messages(
    deployed: Deployed, mapping: int, are_lost: bool
) -> None:
    """Other functions run two of the account's four executions: two are left, and what a third one takes is throttled.

    Each throttled delivery is a receive, after two of which the queue moves the message: no child has seen it.
    """
    functions, sqs, pool = deployed.aws.client("lambda"), deployed.aws.client("sqs"), deployed.aws.concurrency
    (identifier,) = (
        entry["UUID"] for entry in functions.list_event_source_mappings(FunctionName="app")["EventSourceMappings"]
    )
    functions.update_event_source_mapping(UUID=identifier, ScalingConfig={"MaximumConcurrency": mapping})
    naps = [f"nap {number} of {mapping}" for number in range(8)]
    before = deployed.aws.throttled_receives.get("app", 0)
    with deployed.aws.change_concurrency(4, 4, SCALE), pool.admit("other"), pool.admit("other"):
        for nap in naps:
            sqs.send_message(QueueUrl=deployed.work_url, MessageBody=nap)
        assert deployed.aws.wait_until_idle(IDLE_S)
    functions.update_event_source_mapping(UUID=identifier, ScalingConfig={})
    lost = {body for body, _ in deployed.read_dead_letters()}.intersection(naps)
    throttled = deployed.aws.throttled_receives.get("app", 0) - before
    assert (bool(lost), bool(throttled)) == (are_lost, are_lost)
    assert throttled >= 2 * len(lost)


def test_a_message_is_measured_in_bytes(deployed: Deployed) -> None:
    """By the queue's own maximum, whether it comes alone or in a batch; some characters are refused."""
    sqs = deployed.aws.client("sqs")
    url = sqs.create_queue(QueueName="small", Attributes={"MaximumMessageSize": "1024"})["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="ü" * 512)
    for body in ("ü" * 513, "\uffff"):
        with pytest.raises(ClientError, match="InvalidParameterValue"):
            sqs.send_message(QueueUrl=url, MessageBody=body)
        with pytest.raises(ClientError, match="InvalidParameterValue"):
            sqs.send_message_batch(QueueUrl=url, Entries=[{"Id": "1", "MessageBody": body}])
