"""A stream of JSON documents becomes raw records: the elements of their arrays, and objects that hold no such array."""

import re
from collections.abc import Iterator

from log_processor.errors import PermanentError
from log_processor.reading.json.damage import document_at, text_end
from log_processor.reading.json.document import Document
from log_processor.reading.json.expansion import Expansions
from log_processor.reading.json.found import Found
from log_processor.reading.json.values import MAX_VALUE_BYTES, DamageError, StarvedError, decoded
from log_processor.reading.json.window import Window
from log_processor.record import RawRecord
from log_processor.state import InDocument, Place

BETWEEN = re.compile(r"[ \t\r\n\x1e]*")
"""White space, and the record separator of JSON text sequences (RFC 7464)."""
HEAD_CHARACTERS = 4096


class Elements:
    """The records of the documents in a window; `entered` is the place of the record right before it.

    What is damaged is text, up to a line in which a document may begin. `convincing` says, once something is damaged,
    whether what was found before is more than a line of text that happens to begin like a document.
    """

    def __init__(self, window: Window, expansions: Expansions, entered: InDocument | None = None) -> None:
        self._window = window
        self._first_names = {path[0] for path in expansions}
        self._found = Found()
        self._document = Document(window, self._found, expansions)
        names = "|".join(map(re.escape, self._first_names))
        self._document.nested = re.search(f'"(?:{names})"', window.text[:HEAD_CHARACTERS]) is not None
        self._mended = 0
        self._over = False
        self.convincing: bool | None = None
        if entered is not None:
            self._mended = entered.place.mended
            self._document.go_on(entered)

    def blocks(self) -> Iterator[list[RawRecord]]:
        """The records; at least one list, which may be empty, before more of the stream is asked for."""
        while not self._over:
            try:
                self._step()
            except StarvedError:
                yield [] if self._document.held else self._found.release()
                yield from self._move()
            except DamageError as damage:
                self._mend(self._window.base + damage.at)
            if self._found.full and not self._document.held:
                yield self._found.release()
        yield self._found.release()

    def _move(self) -> Iterator[list[RawRecord]]:
        try:
            self._window.move()
        except PermanentError:  # nothing more will come to what is held
            yield self._found.release()
            raise

    def _step(self) -> None:
        if self._document.root is not None:
            self._document.step()
            return
        window = self._window
        between = BETWEEN.match(window.text, window.at)
        window.at = between.end() if between else window.at
        if window.offset < self._mended:
            self._take_text()
        else:
            self._next(document_at(window) if self._mended else window.at)

    def _next(self, at: int | None) -> None:
        """Begin the document at `at`, pass it at once, or end where the stream ends."""
        window, text = self._window, self._window.text
        if at == len(text):
            if not window.whole:
                raise StarvedError
            self._over = True
        elif at is None or text[at] not in "{[":
            raise DamageError(window.at + 1)
        elif text[at] == "[" or self._document.nested or not self._whole_object(at):
            self._document.begin(at, self._mended)

    def _whole_object(self, at: int) -> bool:
        """Take an object that is at hand and holds no records, which is faster than member by member."""
        window = self._window
        try:
            value, end = decoded(window.text, at, whole=window.whole)
        except (StarvedError, DamageError, RecursionError):
            return False
        if end - at > MAX_VALUE_BYTES or not self._first_names.isdisjoint(value):
            return False
        self._found.add(window.base + at, window.data[at:end], end - at, 0, self._between)
        window.at = end
        return True

    @property
    def _between(self) -> Place:
        return Place(None, 0, {}, self._mended)

    def _mend(self, damaged: int) -> None:
        """What no record has taken up to the byte `damaged`, and the line that it stands in, is text."""
        if self.convincing is None:
            self.convincing = self._found.convincing
        self._mended = damaged
        self._document.give_up(self._between)

    def _take_text(self) -> None:
        window = self._window
        end = text_end(window)
        text = window.data[window.at : end].rstrip(b"\r\n")
        self._found.add(window.offset, text, len(text), 0, self._between)
        window.at = end
