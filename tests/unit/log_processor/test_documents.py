"""JSON documents: which objects are one, what their records are, and that nothing of a damaged one is lost."""

import gzip
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import chain
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from log_processor.errors import DamagedObjectError
from log_processor.formats.lib.otlp_values import read_attributes
from log_processor.reading.json import buffer, document, documents, root_fields, window
from log_processor.reading.json import values as json_values
from log_processor.reading.json.expansion import LOG_RECORDS, USUAL, Expansion, Expansions, RootField, index_by_path
from log_processor.record import RawRecord
from log_processor.state import InDocument, decode, encode
from log_processor.work.plan import Kind

from tests.unit.log_processor.conftest import Stack
from tests.unit.log_processor.edges import World, asks, find_offset

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda values: st.lists(values, max_size=3) | st.dictionaries(st.text(max_size=5), values, max_size=3),
    max_leaves=8,
)
OBJECTS = st.dictionaries(st.text(max_size=5), VALUES, max_size=4)


MEMBERS = st.dictionaries(st.sampled_from(["a", "Records", "owner", "z", "\u00e9"]), VALUES, max_size=4)
BETWEEN = st.sampled_from(["", "\n", "\r\n\n", "\x1e", "\n\x1e"])
OWNED = index_by_path(
    [Expansion(("Records",), (RootField(("owner",), "owner"), RootField(("z", "a"), "z.a"))), LOG_RECORDS]
)


def pieces(content: bytes, size: int) -> Iterator[bytes]:
    return iter([content[first : first + size] for first in range(0, len(content), size)])


def read(
    content: bytes, size: int = 1024, expansions: Expansions = USUAL, kind: Kind | None = None
) -> list[RawRecord] | None:
    blocks, chunks = documents.read_documents(pieces(content, size), expansions, kind)
    if blocks is None:
        assert b"".join(chunks) == content
        return None
    return list(chain.from_iterable(blocks))


def parse_json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def values(content: bytes) -> list[Any]:
    return [json.loads(raw.text) for raw in read(content) or []]


@given(members=st.lists(OBJECTS, min_size=1, max_size=6), indent=st.sampled_from([None, 1]), ascii_only=st.booleans())
def test_the_elements_of_an_array_are_its_records(members: list[Any], indent: int | None, ascii_only: bool) -> None:
    """Each element once, whatever it is, with its own index."""
    content = json.dumps(members, indent=indent, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")
    assert values(content) == members
    assert [raw.number for raw in read(content) or []] == list(range(len(members)))


@given(members=st.lists(OBJECTS, min_size=2, max_size=4), indent=st.sampled_from([None, 2]), between=BETWEEN)
def test_objects_one_after_the_other_are_records(members: list[Any], indent: int | None, between: str) -> None:
    """Over several lines, in one line without a sign between them, or as a text sequence."""
    content = between.join(json.dumps(member, indent=indent) for member in members).encode()
    if not any({"Records", "logEvents"} & member.keys() for member in members) and read(content) is not None:
        assert values(content) == members
    assert indent is None or read(content) is not None or members[0] == {}


@st.composite
def streams(draw: st.DrawFn) -> bytes:
    """Draw documents, some of them damaged by text within, by missing characters, or by an early end."""
    texts = draw(st.lists(MEMBERS | st.lists(MEMBERS, min_size=1, max_size=4) | BATCHES, min_size=1, max_size=4))
    indent = draw(st.sampled_from([None, 1]))
    content = "".join(json.dumps(text, indent=indent, ensure_ascii=False) + draw(BETWEEN) for text in texts)
    body = content.encode("utf-8", "replace")
    for _ in range(draw(st.integers(0, 2))):
        at = draw(st.integers(0, len(body)))
        body = body[:at] + draw(st.sampled_from([b"", b"x", b"\nplain text\n"])) + body[at + draw(st.integers(0, 3)) :]
    return body[: draw(st.integers(0, len(body)))] if draw(st.booleans()) else body


@contextmanager
def windows_of(size: int | None) -> Iterator[None]:
    """Use windows of a few bytes, so that each value is cut by their ends; None leaves them as they are."""
    with pytest.MonkeyPatch.context() as patch:
        if size is not None:
            patch.setattr(window, "WINDOW_BYTES", size)
            patch.setattr(documents, "DOCUMENT_HEAD_BYTES", 4 * size)
            patch.setattr(root_fields, "HELD_BYTES", 10 * size)
        yield


ELEMENTS = st.builds(
    lambda text, tags: {"id": 0, "text": text, "tags": [{"tag": tag} for tag in tags], "end": None},
    st.text('ab ,:{}[]\\é"', max_size=12),
    st.lists(st.integers(0, 9), max_size=3),
)


def shared_by(name: str, value: st.SearchStrategy[Any], held: str, values: st.SearchStrategy[Any]) -> Any:
    """Return a strategy of objects with an array `held`, and before or behind it, or not at all, the member `name`."""
    both = st.tuples(value, values)
    return st.one_of(
        values.map(lambda array: {held: array}),
        both.map(lambda pair: {name: pair[0], held: pair[1]}),
        both.map(lambda pair: {held: pair[1], name: pair[0]}),
    )


LOG_OBJECTS = st.dictionaries(st.sampled_from("ab"), st.integers(0, 9) | st.just([{"logRecords": [1]}]), max_size=2)
SCOPE: st.SearchStrategy[dict[str, str]] = st.just({}) | st.builds(lambda name: {"name": name}, st.text(max_size=2))
SCOPES = shared_by("scope", SCOPE, "logRecords", st.lists(LOG_OBJECTS, max_size=3))
ATTRIBUTES = st.dictionaries(st.sampled_from(["", "a", "otel.scope.x"]), st.integers(0, 9), max_size=2)
RESOURCE = ATTRIBUTES.map(lambda held: {"attributes": [{"key": key, "value": value} for key, value in held.items()]})
RESOURCES = shared_by("resource", RESOURCE, "scopeLogs", st.lists(SCOPES | st.none(), max_size=3))
BATCHES = st.lists(RESOURCES, min_size=1, max_size=3).map(lambda resources: {"resourceLogs": resources})


BREAKS: dict[str, Callable[[st.DrawFn, str], str]] = {
    "cut": lambda draw, text: text[
        : draw(st.sampled_from([at for at in range(2, len(text)) if text[at - 1].isalnum()]))
    ],
    "quote": lambda draw, text: _leave_out(draw, text, '"'),
    "brace": lambda draw, text: _leave_out(draw, text, "}"),
    "bracket": lambda draw, text: _leave_out(draw, text, "["),
    "more": lambda draw, text: text + draw(st.sampled_from(["]", "}", "[", "x"])),
    "word": lambda _draw, text: text.replace("null", "nothing"),
    "no colon": lambda draw, text: _leave_out(draw, text, ":"),
}


def _leave_out(draw: st.DrawFn, text: str, sign: str) -> str:
    at = draw(st.sampled_from([at for at, character in enumerate(text) if character == sign]))
    return text[:at] + text[at + 1 :]


@st.composite
def broken_arrays(draw: st.DrawFn) -> tuple[list[Any], bytes]:
    """Draw the elements of an array that are whole, and the array in which others between them are broken."""
    elements = [one | {"id": at} for at, one in enumerate(draw(st.lists(ELEMENTS, min_size=4, max_size=9)))]
    broken = draw(st.sets(st.integers(0, len(elements) - 2), min_size=1, max_size=2))
    separator, indent = draw(st.sampled_from([(",", None), (", ", None), (",\n", None), (",\n  ", 1)]))
    texts = [json.dumps(element, indent=indent, ensure_ascii=False) for element in elements]
    for at in broken:
        texts[at] = BREAKS[draw(st.sampled_from(sorted(BREAKS)))](draw, texts[at])
    whole = [element for at, element in enumerate(elements) if at not in broken]
    content = separator.join(texts)
    if pairs := [at for at in range(len(elements) - 1) if not broken & {at, at + 1}]:
        at = draw(st.sampled_from(pairs)) + 1  # and no comma before this one
        content = separator.join(texts[:at]) + " " + separator.join(texts[at:])
    wrapped = draw(st.sampled_from(["[%s]", '{"owner": 7, "Records": [%s]}']))
    return whole, (wrapped % content).encode()


@settings(deadline=None)
@given(array=broken_arrays(), size=st.integers(1, 200))
def test_reading_goes_on_after_a_broken_element(array: tuple[list[Any], bytes], size: int) -> None:
    """Each other element is a record of its own, once, and nothing but separators is in no record."""
    whole, content = array
    records = read(content, size, OWNED, "documents") or []
    parsed = [parse_json(raw.text) for raw in records]
    assert [one for one in parsed if one in whole] == whole
    at = content.index(b"[")
    for raw in records:
        assert not content[at : raw.offset].strip(b" \t\r\n[]{},")
        at = raw.offset + raw.length
        assert content[raw.offset : at].decode() == raw.text
    for number, raw in enumerate(records):
        state = InDocument(raw.document, raw.number) if raw.document else None
        assert state is not None
        rest = documents.resume_documents(pieces(content[raw.next_offset :], 7), state, raw.next_offset, OWNED)
        assert list(chain.from_iterable(rest)) == records[number + 1 :]


@pytest.mark.parametrize("window_bytes", [2, 100, None])
@settings(deadline=None)
@given(content=streams(), size=st.integers(1, 80))
def test_a_reader_resumes_after_any_record(window_bytes: int | None, content: bytes, size: int) -> None:
    """The records are those of one pass, with the same root fields, however the stream is cut."""
    with windows_of(window_bytes):
        whole = read(content, 7, OWNED)
        assert read(content, size, OWNED) == whole
        for number, raw in enumerate(whole or []):
            state = InDocument(raw.document, raw.number) if raw.document else None
            assert state is not None
            assert decode(encode(state)) == state
            rest = documents.resume_documents(pieces(content[raw.next_offset :], size), state, raw.next_offset, OWNED)
            assert list(chain.from_iterable(rest)) == (whole or [])[number + 1 :]


@given(content=streams())
def test_nothing_of_a_damaged_stream_is_lost(content: bytes) -> None:
    """Records come in order, hold the very bytes, and leave out no more than the signs between them."""
    at = 0
    for raw in read(content, expansions=index_by_path([Expansion(("absent",))])) or []:
        assert not content[at : raw.offset].strip(b" \t\r\n\x1e[]{},")
        at = raw.offset + raw.length
        assert content[raw.offset : at] == (raw.undecoded or raw.text.encode())
    assert at == 0 or not content[at:].strip(b" \t\r\n\x1e[]{},")


@given(content=st.binary(max_size=60) | st.text('[]{}",: \n1aR', max_size=40).map(str.encode))
def test_rubbish_is_no_document(content: bytes) -> None:
    """Whatever the bytes: records in order, without overlap, or None."""
    offsets = [offset for raw in read(content) or [] for offset in (raw.offset, raw.offset + raw.length)]
    assert offsets == sorted(offsets)


@settings(deadline=None)
@given(drawn=st.lists(BATCHES, min_size=1, max_size=3), indent=st.sampled_from([None, 1]), between=BETWEEN)
def test_arrays_in_arrays_are_records(drawn: list[Any], indent: int | None, between: str) -> None:
    """Each log record of each batch once, with what stands before it in its own resource and scope alone."""
    content = between.join(json.dumps(batch, indent=indent) for batch in drawn).encode()
    expected = [record for batch in drawn for record in list_log_records(batch)]
    assert [
        (json.loads(raw.text), raw.number, get_shared(raw)) for raw in read(content, kind="documents") or []
    ] == expected


def list_log_records(batch: dict[str, Any]) -> list[tuple[Any, int, dict[str, Any]]]:
    """Return the records that a batch should give, with their numbers and root fields; without any, the batch."""
    records = []
    for resource in batch["resourceLogs"]:
        for scope in filter(None, resource["scopeLogs"]):
            shared: dict[str, Any] = {}
            if comes_first(resource, "resource", "scopeLogs"):
                shared = read_attributes(resource["resource"]["attributes"]) or {}
            if comes_first(scope, "scope", "logRecords") and "name" in scope["scope"]:
                shared |= {"otel.scope.name": scope["scope"]["name"]}
            records += [(record, number, shared) for number, record in enumerate(scope["logRecords"])]
    return records or [(batch, 0, {})]


def comes_first(members: dict[str, Any], name: str, other: str) -> bool:
    names = list(members)
    return name in members and names.index(name) < names.index(other)


def get_shared(raw: RawRecord) -> dict[str, Any]:
    assert raw.document is not None
    return raw.document.root_fields


@st.composite
def broken_batches(draw: st.DrawFn) -> str:
    """Draw a batch in which log records are broken, perhaps cut off, and a whole one in the line below it."""
    shape = draw(st.lists(st.lists(st.integers(0, 4), min_size=1, max_size=3), min_size=1, max_size=3))
    ids = iter(range(100))
    resources = [
        {"scopeLogs": [{"scope": {}, "logRecords": [next(ids) for _ in range(count)]} for count in scopes]}
        for scopes in shape
    ]
    content = json.dumps({"resourceLogs": resources})
    texts = [f'{{"id": "#{at}#", "tags": [{{"tag": 1}}], "end": null}}' for at in range(next(ids))]
    for at in draw(st.sets(st.integers(0, len(texts) - 1), max_size=2)) if texts else ():
        texts[at] = BREAKS[draw(st.sampled_from(sorted(BREAKS)))](draw, texts[at])
    content = re.sub("[0-9]+", lambda number: texts[int(number[0])], content)
    content = content[: draw(st.integers(0, len(content)))] if draw(st.booleans()) else content
    return f'{content}\n{{"resourceLogs": [{{"scopeLogs": [{{"logRecords": [{{"id": "#99#"}}]}}]}}]}}'


@settings(deadline=None)
@given(content=broken_batches(), size=st.integers(1, 200))
def test_nothing_of_a_damaged_batch_is_lost(content: str, size: int) -> None:
    """Each log record is in the text of exactly one record, also behind a broken one or in a batch that is cut off."""
    texts = [raw.text for raw in read(content.encode(), size, kind="documents") or []]
    for one in re.findall("#[0-9]+#", content):
        assert sum(one in text for text in texts) == 1


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ({"records": [{"time": "t", "category": "a"}, {"time": "t"}]}, 2),
        ({"records": [{"time": "t", "count": 3}, {"time": "t"}]}, 1),
        ({"records": [1, 2, 3], "msg": "three"}, 1),
        ({"records": [], "msg": "none"}, 1),
        ({"msg": "a", "records": [{"data": "YQ=="}]}, 1),
        ({"configurationItems": [{"configurationItemCaptureTime": "t"}, {"configurationItemCaptureTime": "t"}]}, 2),
        ({"configurationItems": [{"name": "a"}, {"name": "b"}]}, 1),
        ({"events": [{"timestamp": 1, "message": "a", "ingestionTime": 2}, {"message": "b"}], "nextToken": "t"}, 2),
        ({"events": [{"timestamp": 1, "message": "a"}, {"timestamp": 2, "message": "b"}], "level": "info"}, 1),
        ({"entries": [{"logName": "l", "timestamp": "t", "jsonPayload": {}}, {"logName": "l"}]}, 2),
        ({"entries": [{"timestamp": "t", "name": "a"}, {"timestamp": "t"}]}, 1),
        ({"Findings": [{"SchemaVersion": "2018-10-08", "CreatedAt": "t"}, {"SchemaVersion": "2018-10-08"}]}, 2),
        ({"Findings": [{"Id": "a"}, {"Id": "b"}]}, 1),
    ],
)
@pytest.mark.parametrize("size", [1, 1024])
def test_the_first_element_may_decide(body: dict[str, Any], count: int, size: int) -> None:
    """An array of a name that many programs use is expanded only if its first element looks as its service's do."""
    records = read(json.dumps(body).encode(), size, kind="documents") or []
    assert len(records) == count
    assert documents.is_document(json.dumps(body).encode()) is (count > 1)


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b'[{"a": 1}', True),
        (b'  [\n {"a": 1}', True),
        (b'{"Records":[{"eventName":"x"}', True),
        (b'{"owner":"1","logEvents":[{"id":"x"}', True),
        (b'{"resourceLogs":[{"resource":{}', True),
        (b'{"records":[{"time":"t","resourceId":"a"}', True),
        (b'{"records":[{"time":"t","level":"Error"}', True),
        (b'{"records":[{"time":"t","resou', False),
        (b'{\n "a": 1\n}', True),
        (b'\xef\xbb\xbf{\n "a": 1\n}', True),
        (b'{"a": 1}\n{"a": 2}\n', False),
        (b'{"a": 1}{"a": 2}', True),
        (b'\x1e{"a": 1}\n\x1e{"a": 2}\n', True),
        (b'{"a": 1} and more\n{"a": 2}\n', False),
        (b"[2026-05-04 10:00:00] app", False),
        (b"{broken line", False),
        (b"", False),
    ],
)
def test_what_may_be_a_document(head: bytes, expected: bool) -> None:
    """JSON lines, text and brackets are read line by line."""
    assert documents.is_document(head) is expected


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


def test_a_document_that_is_cut_off_keeps_its_whole_elements(stack: Stack) -> None:
    """Each a record, the last one as text where the upload was cut; compressed, the object counts as damaged."""
    with pytest.raises(DamagedObjectError):
        stack.invoke(stack.put("trail.json.gz", gzip.compress(trail(1200))[:-200]))
    names = [item["fields"]["M"]["eventName"]["S"] for item in stack.items()]
    assert len(names) > 500
    assert sorted(names) == sorted(f"e{n}" for n in range(len(names)))
    world = World()
    world.run(world.put(trail(3)[:-30]))
    items = sorted(world.wire.items.values(), key=find_offset)
    assert [item["format"]["S"] for item in items] == ["json_lines", "json_lines", "text"]
    assert trail(3)[:-30].decode().endswith(items[-1]["log_data"]["S"])


def test_what_is_no_document_stays_lines() -> None:
    """Lines that merely begin like a document, and what is damaged before its first record."""
    for content in (b"{broken line\nnext\n", b'{"a": "open\n{"b": 1}\n', b'{"a": 1},\n{"a": 2},\n', b"[{]\n{}\n"):
        assert read(content) is None


def test_elements_after_a_damaged_one_are_records() -> None:
    """The damaged one is text; reading resumes at the next line that begins a document or an element."""
    content = b'{"Records":[\n{"n":1},\n{"n":2 oops},\n{"n":3},\n{"n":4}\n]}\n{\n "n": 5\n}\nplain\n'
    assert [raw.text for raw in read(content) or []] == [
        *('{"n":1}', '{"n":2 oops},', '{"n":3}', '{"n":4}', '{\n "n": 5\n}', "plain")
    ]


def test_an_element_beyond_the_bound_is_cut(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its whole length is counted, so the next one has its own offset; brackets within strings do not end it early."""
    for module in (document, buffer, json_values, window):
        monkeypatch.setattr(module, "MAX_VALUE_BYTES", 64)
    monkeypatch.setattr(window, "WINDOW_BYTES", 16)
    monkeypatch.setattr(documents, "DOCUMENT_HEAD_BYTES", 16)
    long = json.dumps({"text": ['a"}]\\', "\\"] * 40}).encode()
    first, second = read(b'[{"a": 1}, ' + long + b', {"b": 2}]', 5)[1:] or []  # type: ignore[index]
    assert (first.offset, first.length, first.truncated, first.text) == (11, len(long), True, long[:64].decode())
    assert (second.text, second.number) == ('{"b": 2}', 2)


@pytest.mark.parametrize(
    "body",
    [
        *(b'[{"a": ' * 40_000, b'{"a":\n' * 40_000, b'[{"a": 1}]\n' + b"," * 200_000, b'[{"' * 9),
        *(
            b'[{"a": 1},' + broken * 20_000
            for broken in (b'{"a":[1,', b'{"a":1,', b'{"', b'{"a" 1,', b'{"b":[{"c":1},')
        ),
    ],
)
def test_no_nesting_and_no_damage_takes_long(body: bytes) -> None:
    """Each byte is looked at a bounded number of times, and everything is kept."""
    kept = read(body)
    assert kept is None or sum(raw.length for raw in kept) >= len(body) - 20


@pytest.mark.parametrize(
    ("names", "broken"),
    [(("id", "id"), [0, 500, 501, 1200]), (("a", "b"), [0, 500, 502, 1200])],
    ids=["alike", "mixed"],
)
def test_one_broken_element_of_a_large_array_costs_itself(names: tuple[str, str], broken: list[int]) -> None:
    """In one line, read in two invocations: each other element is stored once, the broken one as text."""
    texts = [json.dumps({names[at % 2]: at, "tags": [{"tag": "a"}], "text": "x" * 150}) for at in range(1500)]
    for at in broken:
        texts[at] = texts[at].replace('"text": "', '"text": ')
    world = World()
    world.run(world.put(f"[{', '.join(texts)}]".encode(), "a.json"), iter([asks(20)]))
    assert [end.status for end in world.ledger.endings.values()] == ["continued", "done"]
    items = sorted(world.wire.items.values(), key=find_offset)
    assert [item["log_data"]["S"].rstrip(",") for item in items] == texts
    assert [at for at, item in enumerate(items) if item["format"]["S"] == "text"] == broken
    assert world.totals() == {"read": 1500, "stored": 1500, "filtered": 0, "rejected": 0}


def test_root_fields_go_on_behind_a_broken_element() -> None:
    """The elements behind it are of the same array, as are those behind a bracket too many or a missing comma."""
    content = b'{"owner":"me","Records":[{"n":1},{"n":2 oops},{"n":3}],{"n":4} {"n":5}],"z":{"a":7}}'
    records = read(content, expansions=OWNED) or []
    assert [raw.text for raw in records] == ['{"n":1}', '{"n":2 oops},', '{"n":3}', '{"n":4}', '{"n":5}']
    assert [raw.document.root_fields for raw in records if raw.document] == [{"owner": "me", "z.a": 7}] * 5


@pytest.mark.parametrize(("padding", "shared"), [(0, {"owner": "me", "z.a": 7}), (300_000, {"owner": "me"})])
def test_root_fields_after_the_array_of_a_small_document(padding: int, shared: dict[str, Any]) -> None:
    """Each record repeats them; those of a large document do not wait for its end and repeat what came before."""
    content = {"owner": "me", "Records": [{"n": 1}, {"pad": "x" * padding}], "z": {"a": 7}}
    records = read(json.dumps(content).encode(), expansions=OWNED) or []
    assert [raw.document.root_fields for raw in records if raw.document] == [shared, shared]


def test_root_fields_are_in_the_ledger_only_while_continued() -> None:
    """A continued range holds the state with which the next one resumes; a finished one holds none."""
    world = World()
    body = json.dumps({"owner": "1", "logEvents": [{"id": "1", "timestamp": 1, "message": "m"}] * 400}).encode()
    world.run(world.put(body, "cw/a.json"), iter([asks(6)]))
    first, *_, last = world.ledger.endings.values()
    assert (first.status, last.status, last.state) == ("continued", "done", None)
    assert isinstance(first.state, InDocument)
    assert first.state.document.root_fields == {"cloud.account.id": "1"}
    assert world.totals() == {"read": 400, "stored": 400, "filtered": 0, "rejected": 0}
    assert world.s3.calls["get_object"] == len(world.ledger.endings)


@pytest.mark.parametrize("batches_a_line", [1, 40])
def test_batches_of_logs_are_read_in_several_invocations(batches_a_line: int) -> None:
    """One batch of 800 log records, or a batch a line: each record is stored once, with its own resource's fields."""
    resources = [
        {
            "resource": {"attributes": [{"key": "service.name", "value": {"stringValue": f"s{number}"}}]},
            "scopeLogs": [
                {"scope": {"name": name}, "logRecords": [{"timeUnixNano": f"17778888{number:02d}123456789"}] * 5}
                for name in "abcd"
            ],
        }
        for number in range(40)
    ]
    size = len(resources) // batches_a_line
    lines = [json.dumps({"resourceLogs": resources[at : at + size]}) for at in range(0, len(resources), size)]
    world = World()
    world.run(world.put("\n".join(lines).encode(), "otlp/a.json"), iter([asks(9)]))
    assert [end.status for end in world.ledger.endings.values()] == ["continued", "done"]
    assert world.totals() == {"read": 800, "stored": 800, "filtered": 0, "rejected": 0}
    items = sorted(world.wire.items.values(), key=find_offset)
    found = [(item["fields"]["M"]["service.name"]["S"], item["fields"]["M"]["otel.scope.name"]["S"]) for item in items]
    assert found == [(f"s{number}", name) for number in range(40) for name in "abcd" for _ in range(5)]
    assert {item["format"]["S"] for item in items} == {"otlp_log"}
