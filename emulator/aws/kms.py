"""Read from moto which KMS key encrypts what a request writes or reads, and what the key's policy says.

Source: Amazon S3 User Guide, Using server-side encryption with AWS KMS keys: Permissions; Amazon SQS Developer Guide,
Key management: Configure KMS permissions for producers, for consumers.
"""

from collections.abc import Iterable, Mapping

from moto.kms.models import kms_backends
from moto.sqs.models import sqs_backends

from emulator.aws.buckets import KEY_ARN, find_default_key, find_object
from emulator.aws.requests import ApiCall

KMS = "aws:kms"
ENCRYPTION, KEY_ID = "s3:x-amz-server-side-encryption", "s3:x-amz-server-side-encryption-aws-kms-key-id"
READS = {"s3:GetObject", "s3:GetObjectVersion"}
QUEUE_USE = {"sqs:SendMessage": ("kms:GenerateDataKey", "kms:Decrypt"), "sqs:ReceiveMessage": ("kms:Decrypt",)}


def find_key_calls(calls: Iterable[ApiCall], asked: Mapping[str, str]) -> list[ApiCall]:
    """Return what has to be allowed on keys beside `calls`; `asked` are the request's condition keys."""
    return [ApiCall(action, key) for call in calls for action, key in _list_uses(call, asked) if key]


def _list_uses(call: ApiCall, asked: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return which actions a call needs on which key, which is empty if nothing is encrypted by one."""
    if call.action == "s3:PutObject":
        return [("kms:GenerateDataKey", _find_new_key(call.resource, asked))]
    if call.action in READS:
        return [("kms:Decrypt", _find_key(call.resource, asked.get("s3:VersionId")))]
    return [(action, _find_queue_key(call.resource)) for action in QUEUE_USE.get(call.action, ())]


def read_key_policy(resource: str) -> tuple[str, str] | None:
    """Return the account that owns the key of an ARN, and the key's policy; None if it is the ARN of no key."""
    if not resource.startswith(KEY_ARN):
        return None
    _, _, _, region, account, name = resource.split(":", 5)
    return account, str(kms_backends[account][region].describe_key(name.removeprefix("key/")).policy)


def _find_key(resource: str, version: str | None) -> str:
    """Return the ARN of the key that encrypts an object; empty if none does, or there is no such object."""
    _, stored = find_object(resource, version)
    return str(stored.kms_key_id) if stored is not None and stored.encryption == KMS and stored.kms_key_id else ""


def _find_new_key(resource: str, asked: Mapping[str, str]) -> str:
    """Return the ARN of the key that is to encrypt a new object: the one asked for, else that of its bucket."""
    if ENCRYPTION in asked:
        return asked.get(KEY_ID, "") if asked[ENCRYPTION] == KMS else ""
    return find_default_key(resource)


def _find_queue_key(arn: str) -> str:
    """Return the ARN of the key that encrypts a queue; empty if there is none but SQS's own, or no such queue."""
    _, _, _, region, account, name = arn.split(":", 5)
    queue = sqs_backends[account][region].queues.get(name)
    key = str(getattr(queue, "kms_master_key_id", None) or "")
    return key if key.startswith(KEY_ARN) else ""
