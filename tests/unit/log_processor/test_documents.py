"""JSON documents: which objects are one, what their records are, and that nothing of a damaged one is lost."""

import gzip
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from log_processor.errors import DamagedObjectError
from log_processor.reading import documents

from tests.unit.log_processor.conftest import Stack

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
OBJECTS = st.dictionaries(st.text(max_size=5), VALUES, max_size=4)


def values(content: bytes) -> list[Any]:
    found = documents.elements(content)
    assert found is not None
    return [json.loads(content[element.start : element.end]) for element in found]


@given(members=st.lists(VALUES, max_size=6), indent=st.sampled_from([None, 1]), ascii_only=st.booleans())
def test_the_elements_of_an_array_are_its_records(members: list[Any], indent: int | None, ascii_only: bool) -> None:
    """Each element once, whatever it is, with its own index."""
    content = json.dumps(members, indent=indent, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")
    assert values(content) == members
    assert [element.number for element in documents.elements(content) or []] == list(range(len(members)))


@given(members=st.lists(OBJECTS, min_size=1, max_size=4))
def test_objects_over_several_lines_are_records(members: list[Any]) -> None:
    """Pretty-printed objects one after the other, in any number."""
    content = "\n".join(json.dumps(member, indent=2) for member in members).encode()
    wanted = [
        member for member in members if documents.EXPANDED[0] not in member and documents.EXPANDED[1] not in member
    ]
    if len(wanted) == len(members):
        assert values(content) == members


@given(content=st.binary(max_size=60) | st.text('[]{}",: \n1aR', max_size=40).map(str.encode))
def test_rubbish_is_no_document(content: bytes) -> None:
    """Whatever the bytes: elements in order, without overlap, or None."""
    found = documents.elements(content) or []
    places = [place for element in found for place in (element.start, element.end)]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b'[{"a": 1}', True),
        (b'  [\n {"a": 1}', True),
        (b'{"Records":[{"eventName":"x"}', True),
        (b'{"owner":"1","logEvents":[{"id":"x"}', True),
        (b'{\n "a": 1\n}', True),
        (b'\xef\xbb\xbf{\n "a": 1\n}', True),
        (b'{"a": 1}\n{"a": 2}\n', False),
        (b"[2026-05-04 10:00:00] app", False),
        (b"{broken line", False),
        (b"", False),
    ],
)
def test_what_may_be_a_document(head: bytes, expected: bool) -> None:
    """JSON lines, text and brackets are read line by line."""
    assert documents.opens(head) is expected


def trail(events: int) -> bytes:
    records = [{"eventTime": "2026-05-04T10:00:00Z", "eventName": f"e{number}"} for number in range(events)]
    return json.dumps({"Records": records}, indent=1).encode()


def test_the_events_of_a_trail_are_records(stack: Stack) -> None:
    """Each event an item of its own; a second delivery changes nothing."""
    event = stack.put("trail.json.gz", gzip.compress(trail(60)))
    stack.invoke(event)
    stack.invoke(event)
    items = stack.items()
    assert sorted(item["fields"]["M"]["eventName"]["S"] for item in items) == sorted(f"e{n}" for n in range(60))
    assert {item["timestamp"]["N"] for item in items} == {"1777888800000"}
    (row,) = stack.items("ledger")
    assert [row[name]["N"] for name in ("read", "stored", "filtered")] == ["60", "60", "0"]


def test_a_document_that_is_cut_off_is_kept_line_by_line(stack: Stack) -> None:
    """Its whole lines are records, and the object counts as damaged."""
    with pytest.raises(DamagedObjectError):
        stack.invoke(stack.put("trail.json.gz", gzip.compress(trail(3000))[:-200]))
    lines = trail(3000).decode().split("\n")
    stored = [item["log_data"]["S"] for item in stack.items()]
    kept = [line for text in stored for line in text.split("\n")]
    assert len(kept) > 1000
    assert sorted(kept) == sorted(lines[: len(kept)])


def test_a_document_beyond_the_bound_is_read_line_by_line(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of it is lost."""
    monkeypatch.setattr(documents, "MAX_DOCUMENT_BYTES", 10)
    monkeypatch.setattr("log_processor.reading.source.CHUNK_BYTES", 16)
    stack.invoke(stack.put("a.json", b'[{"a": 1},\n{"a": 2},\n{"a": 3}]\n'))
    assert sorted(item["log_data"]["S"] for item in stack.items()) == ['[{"a": 1},', '{"a": 2},', '{"a": 3}]']
