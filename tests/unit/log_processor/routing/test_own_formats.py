"""A format that `routes.toml` defines is read as any other declared format, by each stage."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from log_processor.formats.lib.format import Format
from log_processor.routing.lib.patterns import compile_expression
from log_processor.routing.own_formats.stops import find_stop
from log_processor.routing.own_formats.time_layout import build_time_reader
from log_processor.routing.routes import read
from log_processor.work.plan import decode_plan

from tests.unit.log_processor.edges import World, asks

EXPRESSION = r"(?P<time>\S+ \S+) (?P<level>\w+) (?P<user>\w+) took (?P<took>\S+) ms(?:: (?P<message>.*))?"
SHOP = f"""
[[format]]
name = "shop"
expression = '{EXPRESSION}'
types = {{ took = "integer" }}
fields = {{ user = "user.name", took = "shop.took_ms" }}
levels = {{ W = "warn" }}
samples = ["2026-05-04 10:00:00 W ann took 12 ms: slow"]
"""
ROUTE = '\n[[route]]\nkeys = ["**"]\nformat = "shop"\n'
LINE = "2026-05-04 10:00:00 W ann took 12 ms: slow"
TEN = 1_777_888_800_000


def build_own(definition: str) -> Format:
    """Return the format of a definition, which is below its name."""
    (own,) = read(f"[[format]]\nname = 'own'\n{definition}").own_formats.values()
    return own


def read_fields(definition: str, record: str) -> dict[str, Any]:
    parsed = build_own(definition).parse(record, TEN)
    assert parsed is not None
    return parsed.fields


def test_a_record_has_fields_time_and_level() -> None:
    """By the names that the file gives, of the types that it says; the level's word stays."""
    own = read(SHOP).own_formats["shop"]
    parsed = own.parse(LINE, TEN)
    assert parsed is not None
    assert (parsed.timestamp_ms, parsed.level) == (TEN, "warn")
    assert parsed.fields == {"severity_text": "W", "user.name": "ann", "shop.took_ms": 12, "message": "slow"}


def test_what_it_does_not_read_is_a_reject() -> None:
    """Stored as text, archived, and with a reason that says where; nothing of the line stands in it."""
    world = World(SHOP + ROUTE)
    world.run(world.put(f"{LINE}\n{LINE.replace('12', 'secret')}\n{LINE} \n{LINE[:26]}\n".encode()))
    assert world.totals() == {"read": 4, "stored": 2, "filtered": 0, "rejected": 2}
    reasons = [reject["reason"] for reject in world.rejects()]
    head = "the record is not of the declared format shop: "
    assert reasons == [
        f"{head}its field shop.took_ms is not an integer",
        f"{head}the expression stops at character 27, before 'took '",
    ]
    assert {item["format"]["S"] for item in world.wire.items.values()} == {"shop", "text"}


def test_an_object_is_read_to_its_end_as_it_was_begun() -> None:
    """Also if the definition changes in the middle of it: its plan holds the definition."""
    world = World(SHOP + ROUTE)
    body = f"{LINE}\n".encode() * 300
    world.once(world.put(body), asks(4))
    assert world.sqs.queues["work"]
    world.deploy(SHOP.replace("user.name", "app.user") + ROUTE)
    work = world.put(body)
    world.run(work)
    assert len(world.wire.items) == 300
    assert all("user.name" in item["fields"]["M"] for item in world.wire.items.values())


def test_an_object_goes_on_where_its_format_is_gone() -> None:
    """A route that names another format changes nothing of an object that was begun."""
    world = World(SHOP + ROUTE)
    work = world.put(f"{LINE}\n".encode() * 300)
    world.once(work, asks(4))
    world.deploy()
    world.run(work)
    assert {item["format"]["S"] for item in world.wire.items.values()} == {"shop"}
    assert len(world.wire.items) == 300


def test_a_replay_by_another_definition_leaves_no_old_record() -> None:
    """It is another writer: what the first one stored under other keys is removed."""
    layout = 'time_layout = "%Y-%m-%d %H:%M:%S"\n'
    world = World(SHOP + layout + ROUTE)
    work = world.put(f"{LINE}\n".encode() * 30)
    world.run(work)
    before = set(world.wire.items)
    world.deploy(SHOP + layout + 'time_zone = "Asia/Tokyo"\n' + ROUTE)
    world.run(world.replay(work))
    assert world.wire.items
    assert before.isdisjoint(world.wire.items)


def test_a_plan_has_the_definition_without_its_samples() -> None:
    """What a later attempt needs to read alike, and no more."""
    world = World(SHOP + ROUTE)
    world.once(world.put(f"{LINE}\n".encode() * 300), asks(4))
    plan = decode_plan(next(row.plan for row in world.ledger.rows.values() if row.plan))
    assert plan is not None
    assert plan.rules["definition"]["expression"] == EXPRESSION
    assert "samples" not in plan.rules["definition"]


def test_hidden_values_stand_in_no_reason() -> None:
    """A route that hides reads the fields of an own format again from the redacted text."""
    route = ROUTE + 'redact = [{ field = "user.name" }]\n'
    world = World(SHOP + route)
    world.run(world.put(f"{LINE}\n{LINE.replace('12', 'x')}\n".encode()))
    stored = [item for item in world.wire.items.values() if item["format"]["S"] == "shop"]
    assert [item["fields"]["M"]["user.name"]["S"] for item in stored] == ["[name]"]
    assert "ann" not in json.dumps(stored)


def test_a_zone_of_the_route_is_that_of_usual_times() -> None:
    """One of the format is that of its layout."""
    world = World(SHOP + ROUTE + 'time_zone = "Asia/Tokyo"\n')
    world.run(world.put(f"{LINE}\n".encode()))
    assert [time for _, time in world.wire.items] == [str(TEN - 9 * 3_600_000)]


@pytest.mark.parametrize(
    ("layout", "text", "moment"),
    [
        ("%d.%m.%Y %H:%M:%S", "04.05.2026 10:00:00", datetime(2026, 5, 4, 10)),
        ("%d.%m.%y %H:%M", "4.5.26 9:05", datetime(2026, 5, 4, 9, 5)),
        ("%m/%d/%y", "05/04/69", datetime(1969, 5, 4)),
        ("%a, %d %b %Y %T", "Mon,  4 May 2026 10:00:00", datetime(2026, 5, 4, 10)),
        ("%B %e, %Y %I:%M:%S %p", "May  4, 2026 12:00:01 a.m.", datetime(2026, 5, 4, 0, 0, 1)),
        ("%F %T,%f", "2026-05-04 10:00:00,1", datetime(2026, 5, 4, 10, 0, 0, 100_000)),
        ("%F %T,%f", "2026-05-04 10:00:00", datetime(2026, 5, 4, 10)),
        ("%F %T.%f%z", "2026-05-04 10:00:00.123456789+02:00", datetime(2026, 5, 4, 8, 0, 0, 123_000)),
        ("%F %T %z", "2026-05-04 10:00:00 -0330", datetime(2026, 5, 4, 13, 30)),
        ("%F %T %Z", "2026-05-04 10:00:00 CEST", datetime(2026, 5, 4, 8)),
        ("%s.%f", "1777888800.5", datetime(2026, 5, 4, 10, 0, 0, 500_000)),
        ("%Y%m%d 100%%", "20260504 100%", datetime(2026, 5, 4)),
        ("%F %T", "2026-05-04 23:59:60", datetime(2026, 5, 5)),
        ("%F %T", "2026-02-30 10:00:00", None),
        ("%F %T", "2026-05-04 24:00:00", None),
        ("%F %I:%M %p", "2026-05-04 13:00 pm", None),
        ("%F %T %Z", "2026-05-04 10:00:00 NOZONE", None),
        ("%d %b %Y", "04 Foo 2026", None),
        ("%F", "2026-05-04T10", None),
    ],
)
def test_a_time_layout_reads(layout: str, text: str, moment: datetime | None) -> None:
    """Days with a blank, clocks of twelve hours, fractions and zones; what does not exist is none."""
    expected = None if moment is None else round(moment.replace(tzinfo=UTC).timestamp() * 1000)
    assert build_time_reader(layout, None)(text) == expected


@pytest.mark.parametrize(
    ("expression", "text", "at", "reason"),
    [
        (r"(?P<a>\w+) took (?P<b>\d+) ms", "ann took x ms", 9, r"at character 10, before '\d+' of the group b"),
        (r"(?P<a>\w+) took (?P<b>\d+) ms", "ann took 12 s", 12, "at character 13, before 'ms'"),
        (r"(?P<a>\w+) took", "", 0, r"at character 1, before '\w+' of the group a"),
        (r"(?P<a>\w+) took", "ann took it", 8, "the expression ends before character 9"),
        (r"(?P<a>\S+) (?P<l>INFO|WARN) x", "Größe info x", 6, "at character 7, before '(?P<l>INFO|WARN)'"),
        (r"(?P<a>\w+)(?: \[(?P<b>\d+)\])?: (?P<c>.*)", "ann [x]: y", 3, r"at character 4, before ': '"),
        (r"a(?P<x>b)c|a(?P<y>d)e", "adx", 2, "at character 3, before 'e'"),
        (r"(?i)(?P<a>GET) /", "get x", 4, "at character 5, before '/'"),
        (r"(?P<a>\Qa.b\E) (?P<b>[^]x]+)", "a.b ]", 4, r"before '[^]x]+' of the group b"),
    ],
)
def test_an_expression_tells_where_it_stops(expression: str, text: str, at: int, reason: str) -> None:
    """The longest of its beginnings that matches says how far it comes."""
    stop = find_stop(expression, text)
    assert stop.at == at
    assert reason in stop.reason


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        (r"(?P<a>\Qa|(b\E)x{2,3}?", "a|(bxx"),
        (r"(?P<a>[[:alpha:]]+)[^]|(]\)", "ab,)"),
        (r"(?i:(?P<a>a|b))c|d(?P<b>e)", "Bc"),
        (r"(?P<a>(?:x|y)+)z?(?P<b>)", "xyx"),
        (r"(?P<a>\x{1F600}\pL\p{Lu}\x41\101)", "😀aBAA"),
        (r"(?s)(?P<a>.*?)\n(?P<b>.+)", "a\nb\nc"),
        (r"((?i)(?P<a>a))(?P<b>B)", "AB"),
        (r"(?P<a>a)(?P<b>b|)(?:c(?P<c>d))*", "abcdcd"),
        (r"\A(?P<a>\ba\b)\z|(?P<b>x)$", "a"),
        (r"(?P<a>(?P<b>(?P<c>x)y)z)", "xyz"),
    ],
)
def test_an_expression_is_taken_apart_as_re2_reads_it(expression: str, text: str) -> None:
    """Each of its beginnings is an expression, and matches what the whole one matches."""
    assert compile_expression(expression).fullmatch(text.encode()) is not None
    stop = find_stop(expression, text)
    assert stop.at == len(text)
    assert stop.reason.startswith("the expression ends before")


def test_an_expression_of_many_levels_only_does_not_match() -> None:
    """It is too deep to be taken apart; nothing fails for it."""
    stop = find_stop("(" * 990 + "a" + ")" * 990, "b")
    assert stop.reason in {"the expression does not match it", "the expression stops at character 1, before 'a'"}


def test_what_an_expression_stops_at_is_found_in_long_text() -> None:
    """Though the text is a record of 256 KiB: its beginnings need no groups."""
    stop = find_stop("".join(f"(?P<g{number}>.*)" for number in range(40)) + "b", "a" * 256 * 1024)
    assert stop.reason.endswith("before 'b'")


@pytest.mark.parametrize(
    ("kind", "word", "value"),
    [
        ("integer", "12", 12),
        ("integer", "-12", -12),
        ("integer", "007", "007"),
        ("integer", "9" * 40, "9" * 40),
        ("number", "1.50", 1.5),
        ("number", "12", 12),
        ("number", "1e5", "1e5"),
        ("text", "12", "12"),
    ],
)
def test_a_word_becomes_a_value_of_its_type(kind: str, word: str, value: Any) -> None:
    """A number that would not give its text back stays that text, as in each format."""
    definition = f"delimiter = ';'\ncolumns = ['n', '']\ntypes = {{ n = '{kind}' }}\nsamples = ['1;']"
    assert read_fields(definition, f"{word};x") == {"n": value}


def test_absent_words_are_no_fields() -> None:
    """A dash, nothing, and a group that takes no part; columns without a name are left out."""
    columns = "delimiter = ','\ncolumns = ['a', '', 'b', 'c']\nmin_columns = 3\nsamples = ['1,2,3']"
    assert read_fields(columns, "-, x ,, z ") == {"c": "z"}
    assert read_fields(columns, "1,2,3\r") == {"a": "1", "b": "3"}
    assert read_fields(r"expression = '(?P<a>\w)?(?P<b>-)'" + "\nsamples = ['x-']", "-") == {}


def test_columns_may_stand_in_quotes() -> None:
    """With the delimiter in them, and a doubled quote for one."""
    definition = "delimiter = ';'\nquoted = true\ncolumns = ['a', 'b']\nsamples = ['1;2']"
    assert read_fields(definition, '"x;""y""";2') == {"a": 'x;"y"', "b": "2"}


def test_a_time_may_stand_in_two_columns() -> None:
    """They are read with a blank between; a record without any has none."""
    definition = "delimiter = '|'\ncolumns = ['date', 'clock', 'a']\ntime = ['date', 'clock']\nsamples = ['||x']"
    own = build_own(definition)
    moments = [own.parse(record, TEN) for record in ("2026-05-04|10:00:00|x", "-||x")]
    assert [(one.timestamp_ms, one.fields) for one in moments if one] == [(TEN, {"a": "x"}), (None, {"a": "x"})]


def test_one_format_may_be_of_several_routes() -> None:
    """Beside a `[format.fields]` table of its own, and below the routes."""
    text = "[[route]]\nkeys = ['a/**']\nformat = 'x'\n[[route]]\nkeys = ['b/**']\nformat = 'x'\n"
    routes = read(f"{text}[[format]]\nname = 'x'\nexpression = '(?P<a>.)'\nsamples = ['x']\n[format.fields]\na = 'b'\n")
    assert {route.format for route in routes.routes} == {routes.find_format("x")}


def test_the_rules_of_a_built_in_format_hold_no_definition() -> None:
    """The plans of all other objects stay as they were."""
    (route,) = read(SHOP + "[[route]]\nkeys = ['**']\nformat = 'alb'\n").routes
    assert route.reading == {"format": "alb"}
