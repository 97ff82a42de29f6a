"""Read from moto whose a bucket is, what its policy says, and what it lacks."""

from urllib.parse import unquote

from moto.s3.models import FakeBucket, FakeKey, s3_backends

BUCKET_ARN = "arn:aws:s3:::"
KEY_ARN = "arn:aws:kms:"


def find_bucket(name: str) -> FakeBucket | None:
    """Return the bucket of a name, whichever account and region it is in; None if there is none."""
    if name not in s3_backends.bucket_accounts:
        return None
    partition, account = s3_backends.bucket_accounts[name]
    return s3_backends[account][partition].buckets[name]


def find_object(resource: str, version: str | None) -> tuple[FakeBucket | None, FakeKey | None]:
    """Return the bucket and the object of an ARN, each None if there is none."""
    name, _, key = resource.removeprefix(BUCKET_ARN).partition("/")
    bucket = find_bucket(name)
    if bucket is None or not key:
        return bucket, None
    partition, account = s3_backends.bucket_accounts[name]
    return bucket, s3_backends[account][partition].get_object(name, unquote(key), version_id=version)


def find_default_key(resource: str) -> str:
    """Return the ARN of the KMS key that encrypts new objects of an ARN's bucket; empty if none does."""
    bucket = find_bucket(resource.removeprefix(BUCKET_ARN).partition("/")[0])
    rule = (bucket.encryption or {}).get("Rule", {}) if bucket is not None else {}
    key = str(rule.get("ApplyServerSideEncryptionByDefault", {}).get("KMSMasterKeyID") or "")
    return key if key.startswith(KEY_ARN) else ""


def read_bucket_policy(resource: str) -> tuple[str, str] | None:
    """Return the account that owns the bucket of an ARN, and the bucket's policy; None if it names no bucket."""
    bucket = find_bucket(resource.removeprefix(BUCKET_ARN).partition("/")[0])
    if not resource.startswith(BUCKET_ARN) or bucket is None:
        return None
    return str(bucket.account_id), bucket.policy.decode() if bucket.policy else ""


def find_missing(resource: str, version: str | None) -> str | None:
    """Return the ARN of the bucket that has no such object; None if it has one, or there is no bucket either."""
    bucket, stored = find_object(resource, version)
    return BUCKET_ARN + str(bucket.name) if bucket is not None and stored is None else None
