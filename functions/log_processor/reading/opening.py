"""From an object's bytes to its raw records: decompressed, told apart as documents or lines, its format chosen."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Protocol

from log_processor.formats.detection import Decision, decide
from log_processor.formats.evidence import SAMPLE_RECORDS
from log_processor.formats.lib.format import Format
from log_processor.formats.registry import BY_NAME
from log_processor.reading.assembly import LineStarts, joined_records, raw_records
from log_processor.reading.charset import text_stream
from log_processor.reading.decompress import ExpansionLimits, decompressed
from log_processor.reading.head import HEAD_BYTES, fill_head
from log_processor.reading.json import stream
from log_processor.reading.json.expansion import Expansions
from log_processor.reading.lines import Line, lines, until_none_begins
from log_processor.reading.strands import LOOKBACK_BYTES, stranded_records
from log_processor.record import RawRecord
from log_processor.state import Columns, InDocument
from log_processor.work.ranges import ObjectRange

SAMPLE_BYTES = 1024 * 1024
Chunks = Iterator[bytes]
Blocks = Iterator[list[RawRecord]]


class ReadingRules(Protocol):
    """What is laid down of how an object is read; None where its bytes, or its format, decide."""

    @property
    def format(self) -> Format | None:
        """The format that it is declared to be of."""

    @property
    def start(self) -> LineStarts | None:
        """What tells the lines that begin a record."""

    @property
    def expansions(self) -> Expansions:
        """Which arrays of its documents hold the records."""

    @property
    def redaction(self) -> object | None:
        """What hides values: none may then stand in a reader's state."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What the bytes of a range are: records of the format decided on, lists of them as the stream comes.

    `columns` is what header lines before them said. `sequential` says that a later reader has to begin at the object's
    first byte; `divisible` that any line may be the first one.
    """

    decision: Decision
    blocks: Blocks
    columns: Columns | None
    sequential: bool
    divisible: bool

    @property
    def format(self) -> Format:
        """Return the format of the records."""
        return self.decision.format


def entry(work: ObjectRange, rules: ReadingRules) -> int:
    """The byte at which to begin reading so that the records of `work` are told from those before it."""
    if work.sequential:
        return 0
    return _first_byte(work, rules)


def opened(
    chunks: Chunks,
    work: ObjectRange,
    rules: ReadingRules,
    near_ms: int,
    limits: ExpansionLimits,
    watched: Callable[[Chunks], Chunks] = iter,
) -> Opening:
    """Open the stream of `work`, which begins at its `entry`; what is decompressed passes through `watched` too."""
    sequential = False
    if entry(work, rules) == 0:
        plain = decompressed(chunks, limits)
        text = text_stream(watched(plain.chunks))
        chunks, sequential = fill_head(text.chunks, HEAD_BYTES), plain.compressed or text.transcoded
    blocks, chunks = _documents(chunks, work, rules)
    if blocks is None:
        return _lines(chunks, work, rules, near_ms, sequential=sequential)
    first = next((block for block in blocks if block), [])
    samples = [raw.text for raw in first[:SAMPLE_RECORDS] if raw.offset < first[0].offset + HEAD_BYTES]
    chosen = _chosen(work, rules, samples, near_ms)
    sequential |= rules.redaction is not None  # what is around a record is then no part of a checkpoint
    return Opening(chosen, chain([first], blocks), None, sequential=sequential, divisible=False)


def _first_byte(work: ObjectRange, rules: ReadingRules) -> int:
    if isinstance(work.state, InDocument):
        return work.start
    chosen = _declared(work, rules)
    if chosen is not None and chosen.strand is not None and rules.start is None:
        return max(0, work.start - LOOKBACK_BYTES)
    return work.start if work.aligned else max(0, work.start - 1)


def _documents(chunks: Chunks, work: ObjectRange, rules: ReadingRules) -> tuple[Blocks | None, Chunks]:
    """The records of the documents that the stream of `work` holds; None, and the same stream, where it holds lines."""
    if isinstance(work.state, InDocument):
        if work.sequential:
            chunks = _skip(chunks, work.start)
        return stream.continued(chunks, work.state, work.start, rules.expansions), iter(())
    if entry(work, rules) > 0:
        return None, chunks
    blocks, chunks = stream.opened(chunks, rules.expansions)
    if blocks is not None and work.start > 0:
        blocks = ([raw for raw in block if raw.offset >= work.start] for block in blocks)
    return blocks, chunks


def _lines(chunks: Chunks, work: ObjectRange, rules: ReadingRules, near_ms: int, *, sequential: bool) -> Opening:
    position = _first_byte(work, rules)
    if work.sequential:
        chunks = _skip(chunks, position)
    if not work.aligned and work.end is not None:
        chunks = until_none_begins(chunks, position, work.end)
    blocks = lines(chunks, position)
    first = next(blocks, [])
    chosen = _chosen(work, rules, _samples(first), near_ms)
    records = _assembled(chain([first] if first else [], blocks), work, chosen.format, rules)
    # what a header says may change in the middle: such an object is read in its order
    columns = work.state if isinstance(work.state, Columns) else None
    divisible = not sequential and chosen.format.header is None
    return Opening(chosen, records, columns, sequential=sequential, divisible=divisible)


def _samples(first: list[Line]) -> list[str]:
    """Return the texts of the first lines of the head that are not blank, each up to `SAMPLE_BYTES`."""
    in_head = (line for line in first if line.offset < first[0].offset + HEAD_BYTES)
    written = (line.data[:SAMPLE_BYTES] for line in in_head if line.data and not line.data.isspace())
    return [data.decode("utf-8", "replace") for data in islice(written, SAMPLE_RECORDS)]


def _declared(work: ObjectRange, rules: ReadingRules) -> Format | None:
    """Return the format that the route declares, or that the object's beginning decided before."""
    return rules.format or BY_NAME.get(work.format or "")


def _chosen(work: ObjectRange, rules: ReadingRules, samples: Sequence[str], near_ms: int) -> Decision:
    """Return the decision that was taken already, or else the one that the records speak for."""
    declared = _declared(work, rules)
    return decide(samples, near_ms, work.key) if declared is None else Decision(declared)


def _assembled(blocks: Iterator[list[Line]], work: ObjectRange, chosen: Format, rules: ReadingRules) -> Blocks:
    """The raw records of lines, of one or of several as the route's own start, or else the format, has them."""
    if chosen.strand is not None and rules.start is None:
        return stranded_records(blocks, work.start, work.end, chosen.strand)
    starts = rules.start or chosen.starts
    if starts is None:
        return raw_records(blocks, work.start, work.end)
    return joined_records(blocks, work.start, work.end, starts, aligned=work.aligned)


def _skip(chunks: Chunks, skipped_bytes: int) -> Chunks:
    """The stream without its first `skipped_bytes`."""
    for chunk in chunks:
        if skipped_bytes < len(chunk):
            yield chunk[skipped_bytes:]
        skipped_bytes = max(0, skipped_bytes - len(chunk))
