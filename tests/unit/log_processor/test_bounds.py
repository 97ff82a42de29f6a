"""What is too large: bombs, items, copies; each is bounded, and says so."""

import gzip
import json
import re
import tracemalloc
from itertools import chain, repeat
from typing import Any

import pytest
from boto3.s3.transfer import TransferConfig
from log_processor.errors import DamagedObjectError, ExpansionError
from log_processor.formats.lib import traces
from log_processor.formats.starts import StrictStarts
from log_processor.reading.assembly import join_records
from log_processor.reading.lines import split_lines
from log_processor.state import Columns
from log_processor.storing.attribute_names import MAX_NAME_BYTES, cut_names
from log_processor.storing.error_archive import ErrorArchive, Failure
from log_processor.storing.items import MAX_ITEM_BYTES
from log_processor.work.plan import GRIDS
from log_processor.work.ranges import MAX_RANGES, ObjectRange, choose_piece_bytes, split_range

from tests.unit.log_processor.conftest import Stack
from tests.unit.log_processor.edges import World, find_offset, plenty
from tests.unit.log_processor.packed import unpack_items

pytestmark = pytest.mark.slow

MIB = 1024 * 1024
LONG_BYTES = 600 * 1024


def bomb(megabytes: int) -> bytes:
    """Return gzip members that expand a thousand times, after one with a few lines."""
    return gzip.compress(b'{"n": 1}\n' * 30) + gzip.compress((b"a" * 1023 + b"\n") * 1024) * megabytes


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        ({"expansion_ratio_limit": 20}, "more than 20 times"),
        ({"expanded_bytes_limit": 70 * MIB}, f"beyond {70 * MIB:,} bytes"),
    ],
)
def test_a_bomb_fails_for_good_at_the_configured_bound(limits: dict[str, Any], words: str) -> None:
    """The records before the bound are stored; the ledger and the error document name the limit to raise."""
    world = World(**limits)
    with pytest.raises(ExpansionError, match=words):
        world.once(world.put(bomb(80), "bomb.log.gz"))
    (ending,) = world.ledger.endings.values()
    assert ending.status == "failed"
    assert words in str(ending.reason)
    assert len(world.wire.items) == ending.totals.read > 30
    assert any(key.endswith(".error.json") for key in world.s3.written)


def test_the_same_bytes_pass_where_the_limits_allow_them() -> None:
    """The limits are settings."""
    world = World(expansion_ratio_limit=5_000)
    world.once(world.put(bomb(70), "large.log.gz"))
    assert world.totals()["stored"] == 30 + 70 * 1024


def test_a_record_larger_than_an_item_is_stored_cut() -> None:
    """It is marked `truncated`; its id says where its bytes begin, and its length how many they are."""
    world = World()
    world.once(world.put(b'{"n": 1}\n{"msg": "' + b"x" * (LONG_BYTES) + b'"}\n{"n": 3}\n'))
    cut = next(item for item in world.wire.items.values() if "truncated" in item)
    assert (find_offset(cut), cut["length"]["N"]) == (9, str(LONG_BYTES + 11))
    assert len(str(cut)) < MAX_ITEM_BYTES
    assert world.totals() == {"read": 3, "stored": 3, "filtered": 0, "rejected": 0}


def test_a_large_object_is_copied_in_parts(stack: Stack) -> None:
    """S3 copies at most 5 GB at once; the bytes never pass through the function."""
    body = bytes(range(256)) * 4096 * 11
    version = stack.s3.put_object(Bucket="source", Key="a.log", Body=body)["VersionId"]
    calls: list[str] = []
    stack.s3.meta.events.register("before-call.s3", lambda model, **_: calls.append(model.name))
    small_parts = TransferConfig(multipart_threshold=5 * MIB, multipart_chunksize=5 * MIB)
    failure = Failure(DamagedObjectError("cut off"), 1, 0, 0, lambda: plenty() / 1000)
    ErrorArchive(stack.s3, "archive", small_parts).keep(ObjectRange("source", "a.log", version, None), failure)
    assert calls.count("UploadPartCopy") == 3
    assert "GetObject" not in calls
    (key,) = [key for key in stack.archived() if key.endswith(".object")]
    assert stack.s3.get_object(Bucket="archive", Key=key)["Body"].read() == body


def test_a_copy_that_outlasts_the_invocation_is_left_and_said(stack: Stack) -> None:
    """The error document is written without a copy, and says why there is none."""
    version = stack.s3.put_object(Bucket="source", Key="a.log", Body=b"x" * 11 * MIB)["VersionId"]
    small_parts = TransferConfig(multipart_threshold=5 * MIB, multipart_chunksize=5 * MIB)
    failure = Failure(DamagedObjectError("cut off"), 1, 0, 0, lambda: 0.0)
    ErrorArchive(stack.s3, "archive", small_parts).keep(ObjectRange("source", "a.log", version, None), failure)
    (key,) = stack.archived()
    document: Any = stack.s3.get_object(Bucket="archive", Key=key)["Body"].read()
    assert b"the copy did not end within the invocation" in document


@pytest.mark.parametrize("line", [b"\n", b"a\n"])
def test_the_shortest_lines_take_no_more_memory_than_others(line: bytes) -> None:
    """Half a million lines in one chunk are not all held at once."""
    chunk = line * (MIB // len(line))
    tracemalloc.start()
    try:
        count = sum(1 for _ in chain.from_iterable(split_lines(iter([chunk]), 0)))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert count == MIB // len(line)
    assert peak < 16 * MIB


def test_blank_lines_within_a_record_are_bounded_too() -> None:
    """Nine hundred of 64 KiB after a record's first line are not all kept until the record ends."""
    blank = b" " * 64 * 1024 + b"\n"
    body = chain([b"2026-05-04 10:00:00 failed\n"], repeat(blank, 900), [b"\tat a.b(C.java:1)\n"])
    tracemalloc.start()
    try:
        blocks = join_records(split_lines(body, 0), 0, None, StrictStarts(traces.STARTS.match), aligned=True)
        records = list(chain.from_iterable(blocks))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert [record.text for record in records] == ["2026-05-04 10:00:00 failed", "\tat a.b(C.java:1)"]
    assert peak < 4 * MIB


def test_a_line_too_long_for_the_ledger_is_no_header() -> None:
    """It is kept as a record like any other, and the rows below the last real header are read by that."""
    world = World()
    row = b"2026-05-04 10:00:00 200\n"
    world.run(
        world.put(b"#Fields: date time sc-status\n" + row + b"#Fields: date time" + b" cs-a" * 100_000 + b"\n" + row)
    )
    (ending,) = world.ledger.endings.values()
    assert (ending.status, ending.state) == ("done", Columns("date time sc-status"))
    assert world.totals() == {"read": 4, "stored": 3, "filtered": 1, "rejected": 0}


def test_half_a_surrogate_pair_in_a_record_fails_no_object() -> None:
    """A JSON escape may name what UTF-8 cannot hold: the record's own text has the escape, its fields a `?`."""
    world = World()
    body = b'{"msg": "\\ud83d cut", "\\ud800": 1, "\\ud801": 2}\n{"msg": "next"}\n'
    world.run(world.put(body))
    assert world.totals() == {"read": 2, "stored": 2, "filtered": 0, "rejected": 0}
    odd = next(item for item in world.wire.items.values() if "ud83d" in item["log_data"]["S"])
    assert odd["log_data"]["S"] == body.partition(b"\n")[0].decode()
    assert odd["fields"]["M"]["msg"] == {"S": "? cut"}


@pytest.mark.parametrize("size_bytes", [100 * 1024**3, 5 * 1024**4])
@pytest.mark.parametrize("cell_bytes", [1, *(1 << bits for bits in GRIDS)])
@pytest.mark.parametrize("range_bytes", [1, 1_000_000, 16 * MIB])
def test_the_largest_objects_have_a_bounded_number_of_ranges(
    size_bytes: int, cell_bytes: int, range_bytes: int
) -> None:
    """One invocation can send them all; they cover the object exactly, with whole cells if they are packed."""
    piece_bytes = choose_piece_bytes(size_bytes, range_bytes, cell_bytes)
    assert piece_bytes >= range_bytes
    assert piece_bytes % cell_bytes == 0
    ranges = split_range(ObjectRange("source", "a.log", "v1", None), size_bytes, piece_bytes)
    assert len(ranges) <= MAX_RANGES
    assert [part.start for part in ranges] == [0, *(part.end for part in ranges[:-1])]
    assert ranges[-1].end is None
    assert ranges[-1].start < size_bytes


@pytest.mark.parametrize("line", [b"x", b"2026-05-04T10:00:00.1Z stdout F x"])
def test_a_range_in_the_middle_of_an_endless_line_is_read_once(line: bytes) -> None:
    """Not to the end of the object, by each of them: where no line begins in a range, it has no records."""
    world = World(split_threshold_bytes=1, range_bytes=MIB)
    world.s3.chunk_bytes = 64 * 1024
    world.run(world.put(b"one\n" + line + b"x" * 16 * MIB))
    assert world.totals()["read"] == 2
    assert world.s3.read_bytes < 4 * 16 * MIB


def test_the_names_of_fields_are_as_long_as_the_table_takes() -> None:
    """Longer ones are cut, at any depth, and stay apart; the text has them whole."""
    long, wide = "n" * 66_000, "\u00fc" * 33_000
    line = json.dumps({"level": "info", long: {"deep": [{wide: 2}]}}, ensure_ascii=False)
    world = World()
    world.run(world.put(f"{line}\n".encode()))
    (item,) = world.wire.items.values()
    assert item["log_data"]["S"] == line
    assert world.totals()["rejected"] == 0
    names = re.findall(r'"([n\u00fc]{99,}[^"]*)"', json.dumps(item["fields"], ensure_ascii=False))
    assert len(names) == 2
    assert all(60_000 < len(name.encode()) <= MAX_NAME_BYTES for name in names)
    cut = cut_names({f"{long}a": 1, f"{long}b": 2})
    assert list(cut.values()) == [1, 2]


@pytest.mark.parametrize("storage", ["records", "packs"])
def test_a_field_without_a_name_takes_no_other_ones_place(storage: str) -> None:
    """No attribute has an empty name: it gets one of underscores that no other field beside it has."""
    world = World(storage=storage)
    world.run(world.put(b'{"level": "info", "": 1, "_": 2, "deep": {"__": 3, "_": 4, "": 5}, "alone": {"": 6}}\n'))
    (item,) = unpack_items(world.wire.items).values()
    fields = item["fields"]["M"]
    assert (fields["_"], fields["__"]) == ({"N": "2"}, {"N": "1"})
    assert fields["deep"] == {"M": {"__": {"N": "3"}, "_": {"N": "4"}, "___": {"N": "5"}}}
    assert fields["alone"] == {"M": {"_": {"N": "6"}}}
