"""However an object is split, interrupted, compressed and delivered again: the same records, each counted once."""

import gzip
import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import pairwise
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from log_processor.errors import AccessDeniedError, NoProgressError, PipelineError, ServiceUnavailableError
from log_processor.reading import choice
from log_processor.service_errors import translate_error
from log_processor.work.chain import MAX_STALLS
from log_processor.work.continuation import range_from_message
from log_processor.work.plan import encode_plan
from log_processor.work.ranges import ObjectRange

from tests.unit.log_processor.edges import Items, Remaining, World, asks, client_error, find_offset, plenty
from tests.unit.log_processor.packed import unpack_items
from tests.unit.log_processor.test_plan import PLAN

SETTINGS = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
LINES = [
    b'203.0.113.7 - - [02/Mar/2026:09:00:00 +0000] "GET /a HTTP/1.1" 200 17 "-" "curl"',
    b'{"time": "2026-03-02T09:00:00Z", "level": "warn", "msg": "stock is low"}',
    b'[{"a": 1}, {"a": 2}]',
    b"2026-03-02 09:00:00.123 ERROR [main] com.example.Order - failed",
    b"java.lang.IllegalStateException: closed",
    b"\tat com.example.Order.close(Order.java:17)",
    b"Mar  2 09:00:00 host cron[7]: done",
    b"#Fields: date time cs-method",
    b"2026-03-02 09:00:00 GET",
    "half\u2028other\x85half\x0b\x1c end".encode(),
    b"a line of text stands before the odd one\n\x00 a NUL and \xff\xfe, which are no UTF-8, in a line of text",
    b"\xef\xbb\xbfa mark in the middle",
    b"progress 1%\rprogress 2%",
    b"a long line " * 40,
    b"",
    b"   ",
]


EVENT = {"eventTime": "2026-05-04T10:00:00Z", "eventName": "a", "text": '}]\\" \u20ac'}
DOCUMENTS = st.sampled_from(
    [
        json.dumps([EVENT] * 7).encode(),
        json.dumps({"Records": [EVENT] * 5, "other": [1]}, indent=1).encode() + b"\n",
        json.dumps({"owner": "1", "logEvents": [EVENT] * 3, "logGroup": "g"}, ensure_ascii=False).encode(),
        json.dumps(EVENT, indent=2).encode() + b"\n",
        json.dumps(EVENT).encode(),
        b"\n\x1e" + json.dumps(EVENT).encode(),
        b'{"Records": [\n{"a": 1},\n{"b": 2 oops},\n{"c": 3}\n]}\nplain\n',
    ]
)


@st.composite
def bodies(draw: st.DrawFn) -> bytes:
    """Draw lines of one or of several formats, with the line ends of real objects; the last one may have none."""
    if draw(st.integers(0, 4)) == 0:
        return draw(st.sampled_from([b"", b"\xef\xbb\xbf"])) + b"".join(draw(st.lists(DOCUMENTS, max_size=5)))
    lines = draw(
        st.lists(st.sampled_from(draw(st.sampled_from([LINES, LINES[3:6], LINES[:1], LINES[1:2]]))), max_size=40)
    )
    ends = [draw(st.sampled_from([b"\n", b"\r\n"])) for _ in lines]
    mark = draw(st.sampled_from([b"", b"", b"\xef\xbb\xbf"]))
    body = mark + b"".join(line + end for line, end in zip(lines, ends, strict=True))
    return body.rstrip(b"\r\n") if draw(st.booleans()) else body


@st.composite
def documents(draw: st.DrawFn) -> bytes:
    """Draw a JSON array over several lines."""
    return json.dumps([{"n": number} for number in range(draw(st.integers(400, 500)))], indent=1).encode()


def one_pass(body: bytes) -> World:
    world = World()
    world.once(world.put(body))
    return world


def run_until_done(world: World, first: ObjectRange, clocks: Iterator[Remaining]) -> None:
    """Do the work with the given clocks, then with enough time; deliver again what made no progress."""
    waiting = [first]
    while waiting:
        work = waiting.pop()
        try:
            world.once(work, next(clocks, plenty))
        except NoProgressError:
            waiting.append(work)
        queue = world.sqs.queues["work"]
        waiting += [range_from_message(json.loads(queue.popleft())) for _ in range(len(queue))]


def assert_same(world: World, expected: World) -> None:
    items = unpack_items(world.wire.items)
    assert comparable(items) == comparable(unpack_items(expected.wire.items))
    assert world.totals() == expected.totals()
    totals = world.totals()
    assert totals["read"] == totals["stored"] + totals["filtered"] + totals["rejected"]
    assert totals["stored"] + totals["rejected"] == len(items)
    assert {ending.status for ending in world.ledger.endings.values()} <= {"done", "continued"}


def comparable(items: Items) -> dict[tuple[str, str], dict[str, Any]]:
    return {key: {name: value for name, value in item.items() if name != "processed_at"} for key, item in items.items()}


@SETTINGS
@given(body=bodies(), range_bytes=st.integers(1, 400), chunk_bytes=st.integers(1, 300))
def test_a_split_object_has_the_same_records(body: bytes, range_bytes: int, chunk_bytes: int) -> None:
    """Ranges of any size, down to a few bytes, are read as the format that the object's beginning decided."""
    world = World(split_threshold_bytes=1, range_bytes=range_bytes)
    world.s3.chunk_bytes = chunk_bytes
    run_until_done(world, world.put(body), iter(()))
    assert_same(world, one_pass(body))


@SETTINGS
@given(
    body=bodies(),
    chunk_bytes=st.integers(1, 100),
    interruptions=st.lists(st.integers(1, 30), max_size=20),
    split=st.booleans(),
)
def test_an_interrupted_object_has_the_same_records(
    body: bytes, chunk_bytes: int, interruptions: list[int], split: bool
) -> None:
    """Deadlines interrupt a whole object and its ranges anywhere, in any number of invocations."""
    world = World(split_threshold_bytes=1 if split else 1_000_000, range_bytes=150)
    world.s3.chunk_bytes = chunk_bytes
    run_until_done(world, world.put(body), iter([asks(count) for count in interruptions]))
    assert_same(world, one_pass(body))


@SETTINGS
@given(
    body=bodies(),
    cuts=st.lists(st.integers(0, 2_000), max_size=4),
    interruptions=st.lists(st.integers(1, 30), max_size=12),
    chunk_bytes=st.integers(1, 60),
)
def test_gzip_has_the_records_of_its_content(
    body: bytes, cuts: list[int], interruptions: list[int], chunk_bytes: int
) -> None:
    """Members that end anywhere, empty ones too, continued any number of times: offsets are those of the content."""
    bounds = [0, *sorted(min(cut, len(body)) for cut in cuts), len(body)]
    members = [gzip.compress(body[start:end]) for start, end in pairwise(bounds)]
    world = World()
    world.s3.chunk_bytes = chunk_bytes
    run_until_done(world, world.put(b"".join(members)), iter([asks(count) for count in interruptions]))
    assert_same(world, one_pass(body))


@pytest.mark.slow
@SETTINGS
@given(body=bodies().map(lambda body: body * (6_000 // (len(body) or 1))) | documents(), share=st.floats(0.6, 1))
def test_a_connection_may_break_for_good_at_every_byte(body: bytes, share: float) -> None:
    """Only what is whole is stored before the break: a record under way, or a document, is read again whole."""
    with patch.object(choice, "HEAD_BYTES", 600):  # so that something is stored before the break
        expected = one_pass(body)
        world = World()
        world.s3.chunk_bytes = 300
        event = world.put(body)
        world.s3.breaks_at = int(share * len(body))
        with suppress(ServiceUnavailableError):
            world.once(event)
        world.s3.breaks_at = None
        run_until_done(world, event, iter(()))
    assert_same(world, expected)


@SETTINGS
@given(body=bodies(), share=st.floats(0, 1), compressed=st.booleans())
def test_a_broken_connection_is_resumed_at_the_next_byte(body: bytes, share: float, *, compressed: bool) -> None:
    """That happens within the same attempt, and the records are the same."""
    world = World()
    world.s3.chunk_bytes = 50
    content = gzip.compress(body) if compressed else body
    event = world.put(content)
    world.s3.breaks_at = int(share * len(content))

    def reconnect(_call: str, _key: str) -> None:
        if world.s3.calls["get_object"] == 2:
            world.s3.breaks_at = None

    world.s3.refuse = reconnect
    world.once(event)
    assert_same(world, one_pass(body))


@pytest.mark.parametrize("answered", [None, "bytes=1000-"])
def test_an_answer_of_other_bytes_is_not_read(answered: str | None) -> None:
    """A store that ignores the range of a resumed read, or gives another, ends the attempt; nothing is stored twice."""
    world = World()
    event = world.put(b"".join(b"line %05d of the object\n" % number for number in range(9_000)))
    world.s3.breaks_at = 150_000
    get_object = world.s3.get_object

    def answer(**asked: Any) -> dict[str, Any]:
        if "Range" in asked:
            world.s3.breaks_at = None
            asked |= {"Range": answered}
        return get_object(**{name: value for name, value in asked.items() if value})

    world.s3.get_object = answer  # type: ignore[method-assign]
    with suppress(ServiceUnavailableError):
        world.once(event)
    world.s3.get_object = get_object  # type: ignore[method-assign]
    run_until_done(world, event, iter(()))
    assert sorted(map(find_offset, world.wire.items.values())) == [25 * number for number in range(9_000)]


@SETTINGS
@given(body=bodies(), deliveries=st.integers(2, 4), interruption=st.integers(1, 20))
def test_a_redelivered_event_changes_nothing(body: bytes, deliveries: int, interruption: int) -> None:
    """That is so however far the first delivery came."""
    world = World()
    world.s3.chunk_bytes = 50
    event = world.put(body)
    run_until_done(world, event, iter([asks(interruption)]))
    stored = dict(world.wire.items)
    for _ in range(deliveries):
        run_until_done(world, event, iter(()))
    assert world.wire.items == stored
    assert_same(world, one_pass(body))


@pytest.mark.parametrize("compressed", [False, True])
def test_an_attempt_may_be_interrupted_at_every_point(compressed: bool) -> None:
    """Each invocation ends after each number of looks at the clock."""
    body = b"\n".join(LINES * 2)
    expected = one_pass(body)
    for count in range(1, 40):
        world = World()
        world.s3.chunk_bytes = 64
        work = world.put(gzip.compress(body) if compressed else body)
        run_until_done(world, work, iter([asks(count) for _ in range(30)]))
        assert_same(world, expected)


@pytest.mark.parametrize("ending", [b"", b"\n"])
@pytest.mark.parametrize("call", ["end", "put_object"])
def test_an_object_is_done_although_recording_it_failed(call: str, ending: bytes) -> None:
    """Everything is stored, then the ledger or the archive fails once: the continuation has no bytes."""
    world = World("[[route]]\nkeys = ['**']\nformat = 'json_lines'")
    refusals: list[Exception] = [translate_error(client_error("SlowDown", call), call), client_error("SlowDown", call)]

    def refuse(asked: str, _key: str = "") -> None:
        if asked == call and refusals:
            refusal = refusals[0 if call == "end" else 1]
            refusals.clear()
            raise refusal

    world.ledger.refuse, world.s3.refuse = refuse, refuse
    world.run(world.put(b"\n".join([b"plain"] * 30) + ending))
    assert world.totals() == {"read": 30, "stored": 0, "filtered": 0, "rejected": 30}
    assert len(world.rejects()) == 30
    assert {ending.status for ending in world.ledger.endings.values()} == {"continued", "done"}


@pytest.mark.parametrize("ticks", [5, 6, 7])
def test_a_fan_out_is_continued_by_the_next_invocation(ticks: int) -> None:
    """Sending thousands of ranges takes time too; each is sent once, and the object's row counts them all."""
    body = b"".join(b'{"n": %d}\n' % n for n in range(1_000))
    world = World(split_threshold_bytes=1, range_bytes=200)
    invocations = world.run(world.put(body), (asks(ticks) for _ in range(3)))
    ranges = -(-len(body) // 200)
    fanned = [ending.ranges for ending in world.ledger.endings.values() if ending.ranges is not None]
    assert len(fanned) > 1
    assert sum(fanned) == ranges
    assert invocations == len(fanned) + ranges
    assert_same(world, one_pass(body))


def test_a_range_of_which_nothing_is_reached_fails_in_the_end() -> None:
    """One slow invocation is bad luck, and the range is tried again; so many in a row are what it will always be."""
    world = World()
    world.s3.chunk_bytes = 5_000
    work = world.put(b"x" * 20_000 + b"\n")
    assert world.run(work, (asks(3) for _ in range(MAX_STALLS))) == MAX_STALLS + 1
    assert [ending.status for ending in world.ledger.endings.values()] == ["done"]
    hopeless = world.put(b"x" * 20_000 + b"\n", "web/b.log")
    with pytest.raises(NoProgressError, match="give the function more time or memory"):
        world.run(hopeless, (asks(3) for _ in range(MAX_STALLS + 1)))


def test_a_range_without_a_remainder_is_not_continued() -> None:
    """The deadline is near when the last of full batches is on its way: the range is done."""
    world = World()
    work = world.put(b"".join(b'{"n": %d}\n' % n for n in range(25)))
    assert world.run(work, iter([asks(5)])) == 1
    assert [ending.status for ending in world.ledger.endings.values()] == ["done"]


def test_a_line_longer_than_any_buffer_is_one_record() -> None:
    """9 MiB without a line end: cut and marked, its whole length counted, and the next line stands where it stands."""
    body = b"x" * (9 * 1024 * 1024) + b"\nnext\n"
    world = World(split_threshold_bytes=1, range_bytes=1024 * 1024)
    run_until_done(world, world.put(body), iter(()))
    long, following = sorted(world.wire.items.values(), key=find_offset)
    assert (long["length"]["N"], long["truncated"]) == (str(9 * 1024 * 1024), {"BOOL": True})
    assert following["log_data"]["S"] == "next"
    assert world.totals()["read"] == 2


def test_an_empty_object_is_done() -> None:
    """An object without bytes has no records, and does not fail."""
    world = World()
    run_until_done(world, world.put(b""), iter(()))
    assert [ending.status for ending in world.ledger.endings.values()] == ["done"]
    assert world.wire.requests == 0


def keep_answers(world: World, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Return the list to which each answer of S3 to a read is added."""
    answers: list[dict[str, Any]] = []
    get_object = world.s3.get_object

    def keep_answer(**asked: Any) -> dict[str, Any]:
        answers.append(get_object(**asked))
        return answers[-1]

    monkeypatch.setattr(world.s3, "get_object", keep_answer)
    return answers


def test_a_range_closes_its_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """A range that ends before its object closes the connection itself, and leaves it to no garbage collector."""
    world = World(split_threshold_bytes=2000, range_bytes=1024)
    answers = keep_answers(world, monkeypatch)
    world.run(world.put(b"".join(b'{"n": %d, "text": "%s"}\n' % (number, b"x" * 80) for number in range(100))))
    assert len(answers) > 5
    assert [answer["Body"].closed for answer in answers] == [True] * len(answers)


@pytest.mark.parametrize("refused", ["begin", "find_uploads"])
def test_an_object_of_which_nothing_is_begun_is_closed(refused: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It was opened to learn its version, and the ledger then refuses the range."""
    world = World()
    answers = keep_answers(world, monkeypatch)

    def refuse(call: str) -> None:
        if call == refused:
            raise AccessDeniedError(call)

    world.ledger.refuse = refuse
    first = world.overwrite(b'{"n": 1}\n')
    world.overwrite(b'{"n": 1}\n', second=60)
    with suppress(PipelineError):
        world.once(first)
    assert [answer["Body"].closed for answer in answers] == [True]


def test_another_upload_that_answers_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A store that ignores the condition of a request gives bytes that are not read."""
    world = World()
    answers = keep_answers(world, monkeypatch)
    world.s3.is_strict = False
    first = world.overwrite(b'{"n": 1}\n')
    world.overwrite(b'{"n": 2}\n', second=60)
    with suppress(PipelineError):
        world.once(first)
    assert [answer["Body"].closed for answer in answers] == [True] * len(answers)


def test_an_object_that_is_opened_again_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    """If another attempt's plan came first, the connection of the first reading is closed before the second begins."""
    world = World()
    world.s3.chunk_bytes = 50_000
    answers = keep_answers(world, monkeypatch)
    work = world.put(b'{"n": 1}\n' * 30_000)
    closed_at_second: list[bool] = []

    def be_second(call: str) -> None:
        if call == "keep_plan":
            row = world.ledger.rows[work.uri, work.label]
            other = replace(PLAN, size_bytes=270_000, parser="another")
            world.ledger.rows[work.uri, work.label] = replace(row, plan=encode_plan(other))

    def look(call: str, _key: str) -> None:
        if call == "get_object" and answers:
            closed_at_second.append(answers[0]["Body"].closed)

    world.ledger.refuse, world.s3.refuse = be_second, look
    world.once(work)
    assert closed_at_second == [True]
    assert world.totals()["stored"] == 30_000
