"""The local AWS cuts a chain of invocations through a queue as Lambda does, unless the function allows it."""

import io
import zipfile
from collections.abc import Iterator

import pytest

from emulator.aws.chains import MAX_INVOCATIONS
from emulator.aws.local_aws import LocalAws
from tests.support.roles import POLLING, allow, create_role

pytestmark = pytest.mark.server

HANDLER = """
import os

import boto3

def handle(event, context):
    for record in event["Records"]:
        left = int(record["body"])
        if left:
            boto3.client("sqs").send_message_batch(
                QueueUrl=os.environ["WORK"], Entries=[{"Id": "0", "MessageBody": str(left - 1)}]
            )
"""
FUNCTION, QUEUE = "chain", "chain-work"
"""Names of their own: moto keeps what other local AWSs of this process have made."""
LINKS = 20
IDLE_S = 60


@pytest.fixture(scope="module")
def aws() -> Iterator[LocalAws]:
    """Yield a local AWS in which the function sends each number less one to the queue that feeds it."""
    with LocalAws(retry_pause_scale=0.0001) as local:
        sqs, functions = local.client("sqs"), local.client("lambda")
        url = sqs.create_queue(QueueName=QUEUE)["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        role = create_role(local, FUNCTION, allow([*POLLING, "sqs:SendMessage"], arn))
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
            Environment={"Variables": {"WORK": url}},
        )
        functions.create_event_source_mapping(EventSourceArn=arn, FunctionName=FUNCTION, BatchSize=1)
        yield local


def run_chain(aws: LocalAws) -> int:
    """Begin a chain that would have `LINKS` invocations after its first, and return how many it had."""
    before = len(aws.invocations)
    aws.client("sqs").send_message(QueueUrl=QUEUE, MessageBody=str(LINKS))
    assert aws.wait_until_idle(IDLE_S)
    return len(aws.invocations) - before


def test_a_long_chain_is_cut_unless_it_is_allowed(aws: LocalAws) -> None:
    """The message that would start one invocation too many is dropped and counted; `Allow` lets the chain end."""
    functions = aws.client("lambda")
    assert functions.get_function_recursion_config(FunctionName=FUNCTION)["RecursiveLoop"] == "Terminate"
    assert (run_chain(aws), aws.chains.cut[FUNCTION]) == (MAX_INVOCATIONS, 1)
    functions.put_function_recursion_config(FunctionName=FUNCTION, RecursiveLoop="Allow")
    assert functions.get_function_recursion_config(FunctionName=FUNCTION)["RecursiveLoop"] == "Allow"
    assert (run_chain(aws), aws.chains.cut[FUNCTION]) == (LINKS + 1, 1)
    functions.put_function_recursion_config(FunctionName=FUNCTION, RecursiveLoop="Terminate")
    assert (run_chain(aws), aws.chains.cut[FUNCTION]) == (MAX_INVOCATIONS, 2)
    dropped = aws.metrics.read(
        "AWS/Lambda", "RecursiveInvocationsDropped", {"FunctionName": FUNCTION}, 0, aws.clock.now() + 1
    )
    assert [one.value for one in dropped] == [1.0, 1.0]


def test_chains_that_have_nothing_in_common_are_whole(aws: LocalAws) -> None:
    """Each message from outside begins a chain, however many the function has handled."""
    cut = aws.chains.cut[FUNCTION]
    for _ in range(MAX_INVOCATIONS + 1):
        aws.client("sqs").send_message(QueueUrl=QUEUE, MessageBody="0")
    assert aws.wait_until_idle(IDLE_S)
    assert aws.chains.cut[FUNCTION] == cut
