"""Compress bytes in every way that the function reads, each with bytes that are the same every time."""

import bz2
import gzip
import lzma
from collections.abc import Callable, Mapping

import cramjam
from backports import zstd

Compress = Callable[[bytes], bytes]
BLOCK_BYTES = 32 * 1024


def compress_gzip(body: bytes) -> bytes:
    return gzip.compress(body, mtime=0)


def compress_zstd(body: bytes) -> bytes:
    """Return one frame that has a checksum, and does not say how much it expands to, as a stream of unknown length."""
    compressor = zstd.ZstdCompressor(options={zstd.CompressionParameter.checksum_flag: 1})
    return compressor.compress(body) + compressor.flush()


def compress_snappy_java(body: bytes) -> bytes:
    """Return the stream that snappy-java writes, and Firehose as "Snappy"."""
    blocks = (_compress_block(body[at : at + BLOCK_BYTES]) for at in range(0, len(body), BLOCK_BYTES))
    return b"\x82SNAPPY\0\0\0\0\1\0\0\0\1" + b"".join(len(block).to_bytes(4) + block for block in blocks)


def compress_snappy_hadoop(body: bytes) -> bytes:
    """Return what Hadoop's codec writes, two blocks a run."""
    runs = (body[at : at + 2 * BLOCK_BYTES] for at in range(0, len(body), 2 * BLOCK_BYTES))
    return b"".join(len(run).to_bytes(4) + _compress_run(run) for run in runs)


def _compress_run(run: bytes) -> bytes:
    blocks = (_compress_block(run[at : at + BLOCK_BYTES]) for at in range(0, len(run), BLOCK_BYTES))
    return b"".join(len(block).to_bytes(4) + block for block in blocks)


def _compress_block(body: bytes) -> bytes:
    return bytes(cramjam.snappy.compress_raw(body))


def compress_snappy_framed(body: bytes) -> bytes:
    return bytes(cramjam.snappy.compress(body))


COMPRESSIONS: dict[str, Compress] = {
    "gzip": compress_gzip,
    "zstd": compress_zstd,
    "bzip2": lambda body: bz2.compress(body, 1),
    "xz": lambda body: lzma.compress(body, preset=1),
    "Snappy": compress_snappy_java,
    "Hadoop Snappy": compress_snappy_hadoop,
    "framed Snappy": compress_snappy_framed,
}
UNCHECKED = frozenset({"Snappy", "Hadoop Snappy"})
"""Those that have no checksum: wrong bytes in them are text like any other."""
WAYS: Mapping[str, Compress] = {"plain": bytes, **COMPRESSIONS}
"""All of them, and as it is."""
