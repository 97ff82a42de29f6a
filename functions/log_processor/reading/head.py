"""Give the beginning of a stream as one piece, so that how the network cut it changes no decision."""

from collections.abc import Iterator

from log_processor.errors import PermanentError

HEAD_BYTES = 64 * 1024


def fill_head(chunks: Iterator[bytes], head_bytes: int) -> Iterator[bytes]:
    """Yield the same bytes, with the first `head_bytes` of them in one chunk, or all of them if there are fewer.

    Raise damage within the head after the bytes before it. Raise any other error before any byte of the head, which is
    then read again. For example, chunks of 10, 30 and 50 bytes with a head of 64 become chunks of 64 and 26 bytes.
    """
    pieces: list[bytes] = []
    size = 0
    try:
        for chunk in chunks:
            pieces.append(chunk)
            size += len(chunk)
            if size >= head_bytes:
                break
    except PermanentError:
        yield b"".join(pieces)
        raise
    head = b"".join(pieces)
    yield head[:head_bytes]
    if size > head_bytes:
        yield head[head_bytes:]
    yield from chunks
