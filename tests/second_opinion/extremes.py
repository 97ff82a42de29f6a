"""Make records at every limit of a DynamoDB item, and items beyond each, which a table has to refuse."""

import json
from collections.abc import Iterator
from typing import Any

ITEM_BYTES = 400 * 1024
TEXT_BYTES = 256 * 1024
NUMBERS = (
    "9" * 38,
    "-" + "9" * 38,
    "1" + "0" * 38,
    "9" * 39,
    "9" * 400,
    "0.1234567890123456789012345678901234567890123",
    "1e125",
    "-9.99e124",
    "1e126",
    "1e400",
    "1e-125",
    "1e-130",
    "-1e-131",
    "5e-324",
    "-0.0",
    "NaN",
    "-Infinity",
)
MAX_LEVELS = 32
"""How many maps and lists may stand in each other (Amazon DynamoDB Developer Guide, Constraints)."""
DEPTHS = (1, 27, 28, 29, 31, 32, 33, 100)
NAMES = ("", " ", ".", "a.b[0]", "#:$", "ä" * 128, "n" * 255, "n" * 256, "n" * 65_534, "\u0000", "\U0001f600", "log_id")
VALUES = (
    '""',
    "[]",
    "{}",
    "null",
    "[[]]",
    '{"": ""}',
    "[null]",
    '["a", 1, true]',
    '"\\u0000"',
    '"\\ud800"',
    '"\ufffe"',
)
SIZES = (
    1_000,
    60_000,
    120_000,
    130_000,
    190_000,
    200_000,
    204_000,
    204_800,
    205_000,
    210_000,
    260_000,
    261_500,
    300_000,
)


def make_extreme_lines() -> Iterator[str]:
    """Yield JSON lines at the limits: digits, magnitude, depth, names, empty values, and the size of the whole item."""
    shapes = [
        *NUMBERS,
        *VALUES,
        *('{"a":' * depth + "1" + "}" * depth for depth in DEPTHS),
        *("[" * depth + "]" * depth for depth in DEPTHS),
        *(json.dumps({name: 1}) for name in NAMES),
        *(json.dumps("x" * size) for size in SIZES),
        *(json.dumps("ü" * (size // 2), ensure_ascii=False) for size in SIZES),
        json.dumps({f"name_{number}": number for number in range(10_000)}),
        json.dumps(list(range(40_000))),
        json.dumps(["x"] * 40_000),
    ]
    for number, shape in enumerate(shapes):
        yield f'{{"time": "2026-05-04T10:00:00Z", "number": {number}, "shape": {shape}}}'


def make_refused_items() -> dict[str, dict[str, Any]]:
    """Return items that DynamoDB refuses, by what is wrong with them; the function may make none of them."""
    key = {"log_id": {"S": "a"}, "timestamp": {"N": "1"}}
    return {
        "more than 400 KiB": key | {"log_data": {"S": "x" * ITEM_BYTES}},
        "39 digits": key | {"fields": {"M": {"a": {"N": "9" * 39}}}},
        "a number of 10^126": key | {"fields": {"M": {"a": {"N": "1e126"}}}},
        "a number of 10^-131": key | {"fields": {"M": {"a": {"N": "1e-131"}}}},
        "an empty set": key | {"fields": {"M": {"a": {"SS": []}}}},
        "an empty key": key | {"log_id": {"S": ""}},
        "a key of 2,049 bytes": key | {"log_id": {"S": "x" * 2049}},
        "a key of another type": key | {"timestamp": {"S": "1"}},
        "no sort key": {"log_id": {"S": "a"}},
    }


def make_untold_items() -> dict[str, dict[str, Any]]:
    """Return items that DynamoDB refuses and dynalite takes, by what is wrong with them: the judge has to see it."""
    key = {"log_id": {"S": "untold"}, "timestamp": {"N": "1"}, "source_file": {"S": "s3://bucket/key"}}
    deep: dict[str, Any] = {"N": "1"}
    for _ in range(MAX_LEVELS + 1):
        deep = {"M": {"a": deep}}
    return {
        "33 levels": key | {"fields": deep},
        "a name of 65536 bytes": key | {"fields": {"M": {"n" * 2**16: {"N": "1"}}}},
        "an empty key of the index": key | {"day_shard": {"S": ""}},
    }


def measure_depth(value: dict[str, Any]) -> int:
    """Return how many maps and lists stand in each other at the deepest place of a value in DynamoDB's JSON."""
    match value:
        case {"M": dict(members)}:
            return 1 + max(map(measure_depth, members.values()), default=0)
        case {"L": list(members)}:
            return 1 + max(map(measure_depth, members), default=0)
        case _:
            return 0


def list_names(value: dict[str, Any]) -> Iterator[str]:
    """Yield the names of all members of a value in DynamoDB's JSON, at any depth."""
    match value:
        case {"M": dict(members)}:
            yield from members
            for member in members.values():
                yield from list_names(member)
        case {"L": list(members)}:
            for member in members:
                yield from list_names(member)
