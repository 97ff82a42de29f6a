"""Read from moto which KMS key encrypts what a request writes or reads, and what the key's policy says.

Source: Amazon S3 User Guide, Using server-side encryption with AWS KMS keys: Permissions.
"""

from moto.kms.models import kms_backends

from emulator.aws.buckets import find_object
from emulator.aws.requests import ApiCall

KMS = "aws:kms"
KEY_ARN = "arn:aws:kms:"
ENCRYPTION, KEY_ID = "s3:x-amz-server-side-encryption", "s3:x-amz-server-side-encryption-aws-kms-key-id"
READS = {"s3:GetObject", "s3:GetObjectVersion"}


def find_key_calls(calls: list[ApiCall], asked: dict[str, str]) -> list[ApiCall]:
    """Return what has to be allowed on keys beside `calls`; `asked` are the request's condition keys."""
    needed = []
    for call in calls:
        if call.action == "s3:PutObject" and asked.get(ENCRYPTION) == KMS and KEY_ID in asked:
            needed.append(ApiCall("kms:GenerateDataKey", asked[KEY_ID]))
        elif call.action in READS and (key := _find_key(call.resource, asked.get("s3:VersionId"))):
            needed.append(ApiCall("kms:Decrypt", key))
    return needed


def read_key_policy(resource: str) -> tuple[str, str] | None:
    """Return the account that owns the key of an ARN, and the key's policy; None if it is the ARN of no key."""
    if not resource.startswith(KEY_ARN):
        return None
    _, _, _, region, account, name = resource.split(":", 5)
    return account, str(kms_backends[account][region].describe_key(name.removeprefix("key/")).policy)


def _find_key(resource: str, version: str | None) -> str | None:
    """Return the ARN of the key that encrypts an object; None if none does, or there is no such object."""
    _, stored = find_object(resource, version)
    return str(stored.kms_key_id) if stored is not None and stored.encryption == KMS else None
