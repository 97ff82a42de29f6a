"""Whatever an object holds, its bytes take about the same time, from its first compressed byte to the stored item."""

import gc
import gzip
import json
import random
import time
from collections.abc import Callable, Iterator

import pytest
from log_processor.errors import PipelineError

from tests.support.compressions import COMPRESSIONS
from tests.unit.log_processor.edges import World

pytestmark = pytest.mark.slow

SMALL_BYTES, LARGE_BYTES = 1 << 13, 1 << 16
FLAT = 8
"""A step that is quadratic takes eight times as long for each byte of the larger object."""
MAX_US_A_BYTE = 50
"""Ten times what the slowest of these takes on an idle machine; most of them take less than 0.2."""
TEXT = b"hello world, this is a line of text\n" * 20
ARRAY = b'{"Records":[{"a":1},\n'
TIMED = b"2026-05-04 10:00:00,123 INFO a - x\n"
DOCKER = b'{"log":"a","stream":"stdout","time":"2026-05-04T10:00:00.1Z"}\n'
SYSLOG = b"<34>1 2026-05-04T10:00:00Z h a 1 m "
ACCESS = b"1.2.3.4 - - [04/May/2026:10:00:00 +0000] "
CSV = b'2026-05-04 10:00:00.123 UTC,"u","d",1,"1.2.3.4:1",5,1,"S",2026-05-04 10:00:00 UTC,1/1,0,LOG,00000,"'
Make = Callable[[int], bytes]


def repeat(unit: bytes, before: bytes = b"", after: bytes = b"") -> Make:
    return lambda size: before + unit * (size // len(unit)) + after


def number(form: str, before: bytes = b"", after: bytes = b"") -> Make:
    """Repeat a text in which `#` is another number each time."""
    return lambda size: before + b"".join(form.replace("#", str(n)).encode() for n in range(size // len(form))) + after


def nest_json(size: int) -> bytes:
    text = '{"a":1}'
    while len(text) < size:
        text = json.dumps({"message": text})
    return text.encode() + b"\n"


def damage_gzip(size: int) -> bytes:
    data = bytearray(gzip.compress(random.Random(0).randbytes(size).hex().encode(), 1))
    data[len(data) // 2] ^= 255
    return bytes(data)


STEPS: dict[str, dict[str, Make]] = {
    "decompress": {
        "empty members": repeat(gzip.compress(b"", 1)),
        "padding between members": repeat(gzip.compress(b"a\n", 1) + bytes(1000)),
        "a long name": repeat(b"a", b"\x1f\x8b\x08\x08\0\0\0\0\0\xff", b"\0" + gzip.compress(TEXT)[10:]),
        "damaged in the middle": damage_gzip,
        **{f"a stream of {name} a line": repeat(compress(b"hello world\n")) for name, compress in COMPRESSIONS.items()},
        "frames to skip": repeat(b"\x50\x2a\x4d\x18\0\0\0\0"),
    },
    "encodings": {
        "no UTF-8": repeat(b"\xff\xfe abcdefgh abcdefgh\n", TEXT * 10),
        "cut characters": repeat(b"\xf0\x9f\x98", TEXT * 10),
        "controls": repeat(b"\x01", TEXT * 10),
        "colours": repeat(b"\x1b[0;31m"),
        "half colours": repeat(b"\x1b[0;"),
        "UTF-16": lambda size: ("hello wörld, hello wörld\n" * (size // 50)).encode("utf-16"),
    },
    "gaps and lines": {
        "all NULs": repeat(b"\0", b"", TEXT),
        "gaps of eight": repeat(bytes(8) + b"a" * 30),
        "runs of seven": repeat(bytes(7) + b"a" * 30),
        "blank lines": repeat(b"\n"),
        "carriage returns": repeat(b"\r"),
        "one line": repeat(b"x"),
    },
    "joining": {
        "a trace": repeat(b"\tat a.b(C.java:1)\n", TIMED),
        "indented": repeat(b"  x\n", TIMED),
        "blanks within": repeat(b"\n  \n", TIMED, b"\tat a.b(C.java:1)\n"),
        "parts of Docker": repeat(DOCKER),
        "parts of two streams": repeat(b"2026-05-04T10:00:00.1Z stdout P x\n2026-05-04T10:00:00.1Z stderr P x\n"),
        "many streams": number("web-#  | xxxxxxxxxxxxxxxx\n"),
    },
    "JSON documents": {
        "broken elements": repeat(b'{"a":1,', ARRAY),
        "broken elements behind commas": repeat(b'{"a":1,oops},', ARRAY, b"{}]}"),
        "broken elements of other names": number('{"a#":1,oops},', ARRAY, b"{}]}"),
        "broken elements with arrays": repeat(b'{"b":[{"a":1},{"a":2}],oops},', ARRAY, b"{}]}"),
        "neighbours of broken ones": repeat(b',{"a":1} x', b'{"Records":[{"z" oops'),
        "neighbours without names": repeat(b',{"x', b'{"Records":[{"z" oops'),
        "the name everywhere": repeat(b',"z"', b'{"Records":[{"z":1, oops'),
        "stray brackets": repeat(b"{}],", b'{"Records":['),
        "brackets": repeat(b"["),
        "objects": repeat(b'{"a":'),
        "arrays of records": repeat(b'{"Records":['),
        "quotes": repeat(b'{"a":"', ARRAY),
        "deep and broken": repeat(b'{"k":[1,' * 400 + b"}", ARRAY),
        "members before the records": number('"k#":1,', b"{", b'"Records":[{"a":1}]}'),
    },
    "formats": {
        "JSON in JSON": nest_json,
        "escapes": repeat(b"\\u0041", b'{"a":"', b'"}\n'),
        "a long number": repeat(b"1", b'{"a":', b"}\n"),
        "deep JSON": lambda size: b'{"a":' * (size // 6) + b"1" + b"}" * (size // 6) + b"\n",
        "many members": number('"k#":1,', b"{", b'"z":1}\n'),
        "logfmt": number(" k#=1", b"level=info ts=2026-05-04T10:00:00Z msg=x"),
        "logfmt with open quotes": repeat(b'a="', b"level=info ts=2026-05-04T10:00:00Z "),
        "quotes of CSV": repeat(b'""', CSV, b'"\n'),
        "columns of CSV": repeat(b'","', CSV, b'"\n'),
        "structured data": repeat(b'[a b="c"]', SYSLOG + b"- ", b" x\n"),
        "open structured data": repeat(b'[a b="\\', SYSLOG, b"\n"),
        "tags": repeat(b"a: ", b"<34>May  4 10:00:00 h ", b"\n"),
        "syslog in syslog": repeat(SYSLOG + b"- ", SYSLOG + b"- ", b"x\n"),
        "a request's quotes": repeat(b'" "', ACCESS + b'"GET /', b' HTTP/1.1" 200 1 "-" "x"\n'),
        "a request's escapes": repeat(b'\\"', ACCESS + b'"GET /', b' HTTP/1.1" 200 1 "-" "x"\n'),
        "columns of W3C": repeat(b"cs-a ", b"#Fields: date time ", b"\n2026-05-04 10:00:00 1 2\n"),
    },
    "time": {
        "times": repeat(b"2026-05-04T10:00:00Z ", b"x "),
        "parts of times": repeat(b"2026-05-04 10:", b"x "),
        "a fraction": repeat(b"1", b"2026-05-04T10:00:00."),
        "a time of JSON": repeat(b"2026-05-04T10:00:00", b'{"msg":"x","time":"', b'"}\n'),
    },
    "items": {
        "faces": repeat("\U0001f600".encode()),
        "half pairs": repeat(b"\\ud800", b'{"a":"', b'"}\n'),
        "empty names": repeat(b'"":{"":1},', b"{", b'"a":1}\n'),
        "deep fields": repeat(b"x", b'{"b":' * 30 + b'"', b'"' + b"}" * 30 + b"\n"),
    },
}
SHAPES = [pytest.param(make, id=f"{step}: {name}") for step, shapes in STEPS.items() for name, make in shapes.items()]


@pytest.fixture(autouse=True)
def _pause_garbage_collection() -> Iterator[None]:
    """Pause garbage collection, whose time is no part of reading."""
    gc.disable()
    yield
    gc.enable()


@pytest.mark.parametrize("make", SHAPES)
def test_a_byte_costs_the_same_in_a_larger_object(make: Make) -> None:
    """Each step counts its work: no input makes it go over the same bytes again and again."""
    measure_us_a_byte(TEXT)
    small, large = (measure_us_a_byte(make(size)) for size in (SMALL_BYTES, LARGE_BYTES))
    assert large <= MAX_US_A_BYTE
    assert large < FLAT * max(small, 0.5)


def measure_us_a_byte(body: bytes) -> float:
    """Return the processor's time for each byte of an object, from opening it to its last item: the less of two."""
    return min(measure_s(body) for _ in range(2)) * 1e6 / len(body)


def measure_s(body: bytes) -> float:
    world = World()
    work = world.put(body)
    begun = time.process_time()
    try:
        world.once(work)
    except PipelineError:
        assert world.ledger.endings
    return time.process_time() - begun
