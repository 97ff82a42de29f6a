"""What is no log is refused, by name where its name is known; what is text in any encoding is not."""

import gzip
import json
import random
import struct
from pathlib import Path

import pytest
from log_processor.errors import NotALogError
from log_processor.reading.charset import transcode_text
from log_processor.reading.magics import find_magic

from tests.support.binary_bodies import KINDS, make_lines
from tests.support.binary_records import RECORD_KINDS
from tests.unit.log_processor.edges import World

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
CORPORA = Path(__file__).resolve().parents[4] / "shared" / "corpora"
SIZES = (40, 150, 1_000, 5_000, 70_000, 1_000_000)
OBJECTS = 200
TEXTS: dict[str, list[str]] = json.loads((FIXTURES / "encodings.json").read_text("utf-8"))
DECORATIONS = ("{}\n", "\x1b[31m{}\x1b[0m\n", "\a{}\b\b\f\n", "2026-05-04 10:00:00 INFO [main] {}\r\n")
FIX = "8=FIX.4.2\x019=65\x0135=A\x0149=SERVER\x0156=CLIENT\x0134=177\x0152=20260504-10:00:00\x0110=062\x01\n"
CONTROLLED = (FIX, "a\x1cb\x1dc\x1ed\x1f\n", "{}\0\n".format("x" * 80), "\x1b]0;title\x07\x1b[2J ok\n")


def check_text(body: bytes) -> None:
    """Judge an object as the function does."""
    transcode_text(iter([body]))


def refuse(body: bytes) -> str:
    """Return the sentence with which an object is refused."""
    with pytest.raises(NotALogError) as refused:
        transcode_text(iter([body]))
    return str(refused.value)


def make_binary(number: int) -> tuple[str, str | None, bytes]:
    """Return the kind, the name that its refusal has to give, and the bytes of the binary object with this number."""
    rng = random.Random(number)
    kind, (name, make) = list(KINDS.items())[number % len(KINDS)]
    size = SIZES[number // len(KINDS) % len(SIZES)]
    return kind, name, make(rng, size if kind not in {"LZ4, raw block", "Snappy, raw"} else min(size, 70_000))


@pytest.mark.parametrize("number", range(OBJECTS))
def test_binary_is_refused(number: int) -> None:
    """Of every kind and size, by its name if that is known, else by its first bytes."""
    kind, name, body = make_binary(number)
    said = refuse(body)
    assert (name or f"they begin with {body[:16].hex(' ')}") in said, kind


def make_old_tar() -> bytes:
    """Return a tar before POSIX, which has no sign."""
    header = bytearray(
        b"app.log".ljust(100, b"\0") + b"0000644\x000000000\x000000000\x0000000001750\x0015176130000\x00"
    )
    header += b" " * 8 + b"0"
    header += bytes(512 - len(header))
    header[148:156] = b"%06o\0 " % sum(header)
    return bytes(header) + b"2026-05-04T10:00:00Z INFO started\n" * 30


def make_login_record(user: bytes = b"ann", end: bytes = bytes(20)) -> bytes:
    """Return a record of wtmp, as glibc writes it on Linux."""
    texts = b"pts/0".ljust(32, b"\0") + b"ts/0" + user.ljust(32, b"\0") + b"198.51.100.7".ljust(256, b"\0")
    return struct.pack("<hhi", 7, 0, 4711) + texts + struct.pack("<hhiii16s", 0, 0, 0, 1_777_888_800, 0, b"") + end


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("wtmp", make_login_record() * 5),
        ("cpio", b"070701" + b"0" * 104 + b"app.log\0" + b"2026-05-04T10:00:00Z INFO started\n" * 30),
        ("tar", make_old_tar()),
        (
            "encrypted by PGP",
            b"-----BEGIN PGP MESSAGE-----\n\n" + b"hQEMA7Yx0123456789abcdefghijklmnopqrstuvwxyz\n" * 30,
        ),
    ],
)
def test_an_archive_of_text_is_refused(name: str, body: bytes) -> None:
    """Most of its bytes are text, but its headers are none."""
    assert name in refuse(body)


def test_lines_that_begin_like_an_archive_are_text() -> None:
    """A number at the beginning is no header of cpio, whose digits go on."""
    check_text(b"070701 is the order's number\n" * 40)


def test_only_whole_login_records_are_refused() -> None:
    """What is no user's name in its place, or no zeros at the end, shows another file."""
    kinds = [find_magic(make_login_record(*parts), sure=True) for parts in ((), (b"a\nb",), (b"ann", b"\1" * 20))]
    assert [kind is not None for kind in kinds] == [True, False, False]


@pytest.mark.parametrize("kind", RECORD_KINDS)
@pytest.mark.parametrize("size", [40, 1_000])
def test_binary_records_are_refused(kind: str, size: int) -> None:
    """One of them, and a dozen, though most of their bytes are text."""
    name, make = RECORD_KINDS[kind]
    for number in range(40):
        assert (name or "they begin with") in refuse(make(random.Random(number), size))


@pytest.mark.parametrize(("size", "most"), [(24, 4), (32, 2), (40, 0), (100, 0), (1_000, 0)])
def test_random_bytes_are_refused(size: int, most: int) -> None:
    """Of 2,000 random objects few of the shortest pass."""
    assert sum(passes(random.Random(number).randbytes(size)) for number in range(2_000)) <= most


@pytest.mark.parametrize("size", [24, 40, 100, 5_000])
@pytest.mark.parametrize("change", ["xor 255", "add 128", "add 37"])
def test_text_with_its_bytes_changed_is_refused(change: str, size: int) -> None:
    """Encrypted by one byte, it has as few different bytes as a text; it has neither words nor line ends."""
    how, number = change.split()
    table = bytes(code ^ int(number) if how == "xor" else (code + int(number)) % 256 for code in range(256))
    bodies = [make_lines(random.Random(seed), size).translate(table) for seed in range(100)]
    assert not any(map(passes, bodies))


def passes(body: bytes) -> bool:
    try:
        check_text(body)
    except NotALogError:
        return False
    return True


def test_gzip_of_binary_stores_nothing() -> None:
    """What is decompressed is judged like what is not."""
    for number in range(0, OBJECTS, 7):
        world = World()
        with pytest.raises(NotALogError):
            world.run(world.put(gzip.compress(make_binary(number)[2])))
        assert not world.wire.items


@pytest.mark.parametrize("encoding", TEXTS)
def test_text_in_any_encoding_is_stored(encoding: str) -> None:
    """One short line, many lines, coloured ones and ones with control characters."""
    for text in TEXTS[encoding]:
        for decoration in DECORATIONS:
            line = decoration.format(text)
            for body in (text, line, line * 2_000):
                check_text(body.encode(encoding))
    check_text("\n".join(TEXTS[encoding] * 50).encode(encoding))


@pytest.mark.parametrize("text", CONTROLLED, ids=("fix", "separators", "nul", "terminal"))
def test_control_characters_of_logs_are_text(text: str) -> None:
    """A character between fields, a NUL a line, and a terminal's commands."""
    check_text(text.encode())
    check_text(text.encode() * 500)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("price: \u20ac", "cp1252"),
        ("\u00dcber \u00d6fen", "latin-1"),
        ("\u00e4\u00f6\u00fc \u00c4\u00d6\u00dc\u00df", "cp437"),
        ("\u00df\u00e9", "latin-1"),
    ],
)
def test_a_short_text_of_an_older_encoding_is_text(text: str, encoding: str) -> None:
    """Its first character may be what begins a block of LZ4, and most of its characters may be umlauts."""
    check_text(text.encode(encoding))


def test_binary_within_a_text_is_kept() -> None:
    """A run of binary in the middle, at the beginning or at the end, and in a text of another encoding."""
    rng = random.Random(3)
    for size in (300, 5_000, 60_000):
        text, binary = make_lines(rng, size), b"\n" + rng.randbytes(size) + b"\n"
        for body in (text + binary + text, binary + text, text + binary):
            check_text(body)


@pytest.mark.parametrize("path", sorted(FIXTURES.rglob("*.log*")), ids=lambda path: path.name)
def test_every_fixture_is_text(path: Path) -> None:
    """Each format's own samples."""
    body = path.read_bytes()
    check_text(gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body)


@pytest.mark.skipif(not CORPORA.is_dir(), reason="the public samples are not beside this checkout")
def test_every_public_sample_is_text() -> None:
    """Logs of other projects, with what breaks naive readers."""
    for path in sorted(path for path in CORPORA.rglob("*") if path.is_file() and path.suffix != ".gz"):
        body = path.read_bytes()
        if not body.startswith(b"\x1f\x8b"):
            check_text(body)
