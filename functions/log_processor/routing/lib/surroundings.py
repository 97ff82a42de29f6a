"""Know what stands beside a record in its object, so that a value is hidden of which the record has a part alone."""

from collections.abc import Sequence
from typing import NamedTuple

from log_processor.cutting import take_first_lines, take_last_lines
from log_processor.reading.lines import Line
from log_processor.record import RawRecord
from log_processor.routing.lib.private_keys import NEEDLE, OpenKey, follow_key


class Beside(NamedTuple):
    """The text before and after a piece of a cut record, empty if there is none, and the private key that is open."""

    before: str
    after: str
    key: OpenKey | None


class Surroundings:
    """What stands beside the records of one attempt, which come in their order, after the `preceding` lines."""

    def __init__(self, preceding: Sequence[Line]) -> None:
        self._preceding = preceding
        self._key: OpenKey | None = None
        self._before = ""

    def look_beside(self, raw: RawRecord, following: str) -> Beside | None:
        """Return what stands beside a record, None if nothing that matters; `following` is the record's next piece."""
        if self._preceding:
            self._follow_preceding(self._preceding)
            self._preceding = ()
        if raw.piece is None and self._key is None and NEEDLE not in raw.text:
            return None
        key, piece = self._key, raw.piece
        self._key = follow_key(key, raw.offset, raw.text)
        if key is not None and not key.is_near(raw.offset):
            key = None
        if piece is None:
            return None if key is None else Beside("", "", key)
        before = "" if raw.offset == piece.first_offset else self._before
        self._before = take_last_lines(raw.text)
        return Beside(before, take_first_lines(following), key)

    def _follow_preceding(self, preceding: Sequence[Line]) -> None:
        texts = [line.data.decode("utf-8", "replace") for line in preceding]
        for line, text in zip(preceding, texts, strict=True):
            self._key = follow_key(self._key, line.offset, text)
        self._before = "\n".join(texts)
