"""Interleaved streams: partial lines and traces are joined within their stream, wherever an object is split."""

import tracemalloc
from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from log_processor import handler
from log_processor.formats.containers.streams import read_stream_line
from log_processor.formats.lib.format import Format, StreamLine
from log_processor.formats.reader import Reader
from log_processor.formats.registry import BY_NAME
from log_processor.reading import container_streams
from log_processor.reading.container_streams import join_stream_records
from log_processor.reading.lines import split_lines
from log_processor.record import MAX_RECORD_BYTES, RawRecord

from tests.unit.log_processor.conftest import Stack

TEXTS = st.sampled_from([b"a", b"  b", b"", b"Caused by: c", b"d" * 30])
STREAMS = st.sampled_from([b"stdout", b"stderr"])
CRI_LINES = st.builds(
    b"2026-05-04T10:00:00Z %b %b %b\n".__mod__, st.tuples(STREAMS, st.sampled_from([b"F", b"P"]), TEXTS)
)
DOCKER_LINES = st.builds(
    b'{"log":"%b%b","stream":"%b"}\n'.__mod__, st.tuples(TEXTS, st.sampled_from([b"\\n", b""]), STREAMS)
)
OTHERS = st.sampled_from([b"other\n", b"\n", b"\xff\r\n"])
CONTENT = st.lists(CRI_LINES | DOCKER_LINES | OTHERS, max_size=24).map(b"".join)
REACH = 70

CRI, DOCKER, COMPOSE = (BY_NAME[name] for name in ("cri", "docker_json", "compose"))


def read(content: bytes, start: int, end: int | None, *, size: int = 9, reach: int = REACH) -> list[RawRecord]:
    position = max(0, start - container_streams.LOOKBACK_REACHES * reach - 1)
    chunks: Iterator[bytes] = (content[first : first + size] for first in range(position, len(content), size))
    blocks = join_stream_records(split_lines(chunks, position), start, end, read_stream_line, reach)
    return [record for block in blocks for record in block]


@given(content=CONTENT, data=st.data())
@settings(deadline=None, max_examples=300)
def test_any_split_gives_the_records_of_one_pass(content: bytes, data: st.DataObject) -> None:
    """Each record belongs to exactly one range, also where its parts lie in several."""
    points = sorted(data.draw(st.sets(st.integers(1, max(1, len(content) - 1)), max_size=4)))
    size = data.draw(st.integers(1, 60))
    borders = [0, *points, None]
    parts = [record for start, end in pairwise(borders) for record in read(content, start or 0, end, size=size)]
    assert parts == read(content, 0, None, size=1000)


@pytest.mark.slow
@pytest.mark.parametrize("count", [1_000, 16_000])
def test_a_stream_that_is_silent_for_long_is_forgotten(count: int) -> None:
    """Memory does not grow with the number of streams, which in some formats is as large as the object likes."""
    chunks = (b"stream %d\n" % number * 10 for number in range(count))
    blocks = join_stream_records(
        split_lines(chunks, 0), 0, None, lambda line: StreamLine(line, begins_event=True, partial=False), REACH
    )
    next(blocks)
    tracemalloc.start()
    try:
        for _ in blocks:
            pass
        assert tracemalloc.get_traced_memory()[1] < 100_000
    finally:
        tracemalloc.stop()


PARTS = st.lists(
    st.sampled_from([b"stdout P aa\n", b"stdout P a\n", b"stderr F b\n"]) | CRI_LINES.map(lambda line: line[21:]),
    max_size=60,
).map(lambda rest: b"".join(b"2026-05-04T10:00:00Z " + line for line in rest))


@given(content=PARTS, data=st.data())
@settings(deadline=None, max_examples=300)
def test_every_range_cuts_long_partial_lines_alike(content: bytes, data: st.DataObject) -> None:
    """A range that begins in the middle of them finds the same records as one pass."""
    start = data.draw(st.integers(1, max(1, len(content) - 1)))
    assert read(content, 0, start) + read(content, start, None) == read(content, 0, None)


def test_endless_partial_lines_delay_few_other_records() -> None:
    """The records of the other stream come as it goes on, not at its end."""
    chunks = (
        b"2026-05-04T10:00:00Z stdout P %b\n2026-05-04T10:00:00Z stderr F b\n" % (b"a" * 1000) for _ in range(8000)
    )
    most = 0
    assert CRI.read_stream_line is not None
    for block in join_stream_records(split_lines(chunks, 0), 0, None, CRI.read_stream_line):
        most = max(most, sum(len(record.text) for record in block))
    assert 0 < most < 8 * MAX_RECORD_BYTES


@given(content=CONTENT)
@settings(deadline=None, max_examples=300)
def test_a_range_resumes_after_any_record(content: bytes) -> None:
    """What an interruption after a record leaves is what one pass finds there."""
    whole = read(content, 0, None)
    for number, record in enumerate(whole):
        assert read(content, record.next_offset, None) == whole[number + 1 :]


@given(content=CONTENT)
@settings(deadline=None, max_examples=300)
def test_every_line_is_in_one_record(content: bytes) -> None:
    """None is lost and none is in two."""
    records = [record.undecoded or record.text.encode() for record in read(content, 0, None)]
    lines = [line.data for block in split_lines(iter([content]), 0) for line in block]
    assert sorted(line for record in records for line in record.split(b"\n")) == sorted(filter(bytes.strip, lines))


def messages(known: Format, content: bytes) -> list[str]:
    assert known.read_stream_line is not None
    reader = Reader(known, 0)
    blocks = join_stream_records(split_lines(iter([content]), 0), 0, None, known.read_stream_line)
    matches = [reader.read(record.text) for block in blocks for record in block]
    return [match[1].fields["message"] for match in matches if match]


def test_parts_are_joined_within_their_stream() -> None:
    """Partial lines of two interleaved streams are two records, in the order in which they began."""
    lines_ = [b"stdout P a1 ", b"stderr P b1 ", b"stdout P a2 ", b"stderr F b2", b"stdout F a3", b"stdout F c"]
    content = b"".join(b"2026-05-04T10:00:00Z " + line + b"\n" for line in lines_)
    assert messages(CRI, content) == ["a1 a2 a3", "b1 b2", "c"]


def test_a_trace_in_a_container_is_one_record() -> None:
    """Lines that go on with an event, also an empty one between them."""
    texts = [b"panic: x", b"", b"goroutine 1 [running]:", b"main.main()", b"\t/a.go:1 +0x1", b"next"]
    content = b"".join(b"2026-05-04T10:00:00Z stderr F " + text + b"\n" for text in texts)
    assert messages(CRI, content) == ["panic: x\n\ngoroutine 1 [running]:\nmain.main()\n\t/a.go:1 +0x1", "next"]


@pytest.mark.parametrize("blank", ["", " "])
def test_docker_goes_on_until_a_line_end(blank: str) -> None:
    """A text without a line end goes on in the next line of its stream; an escaped backslash before n is none."""
    texts = [("a", "stdout"), ("x\\n", "stderr"), ("b\\n", "stdout"), ("C:\\\\n", "stdout"), ("ew\\n", "stdout")]
    rows = [
        f'{{"log":{blank}"{text}",{blank}"stream":{blank}"{stream}",{blank}"time":{blank}"2026-05-04T10:00:00Z"}}\n'
        for text, stream in texts
    ]
    assert messages(DOCKER, "".join(rows).encode()) == ["ab", "x", "C:\\new"]


def test_an_endless_line_is_cut_and_marked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its bytes are found by offset and length."""
    monkeypatch.setattr(container_streams, "MAX_RECORD_BYTES", 100)
    content = b"2026-05-04T10:00:00Z stdout P aaaaaaaaaa\n" * 10
    (record,) = read(content, 0, None, reach=1000)
    assert record.truncated
    assert (record.offset, record.length, len(record.text)) == (0, len(content) - 1, 81)


def test_ranges_of_a_large_object_find_the_same_items(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    """Through the whole function: parts on both sides of every border."""
    rows = [f"2026-05-04T10:00:00Z stdout {'F' if n % 3 == 2 else 'P'} {n:04d}\n" for n in range(150)]
    body = "".join(rows).encode()
    stack.invoke(stack.put("whole/a.log", body))
    monkeypatch.setenv("SPLIT_THRESHOLD_BYTES", "1000")
    monkeypatch.setenv("RANGE_BYTES", "1024")
    handler.build_parts.cache_clear()
    stack.invoke(stack.put("split/a.log", body))
    while received := stack.messages(stack.work_queue_url):
        for message in received:
            record = {"eventSource": "aws:sqs", "messageId": message["MessageId"], "body": message["Body"]}
            deliveries = (stack.invoke({"Records": [record]}) for _ in range(5))  # more than one on a busy machine
            assert {"batchItemFailures": []} in deliveries
    texts: dict[str, list[str]] = {"whole": [], "split": []}
    for item in stack.items():
        texts[item["source_file"]["S"].split("/")[3]].append(item["fields"]["M"]["message"]["S"])
    assert len(texts["whole"]) == 50
    assert sorted(texts["split"]) == sorted(texts["whole"])


def test_docker_lines_without_a_stream_go_on_too() -> None:
    """A driver that writes the text alone, or the text and the time."""
    rows = ['{"log":"a "}', '{"log":"b\\n"}', '{"log":"c ","time":"2026-05-04T10:00:00Z"}', '{"log":"d\\n"}']
    assert messages(DOCKER, "\n".join(rows).encode()) == ["a b", "c d"]


@pytest.mark.parametrize("chosen", [CRI, DOCKER], ids=lambda chosen: chosen.name)
def test_a_node_that_changed_its_runtime_has_both(chosen: Format) -> None:
    """Parts are joined within their runtime and stream, whichever format was chosen."""
    rows = [
        '{"log":"a ","stream":"stdout","time":"2026-05-04T10:00:00Z"}',
        "2026-05-04T10:00:00Z stdout P 1 ",
        "2026-05-04T10:00:00Z stdout F 2",
        '{"log":"b\\n","stream":"stdout","time":"2026-05-04T10:00:00Z"}',
    ]
    assert messages(chosen, "\n".join(rows).encode()) == ["a b", "1 2"]


def test_a_json_object_in_parts_is_read_when_it_is_whole() -> None:
    """What an application wrote as one line is one object again."""
    rows = ['stdout P {"msg":"a', 'stdout F b","level":"warn"}']
    content = "\n".join(f"2026-05-04T10:00:00Z {row}" for row in rows).encode()
    assert messages(CRI, content) == ["ab"]


def test_traces_of_composed_containers_are_one_record_each() -> None:
    """Each container is a stream of its own."""
    rows = ["app-1  | Traceback:", "web-1  | up", "app-1  |   File a.py", "web-1  | down", "app-1  | ValueError: x"]
    assert messages(COMPOSE, "\n".join(rows).encode()) == [
        "Traceback:\n  File a.py\nValueError: x",
        "up",
        "down",
    ]


def test_a_trace_with_which_a_stream_begins_is_one_record() -> None:
    """What a program that failed at once wrote, and nothing before it."""
    texts = ["Traceback (most recent call last):", '  File "a.py", line 1, in <module>', "ValueError: x", "next"]
    rows = [f"2026-05-04T10:00:00Z stderr F {text}\n2026-05-04T10:00:00Z stdout F up" for text in texts]
    assert messages(CRI, "\n".join(rows).encode()) == ["\n".join(texts[:3]), *["up"] * 3, "next", "up"]


def test_an_object_over_several_lines_is_one_record() -> None:
    """What an application wrote indented."""
    texts = ["{", '  "msg": "a",', '  "level": "warn"', "}", "next"]
    content = "\n".join(f"2026-05-04T10:00:00Z stdout F {text}" for text in texts).encode()
    assert messages(CRI, content) == ["a", "next"]
