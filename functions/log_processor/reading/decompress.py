"""Decompress gzip (RFC 1952), recognised by its magic bytes: all its members, within limits of expansion."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from log_processor.errors import DamagedObjectError, ExpansionError, NotALogError
from log_processor.reading.head import fill_head

GZIP_MAGIC = b"\x1f\x8b\x08"
GZIP_WBITS = 31
MAX_LAYERS = 2
MAGIC_BYTES = 6
PIECE_BYTES = 1024 * 1024
SLICE_BYTES = 64 * 1024
"""So much is given to zlib at once: it copies the remainder after each member, and each line may be a member."""
RATIO_FREE_BYTES = 64 * 1024 * 1024
UNREAD_MAGICS = {
    b"BZh": "bzip2",
    b"\xfd7zXZ\x00": "xz",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"PK\x03\x04": "zip",
}


@dataclass(frozen=True, slots=True)
class ExpansionLimits:
    """How far compressed bytes may expand: output bytes for one input byte (after the first 64 MiB), and in all."""

    ratio: int
    total_bytes: int


@dataclass(frozen=True, slots=True)
class PlainStream:
    """Decompressed bytes; if they were compressed, they can only be read from the first one on."""

    compressed: bool
    chunks: Iterator[bytes]


def decompress(chunks: Iterator[bytes], limits: ExpansionLimits) -> PlainStream:
    """Return the plain bytes of `chunks`, which are gzip if their first bytes say so, whatever the object's name.

    Decompress twice at most: some uploaders compress a file that is gzip already. Raise `NotALogError` for more layers,
    and for other compressions, such as zip or zstd. While the chunks are read, raise `DamagedObjectError` if the gzip
    stream is damaged or ends early, after all that decodes before that, and `ExpansionError` beyond the limits.
    """
    head, chunks = _peek(chunks)
    compressed = head.startswith(GZIP_MAGIC)
    for _ in range(MAX_LAYERS):
        if head.startswith(GZIP_MAGIC):
            head, chunks = _peek(_gunzip(chunks, limits))
    if head.startswith(GZIP_MAGIC):
        raise NotALogError(f"the bytes are gzip more than {MAX_LAYERS} times over: upload plain text or gzip")
    for magic, name in UNREAD_MAGICS.items():
        if head.startswith(magic):
            raise NotALogError(f"the bytes are {name}: upload plain text or gzip")
    return PlainStream(compressed=compressed, chunks=chunks)


def _peek(chunks: Iterator[bytes]) -> tuple[bytes, Iterator[bytes]]:
    """Return the first bytes, enough to recognise a magic number, and the whole stream from its beginning."""
    stream = fill_head(chunks, MAGIC_BYTES)
    head = next(stream)
    return head, chain([head], stream)


def _gunzip(chunks: Iterator[bytes], limits: ExpansionLimits) -> Iterator[bytes]:
    counts = _ByteCounts(limits)
    inflater = zlib.decompressobj(GZIP_WBITS)
    for piece in _cut_slices(chunks):
        counts.read_bytes += len(piece)
        pending = piece
        while pending:
            if inflater.eof:
                pending = _skip_padding(pending)
                if not pending:
                    break
                inflater = zlib.decompressobj(GZIP_WBITS)
            for plain in _inflate(inflater, pending, counts.expanded_bytes):
                counts.count(plain)
                if plain:
                    yield plain
            pending = inflater.unused_data if inflater.eof else inflater.unconsumed_tail
    yield from _flush_inflater(inflater, counts)


def _flush_inflater(inflater: "zlib._Decompress", counts: "_ByteCounts") -> Iterator[bytes]:
    """Yield what zlib still holds of the last member; raise `DamagedObjectError` if that member does not end."""
    while not inflater.eof and (piece := inflater.decompress(b"", PIECE_BYTES)):
        counts.count(piece)
        yield piece
    if not inflater.eof:
        raise DamagedObjectError(
            f"the gzip stream ends early, after {counts.expanded_bytes} decompressed bytes: upload it again"
        )


def _cut_slices(chunks: Iterator[bytes]) -> Iterator[bytes]:
    for chunk in chunks:
        for start in range(0, len(chunk), SLICE_BYTES):
            yield chunk[start : start + SLICE_BYTES]


def _inflate(inflater: "zlib._Decompress", pending: bytes, expanded_bytes: int) -> Iterator[bytes]:
    """Yield the next piece; if the stream is damaged, yield all that decodes before the damage and raise after it."""
    before = inflater.copy()
    try:
        piece = inflater.decompress(pending, PIECE_BYTES)
    except zlib.error as error:
        for saved in _salvage(before, pending):
            expanded_bytes += len(saved)
            yield saved
        reason = f"the gzip stream is damaged after {expanded_bytes} decompressed bytes ({error}): upload it again"
        raise DamagedObjectError(reason) from error
    yield piece


def _salvage(inflater: "zlib._Decompress", pending: bytes) -> Iterator[bytes]:
    """Yield what decodes before the damage, byte by byte: zlib discards the whole piece in which it meets damage."""
    for position in range(len(pending)):
        try:
            piece = inflater.decompress(pending[position : position + 1])
        except zlib.error:
            return
        if piece:
            yield piece


def _skip_padding(pending: bytes) -> bytes:
    """Return the bytes from the next member on, after any padding of zeros, which gzip itself skips too."""
    return pending.lstrip(b"\x00")


class _ByteCounts:
    """How many compressed bytes were read, and to how many they have expanded."""

    def __init__(self, limits: ExpansionLimits) -> None:
        self._limits = limits
        self.read_bytes = self.expanded_bytes = 0

    def count(self, piece: bytes) -> None:
        """Count the bytes of a decompressed piece; raise `ExpansionError` beyond the limits."""
        self.expanded_bytes += len(piece)
        limits, expanded_bytes = self._limits, self.expanded_bytes
        if expanded_bytes > limits.total_bytes:
            raise ExpansionError(f"the object expands beyond {limits.total_bytes} bytes (EXPANDED_BYTES_LIMIT)")
        if expanded_bytes > RATIO_FREE_BYTES and expanded_bytes > self.read_bytes * limits.ratio:
            raise ExpansionError(f"the object expands more than {limits.ratio} times (EXPANSION_RATIO_LIMIT)")
