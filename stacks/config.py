"""The settings of one environment, read from cdktf.json's context and the environment, validated, frozen."""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any, Literal, NamedTuple

from stacks.config_rules import EPHEMERAL, ConfigError, check_concurrency, check_suffix, checked

CONTEXT = "cdktf.json's context"


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that differs between environments; each field is a key of the context (defaults are those of `dev`).

    One key more, `environments`, maps each known suffix to the settings that override the context for it alone. A
    suffix is known when it stands there or is `pr<number>`, an ephemeral environment that needs no entry and starts
    from `force_destroy`; without the key, every well-formed suffix is. Environment variables win where one is named.
    """

    environment_suffix: str = "dev"
    """Ends the stack's and every resource's name (key `environmentSuffix`; STACK_NAME_SUFFIX wins)."""
    app_name: str = "tap-serverless"
    """Begins every resource's name."""
    region: str = "us-east-1"
    """The AWS region (AWS_REGION wins)."""
    repository: str = "unknown"
    """Tag `Repository` (REPOSITORY wins)."""
    author: str = "unknown"
    """Tag `Author` (COMMIT_AUTHOR wins)."""
    backend: Literal["s3", "cloud", "local"] = "s3"
    """Where the state lives (STATE_BACKEND wins): `s3`, `cloud` (Terraform Cloud) or `local` (a file)."""
    state_bucket: str = ""
    """Bucket of the S3 backend (STATE_BUCKET wins); default `<app_name>-state-<region>`; names are global: set one."""
    state_force_destroy: bool = False
    """Whether destroying the state backend also removes the states in it, those of every environment."""
    cloud_organization: str = ""
    """Organisation of the cloud backend (TF_CLOUD_ORGANIZATION wins)."""
    cloud_workspace: str = ""
    """Workspace of the cloud backend (TF_WORKSPACE wins); default `<app_name>-<suffix>`."""
    force_destroy: bool = False
    """Whether `destroy` removes buckets that still hold objects; without it, Terraform refuses."""
    notification_suffixes: tuple[str, ...] = (".log", ".log.gz", ".json", ".json.gz", ".jsonl", ".jsonl.gz")
    """Ends of the keys that start the function."""
    architecture: Literal["x86_64", "arm64"] = "x86_64"
    """Processor of the function and of its layer's wheels."""
    function_timeout_s: int = 60
    """Seconds of one invocation."""
    function_memory_mb: int = 256
    """Memory of the function, which also sets its share of a processor."""
    reserved_concurrency: int = -1
    """The brake: at most so many copies of the function at once; 0 stops it, -1 takes the account's pool."""
    mapping_batch_size: int = 1
    """Messages of the work queue in one invocation."""
    mapping_concurrency: int = 10
    """At most so many copies working on the work queue (2 to 1000); fewer than `reserved_concurrency`."""
    max_receive_count: int = 5
    """Deliveries of one message before the service moves it to the dead-letter queue."""
    index_shards: int = 8
    """Partitions of one source and day in the query index; 0 switches the index off."""
    record_ttl_days: int = 0
    """Days after its own time at which a record expires; 0 keeps it."""
    split_threshold_bytes: int = 32 * 1024 * 1024
    """Uncompressed objects above this size are read in parallel ranges."""
    range_bytes: int = 16 * 1024 * 1024
    """Size of one such range."""
    expansion_ratio_limit: int = 1000
    """Bytes that one compressed byte may become before the object counts as a bomb."""
    expanded_bytes_limit: int = 64 * 1024**3
    """Bytes that a compressed object may become in all."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    """What the function's own log holds."""
    source_version_days: int = 30
    """Days until an old version of a source object is removed."""
    error_log_days: int = 30
    """Days until an archived failure is removed."""
    log_retention_days: int = 14
    """Days that the function's own log is kept."""

    @property
    def prefix(self) -> str:
        """The beginning of every resource's name: `<app_name>-<suffix>`."""
        return f"{self.app_name}-{self.environment_suffix}"

    @property
    def ledger_table_name(self) -> str:
        """The table that accounts for every range."""
        return f"{self.prefix}-ledger"

    @property
    def state_bucket_name(self) -> str:
        """The bucket that holds the state of every environment."""
        return self.state_bucket or f"{self.app_name}-state-{self.region}"


class Given(NamedTuple):
    """A value as somebody wrote it, and where."""

    value: Any
    place: str


Settings = dict[str, Given]
DEFAULTS: dict[str, Any] = {entry.name: entry.default for entry in fields(Config) if entry.default is not MISSING}
SUFFIX_KEY = "environmentSuffix"
SUFFIX_NAME = "environment_suffix"
ENVIRONMENTS_KEY = "environments"
ENVIRONMENT_KEYS = {
    "STACK_NAME_SUFFIX": SUFFIX_NAME,
    "AWS_REGION": "region",
    "REPOSITORY": "repository",
    "COMMIT_AUTHOR": "author",
    "STATE_BACKEND": "backend",
    "STATE_BUCKET": "state_bucket",
    "TF_CLOUD_ORGANIZATION": "cloud_organization",
    "TF_WORKSPACE": "cloud_workspace",
}
FRAMEWORK_KEYS = frozenset(
    {"excludeStackIdFromLogicalIds", "allowSepCharsInLogicalIds", "cdktfStaticModuleAssetHash", "cdktfRelativeModules"}
)


def load(context: Mapping[str, Any], environ: Mapping[str, str]) -> Config:
    """Read and check the settings; raises `ConfigError` with one sentence that says what, where, and what to do."""
    shared = _settings({key: value for key, value in context.items() if key != ENVIRONMENTS_KEY}, CONTEXT)
    environments = _environments(context.get(ENVIRONMENTS_KEY, {}))
    from_environment = {name: Given(environ[key], key) for key, name in ENVIRONMENT_KEYS.items() if environ.get(key)}
    written = shared | from_environment
    suffix = written.get(SUFFIX_NAME, Given(DEFAULTS[SUFFIX_NAME], CONTEXT))
    check_suffix(suffix.value, suffix.place, environments)
    chosen = shared | environments.get(suffix.value, _ephemeral(suffix.value)) | from_environment
    config = Config(**{name: checked(name, value, DEFAULTS[name], at) for name, (value, at) in chosen.items()})
    if config.backend == "cloud" and not config.cloud_organization:
        raise ConfigError(
            f"{chosen['backend'].place} says 'cloud' but no organisation is named: set TF_CLOUD_ORGANIZATION"
        )
    check_concurrency(config.reserved_concurrency, config.mapping_concurrency)
    return config


def _settings(written: Mapping[str, Any], place: str) -> Settings:
    """Give each value its field's name and its place; raises `ConfigError` for a name that is no setting."""
    known = DEFAULTS.keys() - {SUFFIX_NAME} | {SUFFIX_KEY}
    for key in written:
        if key not in known | FRAMEWORK_KEYS:
            raise ConfigError(f"{place} has the unknown setting {key!r}: known are {', '.join(sorted(known))}")
    names = {key: SUFFIX_NAME if key == SUFFIX_KEY else key for key in written if key not in FRAMEWORK_KEYS}
    return {name: Given(written[key], place) for key, name in names.items()}


def _environments(written: Any) -> dict[str, Settings]:
    """Read what each known environment overrides; an error in one is found whichever is chosen."""
    if not isinstance(written, Mapping) or not all(isinstance(entry, Mapping) for entry in written.values()):
        raise ConfigError(f"'{ENVIRONMENTS_KEY}' in {CONTEXT} is malformed: map each suffix to an object of settings")
    environments = {}
    for suffix, entry in written.items():
        place = f"{ENVIRONMENTS_KEY}.{suffix} of {CONTEXT}"
        check_suffix(suffix, f"'{ENVIRONMENTS_KEY}' of {CONTEXT}", ())
        if SUFFIX_KEY in entry:
            raise ConfigError(f"{place} sets {SUFFIX_KEY!r}, which its own name says: remove it")
        environments[suffix] = _settings(entry, place)
        for name, (value, at) in environments[suffix].items():
            checked(name, value, DEFAULTS[name], at)
    return environments


def _ephemeral(suffix: str) -> Settings:
    """A pull request's environment goes with its request, whatever it holds."""
    return {"force_destroy": Given(value=True, place="its kind")} if EPHEMERAL.fullmatch(suffix) else {}
