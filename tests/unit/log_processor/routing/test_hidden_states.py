"""What later invocations are told of the lines above theirs shows no hidden value: names of columns, root fields."""

import json
from itertools import chain, repeat
from typing import Any

import pytest
from log_processor.state import Columns, encode

from tests.unit.log_processor.edges import World, asks
from tests.unit.log_processor.routing.test_hidden_copies import REDACT, read_copies

EMAIL = "qX7joe.doe7Xq@example.com"
ROWS = 200
TABLES = {
    "w3c": (f"#Fields: date time cs-method {EMAIL} sc-status", "2026-05-04 10:00:{:02} GET a{} 200"),
    "tabs": (f"#Fields: date\ttime\t{EMAIL}\tsc-status", "2026-05-04\t10:00:{:02}\ta{}\t200"),
    "csv": (f"time,level,{EMAIL},message", "2026-05-04T10:00:{:02}Z,info,a{},done"),
    "semicolons": (f"time;level;{EMAIL};message", "2026-05-04T10:00:{:02}Z;info;a{};done"),
    "vpc_flow": (f"version start end {EMAIL} action", "2 1777888800 17778888{:02} {} ACCEPT"),
}


def run_in_pieces(header: str, row: str, redact: str = REDACT) -> tuple[World, str]:
    """Store a table in many invocations; return the world with everything that was written or sent on the way."""
    world = World(f"[[route]]\nkeys = ['**']\nredact = {redact}")
    sent: list[Any] = []
    take = world.sqs.send_message_batch

    def keep_and_take(**asked: Any) -> dict[str, Any]:
        sent.append((asked, read_copies(world)))
        return take(**asked)

    world.sqs.send_message_batch = keep_and_take  # type: ignore[method-assign]
    lines = [header, *(row.format(number % 60, number) for number in range(ROWS))]
    world.run(world.put("\n".join([*lines, ""]).encode()), chain([asks(5)], repeat(asks(9), 30)))
    return world, json.dumps(sent) + read_copies(world)


@pytest.mark.parametrize("table", TABLES)
def test_names_of_columns_show_no_value(table: str) -> None:
    """Neither a message nor a ledger row has the address that a header line has, nor a field's name a part of it."""
    header, row = TABLES[table]
    world, copies = run_in_pieces(header, row)
    assert len(world.ledger.endings) > 1
    assert "qX7" not in copies
    assert world.totals()["read"] == ROWS + 1
    in_one = World(f"[[route]]\nkeys = ['**']\nredact = {REDACT}")
    in_one.run(in_one.put("\n".join([header, *(row.format(n % 60, n) for n in range(ROWS)), ""]).encode()))
    assert {key: item.get("fields") for key, item in world.wire.items.items()} == {
        key: item.get("fields") for key, item in in_one.wire.items.items()
    }


def test_other_columns_keep_their_names() -> None:
    """The row below is read by them, and the hidden one is named by its token."""
    world, _ = run_in_pieces(*TABLES["w3c"])
    fields = next(iter(world.wire.items.values()))["fields"]["M"]
    assert {"http.request.method", "http.response.status_code", "w3c.email"} <= set(fields)


def test_a_value_over_several_columns_leaves_no_names() -> None:
    """The rows below would be read by the wrong ones."""
    world, copies = run_in_pieces(
        "#Fields: date time 4111 1111 1111 1111", "2026-05-04 10:00:{:02} {} 1 2 3", "['card']"
    )
    assert "4111 1111" not in copies
    assert {item["format"]["S"] for item in world.wire.items.values()} == {"text"}


def test_names_that_an_earlier_message_brings_are_hidden_too() -> None:
    """It was sent before the route hid anything."""
    world = World(f"[[route]]\nkeys = ['**']\nredact = {REDACT}")
    work = world.put(b"10:00:00 GET a\n" * 10)
    state = Columns(f"time cs-method {EMAIL}", "2026-05-04")
    world.run(work.resume(15, format_name="w3c", state=state, sequential=True), chain([asks(4)], repeat(asks(9))))
    assert encode(state)
    assert "qX7" not in read_copies(world)
