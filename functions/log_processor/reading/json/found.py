"""The raw records found in a stream of documents so far."""

from log_processor.reading.json.values import MAX_VALUE_BYTES
from log_processor.record import RawRecord
from log_processor.state import Place

BLOCK_RECORDS = 500


class Found:
    """Records that wait to be released; beyond 4 MiB a record is cut and marked."""

    def __init__(self) -> None:
        self._records: list[RawRecord] = []
        self._first: RawRecord | None = None
        self._total = 0

    def add(self, offset: int, data: bytes, length: int, number: int, place: Place) -> None:
        """Take a record of `length` bytes at `offset`, of which `data` is what is at hand."""
        data = data[:MAX_VALUE_BYTES]
        try:
            text, undecoded = data.decode(), None
        except UnicodeDecodeError:
            text, undecoded = data.decode("utf-8", "replace"), data
        raw = RawRecord(offset, length, text, offset + length, len(data) < length, undecoded, number, place)
        self._first = self._first or raw
        self._total += 1
        self._records.append(raw)

    def release(self) -> list[RawRecord]:
        """The records that waited."""
        released, self._records = self._records, []
        return released

    @property
    def full(self) -> bool:
        """Whether enough wait for a block."""
        return len(self._records) >= BLOCK_RECORDS

    @property
    def convincing(self) -> bool:
        """Whether it is more than a line of text that happens to begin like a document."""
        if self._first is None or self._first.place is None:
            return False
        return self._total > 1 or self._first.place.path is not None or "\n" in self._first.text
