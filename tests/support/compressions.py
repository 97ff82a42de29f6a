"""Compress bytes in every way that the function reads, each with bytes that are the same every time."""

import bz2
import gzip
import lzma
from collections.abc import Callable, Mapping

from backports import zstd

Compress = Callable[[bytes], bytes]


def compress_gzip(body: bytes) -> bytes:
    return gzip.compress(body, mtime=0)


def compress_zstd(body: bytes) -> bytes:
    """Return one frame that has a checksum, and does not say how much it expands to, as a stream of unknown length."""
    compressor = zstd.ZstdCompressor(options={zstd.CompressionParameter.checksum_flag: 1})
    return compressor.compress(body) + compressor.flush()


COMPRESSIONS: Mapping[str, Compress] = {
    "gzip": compress_gzip,
    "zstd": compress_zstd,
    "bzip2": lambda body: bz2.compress(body, 1),
    "xz": lambda body: lzma.compress(body, preset=1),
}
WAYS: Mapping[str, Compress] = {"plain": bytes, **COMPRESSIONS}
"""All of them, and as it is."""
