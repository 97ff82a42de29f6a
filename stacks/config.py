"""The settings of one environment, read from cdktf.json's context and the environment, validated, frozen."""

import re
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from typing import Any, Literal, get_args

Backend = Literal["s3", "cloud", "local"]
SUFFIX = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,14}[a-z0-9])?")
EPHEMERAL = re.compile(r"pr-?\d{1,8}")
NAME = re.compile(r"[a-z][a-z0-9-]{1,24}")
REGION = re.compile(r"[a-z]{2}(?:-[a-z]+)+-\d")
BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")


class ConfigError(Exception):
    """A setting is missing or malformed; the message names it, its place and the remedy."""


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that differs between environments; each field is a key of the context (defaults are those of `dev`).

    Keys of `environments.<suffix>` override keys of the context. Environment variables win where one is named.
    """

    environment_suffix: str
    """Ends the stack's and every resource's name (`environmentSuffix`; STACK_NAME_SUFFIX wins)."""
    app_name: str = "tap-serverless"
    """Begins every resource's name."""
    region: str = "us-east-1"
    """The AWS region (AWS_REGION wins)."""
    repository: str = "unknown"
    """Tag `Repository` (REPOSITORY)."""
    author: str = "unknown"
    """Tag `Author` (COMMIT_AUTHOR)."""
    backend: Backend = "s3"
    """Where the state lives (STATE_BACKEND wins): `s3`, `cloud` (Terraform Cloud) or `local` (a file)."""
    state_bucket: str = ""
    """Bucket of the S3 backend (STATE_BUCKET wins); default `<app_name>-state-<region>`; names are global: set one."""
    cloud_organization: str = ""
    """Organisation of the cloud backend (TF_CLOUD_ORGANIZATION wins)."""
    cloud_workspace: str = ""
    """Workspace of the cloud backend (TF_WORKSPACE wins); default `<app_name>-<suffix>`."""
    notification_suffixes: tuple[str, ...] = (".log", ".log.gz", ".json", ".json.gz", ".jsonl", ".jsonl.gz")
    """Ends of the keys that start the function."""
    architecture: Literal["x86_64", "arm64"] = "x86_64"
    """Processor of the function and of its layer's wheels."""
    function_timeout_s: int = 60
    """Seconds of one invocation."""
    function_memory_mb: int = 256
    """Memory of the function, which also sets its share of a processor."""
    reserved_concurrency: int = -1
    """The brake: at most so many copies of the function at once; -1 takes the account's pool."""
    mapping_concurrency: int = 10
    """At most so many copies working on the work queue (2 to 1000)."""
    max_receive_count: int = 5
    """Deliveries of one message before the service moves it to the dead-letter queue."""
    index_shards: int = 8
    """Partitions of one source and day in the query index; 0 switches the index off."""
    record_ttl_days: int = 0
    """Days after its own time at which a record expires; 0 keeps it."""
    split_threshold_bytes: int = 128 * 1024 * 1024
    """Uncompressed objects above this size are read in parallel ranges."""
    range_bytes: int = 64 * 1024 * 1024
    """Size of one such range."""
    source_version_days: int = 30
    """Days until an old version of a source object is removed."""
    error_log_days: int = 30
    """Days until an archived failure is removed."""
    log_retention_days: int = 14
    """Days that the function's own log is kept."""
    environments: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Known environments and what they override; a suffix like `pr123` needs no entry."""

    @property
    def prefix(self) -> str:
        """The beginning of every resource's name: `<app_name>-<suffix>`."""
        return f"{self.app_name}-{self.environment_suffix}"

    @property
    def state_bucket_name(self) -> str:
        """The bucket that holds the state of every environment."""
        return self.state_bucket or f"{self.app_name}-state-{self.region}"


CONTEXT_KEYS = {"environmentSuffix": "environment_suffix"}
ENVIRONMENT_KEYS = {
    "STACK_NAME_SUFFIX": "environment_suffix",
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
AT_LEAST = {
    "function_timeout_s": (3, 900),
    "function_memory_mb": (128, 10_240),
    "reserved_concurrency": (-1, 100_000),
    "mapping_concurrency": (2, 1000),
    "max_receive_count": (1, 1000),
    "index_shards": (0, 1000),
    "record_ttl_days": (0, 36_500),
    "split_threshold_bytes": (1, 5 * 1024**4),
    "range_bytes": (1024, 5 * 1024**4),
    "source_version_days": (1, 36_500),
    "error_log_days": (1, 36_500),
}
RETENTION_DAYS = (
    1,
    3,
    5,
    7,
    14,
    30,
    60,
    90,
    120,
    150,
    180,
    365,
    400,
    545,
    731,
    1096,
    1827,
    2192,
    2557,
    2922,
    3288,
    3653,
)


def load(context: Mapping[str, Any], environ: Mapping[str, str]) -> Config:
    """Read and check the settings; raises `ConfigError` with one sentence."""
    chosen = _named(context, "cdktf.json's context")
    from_environment = {name: environ[key] for key, name in ENVIRONMENT_KEYS.items() if environ.get(key)}
    suffix = from_environment.get("environment_suffix", chosen.get("environment_suffix", "dev"))
    environments = chosen.get("environments", {})
    if not isinstance(environments, Mapping) or not all(isinstance(entry, Mapping) for entry in environments.values()):
        raise ConfigError("'environments' in cdktf.json's context must map each suffix to an object of settings")
    _check_suffix(suffix, environments)
    place = f"environments.{suffix} in cdktf.json's context"
    merged = {**chosen, **_named(environments.get(suffix, {}), place), **from_environment, "environment_suffix": suffix}
    for name, value in merged.items():
        _check_value(name, value)
    settings: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in merged.items()
    }
    config = Config(**settings)
    _check_whole(config)
    return config


def _named(settings: Mapping[str, Any], place: str) -> dict[str, Any]:
    known = {entry.name for entry in fields(Config)}
    named = {}
    for key, value in settings.items():
        name = CONTEXT_KEYS.get(key, key)
        if name in known:
            named[name] = value
        elif key not in FRAMEWORK_KEYS:
            raise ConfigError(f"{place} has the unknown setting {key!r}: known are {', '.join(sorted(known))}")
    return named


def _check_suffix(suffix: Any, environments: Mapping[str, Any]) -> None:
    if not isinstance(suffix, str) or not SUFFIX.fullmatch(suffix):
        raise ConfigError(
            f"the environment suffix {suffix!r} is malformed: use 1 to 16 lower-case letters, digits and inner hyphens"
        )
    if environments and suffix not in environments and not EPHEMERAL.fullmatch(suffix):
        raise ConfigError(
            f"the environment suffix {suffix!r} is unknown: add it to 'environments' in cdktf.json's context "
            f"(known: {', '.join(sorted(environments))}; pr<number> needs no entry)"
        )


def _check_value(name: str, value: Any) -> None:
    declared = next(entry for entry in fields(Config) if entry.name == name)
    default = "" if declared.default is MISSING else declared.default
    if name in {"environments", "environment_suffix"}:
        return
    if name == "notification_suffixes":
        if not isinstance(value, list) or not value or not all(isinstance(end, str) and end for end in value):
            raise ConfigError(f'{name} is {value!r}: list at least one key ending, such as ".log"')
    elif type(value) is not type(default):
        raise ConfigError(f"{name} is {value!r}: it must be {'a whole number' if isinstance(default, int) else 'text'}")


def _check_whole(config: Config) -> None:
    for name, (least, most) in AT_LEAST.items():
        value = getattr(config, name)
        if not least <= value <= most:
            raise ConfigError(f"{name} is {value}: set a whole number from {least} to {most}")
    choices: Mapping[str, tuple[Any, ...]] = {
        "backend": get_args(Backend),
        "architecture": ("x86_64", "arm64"),
        "log_retention_days": RETENTION_DAYS,
    }
    for name, allowed in choices.items():
        if getattr(config, name) not in allowed:
            raise ConfigError(f"{name} is {getattr(config, name)!r}: choose one of {', '.join(map(str, allowed))}")
    patterns = {"app_name": NAME, "region": REGION, "state_bucket_name": BUCKET}
    for name, pattern in patterns.items():
        if not pattern.fullmatch(getattr(config, name)):
            raise ConfigError(f"{name} is {getattr(config, name)!r}: it must match {pattern.pattern}")
    if config.backend == "cloud" and not config.cloud_organization:
        raise ConfigError("backend is 'cloud' but no organisation is named: set TF_CLOUD_ORGANIZATION")
    _check_endings(config.notification_suffixes)


def _check_endings(endings: tuple[str, ...]) -> None:
    for ending in endings:
        for other in endings:
            if ending != other and ending.endswith(other):
                raise ConfigError(
                    f"notification_suffixes holds {other!r} and {ending!r}, and S3 refuses endings that overlap: "
                    f"drop {ending!r}"
                )
