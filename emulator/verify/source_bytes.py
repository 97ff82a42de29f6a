"""Read a source file's bytes without the function's own code, so that the comparison is independent."""

import bz2
import codecs
import lzma
import re
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backports import zstd

from emulator.verify.snappy import expand_snappy, is_snappy

GZIP_MAGIC = b"\x1f\x8b\x08"
CHUNK_BYTES, STEP_BYTES = 1 << 16, 1 << 10
NUL_RUN = re.compile(rb"\x00{8,}")
UTF16_MARKS = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


STREAMS: Mapping[re.Pattern[bytes], Callable[[], Any]] = {
    re.compile(rb"\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18"): zstd.ZstdDecompressor,
    re.compile(rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90)"): bz2.BZ2Decompressor,
    re.compile(rb"\xfd7zXZ\x00"): lzma.LZMADecompressor,
}
"""What decompresses a stream that begins so, in the manner of Python's own libraries."""
STREAM_ERRORS = (OSError, lzma.LZMAError, zstd.ZstdError)


@dataclass(frozen=True)
class SourceStream:
    """A file's decompressed bytes, UTF-16 transcoded to UTF-8; the text begins at `start`, after a UTF-8 mark.

    A run of 8 or more NULs is a blank line of as many bytes.
    """

    content: bytes
    start: int = 0
    damaged: bool = False

    def decode_each_way(self, start: int, end: int) -> tuple[str, str]:
        """Return the text between two byte offsets as UTF-8, and as Windows-1252, which what is not UTF-8 may be."""
        return self.decode(start, end), self.content[start:end].replace(b"\r\n", b"\n").decode("cp1252", "replace")

    def decode(self, start: int, end: int) -> str:
        """Return the text between two byte offsets. Invalid bytes become U+FFFD, CRLF becomes a newline."""
        return self.content[start:end].replace(b"\r\n", b"\n").decode("utf-8", "replace")


def read_stream(path: Path) -> SourceStream:
    """Return the file's decompressed bytes; of a zip, those of all members, one after the other.

    Of a damaged compressed file, return every whole line before the damage.
    """
    members = read_members(path)
    if members is not None:
        return SourceStream(b"".join(stream.content for stream in members.values()))
    return _decode_stream(path.read_bytes())


def read_members(path: Path) -> dict[str, SourceStream] | None:
    """Return what each log in a zip holds, by its name; None if the file is no zip that can be read."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = [name for name in archive.namelist() if not name.endswith("/") and not _is_of_macos(name)]
            return {name: _decode_stream(archive.read(name)) for name in names}
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError):
        return None


def _is_of_macos(name: str) -> bool:
    """Tell whether macOS added a file to the zip, which is no log."""
    folder, _, file = name.rpartition("/")
    return file == ".DS_Store" or (f"{folder}/".startswith("__MACOSX/") and file.startswith("._"))


def _decode_stream(raw: bytes) -> SourceStream:
    """Return the stream of the bytes of a file, decompressed."""
    content, damaged = _decompress(raw)
    if encoding := UTF16_MARKS.get(content[:2]):
        content = content[2:].decode(encoding, "replace").encode("utf-8", "replace")
    content = NUL_RUN.sub(lambda run: b"\n" + b" " * (len(run[0]) - 2) + b"\n", content)
    if damaged:
        content = content[: content.rfind(b"\n") + 1]
    return SourceStream(content, len(codecs.BOM_UTF8) if content.startswith(codecs.BOM_UTF8) else 0, damaged)


def _decompress(raw: bytes) -> tuple[bytes, bool]:
    """Return the file's decompressed bytes, and whether it is damaged."""
    if raw.startswith(GZIP_MAGIC):
        return _gunzip(raw)
    if is_snappy(raw):
        return expand_snappy(raw)
    start = next((start for signature, start in STREAMS.items() if signature.match(raw)), None)
    return _expand_streams(raw, start) if start else (raw, False)


def _expand_streams(raw: bytes, start: Callable[[], Any]) -> tuple[bytes, bool]:
    """Decompress all streams, with or without zeros between them, step by step; a damaged step gives nothing."""
    pieces: list[bytes] = []
    stream = start()
    for position in range(0, len(raw), CHUNK_BYTES):
        pending = raw[position : position + CHUNK_BYTES]
        while pending:
            stream = start() if stream.eof else stream
            try:
                pending = _expand_chunk(stream, pending, pieces).lstrip(b"\0")
            except STREAM_ERRORS:
                return b"".join(pieces), True
    return b"".join(pieces), not stream.eof


def _expand_chunk(stream: Any, pending: bytes, pieces: list[bytes]) -> bytes:
    """Append what one stream makes of a chunk, and return the bytes after the stream."""
    piece = stream.decompress(pending, STEP_BYTES)
    while piece and not stream.eof:
        pieces.append(piece)
        piece = stream.decompress(b"", STEP_BYTES)
    pieces.append(piece)
    return bytes(stream.unused_data)


def _gunzip(raw: bytes) -> tuple[bytes, bool]:
    """Decompress all gzip members, and return their content and whether the file is damaged.

    A damaged file is cut off, corrupt, or has bytes after its last member that are no padding.
    """
    pieces: list[bytes] = []
    whole = True
    while raw and whole:
        raw, whole = _gunzip_member(raw, pieces)
        raw = raw.lstrip(b"\0")
    return b"".join(pieces), not whole


def _gunzip_member(raw: bytes, pieces: list[bytes]) -> tuple[bytes, bool]:
    """Decompress one gzip member, append its content to `pieces`; return the rest and whether it was complete."""
    member = zlib.decompressobj(zlib.MAX_WBITS | 16)
    position = 0
    while position < len(raw) and not member.eof:
        chunk = raw[position : position + CHUNK_BYTES]
        before = member.copy()
        try:
            pieces.append(member.decompress(chunk))
        except zlib.error:
            _salvage_chunk(before, chunk, pieces)
            return b"", False
        position += len(chunk)
    return member.unused_data + raw[position:], member.eof


def _salvage_chunk(member: "zlib._Decompress", chunk: bytes, pieces: list[bytes]) -> None:
    """Append what can be decompressed before the corrupt byte of a chunk.

    zlib returns nothing from a call that fails, so the bytes are decompressed one by one.
    """
    for value in chunk:
        try:
            pieces.append(member.decompress(bytes((value,))))
        except zlib.error:
            return
