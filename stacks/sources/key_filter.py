"""Choose keys by a prefix and endings, as an EventBridge rule does, and tell whether two choices have a key in common.

Source: Amazon EventBridge User Guide, Comparison operators for use in event patterns.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

DETAIL_TYPES = ("Object Created", "Object Restore Completed")
SERVICE_FOLDER = "AWSLogs"
MAX_KEY_BYTES = 1024
MAX_PATTERN_CHARACTERS = 2048
"""What EventBridge takes as an event pattern."""


@dataclass(frozen=True, slots=True)
class KeyFilter:
    """The keys that begin with `prefix` and go on to end in one of `endings`; ``""`` is the beginning or end of all."""

    prefix: str
    endings: tuple[str, ...]

    def matches(self, key: str) -> bool:
        """Tell whether a key passes."""
        return key.startswith(self.prefix) and key[len(self.prefix) :].endswith(self.endings)

    def overlaps(self, other: "KeyFilter") -> bool:
        """Tell whether a key passes both.

        It does if one prefix begins the other, and one ending ends the other: the longer prefix with the longer ending
        is such a key. For example, `app/` with `.gz` and `app/web/` with `.log.gz` have `app/web/.log.gz` in common.
        """
        begin = self.prefix.startswith(other.prefix) or other.prefix.startswith(self.prefix)
        return begin and any(
            one.endswith(another) or another.endswith(one) for one in self.endings for another in other.endings
        )

    def has_keys(self) -> bool:
        """Tell whether S3 allows a key as long as the prefix with each of the endings."""
        return all(len(f"{self.prefix}{ending}".encode()) <= MAX_KEY_BYTES for ending in self.endings)

    @property
    def service_prefix(self) -> str:
        """Return what keys of log services begin with before AWS's own folder.

        For example, `in/` of the prefixes `in/`, `in` and `in/AWSLogs/123456789012/`, and nothing of `AWSLogs/`.
        """
        own = self.prefix.partition(SERVICE_FOLDER)[0]
        return f"{own}/" if own and not own.endswith("/") else own

    def build_matchers(self) -> list[Any]:
        """Return the alternatives of an event pattern for the key; none if every key passes."""
        if self.prefix and all(self.endings):
            return [{"wildcard": f"{_escape(self.prefix)}*{_escape(ending)}"} for ending in self.endings]
        if self.prefix:
            return [{"prefix": self.prefix}]
        return [{"suffix": ending} for ending in self.endings] if all(self.endings) else []


def build_event_pattern(bucket: str, keys: KeyFilter, *, account: str = "") -> Mapping[str, Any]:
    """Return the event pattern of objects that are created or restored in a bucket, in `account` alone if it is given.

    Several bare filters of one field are alternatives, so that a prefix and an ending are one wildcard.
    """
    matchers = keys.build_matchers()
    detail = {"bucket": {"name": [bucket]}} | ({"object": {"key": matchers}} if matchers else {})
    owner = {"account": [account]} if account else {}
    return {"source": ["aws.s3"], "detail-type": list(DETAIL_TYPES), **owner, "detail": detail}


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace("*", "\\*")
