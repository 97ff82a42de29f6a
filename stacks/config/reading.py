"""Read the settings of one environment from the context and the environment variables."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from log_processor.declaration import settings_of

from stacks.config.declared import Config
from stacks.config.rules import EPHEMERAL, ConfigError, check_concurrency, check_suffix, checked

CONTEXT = "cdktf.json's context"
DECLARED = settings_of(Config)
SUFFIX = "environment_suffix"
NAMES = {declared.key or name: name for name, declared in DECLARED.items()}
VARIABLES = {declared.variable: name for name, declared in DECLARED.items() if declared.variable}
ENVIRONMENTS_KEY = "environments"
FRAMEWORK_KEYS = frozenset(
    {"excludeStackIdFromLogicalIds", "allowSepCharsInLogicalIds", "cdktfStaticModuleAssetHash", "cdktfRelativeModules"}
)


class Given(NamedTuple):
    """A value as somebody wrote it, and where."""

    value: Any
    place: str


Written = dict[str, Given]


def load(context: Mapping[str, Any], environ: Mapping[str, str]) -> Config:
    """Read and check the settings; raises `ConfigError` with one sentence that says what, where, and what to do.

    The key `environments` of the context maps each known suffix to the settings that override the context for it
    alone. A suffix is known if it stands there or is `pr<number>`, an ephemeral environment that needs no entry and
    starts from `force_destroy`; without the key, every well-formed suffix is. A setting's environment variable wins.
    """
    shared = _written({key: value for key, value in context.items() if key != ENVIRONMENTS_KEY}, CONTEXT)
    environments = _environments(context.get(ENVIRONMENTS_KEY, {}))
    from_environment = {name: Given(environ[key], key) for key, name in VARIABLES.items() if environ.get(key)}
    suffix = (shared | from_environment).get(SUFFIX, Given(DECLARED[SUFFIX].default, CONTEXT))
    check_suffix(suffix.value, DECLARED[SUFFIX], suffix.place, environments)
    chosen = shared | environments.get(suffix.value, _ephemeral(suffix.value)) | from_environment
    config = Config(**{name: checked(name, value, DECLARED[name], at) for name, (value, at) in chosen.items()})
    if config.backend == "cloud" and not config.cloud_organization:
        raise ConfigError(
            f"{chosen['backend'].place} says 'cloud' but no organisation is named: set TF_CLOUD_ORGANIZATION"
        )
    check_concurrency(config.reserved_concurrency, config.mapping_concurrency)
    return config


def _written(written: Mapping[str, Any], place: str) -> Written:
    """Give each value its field's name and its place; raises `ConfigError` for a name that is no setting."""
    for key in written:
        if key not in NAMES.keys() | FRAMEWORK_KEYS:
            raise ConfigError(f"{place} has the unknown setting {key!r}: known are {', '.join(sorted(NAMES))}")
    return {NAMES[key]: Given(value, place) for key, value in written.items() if key in NAMES}


def _environments(written: Any) -> dict[str, Written]:
    """Read what each known environment overrides; an error in one is found whichever is chosen."""
    if not isinstance(written, Mapping) or not all(isinstance(entry, Mapping) for entry in written.values()):
        raise ConfigError(f"'{ENVIRONMENTS_KEY}' in {CONTEXT} is malformed: map each suffix to an object of settings")
    return {suffix: _environment(suffix, entry) for suffix, entry in written.items()}


def _environment(suffix: str, entry: Mapping[str, Any]) -> Written:
    place = f"{ENVIRONMENTS_KEY}.{suffix} of {CONTEXT}"
    check_suffix(suffix, DECLARED[SUFFIX], f"'{ENVIRONMENTS_KEY}' of {CONTEXT}")
    if DECLARED[SUFFIX].key in entry:
        raise ConfigError(f"{place} sets {DECLARED[SUFFIX].key!r}, which its own name says: remove it")
    settings = _written(entry, place)
    for name, (value, at) in settings.items():
        checked(name, value, DECLARED[name], at)
    return settings


def _ephemeral(suffix: str) -> Written:
    """Return what a pull request's environment starts from: it goes with its request, whatever it holds."""
    return {"force_destroy": Given(value=True, place="its kind")} if EPHEMERAL.fullmatch(suffix) else {}
