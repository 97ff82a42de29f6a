"""Read the table of sources, and refuse what cannot work: unknown settings, another region, two for the same key."""

import json
import re
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

from log_processor.declaration import list_settings
from log_processor.suggestion import suggest

from stacks.config.rules import ConfigError, build_error, check_keys, check_value
from stacks.config.source import BucketSource
from stacks.sources.key_filter import MAX_KEY_BYTES, MAX_PATTERN_CHARACTERS, build_event_pattern

DECLARED = list_settings(BucketSource)
NAME = re.compile(r"[a-z][a-z0-9-]{0,19}")
MAX_SOURCES = 40
"""Each source is a statement of the function's own policy, which Lambda keeps to 20 KB."""
MAX_ARN_CHARACTERS = 7000
"""What is left for the sources in the role's policy, which IAM keeps to 10,240 characters."""


def parse_sources(name: str, value: Any, origin: str) -> tuple[BucketSource, ...]:
    """Return the sources of a table that maps names to settings; raises `ConfigError` with one sentence.

    Two of them may not match the same key of a bucket: its records would be stored by whoever comes first, and the
    sources' settings would contradict each other.
    """
    if not isinstance(value, Mapping):
        raise build_error(name, value, origin, "map each source's name to an object of its settings")
    if len(value) > MAX_SOURCES:
        raise ConfigError(f"{name} in {origin} has {len(value)} sources: name at most {MAX_SOURCES}")
    sources = tuple(_parse_source(name, key, own, origin) for key, own in value.items())
    characters = sum(len(one.bucket_arn) + len(one.objects_arn) for one in sources)
    if characters > MAX_ARN_CHARACTERS:
        raise ConfigError(
            f"{name} in {origin} has {characters:,} characters of ARNs, and the role's policy has room for "
            f"{MAX_ARN_CHARACTERS:,}: name fewer sources or shorter prefixes"
        )
    for one, other in combinations(sources, 2):
        _check_pair(name, one, other, origin)
    return sources


def check_regions(sources: Sequence[BucketSource], region: str) -> None:
    """Raise `ConfigError` if a source is said to be in another region than the stack's."""
    for source in sources:
        if source.region not in ("", region):
            raise ConfigError(
                f"sources.{source.name}.region is {source.region!r} and the stack's {region!r}: S3 tells only the "
                f"buses of the bucket's region, so deploy an environment of its own with AWS_REGION={source.region}"
            )


def check_own_bucket(sources: Sequence[BucketSource], prefix: str) -> None:
    """Raise `ConfigError` if a source is the bucket that the stack itself creates."""
    for source in sources:
        if re.fullmatch(rf"{re.escape(prefix)}-source-\d{{12}}", source.bucket):
            raise ConfigError(
                f"sources.{source.name}.bucket is {source.bucket!r}, the stack's own: leave it out, and set "
                "source_prefix and notification_suffixes for it"
            )


def _parse_source(name: str, key: Any, own: Any, origin: str) -> BucketSource:
    if not isinstance(key, str) or not NAME.fullmatch(key):
        raise build_error(f"a name in {name}", key, origin, "use 1 to 20 lower-case letters, digits and hyphens")
    path = f"{name}.{key}"
    if not isinstance(own, Mapping):
        raise build_error(path, own, origin, "set an object with at least 'bucket'")
    for unknown in own.keys() - DECLARED.keys():
        known = f"{suggest(unknown, DECLARED)}known are {', '.join(DECLARED)}"
        raise ConfigError(f"{origin} has the unknown setting {path}.{unknown}: {known}")
    if "bucket" not in own:
        raise ConfigError(f"{path} in {origin} has no 'bucket': name the bucket that its objects lie in")
    values = {one: check_value(f"{path}.{one}", given, DECLARED[one], origin) for one, given in own.items()}
    source = BucketSource(name=key, **values)
    check_keys(f"{path}.log_services", source.log_services, f"{path}.kms_keys", source.kms_keys)
    _check_filter(path, source, origin)
    return source


def _check_filter(path: str, source: BucketSource, origin: str) -> None:
    """Raise `ConfigError` if no key can pass the source's filter, or EventBridge takes no pattern as long as it."""
    if not source.keys.has_keys():
        raise ConfigError(
            f"{path} in {origin} matches no key: its prefix and one of its suffixes are longer than the "
            f"{MAX_KEY_BYTES} bytes of a key; shorten them"
        )
    pattern = json.dumps(build_event_pattern(source.bucket, source.keys, account=source.account))
    if len(pattern) > MAX_PATTERN_CHARACTERS:
        raise ConfigError(
            f"{path} in {origin} makes an event pattern of {len(pattern):,} characters, and EventBridge takes "
            f"{MAX_PATTERN_CHARACTERS:,}: name fewer suffixes, or leave them out"
        )


def _check_pair(name: str, one: BucketSource, other: BucketSource, origin: str) -> None:
    if one.bucket != other.bucket:
        return
    if one.account != other.account:
        raise ConfigError(
            f"{name}.{one.name} and {name}.{other.name} in {origin} have the bucket {one.bucket!r} in two accounts: "
            "set the same 'account' for both"
        )
    if one.keys.overlaps(other.keys):
        raise ConfigError(
            f"{name}.{one.name} and {name}.{other.name} in {origin} overlap in the bucket {one.bucket!r}: give them "
            "prefixes or suffixes that no key has in common, or make one source of both"
        )
