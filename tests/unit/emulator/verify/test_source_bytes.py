"""Source files are read as the bytes that they hold, damaged ones up to the damage."""

import gzip
import zipfile
from pathlib import Path

import pytest
from log_processor.errors import DamagedObjectError
from log_processor.reading.codecs.expansion import ExpansionLimits
from log_processor.reading.decompress import decompress

from emulator.verify.source_bytes import SourceStream, read_members, read_stream
from tests.support.compressions import COMPRESSIONS, UNCHECKED, Compress

CHECKED = sorted(COMPRESSIONS.keys() - UNCHECKED)
EACH = pytest.mark.parametrize("compress", COMPRESSIONS.values(), ids=COMPRESSIONS)
LINES = b"".join(b"line %d of the file\n" % number for number in range(20_000))


def write_source(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "source"
    path.write_bytes(content)
    return path


def test_plain_bytes_pass_unchanged(tmp_path: Path) -> None:
    """Nothing is decoded, so that offsets remain valid."""
    content = b"a\xff\r\nb\x00"
    assert read_stream(write_source(tmp_path, content)) == SourceStream(content)


@EACH
def test_all_streams_are_read(tmp_path: Path, compress: Compress) -> None:
    """Zero padding between and after them is ignored."""
    content = compress(b"one\n") + b"\0" * 8 + compress(LINES) + b"\0" * 512
    assert read_stream(write_source(tmp_path, content)) == SourceStream(b"one\n" + LINES)


@EACH
def test_an_empty_stream_has_no_bytes(tmp_path: Path, compress: Compress) -> None:
    """And no damage."""
    assert read_stream(write_source(tmp_path, compress(b""))) == SourceStream(b"")


@EACH
@pytest.mark.parametrize("share", [0.3, 0.9])
def test_of_a_cut_off_file_whole_lines_remain(tmp_path: Path, share: float, compress: Compress) -> None:
    """The lines before the damage are read, up to the last newline."""
    packed = b"".join(compress(LINES[at : at + 40_000]) for at in range(0, len(LINES), 40_000))
    stream = read_stream(write_source(tmp_path, packed[: int(len(packed) * share)]))
    assert stream.damaged
    assert LINES.startswith(stream.content)
    assert stream.content.endswith(b"\n")
    assert 0.5 * share < len(stream.content) / len(LINES) < 1


@pytest.mark.parametrize("compress", [COMPRESSIONS[name] for name in CHECKED], ids=CHECKED)
def test_damage_ends_what_the_function_reads(tmp_path: Path, compress: Compress) -> None:
    """The account takes the same bytes of a damaged file as the function, without its code."""
    packed = bytearray(compress(LINES) * 2)
    packed[len(packed) // 3] ^= 0x55
    pieces: list[bytes] = []
    with pytest.raises(DamagedObjectError):
        pieces.extend(decompress(iter([bytes(packed)]), ExpansionLimits(1000, 1 << 40)).chunks)
    read = b"".join(pieces)
    assert read_stream(write_source(tmp_path, bytes(packed))).content == read[: read.rfind(b"\n") + 1]


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


def test_what_macos_adds_to_a_zip_is_no_log(tmp_path: Path) -> None:
    """Nothing of it is stored, so nothing of it is missing."""
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("a.log", "logs/._b.log", "__MACOSX/c.log", "__MACOSX/logs/._a.log", "logs/.DS_Store"):
            archive.writestr(name, LINES)
    assert sorted(read_members(path) or {}) == ["__MACOSX/c.log", "a.log", "logs/._b.log"]


def test_text_between_offsets() -> None:
    """Invalid bytes are replaced, and a carriage return is removed only at a line's end."""
    stream = SourceStream(b"..a\r\nb\rc\xff..")
    assert stream.decode(2, 9) == "a\nb\rc\ufffd"
