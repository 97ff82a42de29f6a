"""Text that is not UTF-8: a route says its encoding; without one, Windows-1252 is tried where the result is text."""

import base64
import json
from pathlib import Path

import pytest
from log_processor.errors import NotALogError
from log_processor.record_text import decode_record
from log_processor.routing.config.toml_tables import RouteError
from log_processor.routing.routes import read

from tests.unit.log_processor.edges import World, find_offset

FOLDER = Path(__file__).resolve().parents[2] / "fixtures"
TEXTS: dict[str, list[str]] = json.loads((FOLDER / "encodings.json").read_text("utf-8"))
WESTERN = [text for name in ("cp1252", "latin-1") for text in TEXTS[name]]
FOREIGN = [
    text.encode(name) for name in ("koi8-r", "cp1251", "cp866", "shift_jis", "gbk", "euc_kr") for text in TEXTS[name]
]
WIDE = ("utf-16-le", "utf-16-be", "utf-16", "utf-32-le", "utf-32-be", "utf-32", "utf-8-sig", "cp037")


def route(encoding: str) -> str:
    """Return a file whose one route has an encoding."""
    return f"[[route]]\nkeys = ['**']\nencoding = '{encoding}'\n"


def store(world: World, body: bytes) -> list[str]:
    """Upload an object and return the texts of its records."""
    world.run(world.put(body))
    items = sorted(world.wire.items.values(), key=find_offset)
    return [item["log_data"]["S"] for item in items]


@pytest.mark.parametrize("encoding", [*TEXTS, *WIDE])
def test_a_route_s_encoding_decodes(encoding: str) -> None:
    """Every line is stored as its text, with a byte order mark or without."""
    lines = TEXTS.get(encoding, ["plain text", "second"])
    text = "\n".join(lines)
    assert "\n".join(store(World(route(encoding)), f"{text}\n".encode(encoding))) == text


def test_a_mark_is_believed_more_than_a_route() -> None:
    """The object says itself what it is."""
    assert store(World(route("cp1252")), "Größe\n".encode("utf-16")) == ["Größe"]
    assert store(World(route("cp1252")), "Größe\n".encode("utf-8-sig")) == ["Größe"]


def test_a_decoded_object_is_resumed() -> None:
    """It is read in order from its first byte, as one piece, whatever the size of a range."""
    lines = [f"2026-05-04 10:00:00 Ошибка {number}" for number in range(300)]
    world = World(route("koi8-r"), split_threshold_bytes=100, range_bytes=100)
    assert store(world, "\n".join(lines).encode("koi8-r")) == lines
    assert len(world.ledger.rows) == 1


def test_binary_is_refused_in_an_encoding_too() -> None:
    """A route that decodes every byte makes no text of a program."""
    for body in (bytes(range(256)) * 4, b"\x7fELF" + bytes(20)):
        with pytest.raises(NotALogError):
            store(World(route("latin-1")), body)


@pytest.mark.parametrize("name", ["cp9999", "rot13", "base64", "idna", "", "undefined", "unicode_escape"])
def test_an_encoding_that_does_not_exist_is_refused(name: str) -> None:
    """With the line, and names to choose from."""
    with pytest.raises(RouteError, match=r"^routes\.toml:3: 'encoding' is .* which is no encoding of text: write one"):
        read(route(name))


@pytest.mark.parametrize("text", WESTERN)
def test_western_text_is_decoded_without_a_route(text: str) -> None:
    """And a reject keeps the exact bytes."""
    line = f"2026-05-04 10:00:00 INFO {text}"
    assert decode_record(line.encode("cp1252")) == (line, line.encode("cp1252"))
    assert store(World(), line.encode("cp1252")) == [line]


@pytest.mark.parametrize("data", [*FOREIGN, b"a \x81 b", "é ü".encode() + b" \xe9", b"a\0\xe9", b"\xe9\x82"])
def test_what_is_no_western_text_is_replaced(data: bytes) -> None:
    """Other alphabets, bytes without a meaning, and damaged UTF-8 are not made up."""
    assert decode_record(data) == (data.decode("utf-8", "replace"), data)


def test_a_character_that_is_cut_is_no_western_text() -> None:
    """The end of a record of more than 4 MiB."""
    assert decode_record(b"caf\xc3", cut=True)[0] == "caf\ufffd"
    assert decode_record(b"caf\xc3")[0] == "caf\xc3"


def test_a_reject_keeps_the_bytes() -> None:
    """A line that its declared format cannot parse, in Windows-1252."""
    world = World("[[route]]\nkeys = ['**']\nformat = 'json_lines'\n")
    assert store(world, b"caf\xe9\n") == ["café"]
    (reject,) = world.rejects()
    assert base64.b64decode(reject["base64"]) == b"caf\xe9"
