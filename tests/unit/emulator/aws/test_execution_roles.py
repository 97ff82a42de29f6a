"""Lambda does with a function's role what the role's present policies allow, and nothing else."""

import io
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from emulator.aws.local_aws import ACCOUNT_ID, LocalAws
from emulator.aws.policies.callers import Caller
from tests.support.roles import LOGGING, POLLING, allow, create_role, render

pytestmark = pytest.mark.server

FUNCTION = "ruled"
HANDLER = "def handle(event, context):\n    if 'Records' not in event:\n        raise ValueError('boom')\n"
QUEUES = f"arn:aws:sqs:us-east-1:{ACCOUNT_ID}:ruled-*"
USUAL = allow([*POLLING, "sqs:SendMessage"], QUEUES)
IDLE_S, SOON_S = 30, 0.5


class Ruled:
    """A function with a queue and a dead-letter queue, whose role takes other policies."""

    def __init__(self, aws: LocalAws) -> None:
        self.aws, sqs = aws, aws.client("sqs")
        self._key = aws.client("kms").create_key()["KeyMetadata"]["Arn"]
        self.url = sqs.create_queue(QueueName="ruled-work")["QueueUrl"]
        sqs.create_queue(QueueName="ruled-dead")
        role = create_role(aws, FUNCTION, USUAL)
        code = io.BytesIO()
        with zipfile.ZipFile(code, "w") as archive:
            archive.writestr("app.py", HANDLER)
        functions = aws.client("lambda")
        functions.create_function(
            FunctionName=FUNCTION,
            Runtime="python3.11",
            Role=role,
            Handler="app.handle",
            Code={"ZipFile": code.getvalue()},
            DeadLetterConfig={"TargetArn": QUEUES.replace("*", "dead")},
        )
        functions.create_event_source_mapping(EventSourceArn=QUEUES.replace("*", "work"), FunctionName=FUNCTION)

    def rule(self, *statements: dict[str, Any]) -> None:
        """Let the role have these statements and no others, but to log."""
        policy = render(*statements, allow(LOGGING, "*"))
        self.aws.client("iam").put_role_policy(RoleName=FUNCTION, PolicyName="own", PolicyDocument=policy)

    def encrypt(self, *, on: bool) -> None:
        """Let the key encrypt the queue, or SQS itself."""
        key = {"KmsMasterKeyId": self._key if on else ""}
        self.aws.client("sqs").set_queue_attributes(QueueUrl=self.url, Attributes=key)

    def send(self) -> None:
        self.aws.client("sqs").send_message(QueueUrl=self.url, MessageBody="x")

    def count_invocations(self) -> int:
        return len(self.aws.invocations)


@pytest.fixture(scope="module")
def ruled() -> Iterator[Ruled]:
    with LocalAws(retry_pause_scale=0.0001) as aws:
        yield Ruled(aws)


@pytest.mark.parametrize("action", ["sqs:ReceiveMessage", "sqs:GetQueueAttributes"])
def test_a_queue_that_may_not_be_polled_is_not(ruled: Ruled, action: str) -> None:
    """Its messages wait until the role may again."""
    ruled.rule(allow([one for one in POLLING if one != action], QUEUES))
    before = ruled.count_invocations()
    ruled.send()
    assert not ruled.aws.wait_until_idle(SOON_S)
    assert ruled.count_invocations() == before
    ruled.rule(USUAL)
    assert ruled.aws.wait_until_idle(IDLE_S)
    assert ruled.count_invocations() == before + 1


def test_an_encrypted_queue_is_polled_by_who_may_decrypt(ruled: Ruled) -> None:
    """Without the key its messages wait."""
    before = ruled.count_invocations()
    ruled.encrypt(on=True)
    ruled.send()
    assert not ruled.aws.wait_until_idle(SOON_S)
    ruled.rule(USUAL, allow(["kms:Decrypt"], "*"))
    assert ruled.aws.wait_until_idle(IDLE_S)
    assert ruled.count_invocations() == before + 1
    ruled.encrypt(on=False)
    ruled.rule(USUAL)


def test_a_message_that_may_not_be_deleted_comes_again(ruled: Ruled) -> None:
    """Though its invocation succeeded."""
    ruled.rule(allow([one for one in POLLING if one != "sqs:DeleteMessage"], QUEUES))
    before = ruled.count_invocations()
    ruled.send()
    assert not ruled.aws.wait_until_idle(SOON_S)
    ruled.rule(USUAL)
    assert ruled.aws.wait_until_idle(IDLE_S)
    assert ruled.count_invocations() > before + 1


@pytest.mark.parametrize(("action", "letters"), [("sqs:SendMessage", 1), ("sqs:ReceiveMessage", 0)])
def test_an_event_that_may_not_be_buried_is_lost(ruled: Ruled, action: str, letters: int) -> None:
    """Lambda sends to the dead-letter queue with the function's role."""
    ruled.rule(allow([action], QUEUES))
    before = len(ruled.aws.read_queue_messages("ruled-dead"))
    ruled.aws.invoke_async(FUNCTION, {"say": "boom"})
    assert ruled.aws.wait_until_idle(IDLE_S)
    assert len(ruled.aws.read_queue_messages("ruled-dead")) == before + letters
    ruled.rule(USUAL)


def test_a_role_that_lacks_something_is_refused(ruled: Ruled) -> None:
    """Neither a configuration nor a mapping is taken that Lambda could not serve with the role."""
    functions = ruled.aws.client("lambda")
    ruled.rule(allow(POLLING, QUEUES))
    with pytest.raises(ClientError, match="role does not have permissions to call SendMessage on SQS"):
        functions.update_function_configuration(
            FunctionName=FUNCTION, DeadLetterConfig={"TargetArn": QUEUES.replace("*", "dead")}
        )
    network = {"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]}
    with pytest.raises(ClientError, match="role does not have permissions to call CreateNetworkInterface on EC2"):
        functions.update_function_configuration(FunctionName=FUNCTION, VpcConfig=network)
    ruled.rule(allow(POLLING[:2], QUEUES))
    with pytest.raises(ClientError, match="role does not have permissions to call GetQueueAttributes on SQS"):
        functions.create_event_source_mapping(EventSourceArn=QUEUES.replace("*", "other"), FunctionName=FUNCTION)
    ruled.rule(USUAL)


def test_who_writes_needs_the_key_of_the_bucket_and_the_queue(ruled: Ruled) -> None:
    """A key that encrypts by default is needed as one that a request names."""
    writer = Caller(
        account=ACCOUNT_ID,
        arn=f"arn:aws:iam::{ACCOUNT_ID}:role/writer",
        policies=(render(allow(["s3:PutObject", "sqs:SendMessage"], "*")),),
    )
    s3, key = ruled.aws.client("s3"), ruled.aws.client("kms").create_key()["KeyMetadata"]["Arn"]
    s3.create_bucket(Bucket="ruled")
    ruled.aws.client("s3", writer).put_object(Bucket="ruled", Key="a", Body=b"x")
    default = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}}
    s3.put_bucket_encryption(Bucket="ruled", ServerSideEncryptionConfiguration={"Rules": [default]})
    with pytest.raises(ClientError, match="not authorized to perform: kms:GenerateDataKey") as refused:
        ruled.aws.client("s3", writer).put_object(Bucket="ruled", Key="b", Body=b"x")
    assert refused.value.response["Error"]["Code"] == "AccessDenied"
    ruled.encrypt(on=True)
    with pytest.raises(ClientError, match="not authorized to perform: kms:GenerateDataKey") as refused:
        ruled.aws.client("sqs", writer).send_message(QueueUrl=ruled.url, MessageBody="x")
    assert refused.value.response["Error"]["Code"] == "KMS.AccessDeniedException"
    ruled.encrypt(on=False)
