"""A pack gives back each record as an item of its own would hold it, whatever its fields and its text are."""

import json
import random
import time
from itertools import count, repeat
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from log_processor.packs.document import build_document, read_document
from log_processor.packs.leaves import dump_json
from log_processor.packs.rows import gather_rows
from log_processor.packs.tables import tabulate
from log_processor.record import LogRecord, build_log_id
from log_processor.storing.items import ItemEncoder, ObjectFacts

DIGEST = "0123456789abcdef0123456789abcd"
ITEMS = ItemEncoder(ObjectFacts("s3://b/a.log", "web", "v1", "now"), index_shards=8, record_ttl_days=0)
VALUES = st.recursive(
    st.sampled_from(
        [1, True, 1.0, 0, False, -0.0, 0.0, None, "1", "", "true", 1e3, 1e200, 10**30, 10**40, float("nan")]
    )
    | st.text(max_size=5)
    | st.integers(-(10**39), 10**39)
    | st.floats(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "a.b", "", "é"]), inner, max_size=3)
    ),
    max_leaves=6,
)
FIELDS = st.dictionaries(st.sampled_from(["a", "b", "a.b", "", "_", "c d"]), VALUES, max_size=5)


def make_record(offset: int, text: str, fields: dict[str, Any] | None = None, **others: Any) -> LogRecord:
    length = others.pop("length", len(text.encode("utf-8", "surrogatepass")))
    log_id, time_ms = build_log_id(DIGEST, offset), others.pop("timestamp_ms", 1_777_888_800_000)
    return LogRecord(log_id, time_ms, others.pop("format", "text"), text, offset, length, fields or {}, **others)


def pack(records: list[LogRecord]) -> bytes:
    rows = gather_rows(records, repeat(0))
    return dump_json(build_document(rows, tabulate(records))).encode()


def assert_exact(records: list[LogRecord]) -> bytes:
    document = pack(records)
    expected = [orjson.loads(ITEMS.encode(record)) for record in records]
    decoded = [orjson.loads(ITEMS.encode(record)) for record in read_document(json.loads(document), DIGEST)]
    assert decoded == expected
    return document


@settings(max_examples=300, deadline=None)
@given(rows=st.lists(st.tuples(FIELDS, st.text(max_size=40), st.booleans()), min_size=1, max_size=8))
def test_every_field_comes_back(rows: list[tuple[dict[str, Any], str, bool]]) -> None:
    """Also those that are equal in Python and not in JSON, and those that no item can hold as numbers."""
    offset, records = 0, []
    for fields, text, in_text in rows:
        written = json.dumps(fields, ensure_ascii=False) if in_text else text
        written = written.encode("utf-8", "replace").decode()
        records.append(make_record(offset, written, fields))
        offset += records[-1].length + 1
    assert_exact(records)


@pytest.mark.parametrize("values", [[[1], [True], [1.0]], [1, 1.0, True, "1"], [{"a": 0}, {"a": False}, {"a": 0.0}]])
def test_equal_values_stay_what_they_are(values: list[Any]) -> None:
    """Python takes 1, 1.0 and true for equal, and JSON does not."""
    assert_exact([make_record(100 * number, "x", {"n": value}) for number, value in enumerate(values)])


def test_marks_come_back() -> None:
    """Level, origin of the time, error, cut, continuation, gaps, and lengths other than that of the text."""
    records = [
        make_record(5, "a\nb\r\nc", level="error", parse_error="not json", truncated=True, length=400),
        make_record(300, "stream", length=100, timestamp_from="object"),
        make_record(310, "interwoven", continues=build_log_id(DIGEST, 5), timestamp_ms=-5),
    ]
    assert_exact(records)


def test_an_index_comes_back() -> None:
    """An element that several records are made of tells them apart by a number behind the offset."""
    records = [make_record(7, "same", {"n": number}) for number in range(3)]
    for number, record in enumerate(records):
        record.log_id, record.length = build_log_id(DIGEST, 7, number), 0
    document = build_document(gather_rows(records, count()), tabulate(records))
    decoded = list(read_document(json.loads(dump_json(document)), DIGEST))
    assert [record.log_id for record in decoded] == [record.log_id for record in records]


def test_fields_that_stand_in_the_text_cost_nothing() -> None:
    """They are segments of it: the document is hardly larger than that of the texts alone."""
    texts = [f'10.0.0.{n % 250} - [{n:06d}] "GET /a/{n * 7919 % 1000}" 200' for n in range(500)]
    plain = [make_record(100 * n, text) for n, text in enumerate(texts)]
    parsed = [
        make_record(100 * n, text, {"client": {"ip": text.split()[0]}, "path": text.split()[4][:-1], "status": 200})
        for n, text in enumerate(texts)
    ]
    assert len(assert_exact(parsed)) < 1.05 * len(assert_exact(plain))


def test_nested_fields_share_their_segments() -> None:
    """The path and the query of an address stand in it, and cut it further."""
    records = [
        make_record(200 * n, f"GET /shop/{n}?q={n * 31}", {"url": f"/shop/{n}?q={n * 31}", "path": f"/shop/{n}"})
        for n in range(100)
    ]
    document = json.loads(assert_exact(records))
    ((fields, _segments, values),) = document["shapes"]
    assert [len(field) for field in fields] == [4, 4]
    assert values == []


def test_random_shapes_take_bounded_time_and_room() -> None:
    """Records of other keys each are stored as values, once there are many shapes."""
    rng = random.Random(1)
    records = []
    for number in range(200):
        fields = {f"k{rng.randrange(10_000)}": rng.randrange(10**9) for _ in range(200)}
        records.append(make_record(10_000 * number, json.dumps(fields), fields))
    began_s = time.process_time()
    document = assert_exact(records)
    assert time.process_time() - began_s < 20
    assert len(json.loads(document)["shapes"]) <= 65
    assert len(document) < 3 * sum(len(record.log_data) for record in records)


def test_orders_that_change_end_as_values() -> None:
    """Of records with the same keys, eight orders have shapes; the others are one more."""
    names = [f"name{number}" for number in range(6)]
    rng = random.Random(2)
    records = []
    for number in range(300):
        fields = {name: f"{name}-{rng.randrange(10**9)}" for name in names}
        order = rng.sample(names, k=6)
        records.append(make_record(1_000 * number, " ".join(fields[name] for name in order), fields))
    assert len(json.loads(assert_exact(records))["shapes"]) == 8


def test_a_document_is_a_function_of_its_records() -> None:
    """Nothing that was learnt from one is used in the next: it is the same bytes alone and after another."""
    first = [make_record(100 * n, f"a={n} b={n * 2}", {"a": n, "b": n * 2}) for n in range(50)]
    second = [make_record(100 * n, f"b={n} a={n * 2}", {"a": n * 2, "b": n}) for n in range(50)]
    alone = pack(second)
    pack(first)
    assert pack(second) == alone
