"""Say what IAM has to allow for each job of the operator's commands, and build its policy.

Sources: Service Authorization Reference, actions of Amazon DynamoDB, S3, SQS, CloudWatch, EventBridge and AWS Lambda.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from log_processor.storing.forgotten import FORGOTTEN

from ops.acting.act_log import PREFIX
from stacks.config import Config
from stacks.config.rights import CREATE
from stacks.iam import allow
from stacks.state import build_stack_id, build_state_key

Job = Literal["read", "redrive", "admin"]
JOBS: Mapping[Job, tuple[str, ...]] = {
    "read": (
        *("status", "formats", "query", "show", "tail", "patterns", "export", "explain", "cost", "parse", "audit"),
        *("acts", "outputs", "sources", "policy", "view"),
    ),
    "redrive": ("redrive", "replay", "audit --repair"),
    "admin": ("upload", "rollback", "forget"),
}
"""The commands of each job, one of them with the option that needs more; a job may do what those before it may."""
ONLY_ACTS, ONLY_RANGES, ONLY_FORGOTTEN = (
    {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": [f"{prefix}*"]}} for prefix in (PREFIX, "s3://", FORGOTTEN)
)
"""Each lets one kind of the ledger's rows be written: those of acts, of ranges, or of records that are forgotten."""


@dataclass(frozen=True, slots=True)
class PolicyScope:
    """Where an environment is: its configuration, account and the outputs of its stack."""

    config: Config
    account: str
    outputs: Mapping[str, Any]

    def name(self, service: str, resource: str) -> str:
        """Return the ARN of a resource of the account."""
        return f"arn:aws:{service}:{self.config.region}:{self.account}:{resource}"

    @property
    def source_buckets(self) -> list[str]:
        """Return the ARNs of the buckets that objects come from."""
        return list(
            dict.fromkeys([self.outputs["S3SourceBucketArn"], *(one.bucket_arn for one in self.config.sources)])
        )

    @property
    def source_objects(self) -> list[str]:
        """Return the ARNs of the objects that are read."""
        own = f"{self.outputs['S3SourceBucketArn']}/{self.config.source_prefix}*"
        return [own, *(one.objects_arn for one in self.config.sources)]

    @property
    def function(self) -> list[str]:
        """Return the ARNs of the function and of its aliases: some actions are for the one, some for the others."""
        return [self.outputs["LambdaFunctionArn"], f"{self.outputs['LambdaFunctionArn']}:*"]

    @property
    def queues(self) -> list[str]:
        """Return the ARNs of the work queue and the dead-letter queue."""
        return [self.outputs["WorkQueueArn"], self.outputs["DLQQueueArn"]]


def build_policy(job: Job, scope: PolicyScope) -> dict[str, Any]:
    """Return the policy of a job: what its commands need, and those of the jobs before it, and nothing else."""
    parts = {"read": _build_read, "redrive": _build_redrive, "admin": _build_admin}
    jobs = list(JOBS)
    statements = [statement for each in jobs[: jobs.index(job) + 1] for statement in parts[each](scope)]
    return {"Version": "2012-10-17", "Statement": statements}


def _build_read(scope: PolicyScope) -> Iterator[dict[str, Any]]:
    logs, ledger = scope.outputs["DynamoDBTableArn"], scope.outputs["LedgerTableArn"]
    reads = [f"dynamodb:{action}" for action in ("BatchGetItem", "DescribeTable", "Query", "Scan")]
    yield allow("ReadRecords", reads, logs, f"{logs}/index/*")
    yield allow("ReadLedger", [action for action in reads if "Scan" not in action], ledger, f"{ledger}/index/*")
    yield allow("ReadObjects", ["s3:GetObject", "s3:GetObjectVersion"], *scope.source_objects)
    yield allow("ListObjects", ["s3:ListBucket", "s3:ListBucketVersions"], *scope.source_buckets)
    looks = ["s3:GetBucketNotification", "s3:GetBucketPolicy"]
    yield allow("ExamineSources", looks, *scope.source_buckets)
    if scope.config.sources:
        buckets = [one.bucket_arn for one in scope.config.sources]
        yield allow("ExamineEncryption", ["s3:GetEncryptionConfiguration"], *dict.fromkeys(buckets))
        yield allow("ExamineRules", ["events:DescribeRule"], scope.name("events", f"rule/{scope.config.prefix}-*"))
    yield allow("WatchQueues", ["sqs:GetQueueAttributes", "sqs:GetQueueUrl"], *scope.queues)
    yield allow("WatchAlarms", ["cloudwatch:DescribeAlarms"], "*")
    yield from _build_state(scope.config)
    yield from _build_keys(scope, "Read", "kms:Decrypt")


def _build_redrive(scope: PolicyScope) -> Iterator[dict[str, Any]]:
    logs, ledger = scope.outputs["DynamoDBTableArn"], scope.outputs["LedgerTableArn"]
    yield allow("LogActs", ["dynamodb:PutItem"], ledger) | {"Condition": ONLY_ACTS}
    letters = ("ChangeMessageVisibility", "DeleteMessage", "ReceiveMessage")
    yield allow("TakeLetters", [f"sqs:{action}" for action in letters], scope.outputs["DLQQueueArn"])
    yield allow("SendWork", ["sqs:SendMessage"], scope.outputs["WorkQueueArn"])
    yield allow("ReadRejects", ["s3:GetObject"], f"{scope.outputs['ErrorArchiveBucketArn']}/errors/*")
    yield allow("ListRejects", ["s3:ListBucket"], scope.outputs["ErrorArchiveBucketArn"])
    yield allow("MendRejects", ["dynamodb:DeleteItem", "dynamodb:PutItem"], logs)
    yield allow("CountMended", ["dynamodb:UpdateItem"], ledger) | {"Condition": ONLY_RANGES}
    yield allow("CompareCode", ["lambda:GetFunctionConfiguration"], *scope.function)
    yield from _build_keys(scope, "Send", "kms:GenerateDataKey")


def _build_admin(scope: PolicyScope) -> Iterator[dict[str, Any]]:
    yield allow("Upload", ["s3:AbortMultipartUpload", "s3:PutObject"], *scope.source_objects)
    versions = ("GetAlias", "ListVersionsByFunction", "UpdateAlias")
    yield allow("ChooseVersion", [f"lambda:{action}" for action in versions], *scope.function)
    ledger = scope.outputs["LedgerTableArn"]
    yield allow("RememberForgotten", ["dynamodb:UpdateItem"], ledger) | {"Condition": ONLY_FORGOTTEN}
    yield allow("ReadPacks", ["dynamodb:GetItem"], scope.outputs["DynamoDBTableArn"])
    archived = f"{scope.outputs['ErrorArchiveBucketArn']}/errors/*"
    yield allow("CleanArchive", ["s3:DeleteObject", "s3:PutObject"], archived)
    yield allow("DeleteSources", ["s3:DeleteObject", "s3:DeleteObjectVersion"], *scope.source_objects)


def _build_state(config: Config) -> Iterator[dict[str, Any]]:
    """Yield what reads the outputs of the stack, which stand in Terraform's state."""
    if config.backend == "s3":
        state = build_state_key(config, build_stack_id(config))
        yield allow("ReadOutputs", ["s3:GetObject"], f"arn:aws:s3:::{config.state_bucket_name}/{state}")


def _build_keys(scope: PolicyScope, verb: str, action: str) -> Iterator[dict[str, Any]]:
    """Yield the use of the keys that encrypt: of one that the stack creates only its alias is known."""
    config = scope.config
    if config.data_key == CREATE:
        alias = {"ForAnyValue:StringEquals": {"kms:ResourceAliases": [f"alias/{config.prefix}"]}}
        yield allow(f"{verb}ByDataKey", [action], scope.name("kms", "key/*")) | {"Condition": alias}
    elif config.data_key:
        yield allow(f"{verb}ByDataKey", [action], config.data_key)
    if config.kms_keys:
        yield allow(f"{verb}BySourceKeys", [action], *config.kms_keys)
