"""Read a stream of JSON documents as raw records: the elements of their arrays, and objects without such an array."""

import re
from collections.abc import Iterator

from log_processor.errors import PermanentError
from log_processor.reading.json.buffer import RecordBuffer
from log_processor.reading.json.damage import find_document, find_text_end
from log_processor.reading.json.document import Document
from log_processor.reading.json.expansion import Expansions
from log_processor.reading.json.values import MAX_VALUE_BYTES, DamageError, IncompleteError, decode_value
from log_processor.reading.json.window import Window
from log_processor.record import RawRecord
from log_processor.state import DocumentPosition, InDocument

BETWEEN = re.compile(r"[ \t\r\n\x1e]*")
"""White space, and the record separator of JSON text sequences (RFC 7464)."""
HEAD_CHARACTERS = 4096


class Elements:
    """The records of the documents in a window; with a `state`, those after the record that it names.

    A broken element of an array becomes a text record, and so does what is damaged otherwise, up to a line at which a
    document may begin. After the first damage that is no broken element,
    `is_convincing` says whether the records before it prove a document; until then it is None.
    """

    def __init__(self, window: Window, expansions: Expansions, state: InDocument | None = None) -> None:
        self._window = window
        self._first_names = {path[0] for path in expansions}
        self._buffer = RecordBuffer()
        self._document = Document(window, self._buffer, expansions)
        names = "|".join(map(re.escape, self._first_names))
        self._document.has_array = re.search(f'"(?:{names})"', window.text[:HEAD_CHARACTERS]) is not None
        self._damage_end = 0
        self._is_over = False
        self.is_convincing: bool | None = None
        if state is not None:
            self._damage_end = state.document.damage_end
            self._document.resume(state)

    def read_blocks(self) -> Iterator[list[RawRecord]]:
        """Yield the records in lists; yield at least one, which may be empty, before more of the stream is read."""
        while not self._is_over:
            try:
                self._step()
            except IncompleteError:
                yield [] if self._document.is_waiting else self._buffer.release()
                yield from self._move_window()
            if self._buffer.is_full and not self._document.is_waiting:
                yield self._buffer.release()
        yield self._buffer.release()

    def _step(self) -> None:
        try:
            self._read_next()
        except DamageError as damage:
            damage_end = self._window.base + damage.at
            if self._document.mend(damage_end):
                self._damage_end = damage_end
            else:
                self._abandon_document(damage_end)

    def _move_window(self) -> Iterator[list[RawRecord]]:
        try:
            self._window.move()
        except PermanentError:  # no root field will come any more for the records that wait
            yield self._buffer.release()
            raise

    def _read_next(self) -> None:
        if self._document.root is not None:
            self._document.read_next()
            return
        window = self._window
        between = BETWEEN.match(window.text, window.at)
        window.at = between.end() if between else window.at
        if window.offset < self._damage_end:
            self._take_text()
        else:
            self._begin_document(find_document(window) if self._damage_end else window.at)

    def _begin_document(self, at: int | None) -> None:
        """Begin the document at the index `at`, or take it as one record; end if the stream ends there."""
        window, text = self._window, self._window.text
        if at == len(text):
            if not window.whole:
                raise IncompleteError
            self._is_over = True
        elif at is None or text[at] not in "{[":
            raise DamageError(window.at + 1)
        elif text[at] == "[" or self._document.has_array or not self._take_whole_object(at):
            self._document.begin(at, self._damage_end)

    def _take_whole_object(self, at: int) -> bool:
        """Take an object as one record if all of it is at hand and it has no array of records; tell whether it was.

        This is faster than reading it member by member.
        """
        window = self._window
        try:
            value, end = decode_value(window.text, at, whole=window.whole)
        except (IncompleteError, DamageError, RecursionError):
            return False
        if end - at > MAX_VALUE_BYTES or not self._first_names.isdisjoint(value):
            return False
        self._buffer.add(window.base + at, window.data[at:end], end - at, 0, self._build_position())
        window.at = end
        return True

    def _build_position(self) -> DocumentPosition:
        """Return the position of a record that is in no array."""
        return DocumentPosition(None, 0, {}, self._damage_end)

    def _abandon_document(self, damage_end: int) -> None:
        """End the document at the offset `damage_end`; what is in no record yet is text up to the end of that line."""
        if self.is_convincing is None:
            self.is_convincing = self._buffer.is_convincing
        self._damage_end = damage_end
        self._document.abandon(self._build_position())

    def _take_text(self) -> None:
        window = self._window
        end = find_text_end(window)
        text = window.data[window.at : end].rstrip(b"\r\n")
        self._buffer.add(window.offset, text, len(text), 0, self._build_position())
        window.at = end
