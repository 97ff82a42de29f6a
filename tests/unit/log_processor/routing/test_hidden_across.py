"""A value of which a record has a part alone is hidden in each record, wherever the work is cut."""

import base64
import json
import random
from collections.abc import Callable, Sequence

import pytest

from tests.unit.log_processor.edges import World, asks, find_offset

TIME = "2026-05-04T10:00:00.000000001Z"
Wrap = Callable[[str], str]


def make_key(kind: str = "RSA PRIVATE KEY", lines: int = 25, *, last: str = "Zm9vYmFyMQ==") -> list[str]:
    """Return the lines of a key in PEM, of which every line of the body is another."""
    drawn = random.Random(lines)
    body = [base64.b64encode(drawn.randbytes(48)).decode() for _ in range(lines - 1)]
    return [f"-----BEGIN {kind}-----", *body, last, f"-----END {kind}-----"]


def as_text(line: str) -> str:
    return line


def as_syslog(line: str) -> str:
    return f"May  4 10:00:00 web app[7]: {line}"


def as_docker(line: str) -> str:
    return json.dumps({"log": line + "\n", "stream": "stdout", "time": TIME})


def as_cri(line: str) -> str:
    return f"{TIME} stdout F {line}"


def as_java(line: str) -> str:
    return f"2026-05-04 10:00:00,123 [main] INFO org.example.App - {line}"


def as_json(line: str) -> str:
    return json.dumps({"level": "info", "message": line})


WRAPS = (as_text, as_syslog, as_docker, as_cri, as_java, as_json)


def store(lines: Sequence[str], redact: str, clocks: Sequence[int] = (), **sizes: int) -> World:
    """Return the world after an object of these lines was stored in so many invocations, or in so small ranges."""
    world = World(f"[[route]]\nkeys = ['web/**']\nredact = [{redact}]", **sizes)
    world.run(world.put(("\n".join(lines) + "\n").encode()), (asks(clock) for clock in [*clocks, *[10**6] * 500]))
    return world


def get_texts(world: World) -> list[str]:
    items = sorted(world.wire.items.values(), key=find_offset)
    return [item["log_data"]["S"] for item in items]


def find_shown(world: World, values: Sequence[str]) -> list[str]:
    stored = json.dumps([*world.wire.items.values(), *world.rejects()])
    return [value for value in values if value in stored]


@pytest.mark.parametrize("wrap", WRAPS)
def test_lines_of_a_key_are_hidden_in_records_of_their_own(wrap: Wrap) -> None:
    """Each line of a private key is, and what stands before and after the key stays."""
    key = make_key()
    lines = [wrap(one) for one in ("before", *key, "after it")]
    world = store(lines, "'aws_key'")
    assert find_shown(world, key[1:-1]) == []
    texts = "\n".join(get_texts(world)).split("\n")
    assert (texts[0], texts[-1]) == (lines[0], lines[-1])


@pytest.mark.parametrize("wrap", WRAPS)
def test_a_certificate_is_no_private_key(wrap: Wrap) -> None:
    """Lines of base64 are hidden in a private key alone, also behind one that has ended."""
    key, certificate = make_key(), make_key("CERTIFICATE", 20, last="QmFzZTY0")
    lines = [wrap(one) for one in (*certificate, *key, *certificate)]
    world = store(lines, "'aws_key'")
    assert find_shown(world, key[1:-1]) == []
    assert find_shown(world, certificate) == certificate


@pytest.mark.parametrize("wrap", [as_text, as_syslog, as_java])
def test_a_key_is_hidden_however_the_work_is_cut(wrap: Wrap) -> None:
    """A range that begins within a key looks at the lines before it, and stores what one range would."""
    key = make_key(lines=12)
    lines = [wrap(one) for one in ("before", *key, "after it", *make_key("CERTIFICATE", 3, last="QmFzZTY0"), "last")]
    whole = get_texts(store(lines, "'aws_key'"))
    assert not [text for text in whole if key[3] in text]
    for range_bytes in (64, 97, 130, 333):
        world = store(lines, "'aws_key'", split_threshold_bytes=1, range_bytes=range_bytes)
        assert len(world.ledger.rows) > 3
        assert get_texts(world) == whole


def test_a_key_is_hidden_by_each_invocation() -> None:
    """One that continues behind the first lines of a key does not read them, but looks at them."""
    key = make_key(lines=90)
    lines = ["before", *key, "after it"]
    world = store(lines, "'aws_key'", [3] * 9)
    assert len(world.ledger.rows) >= 4
    assert find_shown(world, key[1:-1]) == []
    assert get_texts(world) == get_texts(store(lines, "'aws_key'"))


HEAD = "2026-05-04 10:00:00,123 [main] INFO org.example.App - dump"
SESAME = "Sesame1234open5678"
OWN = "{name = 'own', pattern = '(?s)<<(.*?)>>'}"
CASES = {
    "own": (OWN, ["x <<" + SESAME[:9], SESAME[9:] + ">> y"]),
    "own of three lines": (OWN, ["x <<", SESAME[:9], SESAME[9:] + ">> y"]),
    "name above the value": (r"{name = 'pw', pattern = 'password=\s*(\S+)'}", ["password=", SESAME + " y"]),
    "object": ("{field = 'login'}", ['"login": {', f'  "a": "{SESAME[:9]}",', f'  "b": "{SESAME[9:]}"', "}, z"]),
    "key": ("'aws_key'", [*make_key(lines=3)[:2], SESAME * 3, *make_key(lines=3)[2:]]),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("clocks", [(), (3,) * 9])
def test_a_value_across_the_cut_of_a_record_is_hidden(case: str, clocks: Sequence[int]) -> None:
    """Of a record of more than 1,000 lines each piece has a part of the value, or none."""
    redact, value = CASES[case]
    for above in range(1000 - len(value), 1001):
        lines = [HEAD] * 25 + [f"word {number}" for number in range(above - 1)] + [*value, "end of it", HEAD]
        world = store(lines, redact, clocks)
        assert any("continues" in item for item in world.wire.items.values())
        assert len(world.ledger.rows) == (3 if clocks else 1)
        assert find_shown(world, [SESAME, SESAME[:9], SESAME[9:]]) == [], above
        shown = "\n".join(get_texts(world))
        assert f"word {above - 2}\n" in shown
        assert "end of it" in shown


def test_a_value_across_256_kib_of_a_record_is_hidden() -> None:
    """Lines are long where a record is cut by its bytes."""
    for size in (5_000, 30_000):
        count = (256 * 1024) // size
        for above in range(count - 3, count + 2):
            lines = [HEAD] * 25 + [f"{number} " + "word " * (size // 5) for number in range(above)]
            lines += [*CASES["own"][1], *("end " * 2000 for _ in range(40)), HEAD]
            world = store(lines, OWN)
            assert any("continues" in item for item in world.wire.items.values())
            assert find_shown(world, [SESAME[:9], SESAME[9:]]) == [], (size, above)
