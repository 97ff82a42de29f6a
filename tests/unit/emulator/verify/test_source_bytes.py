"""Source files are read as the bytes that they hold, damaged ones up to the damage."""

import gzip
from pathlib import Path

import pytest

from emulator.verify.source_bytes import SourceStream, read_stream

LINES = b"".join(b"line %d of the file\n" % number for number in range(20_000))


def write_source(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "source"
    path.write_bytes(content)
    return path


def test_plain_bytes_pass_unchanged(tmp_path: Path) -> None:
    """Nothing is decoded, so that offsets remain valid."""
    content = b"a\xff\r\nb\x00"
    assert read_stream(write_source(tmp_path, content)) == SourceStream(content)


def test_all_gzip_members_are_read(tmp_path: Path) -> None:
    """Zero padding between and after members is ignored."""
    content = gzip.compress(b"one\n") + b"\0" * 7 + gzip.compress(LINES) + b"\0" * 512
    assert read_stream(write_source(tmp_path, content)) == SourceStream(b"one\n" + LINES)


def test_an_empty_gzip_is_an_empty_stream(tmp_path: Path) -> None:
    """It has no bytes and no damage."""
    assert read_stream(write_source(tmp_path, gzip.compress(b""))) == SourceStream(b"")


@pytest.mark.parametrize("share", [0.3, 0.9])
def test_of_a_cut_off_gzip_whole_lines_remain(tmp_path: Path, share: float) -> None:
    """The lines before the damage are read, up to the last newline."""
    packed = gzip.compress(LINES)
    stream = read_stream(write_source(tmp_path, packed[: int(len(packed) * share)]))
    assert stream.damaged
    assert LINES.startswith(stream.content)
    assert stream.content.endswith(b"\n")
    assert 0.5 * share < len(stream.content) / len(LINES) < 1


def test_a_wrong_checksum_is_damage_after_the_last_line(tmp_path: Path) -> None:
    """The checksum is read after all lines, so none is missing."""
    packed = bytearray(gzip.compress(LINES))
    packed[-6] ^= 0xFF
    assert read_stream(write_source(tmp_path, bytes(packed))) == SourceStream(LINES, damaged=True)


def test_bytes_after_the_last_member_are_damage(tmp_path: Path) -> None:
    """They are neither padding nor a member."""
    assert read_stream(write_source(tmp_path, gzip.compress(LINES) + b"tail")) == SourceStream(LINES, damaged=True)


def test_a_utf8_mark_is_skipped(tmp_path: Path) -> None:
    """The text begins at byte 3, and offsets still count from 0."""
    assert read_stream(write_source(tmp_path, b"\xef\xbb\xbfone\n")).start == 3


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_becomes_utf8(tmp_path: Path, encoding: str) -> None:
    """Offsets count the bytes of the transcoded text."""
    content = "\ufeffcafé\nzwei\n".encode(encoding)
    assert read_stream(write_source(tmp_path, content)) == SourceStream("café\nzwei\n".encode())


def test_text_between_offsets() -> None:
    """Invalid bytes are replaced, and a carriage return is removed only at a line's end."""
    stream = SourceStream(b"..a\r\nb\rc\xff..")
    assert stream.decode(2, 9) == "a\nb\rc\ufffd"
