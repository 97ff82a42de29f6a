"""Declare the settings that say where Terraform's state lives."""

from dataclasses import dataclass

from log_processor.declaration import setting

from stacks.config.source import KMS_KEY


@dataclass(frozen=True, kw_only=True)
class StateSettings:
    """The settings of the state, and of the bucket that holds the states of all environments."""

    backend: str = setting(
        "s3",
        "Where the state lives: `s3`, `cloud` (Terraform Cloud) or `local` (a file).",
        choices=("s3", "cloud", "local"),
        variable="STATE_BACKEND",
    )
    state_bucket: str = setting(
        "",
        "Bucket of the S3 backend; without one, `<app_name>-state-<region>`. Names are global: set one.",
        form=r"(?:[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])?",
        form_words="3 to 63 characters that S3 allows",
        variable="STATE_BUCKET",
    )
    state_region: str = setting(
        "",
        "Region of the state bucket; without one, that of the environment.",
        form=r"(?:[a-z]{2}(?:-[a-z]+)+-\d)?",
        form_words="an AWS region, such as us-east-1",
        variable="STATE_REGION",
    )
    state_kms_key: str = setting(
        "",
        "ARN of the KMS key that encrypts the states; without one, S3's own key does.",
        form=rf"(?:{KMS_KEY})?",
        form_words="the ARN of a KMS key",
    )
    state_in_bucket: bool = setting(
        default=False,
        doc="Whether the state bucket's own state lies in it, too, not in a file: see [deploy](deploy.md).",
    )
    state_force_destroy: bool = setting(
        default=False, doc="Whether destroying the state backend also removes the states in it, of every environment."
    )
    cloud_organization: str = setting("", "Organisation of the cloud backend.", variable="TF_CLOUD_ORGANIZATION")
    cloud_workspace: str = setting(
        "",
        "Workspace of the cloud backend; without one, `<app_name>-<suffix>`.",
        form=r"[A-Za-z0-9_-]{0,90}",
        form_words="at most 90 letters, digits, - and _",
        variable="TF_WORKSPACE",
    )
