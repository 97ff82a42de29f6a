"""Records of one line and of many, wherever an object is split, interrupted or cut into chunks."""

from collections.abc import Iterator
from itertools import chain, pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from log_processor.errors import DamagedObjectError
from log_processor.formats.lib import leading, traces
from log_processor.formats.registry import BY_NAME
from log_processor.formats.starts import RecordStarts, StrictStarts
from log_processor.reading import line_group
from log_processor.reading.assembly import join_records, read_single_lines
from log_processor.reading.lines import split_lines
from log_processor.record import RawRecord
from log_processor.state import InRecord

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
        b"I0504 10:00:00.000000       1 a.go:4] e",
        b'{"time": "2026-05-04T10:00:00Z", "level": "info"}',
        b"May  4 10:00:00 web su[7]: f",
        b'{"a": 1}',
    ]
)
ENDS = st.sampled_from([b"\n", b"\r\n"])
CONTENT = st.lists(st.builds(bytes.__add__, LINES, ENDS), max_size=12).map(b"".join)
SINGLE = "single"
STARTS: dict[str, StrictStarts | RecordStarts] = {
    "strict": StrictStarts(leading.STARTS.match),
    "strict text": StrictStarts(traces.STARTS.match),
    **{name: RecordStarts(BY_NAME[name]) for name in ("java", "klog", "json_lines", "syslog_rfc3164", "text", "mixed")},
}
ALL = pytest.mark.parametrize("starts", [None, *STARTS.values()], ids=[SINGLE, *STARTS])


@pytest.fixture(autouse=True)
def _short_records(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut records after three lines, so that a short object has cut ones."""
    monkeypatch.setattr(line_group, "MAX_RECORD_LINES", 3)


def chunks(content: bytes, size: int) -> Iterator[bytes]:
    return (content[first : first + size] for first in range(0, len(content), size))


def read(
    content: bytes,
    start: int,
    end: int | None,
    *,
    aligned: bool,
    starts: StrictStarts | RecordStarts | None,
    size: int = 7,
    resumed: InRecord | None = None,
) -> list[RawRecord]:
    """Return the records of one range, read as the pipeline does: an unaligned one from the byte before its start."""
    position = max(0, start - (0 if aligned else 1))
    blocks = split_lines(chunks(content[position:], size), position)
    if starts is None:
        records = read_single_lines(blocks, start, end)
    else:
        records = join_records(blocks, start, end, starts, aligned=aligned, resumed=resumed)
    return [record for block in records for record in block]


@ALL
@given(content=CONTENT, data=st.data())
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_split_gives_the_records_of_one_pass(
    starts: StrictStarts | RecordStarts | None, content: bytes, data: st.DataObject
) -> None:
    """Each record belongs to exactly one of the ranges, whatever the split points and the sizes of the chunks."""
    whole = read(content, 0, None, aligned=True, starts=starts, size=1000)
    points = sorted(data.draw(st.sets(st.integers(1, max(1, len(content) - 1)), max_size=4)))
    size = data.draw(st.integers(1, 40))
    borders = [0, *points, None]
    parts = [
        record
        for start, end in pairwise(borders)
        for record in read(content, start or 0, end, aligned=not start, starts=starts, size=size)
    ]
    assert parts == whole


@ALL
@given(content=CONTENT)
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_range_resumes_after_any_record(starts: StrictStarts | RecordStarts | None, content: bytes) -> None:
    """What an interruption after a record, or after a piece of one, leaves is what one pass finds there."""
    whole = read(content, 0, None, aligned=True, starts=starts)
    for number, record in enumerate(whole):
        piece = record.piece
        resumed = InRecord(piece.first_offset, piece.below, "text", None, None) if piece and piece.goes_on else None
        rest = read(content, record.next_offset, None, aligned=True, starts=starts, resumed=resumed)
        assert rest == whole[number + 1 :]


@pytest.mark.parametrize("starts", STARTS.values(), ids=STARTS)
@given(content=CONTENT)
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_record_is_its_very_bytes(starts: StrictStarts | RecordStarts, content: bytes) -> None:
    """Line ends and blank lines within a record stand in its text as they stand in the object."""
    for record in read(content, 0, None, aligned=True, starts=starts):
        assert (record.undecoded or record.text.encode()) == content[record.offset : record.offset + record.length]


def test_a_trace_belongs_to_the_line_above(monkeypatch: pytest.MonkeyPatch) -> None:
    """Five lines of a Java trace are one record, the next event another."""
    monkeypatch.undo()
    trace = b"2026-05-04 10:00:00 failed\njava.io.IOException: x\n\tat a.B.c(D.java:1)\nCaused by: y\n\t... 2 more\n"
    records = read(trace + b"2026-05-04 10:00:01 next\n", 0, None, aligned=True, starts=STARTS["strict text"])
    assert [record.text.count("\n") for record in records] == [4, 0]


def test_a_record_is_bounded_and_nothing_of_it_is_lost() -> None:
    """Beyond the bound it goes on as another piece in the same range, also where it passes the range's end."""
    content = b"start\n" + b"\tat x\n" * 10 + b"next\n"
    first = read(content, 0, 8, aligned=True, starts=STARTS["text"])
    assert [record.text.count("\n") + 1 for record in first] == [3, 3, 3, 2]
    pieces = [record.piece for record in first]
    assert [piece and (piece.first_offset, piece.goes_on) for piece in pieces] == [(0, True)] * 3 + [(0, False)]
    assert [record.text for record in read(content, 8, None, aligned=False, starts=STARTS["text"])] == ["next"]


def test_what_a_cut_record_takes_is_told_by_its_first_line() -> None:
    """Lines without any sign of a trace go on with the dump of a program, behind the cut as before it."""
    content = b"I0504 10:00:00.000000       1 a.go:4] dump\n" + b"words\n" * 7
    records = read(content, 0, None, aligned=True, starts=STARTS["klog"])
    assert [record.text.count("\n") + 1 for record in records] == [3, 3, 2]


def test_damage_ends_the_current_record() -> None:
    """The lines before the damage are whole: they are a record."""

    def damaged() -> Iterator[bytes]:
        yield b"start\n\tat x\n\tat half"
        raise DamagedObjectError("cut")

    records: list[RawRecord] = []
    blocks = join_records(split_lines(damaged(), 0), 0, None, STARTS["text"], aligned=True)
    with pytest.raises(DamagedObjectError):
        records.extend(chain.from_iterable(blocks))
    assert [record.text for record in records] == ["start\n\tat x"]
