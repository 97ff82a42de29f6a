"""The stretch of a JSON stream that is being looked at: it moves on by what was read, and keeps what may be needed."""

from collections.abc import Iterator

from log_processor.errors import PipelineError
from log_processor.reading.json.values import (
    MAX_VALUE_BYTES,
    STRUCTURED,
    TAIL,
    DamageError,
    StarvedError,
    decoded,
    sign_at,
)

LEAST_BYTES = 64 * 1024


class Window:
    """`data`, whose first byte stands at `base` of the stream, the same as `text` (a character a byte), and a place.

    `at` is the place up to which all is read; `whole` says that the stream ends with `data`.
    Where a method asks for more than is at hand it raises `StarvedError`, where no JSON stands `DamageError`.
    """

    def __init__(self, data: bytes, chunks: Iterator[bytes], base: int, *, whole: bool) -> None:
        self.whole = whole
        self._put(data, base)
        self._kept_from: int | None = None
        self._kept = b""
        self._chunks = chunks
        self._error: PipelineError | None = None

    @property
    def offset(self) -> int:
        """How far the stream is read."""
        return self.base + self.at

    def sign(self, at: int) -> int:
        """The place of the first sign at `at` or behind it that is not blank."""
        return sign_at(self.text, at, whole=self.whole)

    def name(self, at: int) -> tuple[str, int]:
        """The member's name at `at`, and the place of its value."""
        if self.text[at] != '"':
            raise DamageError(at)
        try:
            name, end = decoded(self.text, at, whole=self.whole)
        except StarvedError:
            end = len(self.text)
            if end - at <= MAX_VALUE_BYTES + TAIL:
                raise
        except DamageError as damage:
            end = damage.at
            if end - at <= MAX_VALUE_BYTES:
                raise
        if end - at > MAX_VALUE_BYTES:
            raise DamageError(at)
        if self.text[colon := self.sign(end)] != ":":
            raise DamageError(colon)
        return name, self.sign(colon + 1)

    def value_end(self, at: int) -> int | None:
        """Where the value at `at` ends; None where it is too long or nested too deeply to be read at once."""
        try:
            end = decoded(self.text, at, whole=self.whole)[1]
            if end - at <= MAX_VALUE_BYTES or self.text[at] in STRUCTURED:
                return end
        except StarvedError:
            if len(self.text) - at < MAX_VALUE_BYTES + 2 * TAIL:
                raise
        except DamageError as damage:
            if damage.at - at <= MAX_VALUE_BYTES:
                raise
        except RecursionError:  # only what has members is nested
            return None
        if self.text[at] in STRUCTURED:
            return None
        raise DamageError(at)

    def move(self) -> None:
        """Leave what is read and take more; raises the error in which the stream ended, after all before it."""
        if self._error is not None:
            raise self._error
        if self._kept_from is not None:
            self._kept = self.kept(self.at)
        rest = self.data[self.at :]
        self._put(b"".join([rest, *self._more(max(LEAST_BYTES, len(rest)))]), self.offset)

    def keep(self, offset: int) -> None:
        """Keep what is read from `offset` on, up to 4 MiB of it."""
        self._kept_from, self._kept = offset, b""

    def forget(self) -> None:
        """Keep nothing."""
        self._kept_from, self._kept = None, b""

    def kept(self, stop: int) -> bytes:
        """The bytes from where they are kept up to the place `stop`, 4 MiB of them at most."""
        first = max(0, (self._kept_from or 0) - self.base)
        return (self._kept + self.data[first:stop])[:MAX_VALUE_BYTES]

    def back_to(self, offset: int) -> None:
        """Return to `offset`, from which on everything is kept."""
        if offset < self.base:
            self._put(self._kept + self.data, offset)
        self.at = offset - self.base
        self.forget()

    def _more(self, wanted_bytes: int) -> list[bytes]:
        pieces: list[bytes] = []
        size = 0
        try:
            while size < wanted_bytes:
                chunk = next(self._chunks, None)
                if chunk is None:
                    self.whole = True
                    break
                pieces.append(chunk)
                size += len(chunk)
        except PipelineError as error:
            self._error = error
        return pieces

    def _put(self, data: bytes, base: int) -> None:
        self.data, self.text, self.base, self.at = data, data.decode("latin-1"), base, 0
