"""The source files are read as the bytes that they hold, damage included."""

import gzip
from pathlib import Path

import pytest

from emulator.verify.source_bytes import SourceStream, read_stream

LINES = b"".join(b"line %d of the file\n" % number for number in range(20_000))


def written(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "source"
    path.write_bytes(content)
    return path


def test_plain_bytes_pass_unchanged(tmp_path: Path) -> None:
    """Nothing is decoded on the way: offsets stay true."""
    content = b"a\xff\r\nb\x00"
    assert read_stream(written(tmp_path, content)) == SourceStream(content)


def test_all_gzip_members_are_read(tmp_path: Path) -> None:
    """Members follow each other, zero padding between and after them is nothing."""
    content = gzip.compress(b"one\n") + b"\0" * 7 + gzip.compress(LINES) + b"\0" * 512
    assert read_stream(written(tmp_path, content)) == SourceStream(b"one\n" + LINES)


def test_an_empty_gzip_is_an_empty_stream(tmp_path: Path) -> None:
    """No bytes, no damage."""
    assert read_stream(written(tmp_path, gzip.compress(b""))) == SourceStream(b"")


@pytest.mark.parametrize("share", [0.3, 0.9])
def test_of_a_cut_off_gzip_whole_lines_remain(tmp_path: Path, share: float) -> None:
    """What stands before the damage counts, up to the last newline."""
    packed = gzip.compress(LINES)
    stream = read_stream(written(tmp_path, packed[: int(len(packed) * share)]))
    assert stream.damaged
    assert LINES.startswith(stream.content)
    assert stream.content.endswith(b"\n")
    assert 0.5 * share < len(stream.content) / len(LINES) < 1


def test_a_wrong_checksum_is_damage_after_the_last_line(tmp_path: Path) -> None:
    """All lines were there before the checksum turned out wrong."""
    packed = bytearray(gzip.compress(LINES))
    packed[-6] ^= 0xFF
    assert read_stream(written(tmp_path, bytes(packed))) == SourceStream(LINES, damaged=True)


def test_bytes_behind_the_last_member_are_damage(tmp_path: Path) -> None:
    """Something that is neither padding nor a member follows."""
    assert read_stream(written(tmp_path, gzip.compress(LINES) + b"tail")) == SourceStream(LINES, damaged=True)


def test_a_utf8_mark_is_skipped(tmp_path: Path) -> None:
    """The text begins at byte 3, and offsets still count from 0."""
    assert read_stream(written(tmp_path, b"\xef\xbb\xbfone\n")).start == 3


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_becomes_utf8(tmp_path: Path, encoding: str) -> None:
    """Offsets then count the bytes of the transcoded text."""
    content = "\ufeffcafé\nzwei\n".encode(encoding)
    assert read_stream(written(tmp_path, content)) == SourceStream("café\nzwei\n".encode())


def test_text_between_offsets() -> None:
    """Invalid bytes are replaced, carriage returns at line ends go, others stay."""
    stream = SourceStream(b"..a\r\nb\rc\xff..")
    assert stream.text(2, 9) == "a\nb\rc\ufffd"
