"""Declare and check the settings of the bucket that the stack owns."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from log_processor.declaration import setting

from stacks.config.rules import MAX_ENDINGS, ConfigError, build_error, check_endings, check_services, check_texts
from stacks.config.source import KEY_TEXT, KMS_KEY
from stacks.sources.key_filter import KeyFilter
from stacks.sources.log_services import merge_endings

BUCKET = "{bucket}"
"""What stands for the bucket's ARN in a statement."""
ELEMENTS = ("Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "Condition")
SLOW_CLASSES = ("STANDARD_IA", "ONEZONE_IA")
MIN_SLOW_DAYS = 30
"""S3 moves no younger objects to these classes."""
STORAGE_CLASSES = ("INTELLIGENT_TIERING", *SLOW_CLASSES, "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE")


def check_statements(name: str, statements: tuple[Any, ...], origin: str) -> None:
    """Raise `ConfigError` if a statement is malformed, or is about something else than the bucket."""
    for statement in statements:
        if remedy := _find_remedy(statement):
            raise build_error(name, statement, origin, remedy)
    sids = [statement["Sid"] for statement in statements if "Sid" in statement]
    for position, sid in enumerate(sids):
        if sid in sids[:position]:
            raise build_error(name, sid, origin, "give each statement a Sid of its own")


def _find_remedy(statement: Any) -> str:
    if not isinstance(statement, Mapping):
        return "list statements, each an object with Effect, Principal, Action and Resource"
    if unknown := sorted(statement.keys() - set(ELEMENTS)):
        return f"a statement has no element {unknown[0]}: use {', '.join(ELEMENTS)}"
    if statement.get("Effect") not in ("Allow", "Deny"):
        return "set its Effect to Allow or Deny"
    for element in ("Principal", "Action"):
        if (element in statement) == (f"Not{element}" in statement):
            return f"give it either {element} or Not{element}"
    resources = statement.get("Resource", ())
    listed = [resources] if isinstance(resources, str) else resources
    if not listed or not all(isinstance(one, str) and one.partition("/")[0] == BUCKET for one in listed):
        return f"set its Resource to '{BUCKET}' or to keys such as '{BUCKET}/app/*'"
    return ""


def check_tiering(expiry_days: int, tiering_days: int, storage_class: str) -> None:
    """Raise `ConfigError` if objects would expire before they are moved, or be moved sooner than S3 moves them."""
    if tiering_days and storage_class in SLOW_CLASSES and tiering_days < MIN_SLOW_DAYS:
        raise ConfigError(
            f"source_tiering_days is {tiering_days}, and S3 moves no object to {storage_class} before it is "
            f"{MIN_SLOW_DAYS} days old: set at least {MIN_SLOW_DAYS}, or another source_tiering_class"
        )
    if 0 < expiry_days <= tiering_days:
        raise ConfigError(
            f"source_expiry_days is {expiry_days} and source_tiering_days {tiering_days}: objects would be gone before "
            "they are moved; set source_tiering_days lower, or to 0"
        )


@dataclass(frozen=True, kw_only=True)
class OwnBucket:
    """The settings of the stack's own bucket: who may write, what starts the function, how long objects stay."""

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
        0,
        "Days until a source object is moved to `source_tiering_class`; 0 never moves it. S3 moves none of less than "
        "128 KB.",
        bounds=(0, 36_500),
    )
    source_tiering_class: str = setting(
        "INTELLIGENT_TIERING",
        "Storage class that old source objects are moved to; a replay from GLACIER and DEEP_ARCHIVE needs a restore.",
        choices=STORAGE_CLASSES,
    )
    source_version_days: int = setting(
        30, "Days until an old version of a source object is removed.", bounds=(1, 36_500)
    )

    @property
    def started_by(self) -> tuple[str, ...]:
        """Return the endings of the keys that start the function; ``""`` is the ending of every key."""
        return merge_endings(self.notification_suffixes, self.log_services)

    @property
    def own_keys(self) -> KeyFilter:
        """Return which keys of the stack's own bucket start the function."""
        return KeyFilter(self.source_prefix, self.started_by)
