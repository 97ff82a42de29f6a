"""Policy documents, as plain values: what may be done to which resource, and nothing else."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

VERSION = "2012-10-17"


@dataclass(frozen=True, slots=True)
class Grants:
    """The resources that the function touches, as ARNs (Terraform tokens are fine)."""

    source_bucket: str
    log_table: str
    ledger_table: str
    error_archive: str
    work_queue: str
    dead_letter_queue: str
    log_group: str


def allow(sid: str, actions: Sequence[str], *resources: str) -> dict[str, Any]:
    """One Allow statement."""
    return {"Sid": sid, "Effect": "Allow", "Action": list(actions), "Resource": list(resources)}


def document(*statements: Mapping[str, Any]) -> str:
    """The JSON of a policy."""
    return json.dumps({"Version": VERSION, "Statement": list(statements)})


def assume_by_lambda() -> str:
    """Who may wear the function's role."""
    principal = {"Service": "lambda.amazonaws.com"}
    return document({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"})


def function_policy(grants: Grants) -> str:
    """What the function may do: read the source, write table, ledger, archive and queues, log for itself."""
    queue_actions = ("SendMessage", "ReceiveMessage", "DeleteMessage", "GetQueueAttributes", "ChangeMessageVisibility")
    return document(
        allow("ReadSource", ["s3:GetObject", "s3:GetObjectVersion"], f"{grants.source_bucket}/*"),
        allow("TellMissingFromDenied", ["s3:ListBucket"], grants.source_bucket),
        allow("WriteRecords", ["dynamodb:BatchWriteItem"], grants.log_table),
        allow("KeepLedger", ["dynamodb:UpdateItem", "dynamodb:GetItem", "dynamodb:Query"], grants.ledger_table),
        allow("ArchiveFailures", ["s3:PutObject", "s3:AbortMultipartUpload"], f"{grants.error_archive}/*"),
        allow("ShareWork", [f"sqs:{action}" for action in queue_actions], grants.work_queue),
        allow("BuryMessages", ["sqs:SendMessage"], grants.dead_letter_queue),
        allow("WriteOwnLog", ["logs:CreateLogStream", "logs:PutLogEvents"], f"{grants.log_group}:*"),
    )


def tls_only(service: str, *resources: str) -> str:
    """A resource policy that refuses every unencrypted connection."""
    return document(
        {
            "Sid": "DenyUnencryptedTransport",
            "Effect": "Deny",
            "Principal": {"AWS": "*"},
            "Action": f"{service}:*",
            "Resource": list(resources),
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
    )
