"""What a route makes of an object, through the whole pipeline."""

import contextlib
import gzip
import json
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from log_processor import handler
from log_processor.calls.clients import CallLimits
from log_processor.errors import DamagedObjectError, NoProgressError, NotALogError, RetryableError
from log_processor.parts import FunctionParts
from log_processor.storing.wire import Reply
from log_processor.work.continuation import range_from_message

from tests.unit.log_processor.conftest import Context
from tests.unit.log_processor.edges import World, asks, find_offset, plenty


def routed(lines: str) -> str:
    return f"[[route]]\nkeys = ['web/**']\n{lines}"


def texts(world: World) -> list[str]:
    items = sorted(world.wire.items.values(), key=find_offset)
    return [item["log_data"]["S"] for item in items]


def items(world: World) -> list[dict[str, Any]]:
    return list(world.wire.items.values())


LEVELS = b"".join(b'{"level": "%s", "n": %d}\n' % (b"debug" if n % 3 else b"error", n) for n in range(90))


def test_a_route_names_the_source_of_its_objects() -> None:
    """The query index has their records under that name; other objects keep their own sources."""
    world = World(routed("source = 'shop'"))
    for key in ("web/a.log", "other/a.log"):
        world.run(world.put(b"one\n", key))
    assert sorted(item["day_shard"]["S"].partition("#")[0] for item in items(world)) == ["other", "shop"]


def test_a_declared_format_is_not_guessed() -> None:
    """Lines that look like another format are rejects of the declared one, in the table as text."""
    world = World(routed("format = 'logfmt'"))
    world.run(world.put(b'{"a": 1}\nlevel=info msg=hello\n'))
    assert world.totals() == {"read": 2, "stored": 1, "filtered": 0, "rejected": 1}
    assert {item["format"]["S"] for item in items(world)} == {"logfmt", "text"}
    assert [reject["text"] for reject in world.rejects()] == ['{"a": 1}']


def test_all_lines_join_the_record_above_if_a_route_says_so() -> None:
    """Statements at the margin stay in the event that logs them; the first lines alone would call the object mixed."""
    event = "2026-05-04 10:00:00,123 [main] INFO org.example.App - query\nSELECT a\nFROM b\nWHERE c\nLIMIT 1"
    body = "\n".join([event] * 30).encode()
    usual, joined = World(), World(routed("joining = 'all'"))
    for world in (usual, joined):
        world.run(world.put(body))
    assert len(items(usual)) == 150
    assert texts(joined) == [event] * 30
    assert {item["format"]["S"] for item in items(joined)} == {"java"}


def test_syslog_takes_all_lines_if_a_route_says_so() -> None:
    """Its records have one line; with `joining = "all"` a message of several lines is one record."""
    event = "May  4 10:00:00 web shop[7]: query\nSELECT a\nFROM b"
    world = World(routed("joining = 'all'"))
    world.run(world.put("\n".join([event] * 30).encode()))
    assert texts(world) == [event] * 30


DUMP = b"E0504 10:00:00.123456       1 a.go:7] dump\n" + b"words\n" * 2_500


@pytest.mark.parametrize(
    ("sizes", "ticks"), [({}, 0), ({"split_threshold_bytes": 1, "range_bytes": 5_000}, 0), ({}, 4)]
)
def test_a_record_of_2501_lines_is_three_pieces(sizes: dict[str, Any], ticks: int) -> None:
    """All have its time, level and format, and the later ones name the first, whoever reads them."""
    world = World(**sizes)
    head = b"I0504 09:00:00.000000       1 a.go:7] up\n" * 25
    world.run(world.put(head + DUMP + head), (asks(ticks) for _ in range(9 if ticks else 0)))
    pieces = [item for item in items(world) if find_offset(item) >= len(head) and item["level"]["S"] == "error"]
    pieces.sort(key=find_offset)
    assert [item["log_data"]["S"].count("\n") + 1 for item in pieces] == [1000, 1000, 501]
    assert {(item["format"]["S"], item["timestamp"]["N"]) for item in pieces} == {("klog", "1777888800123")}
    assert [item.get("continues") for item in pieces] == [None, pieces[0]["log_id"], pieces[0]["log_id"]]
    assert len(items(world)) == 53


def test_a_record_below_header_lines_goes_on_behind_a_cut() -> None:
    """The reader state has the columns and the record that was cut."""
    body = b"#Fields: date time c-ip\n2026-05-04 10:00:00 192.0.2.1\n" + DUMP.replace(b"words", b"\twords")
    worlds = World(), World()
    worlds[0].run(worlds[0].put(body))
    worlds[1].run(worlds[1].put(body), (asks(4) for _ in range(9)))
    assert texts(worlds[0]) == texts(worlds[1])
    assert [item["continues"]["S"] for item in items(worlds[1]) if "continues" in item] == [
        item["continues"]["S"] for item in items(worlds[0]) if "continues" in item
    ]
    assert sum("continues" in item for item in items(worlds[0])) == 2


def test_a_declared_format_reads_the_elements_of_a_document() -> None:
    """Each element of a document is a record, also if the route declares a format."""
    world = World(routed("format = 'json_lines'"))
    world.run(world.put(b'{"Records": [{"eventVersion": "1", "eventSource": "s3", "eventName": "x"}]}'))
    assert [item["format"]["S"] for item in items(world)] == ["json_lines"]


@pytest.mark.parametrize("split", [False, True])
def test_an_own_start_begins_records_in_every_split(*, split: bool) -> None:
    """What does not match belongs to the record before, wherever the ranges are cut."""
    body = b"".join(b"BEGIN %d\nmore\n  of it\n\n" % n for n in range(40))
    world = World(routed("start = '^BEGIN'"), split_threshold_bytes=100 if split else 10**9, range_bytes=97)
    assert (world.run(world.put(body)) > 1) is split
    assert texts(world) == [f"BEGIN {n}\nmore\n  of it" for n in range(40)]
    assert world.totals() == {"read": 40, "stored": 40, "filtered": 0, "rejected": 0}


def test_what_is_filtered_is_counted_and_not_stored() -> None:
    """`read = stored + filtered + rejected`, and rejects are none of the filtered."""
    world = World(routed("format = 'json_lines'\nexclude = [{field = 'level', equals = ['debug']}, 'noise']"))
    world.run(world.put(LEVELS + b"plain\nplain noise\n"))
    assert world.totals() == {"read": 92, "stored": 30, "filtered": 61, "rejected": 1}
    assert len(texts(world)) == 31
    assert [reject["text"] for reject in world.rejects()] == ["plain"]


def test_an_object_of_which_nothing_is_kept_is_done() -> None:
    """The row counts every record as read and filtered."""
    world = World(routed("sample = 0"))
    world.run(world.put(LEVELS))
    assert world.totals() == {"read": 90, "stored": 0, "filtered": 90, "rejected": 0}
    assert [row.status for row in world.ledger.rows.values()] == ["done"]


def test_an_object_of_which_nothing_is_kept_ends_in_time() -> None:
    """No batch is written, but the deadline is checked; the records filtered so far are not read again."""
    world = World(routed("sample = 0"))
    body = json.dumps([{"n": n} for n in range(3_000)]).encode()
    assert world.run(world.put(body), (asks(4) for _ in range(2))) == 3
    assert world.totals() == {"read": 3_000, "stored": 0, "filtered": 3_000, "rejected": 0}


@settings(deadline=None, max_examples=25)
@given(st.lists(st.integers(2, 12), max_size=6), st.sampled_from([50, 301, 10**9]))
def test_a_sample_is_the_same_however_the_work_is_cut(clocks: list[int], range_bytes: int) -> None:
    """Attempts, continuations and ranges keep the same records, and the account closes."""
    body, route = LEVELS * 3, routed("sample = 0.3\ninclude = ['error']")
    whole = World(route)
    whole.run(whole.put(body))
    world = World(route, split_threshold_bytes=200 if range_bytes < 10**9 else 10**9, range_bytes=range_bytes)
    world.run(world.put(body), (asks(count) for count in clocks))
    assert world.wire.items.keys() == whole.wire.items.keys()
    assert world.totals() == whole.totals()
    assert 0 < whole.totals()["stored"] < 90


SECRETS = ("bob@example.com", "4111 1111 1111 1111", "192.0.2.77", "hunter2")
HIDING = routed("redact = ['email', 'card', 'ip', {name = 'password', pattern = 'password\\W+(\\w+)'}]")


def left(world: World) -> str:
    """Return everything that the function wrote anywhere, as text."""
    written = [gzip.decompress(body) if key.endswith(".gz") else body for key, body in world.s3.written.items()]
    endings = [str(ending) for ending in world.ledger.endings.values()]
    return json.dumps(items(world)) + str(written) + str(endings) + str(world.sqs.queues)


def test_what_a_route_hides_stands_nowhere() -> None:
    """It is in no text, field or reject, whatever the bytes are."""
    world = World(HIDING + "\nformat = 'json_lines'")
    whole = {"user": SECRETS[0], "pay": [SECRETS[1]], "from": SECRETS[2], "password": SECRETS[3]}
    broken = " ".join(SECRETS[:3]) + " password: hunter2"
    world.run(world.put(json.dumps(whole).encode() + b"\n" + broken.encode() + b"\n\xff\xfe " + broken.encode()))
    assert world.totals() == {"read": 3, "stored": 1, "filtered": 0, "rejected": 2}
    assert not [secret for secret in SECRETS if secret in left(world)]
    assert texts(world)[0] == '{"user": "[email]", "pay": ["[card]"], "from": "[ip]", "password": "[password]"}'
    text, binary = world.rejects()
    assert text["text"] == "[email] [card] [ip] password: [password]"
    assert (text["redacted"], binary["redacted"], "base64" in binary) == (True, True, False)
    assert binary["text"] == "ÿþ " + text["text"]  # read as Windows-1252


def test_what_a_route_hides_is_found_by_its_filters() -> None:
    """Filters see the record before it is redacted."""
    world = World(HIDING + "\ninclude = ['bob@example']")
    world.run(world.put(b"bob@example.com in\nann@example.com in\n"))
    assert texts(world) == ["[email] in"]
    assert world.totals() == {"read": 2, "stored": 1, "filtered": 1, "rejected": 0}


def test_what_the_table_refuses_is_hidden_as_well() -> None:
    """The plain record that is stored instead is redacted, and so is its reject."""
    world = World(HIDING)
    invalid = Reply(error="ValidationException", payload={"message": "odd"})
    world.wire.judge = lambda found: invalid if any("fields" in item for item in found) else None
    world.run(world.put(b'{"user": "bob@example.com"}\n'))
    assert world.totals() == {"read": 1, "stored": 0, "filtered": 0, "rejected": 1}
    assert "bob@" not in left(world)


def test_a_redacting_route_copies_no_failed_object() -> None:
    """A copy would be the exact object; the error document says why there is none, and names the object."""
    world = World(HIDING)
    body = gzip.compress(b"".join(b"%d bob@example.com\n" % n for n in range(9000)))[:-500]
    with pytest.raises(DamagedObjectError):
        world.run(world.put(body, "web/192.0.2.77.gz"))
    assert [key.rpartition(".")[2] for key in sorted(world.s3.written)] == ["json"]
    document = json.loads(next(body for key, body in world.s3.written.items() if key.endswith(".json")))
    assert (document["key"], "redact" in document["not_archived"]) == ("web/192.0.2.77.gz", True)
    assert document["archived_object"] is None
    assert "s3://source/web/192.0.2.77.gz" in document["error_message"] or "ends early" in document["error_message"]


def test_a_route_may_keep_no_copies_without_hiding_anything() -> None:
    """`archive_copy` does not depend on `redact`."""
    world = World(routed("archive_copy = false"))
    with pytest.raises(NotALogError):
        world.run(world.put(b"\x89PNG\r\n\x1a\n"))
    assert [key.rpartition(".")[2] for key in world.s3.written] == ["json"]


def test_errors_say_nothing_that_is_hidden(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    """Error documents, the ledger's reason, what is raised and what is logged, even where nobody expected the error."""
    world = World(HIDING)

    def fail_as_known(*_: object) -> None:
        raise NotALogError("s3://source/web/1.2.3.4.log: found bob@example.com from 192.0.2.77")

    def fail(*_: object) -> None:
        raise ValueError("found bob@example.com from 192.0.2.77")

    monkeypatch.setattr("log_processor.formats.reader.Reader.read", fail_as_known)
    work = world.put(b"one\n", "web/1.2.3.4.log")
    with pytest.raises(NotALogError, match=r"s3://source/web/1\.2\.3\.4\.log: found \[email\] from \[ip\]"):
        world.run(work)
    assert not [secret for secret in SECRETS if secret in left(world)]
    monkeypatch.setattr("log_processor.formats.reader.Reader.read", fail)
    function = FunctionParts(world.pipeline, world.routes, cast("Any", None), CallLimits(), world.reporter, 5)
    monkeypatch.setattr(handler, "build_parts", lambda: function)
    with pytest.raises(RetryableError) as raised:
        handler.handle({"Records": [s3_record(work.key)]}, Context(plenty))
    assert "ValueError: found [email] from [ip]" in str(raised.value)
    assert "Traceback" in caplog.text
    assert not [secret for secret in SECRETS if secret in caplog.text + str(raised.value)]


def s3_record(key: str) -> dict[str, Any]:
    found = {"bucket": {"name": "source"}, "object": {"key": key, "size": 4, "versionId": "v1"}}
    return {"eventSource": "aws:s3", "eventName": "ObjectCreated:Put", "s3": found}


@pytest.mark.parametrize("depth", [27, 29, 300, 1000])
@pytest.mark.parametrize("route", ["", HIDING])
def test_no_nesting_is_too_deep(route: str, depth: int) -> None:
    """What is nested deeper than a field can be is stored as text, and hidden as such."""
    world = World(route)
    world.run(world.put(b'x\n{"a":' + b'{"a":' * depth + b'"bob@example.com"' + b"}" * depth + b"}\n"))
    assert world.totals() == {"read": 2, "stored": 2, "filtered": 0, "rejected": 0}
    assert ("bob@" in left(world)) is not bool(route)


EXPANDED = routed("expand = 'detail.events'\nroot_fields = ['account', 'detail.id', 'tags']")


def document(number: int, events: int) -> dict[str, Any]:
    found = [
        {"time": "2026-05-04T10:00:00Z", "n": n, "account": "its own"} if n % 2 else {"n": n} for n in range(events)
    ]
    return {"account": f"a{number}", "detail": {"id": number, "events": found, "x": 1}, "tags": {"k": ["v"]}}


@pytest.mark.parametrize("between", ["", "\n", "\n\x1e"])
def test_elements_of_the_expanded_member_have_root_fields(between: str) -> None:
    """A record's own member is kept; a root field after the array is repeated in a small document."""
    world = World(EXPANDED)
    world.run(world.put(between.join(json.dumps(document(number, 3)) for number in range(2)).encode(), "web/a.json"))
    stored = sorted(items(world), key=find_offset)
    found = [item["fields"]["M"] for item in stored]
    assert [fields["n"]["N"] for fields in found] == ["0", "1", "2"] * 2
    assert [fields["account"]["S"] for fields in found] == ["a0", "its own", "a0", "a1", "its own", "a1"]
    assert [fields["detail.id"]["N"] for fields in found] == ["0"] * 3 + ["1"] * 3
    assert all(fields["tags"]["M"]["k"]["L"] == [{"S": "v"}] for fields in found)
    assert [item["log_id"]["S"].count("-") for item in stored] == [1, 2, 2] * 2
    assert world.totals() == {"read": 6, "stored": 6, "filtered": 0, "rejected": 0}


@settings(deadline=None, max_examples=40)
@given(st.lists(st.integers(2, 12), max_size=12), st.sampled_from(["", "\nredact = ['email']", "\nsample = 0.5"]))
def test_an_interrupted_document_has_the_same_records(clocks: list[int], extra: str) -> None:
    """With the same fields around them; no checkpoint holds what is to be hidden."""
    large = document(1, 120)
    large["account"] = "bob@example.com"
    body = (json.dumps(large) + json.dumps(document(2, 30), indent=1)).encode()
    for content in (body, gzip.compress(body)):
        whole = World(EXPANDED + extra)
        whole.run(whole.put(content, "web/a.json"))
        world = World(EXPANDED + extra)
        world.s3.chunk_bytes = 200
        seen = ""
        waiting = [world.put(content, "web/a.json")]
        for clock in [*map(asks, clocks), *[plenty] * 40]:
            if waiting:
                with contextlib.suppress(NoProgressError):
                    world.once(waiting[0], clock)
                    waiting.pop(0)
                seen += str(world.sqs.queues)
                waiting += [range_from_message(json.loads(text)) for text in world.sqs.queues["work"]]
                world.sqs.queues["work"].clear()
        assert comparable(world) == comparable(whole)
        assert world.totals() == whole.totals()
        assert "redact" not in extra or "bob@" not in seen + left(world)


def comparable(world: World) -> dict[tuple[str, str], dict[str, Any]]:
    return {key: item | {"processed_at": {}} for key, item in world.wire.items.items()}
