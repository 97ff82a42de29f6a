"""Create a private bucket: encrypted, TLS only, without ACLs and public access."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cdktf_cdktf_provider_aws.s3_bucket import S3Bucket
from cdktf_cdktf_provider_aws.s3_bucket_logging import S3BucketLoggingA
from cdktf_cdktf_provider_aws.s3_bucket_ownership_controls import (
    S3BucketOwnershipControls,
    S3BucketOwnershipControlsRule,
)
from cdktf_cdktf_provider_aws.s3_bucket_policy import S3BucketPolicy
from cdktf_cdktf_provider_aws.s3_bucket_public_access_block import S3BucketPublicAccessBlock
from cdktf_cdktf_provider_aws.s3_bucket_server_side_encryption_configuration import (
    S3BucketServerSideEncryptionConfigurationA,
)
from cdktf_cdktf_provider_aws.s3_bucket_server_side_encryption_configuration import (
    S3BucketServerSideEncryptionConfigurationRuleA as EncryptionRule,
)
from cdktf_cdktf_provider_aws.s3_bucket_server_side_encryption_configuration import (
    S3BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultA as DefaultEncryption,
)
from cdktf_cdktf_provider_aws.s3_bucket_versioning import S3BucketVersioningA, S3BucketVersioningVersioningConfiguration
from constructs import Construct

from stacks.iam import build_document, build_tls_statement


@dataclass(frozen=True, slots=True)
class BucketGuards:
    """The KMS key that encrypts a bucket, else S3's own; the bucket to which S3 writes every access, else none."""

    kms_key: str = ""
    access_log_bucket: str = ""


NO_GUARDS = BucketGuards()
AWS_KEY = "alias/aws/s3"
"""The key that KMS keeps for S3 in every account; other accounts cannot be let in to it."""


class PrivateBucket(Construct):
    """A bucket (`bucket`) with the settings that keep it private; by `statements` of its policy others may use it."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        versioned: bool,
        force_destroy: bool,
        statements: Sequence[Mapping[str, Any]] = (),
        guards: BucketGuards = NO_GUARDS,
    ) -> None:
        super().__init__(scope, id_)
        self.bucket = S3Bucket(self, "bucket", bucket=name, force_destroy=force_destroy)
        bucket = self.bucket.id
        block = S3BucketPublicAccessBlock(
            self,
            "public_access_block",
            bucket=bucket,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
        )
        rule = S3BucketOwnershipControlsRule(object_ownership="BucketOwnerEnforced")
        S3BucketOwnershipControls(self, "ownership", bucket=bucket, rule=rule)
        encryption = EncryptionRule(
            apply_server_side_encryption_by_default=_choose_encryption(guards.kms_key), bucket_key_enabled=True
        )
        S3BucketServerSideEncryptionConfigurationA(self, "encryption", bucket=bucket, rule=[encryption])
        policy = build_document(build_tls_statement("s3", self.bucket.arn, f"{self.bucket.arn}/*"), *statements)
        S3BucketPolicy(self, "policy", bucket=bucket, policy=policy, depends_on=[block])
        if guards.access_log_bucket:
            target, prefix = guards.access_log_bucket, f"s3-access/{name}/"
            S3BucketLoggingA(self, "access_log", bucket=bucket, target_bucket=target, target_prefix=prefix)
        if versioned:
            self.versioning = S3BucketVersioningA(
                self,
                "versioning",
                bucket=bucket,
                versioning_configuration=S3BucketVersioningVersioningConfiguration(status="Enabled"),
            )


def _choose_encryption(kms_key: str) -> DefaultEncryption:
    if kms_key:
        return DefaultEncryption(sse_algorithm="aws:kms", kms_master_key_id=kms_key)
    return DefaultEncryption(sse_algorithm="AES256")
