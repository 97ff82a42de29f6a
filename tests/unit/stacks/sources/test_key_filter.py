"""Keys are chosen as EventBridge chooses them, and two choices overlap if they have a key in common."""

import json
from itertools import product

import pytest

from emulator.aws.event_patterns import check_pattern, matches
from stacks.sources.key_filter import KeyFilter, build_event_pattern

PIECES = ("a", "app/", "app/web/", ".log", ".gz", ".log.gz", "\\")
KEYS = ["".join(pieces) for count in range(4) for pieces in product(PIECES, repeat=count)]
FILTERS = [
    KeyFilter(prefix, endings)
    for prefix in ("", "app/", "app/web/", "a", "app/\\")
    for endings in (("",), (".gz",), (".log.gz",), (".log", ".gz"), ("\\",))
]


def is_started(filtered: KeyFilter, key: str, bucket: str = "logs", detail_type: str = "Object Created") -> bool:
    """Tell whether the rule of a filter matches the event of an object."""
    pattern = build_event_pattern("logs", filtered)
    check_pattern(json.dumps(pattern))
    detail = {"bucket": {"name": bucket}, "object": {"key": key}}
    return matches(pattern, {"source": "aws.s3", "detail-type": detail_type, "account": "1", "detail": detail})


@pytest.mark.parametrize("filtered", FILTERS, ids=str)
def test_a_rule_matches_what_the_filter_says(filtered: KeyFilter) -> None:
    """A key begins with the prefix, and what is left of it ends in one of the endings."""
    for key in KEYS:
        rest = key.removeprefix(filtered.prefix)
        expected = key.startswith(filtered.prefix) and rest.endswith(filtered.endings)
        assert is_started(filtered, key) is filtered.matches(key) is expected, key


@pytest.mark.parametrize("one", FILTERS, ids=str)
def test_filters_overlap_if_they_share_a_key(one: KeyFilter) -> None:
    """If they do, the longer prefix with the longer ending is such a key; if not, no key of a thousand is."""
    for other in FILTERS:
        shared = [key for key in KEYS if is_started(one, key) and is_started(other, key)]
        assert one.overlaps(other) is bool(shared), (other, shared[:1])


def test_only_created_and_restored_objects_start_it() -> None:
    """Neither other buckets nor other events do."""
    every = KeyFilter("", ("",))
    assert is_started(every, "a", detail_type="Object Restore Completed")
    assert not is_started(every, "a", detail_type="Object Deleted")
    assert not is_started(every, "a", bucket="another")


def test_a_foreign_rule_names_the_owner() -> None:
    """An event of a third account does not match it."""
    pattern = build_event_pattern("logs", KeyFilter("", ("",)), account="210987654321")
    assert pattern["account"] == ["210987654321"]


@pytest.mark.parametrize(
    ("prefix", "expected"),
    [("", ""), ("in/", "in/"), ("in", "in/"), ("AWSLogs/", ""), ("AWSLogs", ""), ("in/AWSLogs/123456789012/", "in/")],
)
def test_services_write_below_the_prefix(prefix: str, expected: str) -> None:
    """A prefix that reaches into AWS's own folder only chooses among the services' keys."""
    assert KeyFilter(prefix, ("",)).service_prefix == expected
