"""Rejected records: kept with their bytes and their reason, once, and counted."""

import base64
import gzip
from typing import Any

import pytest
from log_processor.errors import PermanentError, ServiceUnavailableError
from log_processor.storing import rejects
from log_processor.storing.rejects import RejectSpool
from log_processor.storing.wire import Reply

from tests.unit.log_processor.edges import INVALID, World, asks, client_error, find_offset


def refuse_fields(items: list[dict[str, Any]]) -> Reply | None:
    """Refuse items whose fields have the word odd."""
    return INVALID if any("odd" in str(item.get("fields")) for item in items) else None


DECLARED = "[[route]]\nkeys = ['**']\nformat = 'json_lines'"


def json_lines(count: int, *odd: int) -> bytes:
    return b"".join(b'{"n": %d, "word": "%s"}\n' % (n, b"odd" if n in odd else b"even") for n in range(count))


def test_an_item_that_the_table_refuses_is_a_reject() -> None:
    """With three bad items among sixty, all sixty are stored, three as plain text, and the range is done."""
    world = World()
    world.wire.judge = refuse_fields
    world.run(world.put(json_lines(60, 0, 7, 59)))
    assert world.totals() == {"read": 60, "stored": 57, "filtered": 0, "rejected": 3}
    items = list(world.wire.items.values())
    assert len(items) == 60
    plain = [item for item in items if "parse_error" in item]
    assert sorted(item["log_data"]["S"] for item in plain) == [f'{{"n": {n}, "word": "odd"}}' for n in (0, 59, 7)]
    assert all(item["format"] == {"S": "text"} and "fields" not in item for item in plain)
    found = world.rejects()
    assert [reject["reason"] for reject in found] == ["the item is odd"] * 3
    stored = {(item["log_id"]["S"], int(item["timestamp"]["N"])) for item in plain}
    assert {(reject["log_id"], reject["timestamp"]) for reject in found} == stored


def test_finding_one_bad_item_costs_few_requests() -> None:
    """Bisection: a bad item among 25 costs its halves, not 25 requests."""
    world = World()
    world.wire.judge = refuse_fields
    world.run(world.put(json_lines(25, 12)))
    assert world.wire.requests <= 12


def test_a_table_that_refuses_plain_records_fails_the_range() -> None:
    """No record is at fault: the table has other keys than the stack gave it."""
    world = World()
    world.wire.judge = lambda _items: INVALID
    with pytest.raises(PermanentError, match="refuses even a plain record"):
        world.run(world.put(json_lines(60)))
    assert world.totals()["stored"] == 0


def test_what_a_declared_format_cannot_parse_is_a_reject() -> None:
    """The archive has its bytes as text, or as base64 if they are not UTF-8; the table has its text."""
    world = World(DECLARED)
    world.run(world.put(b'{"n": 1}\nplain\n\xff\xfe!\n{"n": 2}\n'))
    assert world.totals() == {"read": 4, "stored": 2, "filtered": 0, "rejected": 2}
    text, binary = world.rejects()
    assert (text["text"], text["offset"], text["length"], text["index"]) == ("plain", 9, 5, 0)
    assert base64.b64decode(binary["base64"]) == b"\xff\xfe!"
    assert (text["format"], text["key"], text["version"]) == ("json_lines", "web/a.log", "v1")
    assert "json_lines" in text["reason"]
    item = world.wire.items[text["log_id"], str(text["timestamp"])]
    assert item["parse_error"]["S"] == text["reason"]


def test_a_continued_range_archives_its_rejects() -> None:
    """Each part archives its own rejects; together they are those of one pass, none twice."""
    world = World(DECLARED)
    body = b"".join(b"plain %d\n" % n for n in range(120))
    invocations = world.run(world.put(body), (asks(count) for count in (6, 7, 8)))
    assert invocations > 1
    assert sorted(reject["offset"] for reject in world.rejects()) == sorted(
        find_offset(item) for item in world.wire.items.values()
    )
    assert world.totals() == {"read": 120, "stored": 0, "filtered": 0, "rejected": 120}


def test_a_retry_overwrites_the_rejects_of_the_range() -> None:
    """Another attempt at the range writes the same bytes under the same key."""
    world = World(DECLARED)
    work = world.put(b"plain\n")
    world.run(work)
    before = dict(world.s3.written)
    world.ledger.rows.clear()
    world.run(work)
    assert world.s3.written == before
    assert len(before) == 1


def test_a_range_is_not_done_before_its_rejects_are_archived() -> None:
    """If the archive refuses the rejects, the attempt fails; the next one archives them and is done."""
    world = World(DECLARED)
    work = world.put(b"plain\n")

    def refuse(call: str, _key: str) -> None:
        if call == "put_object":
            raise client_error("SlowDown", "PutObject")

    world.s3.refuse = refuse
    with pytest.raises(ServiceUnavailableError, match="archiving"):
        world.run(work)
    assert [row.status for row in world.ledger.rows.values()] == ["failed"]
    world.s3.refuse = lambda _call, _key: None
    world.run(work)
    assert [row.status for row in world.ledger.rows.values()] == ["done"]
    assert len(world.rejects()) == 1


def test_more_rejects_than_the_disk_holds_are_handed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """The range ends early, with the rejects of what it stored; the next one has the others."""
    monkeypatch.setattr(rejects, "FULL_BYTES", 3_000)
    world = World(DECLARED)
    body = b"".join(b"%x\n" % (3**n % (2**400 - 593)) for n in range(4_000))
    assert world.run(world.put(body)) > 1
    assert len({reject["offset"] for reject in world.rejects()}) == len(world.rejects()) == 4_000
    assert world.totals() == {"read": 4_000, "stored": 0, "filtered": 0, "rejected": 4_000}


def test_the_spool_moves_to_disk_and_is_removed() -> None:
    """After a megabyte the spool is a file without a name; it returns what was added."""
    line = bytes(range(97, 123)) * 40 + b"\n"
    with RejectSpool() as spool:
        assert spool.finish() is None
        for number in range(2000):
            spool.add([b"%d" % (number * 7919) + line])
        finished = spool.finish()
        assert finished is not None
        assert gzip.decompress(finished.read()).count(b"\n") == 2000
    assert finished.closed
