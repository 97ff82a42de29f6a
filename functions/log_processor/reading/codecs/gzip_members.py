"""Decompress gzip (RFC 1952): all its members."""

import zlib
from collections.abc import Iterator

from log_processor.reading.codecs.expansion import ByteCounts, cut_slices
from log_processor.reading.codecs.inflating import flush_inflater, inflate

GZIP_WBITS = 31


def expand(chunks: Iterator[bytes], counts: ByteCounts) -> Iterator[bytes]:
    """Yield what the gzip members decompress to; raise `DamagedObjectError` after all that decodes before damage."""
    inflater = zlib.decompressobj(GZIP_WBITS)
    for piece in cut_slices(chunks, counts):
        pending = piece
        while pending:
            if inflater.eof:
                pending = pending.lstrip(b"\x00")  # gzip itself skips zeros between members too
                if not pending:
                    break
                inflater = zlib.decompressobj(GZIP_WBITS)
            yield from inflate("gzip", inflater, pending, counts)
            pending = inflater.unused_data if inflater.eof else inflater.unconsumed_tail
    yield from flush_inflater("gzip", inflater, counts)
