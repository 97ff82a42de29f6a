"""The beginning of a stream as one piece, so that what is decided by it does not depend on how the network cut it."""

from collections.abc import Iterator

from log_processor.errors import PermanentError

HEAD_BYTES = 64 * 1024


def fill_head(chunks: Iterator[bytes], head_bytes: int) -> Iterator[bytes]:
    """Yield the same bytes, the first `head_bytes` of them, or all if there are fewer, as the first chunk.

    Damage within the head is raised after the bytes before it. After any other error nothing of the head is yielded: it
    is read again.
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
