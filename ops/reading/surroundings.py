"""Find the records that stand before and after one in its object, by the index."""

from collections.abc import Iterator
from itertools import islice

from ops.reading.span import Span
from ops.reading.spending import Spend
from ops.reading.store import Question, Record, RecordStore

REACH_MS = 24 * 3_600_000
"""How far in time the neighbours of a record are looked for, on each side."""
MAX_ENTRIES = 5_000
"""How many entries of the index are read at most for them, on each side."""


def find_surroundings(
    store: RecordStore, record: Record, count: int, spend: Spend
) -> tuple[list[Record], list[Record]]:
    """Return up to `count` whole records before a record in its object, and as many after it.

    They are looked for near its time, among the records of its source.
    """
    source = str(record.get("source") or "")
    moment = record.timestamp
    spans = {True: Span(moment - REACH_MS, moment), False: Span(moment, moment + REACH_MS)}
    near_records: dict[str, Record] = {}
    for newest_first, span in spans.items():
        question = Question((source,), span, newest_first=newest_first, whole=False, reads_ahead=False)
        near_records |= _collect(store.read(question, spend), record, count)
    offset = find_offset(record)
    ordered = sorted(near_records.values(), key=find_offset)
    before = [one for one in ordered if find_offset(one) < offset][-count:]
    after = [one for one in ordered if find_offset(one) > offset][:count]
    return store.complete(before, spend), store.complete(after, spend)


def _collect(records: Iterator[Record], record: Record, count: int) -> dict[str, Record]:
    """Return the next records of the same object; of one moment all that are near, whose order in time says nothing."""
    found_records: dict[str, Record] = {}
    others = 0
    for one in islice(records, MAX_ENTRIES):
        if one.version_digest != record.version_digest or one.log_id == record.log_id:
            continue
        others += one.timestamp != record.timestamp
        found_records[one.log_id] = one
        if others >= count:
            break
    return found_records


def find_offset(record: Record) -> tuple[int, int]:
    """Return where a record begins in its object, by its id: the byte, and its index in an array of JSON."""
    _, offset, *index = record.log_id.split("-")
    return int(offset, 16), int(index[0], 16) if index else 0
