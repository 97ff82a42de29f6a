"""Read from moto whose a bucket is, what its policy says, and what it lacks."""

from urllib.parse import unquote

from moto.s3.models import s3_backends

BUCKET_ARN = "arn:aws:s3:::"


def read_bucket_policy(resource: str) -> tuple[str, str] | None:
    """Return the account that owns the bucket of an ARN, and the bucket's policy; None if it names no bucket."""
    name = resource.removeprefix(BUCKET_ARN).partition("/")[0]
    if not resource.startswith(BUCKET_ARN) or name not in s3_backends.bucket_accounts:
        return None
    partition, account = s3_backends.bucket_accounts[name]
    policy = s3_backends[account][partition].buckets[name].policy
    return account, policy.decode() if policy else ""


def find_missing(resource: str, version: str | None) -> str | None:
    """Return the ARN of the bucket that has no such object; None if it has one, or there is no bucket either."""
    name, _, key = resource.removeprefix(BUCKET_ARN).partition("/")
    if not key or name not in s3_backends.bucket_accounts:
        return None
    partition, account = s3_backends.bucket_accounts[name]
    stored = s3_backends[account][partition].get_object(name, unquote(key), version_id=version)
    return BUCKET_ARN + name if stored is None else None
