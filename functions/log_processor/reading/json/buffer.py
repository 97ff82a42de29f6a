"""Collect the raw records of a stream of documents until they are released as a block."""

from log_processor.reading.json.values import MAX_VALUE_BYTES
from log_processor.record import RawRecord
from log_processor.record_text import decode_record
from log_processor.state import DocumentPosition

BLOCK_RECORDS = 500


class RecordBuffer:
    """Raw records that wait to be released; a record of more than 4 MiB is cut and marked as truncated."""

    def __init__(self) -> None:
        self._records: list[RawRecord] = []
        self._first: RawRecord | None = None
        self._total = 0

    def add(
        self, offset: int, data: bytes, length: int, number: int, document: DocumentPosition, *, whole: bool = True
    ) -> None:
        """Add element `number` of `document`, of `length` bytes at `offset`, of which `data` are at hand.

        A broken element, which is not `whole`, proves no document.
        """
        data = data[:MAX_VALUE_BYTES]
        is_cut = len(data) < length
        text, undecoded = decode_record(data, cut=is_cut)
        parts = (offset, length, text, offset + length, is_cut, undecoded, number, document, None, True)
        raw = tuple.__new__(RawRecord, parts)  # in half the time that a call of the class takes
        if whole:
            self._first = self._first or raw
            self._total += 1
        self._records.append(raw)

    def release(self) -> list[RawRecord]:
        """Return the records that waited, and keep none."""
        released, self._records = self._records, []
        return released

    @property
    def is_full(self) -> bool:
        """Tell whether enough records wait for a block."""
        return len(self._records) >= BLOCK_RECORDS

    @property
    def is_convincing(self) -> bool:
        """Tell whether the records so far prove a document, and no line of text that merely begins like one.

        One of these proves it: there are two records or more, the first is an array's element, or it has several lines.
        """
        if self._first is None or self._first.document is None:
            return False
        return self._total > 1 or self._first.document.path is not None or "\n" in self._first.text
