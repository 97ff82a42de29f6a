"""Records of one line and of many, wherever an object is split, interrupted or cut into chunks."""

import re
from collections.abc import Iterator
from itertools import chain, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from log_processor.errors import DamagedObjectError
from log_processor.formats.lib import leading, traces
from log_processor.reading import assembly
from log_processor.reading.assembly import join_records, read_single_lines
from log_processor.reading.lines import split_lines
from log_processor.record import RawRecord

LINES = st.sampled_from(
    [
        b"2026-05-04 10:00:00 a",
        b"\tat b",
        b"Caused by: c",
        b"plain",
        b"",
        b"  ",
        b"\xff\x00 \xe2\x80\xa8",
        b"java.lang.Error: d",
    ]
)
ENDS = st.sampled_from([b"\n", b"\r\n"])
CONTENT = st.lists(st.builds(bytes.__add__, LINES, ENDS), max_size=12).map(b"".join)
SINGLE = "single"
PATTERNS = {"timed": leading.STARTS, "text": traces.STARTS}


def chunks(content: bytes, size: int) -> Iterator[bytes]:
    return (content[first : first + size] for first in range(0, len(content), size))


def read(
    content: bytes, start: int, end: int | None, *, aligned: bool, pattern: re.Pattern[bytes] | None, size: int = 7
) -> list[RawRecord]:
    """Return the records of one range, read as the pipeline does: an unaligned one from the byte before its start."""
    position = max(0, start - (0 if aligned else 1))
    blocks = split_lines(chunks(content[position:], size), position)
    if pattern is None:
        records = read_single_lines(blocks, start, end)
    else:
        records = join_records(blocks, start, end, pattern, aligned=aligned)
    return [record for block in records for record in block]


@pytest.mark.parametrize("pattern", [None, *PATTERNS.values()], ids=[SINGLE, *PATTERNS])
@given(content=CONTENT, data=st.data())
@settings(deadline=None)
def test_any_split_gives_the_records_of_one_pass(
    pattern: re.Pattern[bytes] | None, content: bytes, data: st.DataObject
) -> None:
    """Each record belongs to exactly one of the ranges, whatever the split points and the sizes of the chunks."""
    whole = read(content, 0, None, aligned=True, pattern=pattern, size=1000)
    points = sorted(data.draw(st.sets(st.integers(1, max(1, len(content) - 1)), max_size=4)))
    size = data.draw(st.integers(1, 40))
    borders = [0, *points, None]
    parts = [
        record
        for start, end in pairwise(borders)
        for record in read(content, start or 0, end, aligned=not start, pattern=pattern, size=size)
    ]
    assert parts == whole


@pytest.mark.parametrize("pattern", [None, *PATTERNS.values()], ids=[SINGLE, *PATTERNS])
@given(content=CONTENT)
@settings(deadline=None)
def test_a_range_resumes_after_any_record(pattern: re.Pattern[bytes] | None, content: bytes) -> None:
    """What an interruption after a record leaves is what one pass finds there."""
    whole = read(content, 0, None, aligned=True, pattern=pattern)
    for number, record in enumerate(whole):
        assert read(content, record.next_offset, None, aligned=True, pattern=pattern) == whole[number + 1 :]


@pytest.mark.parametrize("pattern", PATTERNS.values(), ids=PATTERNS)
@given(content=CONTENT)
@settings(deadline=None)
def test_a_record_is_its_very_bytes(pattern: re.Pattern[bytes], content: bytes) -> None:
    """Line ends and blank lines within a record stand in its text as they stand in the object."""
    for record in read(content, 0, None, aligned=True, pattern=pattern):
        assert record.text == content[record.offset : record.offset + record.length].decode("utf-8", "replace")


def test_a_trace_belongs_to_the_line_above() -> None:
    """Five lines of a Java trace are one record, the next event another."""
    trace = b"2026-05-04 10:00:00 failed\njava.io.IOException: x\n\tat a.B.c(D.java:1)\nCaused by: y\n\t... 2 more\n"
    records = read(trace + b"2026-05-04 10:00:01 next\n", 0, None, aligned=True, pattern=traces.STARTS)
    assert [record.text.count("\n") for record in records] == [4, 0]


def test_a_record_is_bounded_and_nothing_of_it_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the bound it goes on as another record of the same range, also where it passes the range's end."""
    monkeypatch.setattr(assembly, "MAX_RECORD_LINES", 3)
    content = b"start\n" + b"\tat x\n" * 10 + b"next\n"
    first = read(content, 0, 8, aligned=True, pattern=traces.STARTS)
    assert [record.text.count("\n") + 1 for record in first] == [3, 3, 3, 2]
    assert [record.text for record in read(content, 8, None, aligned=False, pattern=traces.STARTS)] == ["next"]


def test_damage_ends_the_current_record() -> None:
    """The lines before the damage are whole: they are a record."""

    def damaged() -> Iterator[bytes]:
        yield b"start\n\tat x\n\tat half"
        raise DamagedObjectError("cut")

    records: list[RawRecord] = []
    blocks = join_records(split_lines(damaged(), 0), 0, None, traces.STARTS, aligned=True)
    with pytest.raises(DamagedObjectError):
        records.extend(chain.from_iterable(blocks))
    assert [record.text for record in records] == ["start\n\tat x"]
