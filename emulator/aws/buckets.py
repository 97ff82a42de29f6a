"""Read from moto whose a bucket is, and what its policy says."""

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
