"""Hold the part of a JSON stream that is being read, and keep what may be needed again."""

from collections.abc import Iterator

from log_processor.errors import PipelineError
from log_processor.reading.json.values import (
    MAX_VALUE_BYTES,
    STRUCTURED,
    TAIL,
    DamageError,
    IncompleteError,
    UncountedText,
    decode_value,
    skip_blanks,
)

WINDOW_BYTES = 64 * 1024


class Window:
    """A part of a stream: `data`, whose first byte has the offset `base`, and `text`, one character for each byte.

    Everything before the index `at` is read. If `whole`, the stream ends with `data`. Indexes count from the window's
    first byte, and offsets from the stream's. A method raises `IncompleteError` if it needs more than is at hand, and
    `DamageError` if no JSON stands there.
    """

    def __init__(self, data: bytes, chunks: Iterator[bytes], base: int, *, whole: bool) -> None:
        self.whole = whole
        self._set_data(data, base)
        self._kept_from: int | None = None
        self._kept = b""
        self._chunks = chunks
        self._error: PipelineError | None = None

    @property
    def offset(self) -> int:
        """Return the offset up to which the stream is read."""
        return self.base + self.at

    @property
    def has_ended(self) -> bool:
        """Tell whether no more of the stream will come: it ends with `data`, or in an error behind it."""
        return self.whole or self._error is not None

    def skip_blanks(self, at: int) -> int:
        """Return the index of the first character from `at` on that is not blank."""
        return skip_blanks(self.text, at, whole=self.whole)

    def read_name(self, at: int) -> tuple[str, int]:
        """Return the name of the member that begins at `at`, and the index of its value."""
        if self.text[at] != '"':
            raise DamageError(at)
        try:
            name, end = decode_value(self.text, at, whole=self.whole)
        except IncompleteError:
            end = len(self.text)
            if end - at <= MAX_VALUE_BYTES + TAIL:
                raise
        except DamageError as damage:
            end = damage.at
            if end - at <= MAX_VALUE_BYTES:
                raise
        if end - at > MAX_VALUE_BYTES:
            raise DamageError(at)
        if self.text[colon := self.skip_blanks(end)] != ":":
            raise DamageError(colon)
        return name, self.skip_blanks(colon + 1)

    def find_value_end(self, at: int) -> int | None:
        """Return the index after the value at `at`; None if it has to be skipped as a `LongValue`.

        That is so of an object, array or string of more than 4 MiB that is not all at hand, and of one that is nested
        too deeply.
        """
        try:
            end = decode_value(self.text, at, whole=self.whole)[1]
            if end - at <= MAX_VALUE_BYTES or self.text[at] in STRUCTURED:
                return end
        except IncompleteError:
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
        """Drop what is read and take more of the stream.

        Raise the error in which the stream ended, but only after everything before it was in the window.
        """
        if self._error is not None:
            raise self._error
        if self._kept_from is not None:
            self._kept = self.copy_kept(self.at)
        rest = self.data[self.at :]
        self._set_data(b"".join([rest, *self._read_more(max(WINDOW_BYTES, len(rest)))]), self.offset)

    def keep(self, offset: int) -> None:
        """Keep the bytes from `offset` on, up to 4 MiB of them, when the window moves."""
        self._kept_from, self._kept = offset, b""

    def forget(self) -> None:
        """Keep nothing any more."""
        self._kept_from, self._kept = None, b""

    def copy_kept(self, stop: int) -> bytes:
        """Return the bytes from the offset of `keep` up to the index `stop`, 4 MiB of them at most."""
        first = max(0, (self._kept_from or 0) - self.base)
        return (self._kept + self.data[first:stop])[:MAX_VALUE_BYTES]

    def return_to(self, offset: int) -> None:
        """Go back to `offset`, the one that was given to `keep`, and keep nothing any more."""
        if offset < self.base:
            self._set_data(self._kept + self.data, offset)
        self.at = offset - self.base
        self.forget()

    def _read_more(self, wanted_bytes: int) -> list[bytes]:
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

    def _set_data(self, data: bytes, base: int) -> None:
        self.data, self.text, self.base, self.at = data, UncountedText(data, "latin-1"), base, 0
