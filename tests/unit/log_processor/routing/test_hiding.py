"""Hiding hides: a value is in no stored copy, however it was written, and everything beside it stays as it is.

A record with a value must be stored under a route that hides it as the same record with the token in the value's place
is stored without a route.
"""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from log_processor.record import MAX_RECORD_BYTES

from tests.unit.log_processor.edges import World, find_offset

Encode = Callable[[str], str]
KEY = "web/a.log"
TIME = "2026-05-04T10:00:00.123456789Z"


def store(line: str, redact: str = "", extra: str = "") -> list[dict[str, Any]]:
    """Return what is stored of a line, and of the same line behind one of its format."""
    world = World(f"[[route]]\nkeys = ['web/**']\nredact = [{redact}]\n{extra}" if redact else "")
    world.run(world.put(line.encode() + b"\n", KEY))
    items = sorted(world.wire.items.values(), key=find_offset)
    return [
        {name: value for name, value in item.items() if name not in {"length", "processed_at", "log_id", "offset"}}
        for item in items
    ]


def as_json(text: str) -> str:
    return json.dumps({"level": "info", "message": text, "n": 1})


def as_plain_json(text: str) -> str:
    return json.dumps({"level": "info", "message": text, "n": 1}, ensure_ascii=False, separators=(",", ":"))


def as_php(text: str) -> str:
    return json.dumps({"message": text, "level": "info"}).replace("/", "\\/")


def as_go(text: str) -> str:
    escaped = json.dumps({"level": "info", "msg": text, "ms": 12})
    return escaped.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def as_docker(text: str) -> str:
    return json.dumps({"log": text + "\n", "stream": "stdout", "time": TIME})


def as_cri(text: str) -> str:
    return f"{TIME} stdout F {text}"


def as_logfmt(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'time=2026-05-04T10:00:00Z level=info msg="{escaped}" n=1'


def as_syslog(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("]", "\\]")
    return f'<165>1 2026-05-04T10:00:00.003Z host app 42 ID47 [id@32473 said="{escaped}"] started'


def as_text(text: str) -> str:
    return f"2026-05-04 10:00:00 INFO [main] shop.Login: {text}"


ENCODINGS = (as_json, as_plain_json, as_php, as_go, as_docker, as_cri, as_logfmt, as_syslog, as_text)
NESTINGS = st.lists(st.sampled_from(ENCODINGS), max_size=3)
SIGNS = "abZ09\\/\"'<>&%+-_.,;:=ü€😀[]{}()|~!?#@*"
VALUES = st.text(st.sampled_from(SIGNS), min_size=1, max_size=12).map("qX7{}7Xq".format)
OWN = r"""{name = 'pw', pattern = 'password=(\S+)'}, {name = 'pj', pattern = '"password": ?"((?:[^"\\]|\\.)*)"'}"""


def nest(text: str, encodings: list[Encode]) -> str:
    for encode in encodings:
        text = encode(text)
    return text


@settings(deadline=None, max_examples=150)
@given(VALUES, NESTINGS)
@example("qX7%077Xq", [as_json, as_json])
def test_a_pattern_hides_its_value_in_any_nesting(value: str, encodings: list[Encode]) -> None:
    r"""`password=(\S+)` ends where the text ends that it stands in, whatever that text is written in."""
    line, hidden = (nest(f"login password={one}", encodings) for one in (value, "TOKEN"))
    assert store(line, OWN) == rename(store(hidden), "pw")


@settings(deadline=None, max_examples=150)
@given(VALUES, NESTINGS)
def test_a_member_is_hidden_in_any_nesting(value: str, encodings: list[Encode]) -> None:
    """So is `"password": "…"`, with quotes and escapes in the value at any level."""
    line, hidden = (
        nest(json.dumps({"user": "joe", "password": one, "level": "info"}), encodings) for one in (value, "TOKEN")
    )
    assert store(line, OWN) == rename(store(hidden), "pj")
    assert store(line, "{field = 'password'}") == rename(store(hidden), "password")


@pytest.mark.parametrize(
    "text",
    [
        "password: {}",
        'sent password: "{}" to him',
        "{{'user': 'joe', 'password': '{}'}}",
        "User{{password='{}', user='joe'}}",
        "level=info password = {}",
        ":password=>'{}', :user=>'joe'",
        "map[password:{} user:joe]",
        "run --password={} -v",
        'c,\'""password=""{}""\'',
        "<login><password type='x'>{}</password></login>",
        "<login password='{}'/>",
        "Server=db;Password={};User=joe",
        "POST /login?user[name]=joe&user[password]={}&x=1",
        "POST /login?user%5Bpassword%5D={}&x=1",
    ],
)
def test_a_field_is_hidden_in_any_notation(text: str) -> None:
    """Its name stands before its value, with the signs between them that people and programs write."""
    shown, hidden = (as_json(text.format(one)) for one in ("hunter2xyz", "TOKEN"))
    assert store(shown, "{field = 'password'}") == rename(store(hidden), "password")
    assert store(text.format("hunter2xyz"), "{field = 'password'}")[0]["log_data"]["S"] == text.format("[password]")


@pytest.mark.parametrize(
    "text", ["password == x", "password::x", "the password is x", 'password="" a="b"', "passwords: x", "[password]: x"]
)
def test_what_is_no_value_of_the_field_stays(text: str) -> None:
    """Comparisons, qualified names, prose, an empty value, and another name."""
    assert store(text, "{field = 'password'}") == store(text)


ACCESS = '192.0.2.1 - {} [04/May/2026:10:00:00 +0000] "GET /{} HTTP/1.1" 200 5 "-" "curl/8"'


@pytest.mark.parametrize(
    ("field", "line"),
    [
        ("password", '{{"password": "{}", "level": "info", "a": [{{"Password": "{}"}}]}}'),
        ("password", 'level=info password={} msg="info"'),
        ("password", 'level=info user=joe msg="sent {{\\"password\\": \\"{}\\"}}"'),
        ("user.name", '{{"user": {{"name": "{}"}}, "name": "info", "level": "info"}}'),
        ("user.name", ACCESS.replace("/{}", "/info/1")),
        ("url.path", ACCESS.replace("- {}", "- info").replace("GET /{}", "GET {}")),
        ("said", '<165>1 2026-05-04T10:00:00.003Z host app 42 ID47 [x@1 said="{}" info="info"] info'),
    ],
)
@pytest.mark.parametrize("value", ["info", "a1", "Sesame"])
def test_a_field_is_hidden_in_any_format(field: str, line: str, value: str) -> None:
    """Its value is, and no other text that is equal to it."""
    hidden = line.replace("{}", "TOKEN").replace("{{", "{").replace("}}", "}")
    shown = line.replace("{}", value).replace("{{", "{").replace("}}", "}")
    assert store(shown, f"{{field = '{field}', name = 'x'}}") == rename(store(hidden), "x")


WORDS = st.text(st.sampled_from("abcXYZ019.-_@/"), min_size=1, max_size=8)


@settings(deadline=None, max_examples=150)
@given(WORDS, WORDS, NESTINGS, st.sampled_from(["user", "n", "level", "{field}"]))
@example("a@b.c", "b.c", [as_json], "n")
@example("404", "done", [as_logfmt, as_docker], "n")
@example("true", "true", [as_cri], "user")
def test_fields_are_hidden_alike_without_reading_again(
    value: str, said: str, encodings: list[Encode], beside: str
) -> None:
    """A record whose value is a word is redacted as one that is read a second time."""
    line = nest(json.dumps({"password": value, beside: f"{said} 17", "note": said}), encodings)
    quick = store(line, "{field = 'password'}")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("log_processor.routing.lib.record_search.are_words_apart", lambda *_: False)
        assert quick == store(line, "{field = 'password'}")


def test_a_password_that_is_a_word_takes_nothing_else_away() -> None:
    """Equal texts that the rule does not know stay, in the text and in the fields."""
    line = '{"level": "info", "password": "info", "user": "information", "n": 4242}'
    (item,) = store(line, OWN)
    assert item == rename(store(line.replace('"password": "info"', '"password": "TOKEN"')), "pj")[0]
    (item,) = store("level=info pin=42 code=42 msg=42nd", "{name = 'pin', pattern = 'pin=(\\d+)'}")
    assert item["log_data"]["S"] == "level=info pin=[pin] code=42 msg=42nd"
    assert item["fields"]["M"]["code"] == {"N": "42"}


@pytest.mark.parametrize(
    ("value", "masked"),
    [("1234", '"[x]"'), ("true", '"[x]"'), ('{"a": [1, "b"]}', '"[x]"'), ("null", "null"), ('""', '""')],
)
def test_json_stays_json_with_any_value_hidden(value: str, masked: str) -> None:
    """A number, a truth value, a whole object become a text in quotes; nothing is left of `null`, so it stays."""
    (item,) = store(f'{{"x": {value}, "y": true, "n": 1234}}', "{field = 'x'}")
    assert item["log_data"]["S"] == f'{{"x": {masked}, "y": true, "n": 1234}}'
    assert item["fields"]["M"]["y"] == {"BOOL": True}
    assert item["fields"]["M"]["n"] == {"N": "1234"}


@pytest.mark.parametrize("runtime", ["docker_json", "cri"])
@pytest.mark.parametrize("rules", [OWN, "'aws_key', 'card'", "{field = 'password'}"])
def test_a_value_across_a_runtime_s_cut_is_hidden(runtime: str, rules: str) -> None:
    """The halves of a line that was cut within a value are both masked; what stands before the line's parts stays."""
    app = '{"password": "Sesame1234open", "key": "AKIAIOSFODNN7EXAMPLE", "c": "4111111111111111"}'
    for cut in range(2, len(app), 3):
        if runtime == "cri":
            lines = f"{TIME} stdout P {app[:cut]}\n{TIME} stdout F {app[cut:]}"
        else:
            lines = "\n".join(
                json.dumps({"log": part, "stream": "stdout", "time": TIME}) for part in (app[:cut], app[cut:] + "\n")
            )
        (item,) = store(lines, rules)
        stored = json.dumps(item)
        hidden = ["Sesame1234open"] if "aws" not in rules else ["AKIAIOSFODNN7EXAMPLE", "4111111111111111"]
        for value in hidden:
            assert not [part for part in (value[:5], value[5:10], value[-5:]) if part in stored], (cut, stored)
        assert stored.count(TIME) == json.dumps(store(lines)[0]).count(TIME)


SESAME = "Sesame1234open5678"


def find_parts(world: World) -> list[str]:
    """Return the parts of the value that stand anywhere in what was stored."""
    stored = json.dumps([*world.wire.items.values(), *world.rejects()])
    return [part for part in (SESAME[:6], SESAME[6:12], SESAME[-6:]) if part in stored]


@pytest.mark.slow
@pytest.mark.parametrize("back", range(-4, 40, 3))
def test_a_value_across_the_cut_of_damaged_text_is_hidden(back: int) -> None:
    """Damaged text of more than 256 KiB is cut between two values, so each part has all of a value or nothing."""
    world = World(f"[[route]]\nkeys = ['web/**']\nredact = [{OWN}]")
    begin = '[{"n": 1},\n {"n": 2},\n { bad,'
    filler = '"f": "xxxxxxxxxxxxxx",' * (MAX_RECORD_BYTES // 22)
    filler = filler[: MAX_RECORD_BYTES - back - 20] + '"z": 1, '
    world.run(world.put(f'{begin}{filler}"password": "{SESAME}", "b": 2{filler}}}]\n'.encode(), "web/a.json"))
    assert len(world.wire.items) >= 4
    assert find_parts(world) == []


@pytest.mark.slow
@pytest.mark.parametrize("runtime", [as_cri, as_docker])
@pytest.mark.parametrize("kept", [6, 9, 14])
def test_a_value_at_the_end_of_a_cut_record_is_hidden(runtime: Encode, kept: int) -> None:
    """Of partial lines beyond 256 KiB nothing is kept, and the half of a value before them is hidden as `[cut]`."""
    world = World("[[route]]\nkeys = ['web/**']\nredact = ['email']")
    part = "word " * 3_000
    parts = [part] * 16 + [f"{part}to {SESAME[:kept]}", f"{SESAME[kept:]}@example.com " * 600, "end"]
    lines = [runtime(one).replace("stdout F", "stdout P").replace('\\n"', '"') for one in parts]
    world.run(world.put(("\n".join(lines) + "\n").encode()))
    assert [item["truncated"] for item in world.wire.items.values()] == [{"BOOL": True}]
    assert find_parts(world) == []


def rename(items: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    renamed: list[dict[str, Any]] = json.loads(json.dumps(items).replace("TOKEN", f"[{name}]"))
    return renamed
