"""Build policy documents as plain values: what may be done to which resource."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

VERSION = "2012-10-17"
NETWORK_ACTIONS = (
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:AssignPrivateIpAddresses",
    "ec2:UnassignPrivateIpAddresses",
)
"""What Lambda does with the function's role in a VPC.

Source: AWS Lambda Developer Guide, Giving Lambda functions access to resources in an Amazon VPC.
"""

ONLY_KEYS = {
    "ForAllValues:StringEquals": {"dynamodb:Attributes": ["log_id", "timestamp"]},
    "StringEquals": {"dynamodb:Select": "SPECIFIC_ATTRIBUTES"},
}
"""Lets a query return the keys of items, and nothing else of them.

Source: Amazon DynamoDB Developer Guide, Using IAM policy conditions for fine-grained access control.
"""


@dataclass(frozen=True, slots=True)
class Grants:
    """The ARNs of the resources that the function uses; they may be Terraform tokens.

    `source_objects` are those that it may read, such as `arn:aws:s3:::bucket/app/*`.
    """

    source_buckets: Sequence[str]
    source_objects: Sequence[str]
    kms_keys: Sequence[str]
    data_key: str
    redaction_secret: str
    in_network: bool
    log_table: str
    ledger_table: str
    error_archive: str
    work_queue: str
    dead_letter_queue: str
    log_group: str


def allow(sid: str, actions: Sequence[str], *resources: str) -> dict[str, Any]:
    """Return one Allow statement."""
    return {"Sid": sid, "Effect": "Allow", "Action": list(actions), "Resource": list(resources)}


def build_document(*statements: Mapping[str, Any]) -> str:
    """Return the JSON of a policy."""
    return json.dumps({"Version": VERSION, "Statement": list(statements)})


def build_trust_policy() -> str:
    """Return the policy that lets Lambda, and nobody else, assume the function's role."""
    principal = {"Service": "lambda.amazonaws.com"}
    return build_document({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"})


def build_function_policy(grants: Grants) -> str:
    """Return what the function may do: read the source, write records, ledger, archive, queues and its own log."""
    ledger_actions = ("UpdateItem", "Query", "GetItem", "PutItem", "DeleteItem")
    queue_actions = ("SendMessage", "ReceiveMessage", "DeleteMessage", "GetQueueAttributes")
    return build_document(
        allow("ReadSource", ["s3:GetObject", "s3:GetObjectVersion"], *grants.source_objects),
        allow("TellMissingFromDenied", ["s3:ListBucket"], *grants.source_buckets),
        allow("WriteRecords", ["dynamodb:BatchWriteItem"], grants.log_table),
        allow("FindReplaced", ["dynamodb:Query"], grants.log_table) | {"Condition": ONLY_KEYS},
        allow("KeepLedger", [f"dynamodb:{action}" for action in ledger_actions], grants.ledger_table),
        allow("ArchiveFailures", ["s3:PutObject", "s3:AbortMultipartUpload"], f"{grants.error_archive}/*"),
        allow("ShareWork", [f"sqs:{action}" for action in queue_actions], grants.work_queue),
        allow("BuryMessages", ["sqs:SendMessage"], grants.dead_letter_queue),
        allow("WriteOwnLog", ["logs:CreateLogStream", "logs:PutLogEvents"], f"{grants.log_group}:*"),
        *_build_chosen_statements(grants),
    )


def _build_chosen_statements(grants: Grants) -> list[dict[str, Any]]:
    """Return what only some environments need: keys, the secret, and a network.

    Lambda's network interfaces have no names beforehand, so that these actions cannot name a resource.
    """
    use = ["kms:Decrypt", "kms:GenerateDataKey"]
    return [
        *([allow("DecryptSource", ["kms:Decrypt"], *grants.kms_keys)] if grants.kms_keys else []),
        *([allow("UseDataKey", use, grants.data_key)] if grants.data_key else []),
        *(
            [allow("ReadRedactionKey", ["secretsmanager:GetSecretValue"], grants.redaction_secret)]
            if grants.redaction_secret
            else []
        ),
        *([allow("JoinNetwork", NETWORK_ACTIONS, "*")] if grants.in_network else []),
    ]


def build_tls_policy(service: str, *resources: str) -> str:
    """Return a resource policy that denies every unencrypted connection."""
    return build_document(build_tls_statement(service, *resources))


def build_tls_statement(service: str, *resources: str) -> dict[str, Any]:
    """Return the statement of a resource policy that denies every unencrypted connection."""
    return {
        "Sid": "DenyUnencryptedTransport",
        "Effect": "Deny",
        "Principal": {"AWS": "*"},
        "Action": f"{service}:*",
        "Resource": list(resources),
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
