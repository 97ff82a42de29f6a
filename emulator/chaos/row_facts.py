"""Compare what the ledger says of an object, beside its records, with the upload: source, size and time."""

from collections.abc import Iterator

from emulator.chaos.ledger import RangeTotals

MAX_EVENT_DELAY_MS = 60_000
"""The most by which the time of an event differs from that of the upload that it tells of."""


def find_wrong_facts(name: str, size_bytes: int, uploaded_ms: int, ranges: RangeTotals) -> Iterator[str]:
    """Yield a problem for each fact that the rows of the object `s3://bucket/key` have wrong, or lack.

    An object that was read has its size in the row of the whole; one that was not may lack it. If `uploaded_ms` is 0,
    it was uploaded more than once without a version, and an event may tell of any of the uploads.
    """
    source = name.removeprefix("s3://").split("/")[1]  # no route gives the objects of a run another
    if ranges.sources != {source}:
        yield f"{name}: the ledger says that its source is {', '.join(sorted(ranges.sources))}, it is {source}"
    if ranges.sizes - {size_bytes} or (ranges.is_whole and not ranges.sizes):
        yield f"{name}: the ledger says that it has {sorted(ranges.sizes)} bytes, it has {size_bytes}"
    others = [time_ms for time_ms in ranges.event_times if abs(time_ms - uploaded_ms) > MAX_EVENT_DELAY_MS]
    if ranges.untimed or (uploaded_ms and others):
        yield f"{name}: {ranges.untimed} ledger rows say no time of an event, {len(others)} that of another upload"
