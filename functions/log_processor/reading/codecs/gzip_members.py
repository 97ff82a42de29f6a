"""Decompress gzip (RFC 1952): all its members."""

import zlib
from collections.abc import Iterator

from log_processor.errors import DamagedObjectError
from log_processor.reading.codecs.expansion import ByteCounts, cut_slices

GZIP_WBITS = 31
PIECE_BYTES = 1024 * 1024


def expand(chunks: Iterator[bytes], counts: ByteCounts) -> Iterator[bytes]:
    """Yield what the gzip members decompress to; raise `DamagedObjectError` after all that decodes before damage."""
    inflater = zlib.decompressobj(GZIP_WBITS)
    for piece in cut_slices(chunks, counts):
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


def _flush_inflater(inflater: "zlib._Decompress", counts: ByteCounts) -> Iterator[bytes]:
    """Yield what zlib still holds of the last member; raise `DamagedObjectError` if that member does not end."""
    while not inflater.eof and (piece := inflater.decompress(b"", PIECE_BYTES)):
        counts.count(piece)
        yield piece
    if not inflater.eof:
        raise DamagedObjectError(
            f"the gzip stream ends early, after {counts.expanded_bytes} decompressed bytes: upload it again"
        )


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
