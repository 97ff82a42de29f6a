"""Check tags by the rules that hold for all services of AWS.

Sources: AWS General Reference, Tagging your AWS resources; S3 and Lambda allow the fewest characters. AWS Identity and
Access Management User Guide, Tags for IAM resources: a role has no two tags whose names differ in case alone.
"""

import re
from typing import Any

from stacks.config.rules import ConfigError, build_error

TAG_VALUE = r"[\w .:/=+@-]{0,256}"
TAG_WORDS = "at most 256 letters, digits, blanks and _.:/=+-@"
TAG = re.compile(rf"(?!aws:)[\w .:/+@-]{{1,128}}={TAG_VALUE}", re.IGNORECASE)
OWN_KEYS = ("author", "environment", "repository")
"""The tags that the stacks write themselves, in lower case."""
MAX_TAGS = 40


def check_tags(name: str, tags: tuple[Any, ...], origin: str) -> None:
    """Raise `ConfigError` if a tag is malformed, is one that the stacks write themselves, or is there twice."""
    if len(tags) > MAX_TAGS:
        raise build_error(name, f"{len(tags)} tags", origin, f"list at most {MAX_TAGS}")
    seen: set[str] = set()
    for tag in tags:
        if not isinstance(tag, str) or not TAG.fullmatch(tag):
            raise build_error(name, tag, origin, f'write "Name=value", with {TAG_WORDS}')
        key = tag.partition("=")[0]
        if key.lower() in OWN_KEYS:
            raise ConfigError(f"{name} in {origin} has {key!r}, which the stacks write themselves: use another name")
        if key.lower() in seen:
            raise ConfigError(f"{name} in {origin} has {key!r} twice: remove one")
        seen.add(key.lower())
