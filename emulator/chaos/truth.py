"""Judge records by what is known of them: the bytes of each, its format and its time, as its writer meant them."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from emulator.verify.account import StoredRecord


@dataclass(frozen=True, slots=True)
class TrueRecord:
    """A record as it was written: its bytes `[start, end)`, its format, and its time if its text has one.

    If it is not stored as it is, `text` is what the table has to hold.
    """

    start: int
    end: int
    format: str
    time_ms: int | None
    text: str | None = None

    def __str__(self) -> str:
        return f"bytes {self.start:,} to {self.end:,} as {self.format} of {self.time_ms or 'no time'}"


def find_untrue(truth: Iterable[TrueRecord], stored: Iterable[StoredRecord]) -> list[str]:
    """Return each record that was written and is not stored as such, and each stored one that was never written.

    A record without a time of its own may have any time.
    """
    expected = Counter(truth)
    known = {(record.start, record.end): record for record in expected}
    actual = Counter(_describe(record, known.get((record.start, record.end))) for record in stored)
    return [
        *(f"written, not stored: {record}" for record in (expected - actual).elements()),
        *(f"stored, not written: {record}" for record in (actual - expected).elements()),
    ]


def _describe(record: StoredRecord, expected: TrueRecord | None) -> TrueRecord:
    """Return what is stored, without the time and the text that are not expected of it."""
    time_ms = None if expected and expected.time_ms is None else record.time_ms
    text = record.text if expected and expected.text is not None else None
    return TrueRecord(record.start, record.end, record.format, time_ms, text)
