"""Compressed bytes become plain bytes: gzip by its magic bytes, all members, within a bounded expansion (RFC 1952)."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from log_processor.errors import DamagedObjectError, ExpansionError, NotALogError

GZIP_MAGIC = b"\x1f\x8b\x08"
GZIP_WBITS = 31
MOST_LAYERS = 2
MAGIC_BYTES = 6
PIECE_BYTES = 1024 * 1024
SLICE_BYTES = 64 * 1024
"""Given to zlib at once: it copies what is left of them behind each member, and there may be one a line."""
RATIO_FREE_BYTES = 64 * 1024 * 1024
UNREAD_MAGICS = {
    b"BZh": "bzip2",
    b"\xfd7zXZ\x00": "xz",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"PK\x03\x04": "zip",
}


@dataclass(frozen=True, slots=True)
class ExpansionLimits:
    """How far compressed bytes may expand: output per input byte (after the first 64 MiB), and in all."""

    ratio: int
    total_bytes: int


@dataclass(frozen=True, slots=True)
class PlainStream:
    """The decompressed bytes, and whether they were compressed (such a stream cannot be entered in its middle)."""

    compressed: bool
    chunks: Iterator[bytes]


def decompressed(chunks: Iterator[bytes], limits: ExpansionLimits) -> PlainStream:
    """Undo gzip where the first bytes say so, whatever the object's name; raises `NotALogError` for other archives.

    Twice at most: some uploaders compress a file that is gzip already.
    """
    head, chunks = _peek(chunks)
    compressed = head.startswith(GZIP_MAGIC)
    for _ in range(MOST_LAYERS):
        if head.startswith(GZIP_MAGIC):
            head, chunks = _peek(_gunzip(chunks, limits))
    if head.startswith(GZIP_MAGIC):
        raise NotALogError(f"the bytes are gzip more than {MOST_LAYERS} times over: upload plain text or gzip")
    for magic, name in UNREAD_MAGICS.items():
        if head.startswith(magic):
            raise NotALogError(f"the bytes are {name}: upload plain text or gzip")
    return PlainStream(compressed=compressed, chunks=chunks)


def _peek(chunks: Iterator[bytes]) -> tuple[bytes, Iterator[bytes]]:
    """The first bytes, enough to know what they are, and the same stream from its beginning."""
    head = b""
    while len(head) < MAGIC_BYTES and (chunk := next(chunks, b"")):
        head += chunk
    return head[:MAGIC_BYTES], chain([head], chunks) if head else iter(())


def _gunzip(chunks: Iterator[bytes], limits: ExpansionLimits) -> Iterator[bytes]:
    expansion = _Expansion(limits)
    inflater = zlib.decompressobj(GZIP_WBITS)
    for fed in _slices(chunks):
        expansion.read_bytes += len(fed)
        pending = fed
        while pending:
            if inflater.eof:
                pending = _next_member(pending)
                if not pending:
                    break
                inflater = zlib.decompressobj(GZIP_WBITS)
            for piece in _inflate(inflater, pending, expansion.written_bytes):
                expansion.count(piece)
                if piece:
                    yield piece
            pending = inflater.unused_data if inflater.eof else inflater.unconsumed_tail
    yield from _rest(inflater, expansion)


def _rest(inflater: "zlib._Decompress", expansion: "_Expansion") -> Iterator[bytes]:
    """Yield what zlib still holds of the last member; raises if that is not whole."""
    while not inflater.eof and (piece := inflater.decompress(b"", PIECE_BYTES)):
        expansion.count(piece)
        yield piece
    if not inflater.eof:
        raise DamagedObjectError(
            f"the gzip stream ends early, after {expansion.written_bytes} decompressed bytes: upload it again"
        )


def _slices(chunks: Iterator[bytes]) -> Iterator[bytes]:
    for chunk in chunks:
        for start in range(0, len(chunk), SLICE_BYTES):
            yield chunk[start : start + SLICE_BYTES]


def _inflate(inflater: "zlib._Decompress", pending: bytes, written_bytes: int) -> Iterator[bytes]:
    """Yield the next piece; where the stream is damaged, everything that decodes before the damage, then raise."""
    before = inflater.copy()
    try:
        piece = inflater.decompress(pending, PIECE_BYTES)
    except zlib.error as error:
        for saved in _salvage(before, pending):
            written_bytes += len(saved)
            yield saved
        reason = f"the gzip stream is damaged after {written_bytes} decompressed bytes ({error}): upload it again"
        raise DamagedObjectError(reason) from error
    yield piece


def _salvage(inflater: "zlib._Decompress", pending: bytes) -> Iterator[bytes]:
    """Decode byte by byte what zlib threw away with the piece in which it met the damage."""
    for position in range(len(pending)):
        try:
            piece = inflater.decompress(pending[position : position + 1])
        except zlib.error:
            return
        if piece:
            yield piece


def _next_member(pending: bytes) -> bytes:
    """What follows a member: another member; zero padding is skipped, as gzip itself does."""
    return pending.lstrip(b"\x00")


class _Expansion:
    """How many bytes were read, and how many they have become."""

    def __init__(self, limits: ExpansionLimits) -> None:
        self._limits = limits
        self.read_bytes = self.written_bytes = 0

    def count(self, piece: bytes) -> None:
        """Count decompressed bytes; raises `ExpansionError` beyond the limits."""
        self.written_bytes += len(piece)
        limits, written_bytes = self._limits, self.written_bytes
        if written_bytes > limits.total_bytes:
            raise ExpansionError(f"the object expands beyond {limits.total_bytes} bytes (EXPANDED_BYTES_LIMIT)")
        if written_bytes > RATIO_FREE_BYTES and written_bytes > self.read_bytes * limits.ratio:
            raise ExpansionError(f"the object expands more than {limits.ratio} times (EXPANSION_RATIO_LIMIT)")
