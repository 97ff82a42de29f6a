"""Read an object like a file that can be sought in, by a ranged GET for each part that is read."""

import io
from collections.abc import Callable, Iterator

from log_processor.errors import NotALogError
from log_processor.reading.source import OpenObject

TAIL_BYTES = 128 * 1024
"""So much of the object's end is read at once: the directory of a usual zip is in it."""
MAX_READ_BYTES = 2 * 1024 * 1024
"""A directory of more bytes could name so many members that what is known of them takes the function's memory."""


class ObjectFile(io.RawIOBase):
    """An object of `size_bytes`, whose bytes from a position on `open_from` returns."""

    def __init__(self, size_bytes: int, open_from: Callable[[int], OpenObject]) -> None:
        self._size_bytes, self._open_from = size_bytes, open_from
        self._position = 0
        self._tail_start = max(0, size_bytes - TAIL_BYTES)
        self._tail: bytes | None = None

    def seekable(self) -> bool:
        """Return true."""
        return True

    def tell(self) -> int:
        """Return the position of the next byte."""
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a position, and return it; raise `OSError` if it is before the object's first byte."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size_bytes}[whence]
        if base + offset < 0:
            raise OSError(f"there is no byte {base + offset}")
        self._position = base + offset
        return self._position

    def read(self, size: int = -1) -> bytes:
        """Return the next `size` bytes, fewer at the end; raise `NotALogError` for more than `MAX_READ_BYTES`."""
        rest = max(0, self._size_bytes - self._position)
        size = rest if size < 0 else min(size, rest)
        if size > MAX_READ_BYTES:
            raise NotALogError(
                f"the zip's directory has {size:,} bytes, and at most {MAX_READ_BYTES:,} are read: upload several"
            )
        if self._position >= self._tail_start:
            start = self._position - self._tail_start
            data = self._get_tail()[start : start + size]
        else:
            data = self._fetch(self._position, size)
        self._position += len(data)
        return data

    def _get_tail(self) -> bytes:
        if self._tail is None:
            self._tail = self._fetch(self._tail_start, self._size_bytes - self._tail_start)
        return self._tail

    def _fetch(self, position: int, size: int) -> bytes:
        part = self._open_from(position)
        try:
            return _take(part.chunks, size)
        finally:
            part.close()


def _take(chunks: Iterator[bytes], size: int) -> bytes:
    taken = bytearray()
    while len(taken) < size and (chunk := next(chunks, b"")):
        taken += chunk
    return bytes(taken[:size])
