"""Declare every setting: those below are the stacks' alone, those of `Tuning` are the function's too."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from log_processor.declaration import setting

from stacks.config.own_bucket import STORAGE_CLASSES, check_statements
from stacks.config.rights import Rights
from stacks.config.rules import MAX_ENDINGS, check_endings, check_services, check_texts
from stacks.config.source import KEY_TEXT, KMS_KEY, BucketSource
from stacks.config.sources import parse_sources
from stacks.config.tagging import TAG_VALUE, TAG_WORDS, check_tags
from stacks.sources.key_filter import KeyFilter
from stacks.sources.log_services import merge_endings

RETENTION_DAYS = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545),
    *(731, 1096, 1827, 2192, 2557, 2922, 3288, 3653),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Config(Rights):
    """The settings of one environment; the defaults are those of `dev`.

    Each is declared only here: from the declaration come its rules, its key, its variable, and its row in
    `docs/configuration.md`.
    """

    environment_suffix: str = setting(
        "dev",
        "Ends the stack's and every resource's name.",
        form=r"[a-z0-9](?:[a-z0-9-]{0,14}[a-z0-9])?",
        form_words="1 to 16 lower-case letters, digits and inner hyphens",
        key="environmentSuffix",
        variable="STACK_NAME_SUFFIX",
    )
    app_name: str = setting(
        "tap-serverless",
        "Begins every resource's name.",
        form=r"[a-z][a-z0-9-]{1,24}",
        form_words="2 to 25 lower-case letters, digits and hyphens",
    )
    region: str = setting(
        "us-east-1",
        "The AWS region.",
        form=r"(?!cn-|us-gov-|us-iso)[a-z]{2}(?:-[a-z]+)+-\d",
        form_words="an AWS region outside of China and GovCloud, such as us-east-1",
        variable="AWS_REGION",
    )
    repository: str = setting(
        "unknown",
        "Tag `Repository` of what is created, and of the function.",
        form=TAG_VALUE,
        form_words=TAG_WORDS,
        variable="REPOSITORY",
    )
    author: str = setting(
        "unknown",
        "Tag `Author` of what is created, and of the function.",
        form=TAG_VALUE,
        form_words=TAG_WORDS,
        variable="COMMIT_AUTHOR",
    )
    tags: tuple[str, ...] = setting(
        (), "More tags of every resource.", form_words="`Name=value`, each name once", check=check_tags
    )
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
        "ARN of the KMS key that encrypts the states; without one, S3 does by keys of its own.",
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
    allowed_account_ids: tuple[str, ...] = setting(
        (),
        "The accounts to which the environment belongs: with the credentials of another one, nothing is planned.",
        form_words="ids of 12 digits",
        check=check_texts(r"\d{12}", "account ids of 12 digits"),
    )
    protect: bool = setting(
        default=False,
        doc="Whether Terraform refuses to destroy or replace what holds data, and DynamoDB its tables; on in `prod`.",
    )
    force_destroy: bool = setting(
        default=False,
        doc="Whether `destroy` removes the environment with all that its buckets hold; without it, Terraform refuses.",
    )
    notification_suffixes: tuple[str, ...] = setting(
        (".log", ".log.gz", ".json", ".json.gz", ".jsonl", ".jsonl.gz"),
        "Ends of the keys that start the function.",
        form_words=f"1 to {MAX_ENDINGS} endings, none of which ends another",
        check=check_endings,
    )
    log_services: tuple[str, ...] = setting(
        (),
        "Services of AWS that may deliver logs into the source bucket; keys that end as theirs do start the function.",
        form_words="names of [sources](sources.md)",
        check=check_services,
    )
    writer_accounts: tuple[str, ...] = setting(
        (),
        "Other accounts whose roles may put objects into the source bucket, and whose logs the services may deliver.",
        form_words="ids of 12 digits",
        check=check_texts(r"\d{12}", "account ids of 12 digits"),
    )
    organization_id: str = setting(
        "",
        "The organisation of AWS whose accounts may put objects into the source bucket.",
        form=r"(?:o-[a-z0-9]{10,32})?",
        form_words="the id of an organisation, such as o-a1b2c3d4e5",
    )
    source_kms_keys: tuple[str, ...] = setting(
        (),
        "ARNs of the KMS keys that encrypt source objects, which the function may decrypt.",
        form_words="ARNs of KMS keys",
        check=check_texts(KMS_KEY, "ARNs of KMS keys"),
    )
    source_prefix: str = setting(
        "",
        "What keys of the stack's own bucket begin with that start the function; without it, every key.",
        form=f"{KEY_TEXT}{{0,512}}",
        form_words="at most 512 characters without *, ? and $: it is no pattern",
    )
    source_statements: tuple[Mapping[str, Any], ...] = setting(
        (),
        "Further statements of the source bucket's policy, in whose `Resource` `{bucket}` stands for its ARN.",
        form_words="a list of statements",
        check=check_statements,
    )
    source_eventbridge: bool = setting(
        default=True, doc="Whether the source bucket tells EventBridge of its objects, for rules of others."
    )
    source_expiry_days: int = setting(0, "Days until a source object is removed; 0 keeps it.", bounds=(0, 36_500))
    source_tiering_days: int = setting(
        0, "Days until a source object is moved to `source_tiering_class`; 0 never moves it.", bounds=(0, 36_500)
    )
    source_tiering_class: str = setting(
        "INTELLIGENT_TIERING",
        "Storage class that old source objects are moved to; a replay from GLACIER and DEEP_ARCHIVE needs a restore.",
        choices=STORAGE_CLASSES,
    )
    sources: tuple[BucketSource, ...] = setting(
        (),
        "Buckets that exist already and whose objects start the function too; the table below has their settings.",
        form_words="an object that maps names to [sources](sources.md)",
        parse=parse_sources,
    )
    architecture: str = setting(
        "x86_64", "Processor of the function and of its layer's wheels.", choices=("x86_64", "arm64")
    )
    function_timeout_s: int = setting(60, "Seconds of one invocation.", bounds=(3, 900))
    function_memory_mb: int = setting(
        256, "Memory of the function, which also sets its share of a processor.", bounds=(128, 10_240)
    )
    function_version: int = setting(
        0,
        "The published version that serves, as `ops rollback` writes it; 0 is that of the last deploy.",
        bounds=(0, 1_000_000),
    )
    reserved_concurrency: int = setting(
        -1,
        "The brake: at most so many copies of the function at once; 0 stops it, -1 takes the account's pool.",
        bounds=(-1, 100_000),
    )
    mapping_batch_size: int = setting(1, "Messages of the work queue in one invocation.", bounds=(1, 10))
    mapping_concurrency: int = setting(
        5,
        "At most so many copies working on the work queue; fewer than `reserved_concurrency` or `account_concurrency`.",
        bounds=(2, 1000),
    )
    account_concurrency: int = setting(
        10,
        "The account's quota of concurrent executions in the region, shared by all functions; new accounts have 10.",
        bounds=(10, 1_000_000),
    )
    source_version_days: int = setting(
        30, "Days until an old version of a source object is removed.", bounds=(1, 36_500)
    )
    error_log_days: int = setting(30, "Days until an archived failure is removed.", bounds=(1, 36_500))
    log_retention_days: int = setting(14, "Days that the function's own log is kept.", choices=RETENTION_DAYS)

    @property
    def started_by(self) -> tuple[str, ...]:
        """Return the endings of the keys that start the function; ``""`` is the ending of every key."""
        return merge_endings(self.notification_suffixes, self.log_services)

    @property
    def own_keys(self) -> KeyFilter:
        """Return which keys of the stack's own bucket start the function."""
        return KeyFilter(self.source_prefix, self.started_by)

    @property
    def kms_keys(self) -> tuple[str, ...]:
        """Return the KMS keys of all sources, each once."""
        return tuple(dict.fromkeys([*self.source_kms_keys, *(key for one in self.sources for key in one.kms_keys)]))

    @property
    def prefix(self) -> str:
        """Return the beginning of every resource's name: `<app_name>-<suffix>`."""
        return f"{self.app_name}-{self.environment_suffix}"

    @property
    def function_name(self) -> str:
        """Return the name of the function, and of its role."""
        return f"{self.prefix}-log-processor"

    @property
    def log_group_name(self) -> str:
        """Return the name of the log group of the function."""
        return f"/aws/lambda/{self.function_name}"

    @property
    def sources_bus_name(self) -> str:
        """Return the name of the event bus that other accounts send to."""
        return f"{self.prefix}-sources"

    def name_rule(self, source: str) -> str:
        """Return the name of a source's event rule."""
        return f"{self.prefix}-{source}"

    @property
    def ledger_table_name(self) -> str:
        """Return the name of the ledger table."""
        return f"{self.prefix}-ledger"

    @property
    def state_bucket_name(self) -> str:
        """Return the name of the bucket that holds the state of every environment."""
        return self.state_bucket or f"{self.app_name}-state-{self.state_bucket_region}"

    @property
    def state_bucket_region(self) -> str:
        """Return the region of the bucket that holds the state of every environment."""
        return self.state_region or self.region
