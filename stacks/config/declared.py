"""Declare every setting of an environment: those below, and those of the five classes that `Config` is made of."""

from dataclasses import dataclass

from log_processor.declaration import setting
from log_processor.settings import Tuning

from stacks.config.own_bucket import OwnBucket
from stacks.config.rights import Rights
from stacks.config.rules import check_texts
from stacks.config.source import BucketSource
from stacks.config.sources import parse_sources
from stacks.config.state import StateSettings
from stacks.config.tagging import TAG_VALUE, TAG_WORDS, check_tags
from stacks.config.watching import Watching

RETENTION_DAYS = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545),
    *(731, 1096, 1827, 2192, 2557, 2922, 3288, 3653),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Config(Rights, OwnBucket, StateSettings, Watching, Tuning):
    """The settings of one environment; the defaults are those of `dev`.

    Each is declared once: from the declaration come its rules, its key, its variable, and its row in
    `docs/configuration.md`. Those of `Tuning` are the function's too.
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
        "The brake: at most so many copies of the function at once; 0 stops it, -1 takes the account's pool. Others "
        "need `account_concurrency` to be 100 more.",
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
    pack_index: bool = setting(
        default=True,
        doc="Whether the log table has the index of packs also if no object is stored so: without it, packs of before "
        "are found by the ids of their records alone. Empty, it costs nothing.",
    )
    table_class: str = setting(
        "STANDARD",
        "The class of the log table: `STANDARD_INFREQUENT_ACCESS` keeps a GB for 40 % of the price, and takes a "
        "quarter more for each write and read ([packs](packs.md#the-class-of-the-table)).",
        choices=("STANDARD", "STANDARD_INFREQUENT_ACCESS"),
    )
    whole_record_index: bool = setting(
        default=True,
        doc="Whether the index that versions up to 1.0.0 filled stands beside the new one "
        "([upgrade](upgrade.md#the-index-of-the-log-table)).",
    )
    error_log_days: int = setting(30, "Days until an archived failure is removed.", bounds=(1, 36_500))
    log_retention_days: int = setting(14, "Days that the function's own log is kept.", choices=RETENTION_DAYS)

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
    def log_table_name(self) -> str:
        """Return the name of the table of records."""
        return f"{self.prefix}-logs"

    @property
    def ledger_table_name(self) -> str:
        """Return the name of the ledger table."""
        return f"{self.prefix}-ledger"

    @property
    def work_queue_name(self) -> str:
        """Return the name of the work queue."""
        return f"{self.prefix}-work"

    @property
    def dead_letter_queue_name(self) -> str:
        """Return the name of the dead-letter queue."""
        return f"{self.prefix}-dead-letters"

    def build_archive_name(self, account_id: str) -> str:
        """Return the name of the bucket of the error archive, which all accounts have to have different."""
        return f"{self.prefix}-errors-{account_id}"

    @property
    def state_bucket_name(self) -> str:
        """Return the name of the bucket that holds the state of every environment."""
        return self.state_bucket or f"{self.app_name}-state-{self.state_bucket_region}"

    @property
    def state_bucket_region(self) -> str:
        """Return the region of the bucket that holds the state of every environment."""
        return self.state_region or self.region
