"""Decompress Zstandard (RFC 8878): all frames, of which those that may be skipped give nothing."""

from collections.abc import Iterator

from backports.zstd import DecompressionParameter, ZstdDecompressor, ZstdError

from log_processor.reading.codecs.expansion import ByteCounts
from log_processor.reading.codecs.streams import MAX_WINDOW_BYTES, StreamKind, expand_streams

OPTIONS: dict[int, int] = {DecompressionParameter.window_log_max: MAX_WINDOW_BYTES.bit_length() - 1}
MIB = 1024 * 1024
KIND = StreamKind(
    name="zstd",
    start=lambda: ZstdDecompressor(options=OPTIONS),
    errors=(ZstdError,),
    refusals={
        "requires too much memory": "the zstd frame needs a window of more than "
        f"{MAX_WINDOW_BYTES // MIB} MiB: compress it without --long and --ultra, or upload plain text or gzip",
        "Dictionary mismatch": "the zstd frame needs a dictionary: compress it without, or upload plain text or gzip",
    },
)


def expand(chunks: Iterator[bytes], counts: ByteCounts) -> Iterator[bytes]:
    """Yield what the frames decompress to; raise `NotALogError` for one that needs a dictionary or a large window."""
    return expand_streams(KIND, chunks, counts)
