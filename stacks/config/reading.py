"""Read the settings of one environment from the context and the environment variables."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from log_processor.declaration import list_settings
from log_processor.suggestion import suggest

from stacks.config.declared import Config
from stacks.config.own_bucket import check_tiering
from stacks.config.retention import check_deliveries, check_ledger_ttl
from stacks.config.rights import CREATE, check_rights
from stacks.config.rules import (
    EPHEMERAL,
    ConfigError,
    check_concurrency,
    check_keys,
    check_protection,
    check_suffix,
    check_value,
    check_workspace,
)
from stacks.config.sources import check_own_bucket, check_regions
from stacks.config.watching import check_watching

CONTEXT = "cdktf.json's context"
DECLARED = list_settings(Config)
SUFFIX = "environment_suffix"
PRODUCTION = "prod"
WORKSPACE_VARIABLE = "TF_WORKSPACE"
NAMES = {declared.key or name: name for name, declared in DECLARED.items()}
VARIABLES = {declared.variable: name for name, declared in DECLARED.items() if declared.variable}
ENVIRONMENTS_KEY = "environments"
FRAMEWORK_KEYS = frozenset(
    {"excludeStackIdFromLogicalIds", "allowSepCharsInLogicalIds", "cdktfStaticModuleAssetHash", "cdktfRelativeModules"}
)


class GivenValue(NamedTuple):
    """A value as it was given, and its origin: the name of a variable, or a part of cdktf.json."""

    value: Any
    origin: str


GivenValues = dict[str, GivenValue]


def load(context: Mapping[str, Any], environ: Mapping[str, str]) -> Config:
    """Read and check the settings; raises `ConfigError` with one sentence that names setting, origin and remedy.

    A value comes from the setting's environment variable, else from the suffix's own settings, else from what
    environments of its kind have, else from the context, else it is the default. The key `environments` of the context
    maps suffixes to their own settings. If it is there, a suffix is known if it is

    - one of these suffixes, or
    - `pr<number>`, the environment of a pull request.

    For example, with `{"environments": {"prod": {"index_shards": 4}}}` the suffixes `prod` and `pr12` are known, and
    `test` is not. Without the key, every well-formed suffix is known.
    """
    shared = _read_values({key: value for key, value in context.items() if key != ENVIRONMENTS_KEY}, CONTEXT)
    environments = _read_environments(context.get(ENVIRONMENTS_KEY, {}))
    from_environment = {name: GivenValue(environ[key], key) for key, name in VARIABLES.items() if environ.get(key)}
    suffix = (shared | from_environment).get(SUFFIX, GivenValue(DECLARED[SUFFIX].default, CONTEXT))
    check_suffix(suffix.value, DECLARED[SUFFIX], suffix.origin, environments)
    of_kind = _get_values_of_kind(suffix.value, known=suffix.value in environments)
    chosen = shared | of_kind | environments.get(suffix.value, {}) | from_environment
    config = Config(**{name: check_value(name, value, DECLARED[name], at) for name, (value, at) in chosen.items()})
    if config.backend == "cloud" and not config.cloud_organization:
        raise ConfigError(
            f"{chosen['backend'].origin} says 'cloud' but no organisation is named: set TF_CLOUD_ORGANIZATION"
        )
    check_workspace(environ.get(WORKSPACE_VARIABLE, ""), config.backend)
    check_protection(suffix.value, protect=config.protect, force_destroy=config.force_destroy)
    check_keys("log_services", config.log_services, "source_kms_keys", config.source_kms_keys)
    check_tiering(config.source_expiry_days, config.source_tiering_days, config.source_tiering_class)
    check_regions(config.sources, config.region)
    check_rights(config, config.region, config.log_services)
    check_own_bucket(config.sources, config.prefix)
    check_concurrency(config.reserved_concurrency, config.mapping_concurrency, config.account_concurrency)
    check_ledger_ttl(config.ledger_ttl_days)
    check_deliveries(config.function_timeout_s, config.max_receive_count)
    check_watching(config, config.region)
    return config


def _read_values(values: Mapping[str, Any], origin: str) -> GivenValues:
    """Return each value with its origin by the field's name; raises `ConfigError` for a name that is no setting."""
    for key in values:
        if key not in NAMES.keys() | FRAMEWORK_KEYS:
            known = f"{suggest(key, NAMES)}known are {', '.join(sorted(NAMES))}"
            raise ConfigError(f"{origin} has the unknown setting {key!r}: {known}")
    return {NAMES[key]: GivenValue(value, origin) for key, value in values.items() if key in NAMES}


def _read_environments(values: Any) -> dict[str, GivenValues]:
    """Return the own settings of each suffix; raises `ConfigError` for an error in any, even if another is chosen."""
    if not isinstance(values, Mapping) or not all(isinstance(own, Mapping) for own in values.values()):
        raise ConfigError(f"'{ENVIRONMENTS_KEY}' in {CONTEXT} is malformed: map each suffix to an object of settings")
    return {suffix: _read_environment(suffix, own) for suffix, own in values.items()}


def _read_environment(suffix: str, values: Mapping[str, Any]) -> GivenValues:
    origin = f"{ENVIRONMENTS_KEY}.{suffix} of {CONTEXT}"
    check_suffix(suffix, DECLARED[SUFFIX], f"'{ENVIRONMENTS_KEY}' of {CONTEXT}")
    if DECLARED[SUFFIX].key in values:
        raise ConfigError(f"{origin} sets {DECLARED[SUFFIX].key!r}, which its own name says: remove it")
    settings = _read_values(values, origin)
    for name, (value, at) in settings.items():
        check_value(name, value, DECLARED[name], at)
    return settings


def _get_values_of_kind(suffix: str, *, known: bool) -> GivenValues:
    """Return what environments of the suffix's kind have unless their own settings say otherwise.

    `prod` is protected, and has a key of its own. A pull request's environment is destroyed with all that it holds,
    unless it is one of the `known`, which have settings of their own.
    """
    if suffix == PRODUCTION:
        origin = f"the default of {PRODUCTION}"
        return {"protect": GivenValue(value=True, origin=origin), "data_key": GivenValue(CREATE, origin)}
    if EPHEMERAL.fullmatch(suffix) and not known:
        return {"force_destroy": GivenValue(value=True, origin="the default of pull requests")}
    return {}
