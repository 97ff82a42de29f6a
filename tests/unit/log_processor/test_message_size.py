"""Whatever an object holds, the rest of it can be sent: no message is larger than the queue takes."""

import json
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from log_processor.formats.lib.dating import DATE_KINDS
from log_processor.formats.reader import MAX_COLUMNS_BYTES
from log_processor.reading.json.root_fields import MAX_FIELD_BYTES, MEMBER_BYTES
from log_processor.routing.config.expansions import MAX_MEMBER_CHARS, MAX_ROOT_FIELDS
from log_processor.routing.config.own_formats import MAX_DEFINITION_BYTES
from log_processor.routing.config.toml_tables import RouteError
from log_processor.routing.lib.key_names import MAX_NAME_CHARS
from log_processor.routing.lib.patterns import MAX_CHARACTERS
from log_processor.routing.lib.route import Route
from log_processor.routing.routes import read
from log_processor.settings import MAX_MESSAGE_BYTES
from log_processor.state import (
    Below,
    Columns,
    DocumentPosition,
    InDocument,
    InRecord,
    ReaderState,
    measure_in_message,
)
from log_processor.work.continuation import group_bodies, range_from_message, render_message
from log_processor.work.field_rules import MAX_OFFSET
from log_processor.work.plan import Plan
from log_processor.work.ranges import ObjectRange

from tests.unit.log_processor.edges import World, asks

NAMES = [f"f{number}" for number in range(MAX_ROOT_FIELDS)]
ROUTE = f"[[route]]\nkeys = ['**']\nexpand = 'Records'\nroot_fields = {json.dumps(NAMES)}"
USUAL = "x" * 4096
"""So that what follows does not make the object binary."""
FILLS = {"quotes": '\\"', "controls": "\x01", "escapes": "\\u0001", "umlauts": "ü", "faces": "😀", "letters": "x"}


def make_document(fill: str) -> bytes:
    value = fill * ((MEMBER_BYTES - 2) // len(fill.encode()))
    members = "".join(f'"{name}": "{value}",' for name in NAMES)
    records = ",".join(json.dumps({"time": "2026-05-04T10:00:00Z", "n": number}) for number in range(200))
    return f'{{"a": "{USUAL}",\n{members}"Records":[{records}]}}'.encode()


def list_messages(world: World) -> list[str]:
    return list(world.sqs.queues["work"])


@pytest.mark.parametrize("fill", FILLS.values(), ids=FILLS.keys())
def test_a_document_with_large_root_fields_goes_on(fill: str) -> None:
    """Ten of 8 KiB, of the characters that a message writes longest."""
    world = World(ROUTE)
    work = world.put(make_document(fill), "a.json")
    world.once(work, asks(6))
    (message,) = list_messages(world)
    assert len(message.encode()) <= MAX_MESSAGE_BYTES
    assert range_from_message(json.loads(message)).state is not None
    world.sqs.queues["work"].clear()
    world.run(range_from_message(json.loads(message)))
    assert world.totals()["read"] == len(world.wire.items) == 200


def test_usual_root_fields_are_kept() -> None:
    """One of 8 KiB of text is in every record, before and after the invocation that was continued."""
    world = World(ROUTE)
    world.run(world.put(make_document("x"), "a.json"), iter([asks(6)]))
    assert {len(item["fields"]["M"]["f0"]["S"]) for item in world.wire.items.values()} == {MEMBER_BYTES - 2}


@pytest.mark.parametrize("fill", ["\x01", "ü", "😀", "\\", "x"])
def test_a_table_with_a_hostile_header_goes_on(fill: str) -> None:
    """The names of its columns fit into a message, or the line names none."""
    world = World("[[route]]\nkeys = ['**']\nformat = 'w3c'")
    header = "#Fields: time " + fill * 32_000
    body = (f"#Software: {USUAL}\n{header}\n" + "10:00:00 a\n" * 500).encode()
    world.once(world.put(body), asks(6))
    for message in list_messages(world):
        assert len(message.encode()) <= MAX_MESSAGE_BYTES
    assert list_messages(world)


KEYS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=300).filter(
    lambda key: len(key.encode()) <= 1024
)


@settings(max_examples=200, deadline=None)
@given(key=KEYS)
def test_any_key_can_be_sent(key: str) -> None:
    """A message of SQS holds no U+FFFE and no U+FFFF: they are escaped, as JSON lets them be."""
    work = ObjectRange("b", key, "v", None)
    message = render_message(work)
    assert not {"\ufffe", "\uffff"} & set(message)
    assert range_from_message(json.loads(message)) == work


@pytest.mark.parametrize("key", ["a\uffff", "\ufffe.log"])
def test_a_character_that_a_message_may_not_hold(key: str) -> None:
    """Is escaped."""
    message = render_message(ObjectRange("b", key, "v", None))
    assert message.isascii()
    assert range_from_message(json.loads(message)).key == key


@given(sizes=st.lists(st.integers(1, MAX_MESSAGE_BYTES), max_size=30))
def test_no_request_is_larger_than_a_message(sizes: list[int]) -> None:
    """And none has more than ten; all bodies are sent, in their order."""
    bodies = ["x" * size for size in sizes]
    groups = list(group_bodies(bodies))
    assert [body for group in groups for body in group] == bodies
    assert all(0 < len(group) <= 10 and sum(map(len, group)) <= MAX_MESSAGE_BYTES for group in groups)


def test_a_name_that_is_too_long_is_refused() -> None:
    """At synthesis, with the line of the mistake and the remedy."""
    text = f"[[route]]\nkeys = ['**']\nexpand = 'Records'\nroot_fields = ['{'x' * 257}']"
    with pytest.raises(
        RouteError, match=f"routes.toml:4: 'root_fields' has a name of 257 .* at most {MAX_MEMBER_CHARS}"
    ):
        read(text)


def test_what_a_message_holds_is_measured_as_it_is_written() -> None:
    """A control character has seven bytes in the JSON within JSON, a quote four."""
    values: list[tuple[Any, int]] = [("\x01", 7), ('"', 4), ("x", 1), ("ü", 2)]
    empty = measure_in_message("")
    assert [measure_in_message(value) - empty for value, _ in values] == [size for _, size in values]
    assert MAX_ROOT_FIELDS * MAX_FIELD_BYTES < MAX_MESSAGE_BYTES / 2


NAME_SIGNS = {"faces": "\U0001f600", "controls": "\x01", "quotes": '"', "letters": "x"}
LETTER_ROOM_BYTES = 8 * 1024
"""What a dead letter has besides the message: the error in its attributes."""


def build_largest_route(sign: str) -> Route:
    """Return a route with everything about reading that is allowed, as long as it is allowed."""
    names = [f"{number}{sign * (MAX_MEMBER_CHARS - 1)}" for number in range(MAX_ROOT_FIELDS)]
    reading = {
        "encoding": "iso2022_jp_2004",
        "format": "own",
        "date_order": "month_first",
        "time_zone": "America/Argentina/ComodRivadavia",
        "expand": sign * MAX_MEMBER_CHARS,
        "root_fields": names,
        "start": "\U0001f600" * (MAX_CHARACTERS // 2),
    }
    lines = "".join(f"{name} = {json.dumps(value, ensure_ascii=False)}\n" for name, value in reading.items())
    route = f"[[route]]\nkeys = ['**']\n{lines}"
    for count in range(MAX_DEFINITION_BYTES // MAX_NAME_CHARS, 1, -1):  # as many as a definition may have
        columns = [f"{number:0>4}".rjust(MAX_NAME_CHARS, "c") for number in range(count)]
        own = f"[[format]]\nname = 'own'\ndelimiter = ','\ncolumns = {columns}\nsamples = ['{',x' * (count - 1)}']\n"
        with suppress(RouteError):
            return read(own + route).routes[0]
    raise AssertionError("no definition is small enough")


def build_largest_states(sign: str, route: Route) -> list[ReaderState]:
    """Return the states that the formats and the bounds of reading allow, each as large as it may be."""
    cut = InRecord(MAX_OFFSET, Below.ANYTHING, "cloudfront", 253_402_300_799_999, "information")
    columns = Columns(
        sign * (MAX_COLUMNS_BYTES // (measure_in_message(sign) - measure_in_message(""))), "2026-05-04", cut
    )
    value = sign * (MAX_FIELD_BYTES // (measure_in_message(sign) - measure_in_message("")))
    root_fields = dict.fromkeys(route.reading["root_fields"], value)
    document = DocumentPosition((route.reading["expand"],), MAX_OFFSET, root_fields, MAX_OFFSET)
    return [columns, cut, InDocument(document, MAX_OFFSET)]


@pytest.mark.parametrize("sign", NAME_SIGNS.values(), ids=NAME_SIGNS.keys())
def test_the_largest_message_fits_into_the_queue(sign: str) -> None:
    """With the longest key, plan and state that settings and formats allow, and as a dead letter with its error."""
    route = build_largest_route(sign)
    plan = Plan(
        format="cloudfront",
        declared=True,
        kind="documents",
        size_bytes=MAX_OFFSET,
        etag="e" * 900,
        piece_bytes=MAX_OFFSET,
        last_modified_ms=253_402_300_799_999,
        parser="p" * 64,
        rules=dict(route.reading),
        record_rules="r" * 64,
        date_orders=dict.fromkeys(DATE_KINDS, "month_first"),
    )
    key = sign * (1024 // len(sign.encode()))
    work = ObjectRange("b" * 255, key, "v" * 900, "e" * 900, MAX_OFFSET, MAX_OFFSET, plan=plan, event_time="t" * 40)
    for state in build_largest_states(sign, route):
        message = render_message(replace(work, state=state, hops=1_000_000, denied_since="t" * 40))
        assert len(message.encode()) <= MAX_MESSAGE_BYTES - LETTER_ROOM_BYTES
