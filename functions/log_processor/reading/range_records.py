"""Open the records of one range: decompress its bytes, tell documents from lines, choose the format, find the records.

An object is read as JSON documents or as lines. Its first bytes decide which of the two, and in which format, unless
the route or an earlier attempt has decided it. A range that begins in the middle of an object follows that decision.
"""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache, partial
from itertools import chain
from typing import NoReturn, TypeVar

from log_processor.cutting import REACH_BYTES
from log_processor.errors import DAMAGES, PipelineError
from log_processor.formats.detection import Decision
from log_processor.formats.evidence import SAMPLE_RECORDS
from log_processor.formats.lib.dating import Dating
from log_processor.formats.lib.format import Format
from log_processor.formats.starts import choose_starts, choose_stream_reader
from log_processor.reading.assembly import join_records, read_single_lines
from log_processor.reading.charset import transcode_text
from log_processor.reading.choice import choose_dating, choose_format, get_known_format, sample_documents, sample_lines
from log_processor.reading.codecs.expansion import ByteCounts, ExpansionLimits
from log_processor.reading.codecs.zip_member import expand_member
from log_processor.reading.container_streams import LOOKBACK_BYTES, join_stream_records
from log_processor.reading.decompress import decompress
from log_processor.reading.gaps import GAP_BYTES, GapCount, blank_gaps
from log_processor.reading.json import documents
from log_processor.reading.line_starts import note_line_starts
from log_processor.reading.lines import Line, keep_preceding, split_lines, stop_without_line_start
from log_processor.reading.quoted_lines import join_quoted_lines
from log_processor.reading.range_border import RangeBorder
from log_processor.reading.reading_rules import ReadingRules
from log_processor.record import RawRecord
from log_processor.state import InDocument, ReaderState, get_cut_record
from log_processor.work.plan import Kind
from log_processor.work.ranges import ObjectRange

Chunks = Iterator[bytes]
Blocks = Iterator[list[RawRecord]]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RangeRecords:
    """How the records of one range are read: in which format, and `blocks`, the lists of its raw records.

    - `state` is the reader state with which the range begins, None if it needs none.
    - `sequential` says that every later reader of the object has to begin at its first byte, because the bytes are
      compressed or transcoded, or because a reader state would hold values that are to be hidden.
    - `divisible` says that a range may begin at any line of the object, so that a large one can be split.
    - `kind` says whether the object is read as documents or as lines.
    - `dating` says how times are read that their line alone does not decide.
    - `gaps` counts the bytes of the range that are in gaps, as they are read.
    - `line_starts` gets where lines begin, if the range replaces records, before the records there are read.
    - `border` tells where the records of the range meet those of the next one.
    - `preceding` gets the lines before the range, if values are to be hidden, before the first record is read.

    The blocks come as the stream does: reading them may raise what reading the object raises.
    """

    decision: Decision
    blocks: Blocks
    state: ReaderState | None
    sequential: bool
    divisible: bool
    kind: Kind
    dating: Dating
    gaps: GapCount
    line_starts: deque[int]
    border: RangeBorder = field(default_factory=RangeBorder)
    preceding: list[Line] = field(default_factory=list)

    @property
    def format(self) -> Format:
        """Return the format of the records."""
        return self.decision.format


def find_first_byte(work: ObjectRange, rules: ReadingRules) -> int:
    """Return the first byte to fetch so that the first record of `work` can be recognised; the first case applies.

    1. The object is sequential: byte 0.
    2. The lines are of container streams: `LOOKBACK_BYTES` before `work.start`, since earlier lines may be joined.
    3. Values are hidden: `REACH_BYTES` before `work.start`, since the lines there may hold the beginning of one.
    4. Otherwise `GAP_BYTES` before `work.start`, since they tell whether a line begins there, and whether the NULs
       there are a gap.

    For example, a range of plain lines that begins at byte 1,000 is fetched from byte 992.
    """
    return 0 if work.sequential else _find_first_line_byte(work, rules)


def open_records(
    chunks: Chunks,
    work: ObjectRange,
    rules: ReadingRules,
    last_modified_ms: int,
    limits: ExpansionLimits,
    check_deadline: Callable[[Chunks], Chunks] = iter,
) -> RangeRecords:
    """Return the records of `work`, where `chunks` are the object's bytes from `find_first_byte` on.

    The chunks of a zip begin with the member of `work`. Decompress within `limits`, and pass what each layer gives
    through `check_deadline`. `last_modified_ms` is the object's last-modified time in epoch milliseconds; times without
    a year lie near it. Raise `NotALogError` if the object holds no text, and `PlanError` if its plan names an unknown
    format. Damage after the first block is raised when the blocks are read, after the records before it.
    """
    sequential, first_byte = False, find_first_byte(work, rules)
    if first_byte == 0:
        if work.member is not None:
            chunks = check_deadline(expand_member(work.member, chunks, ByteCounts(limits)))
        plain = decompress(chunks, limits, check_deadline)
        text = transcode_text(plain.chunks, rules.encoding)
        chunks, sequential = text.chunks, plain.compressed or text.transcoded or work.member is not None
    gaps = GapCount(work.start, work.end)
    chunks, line_starts = blank_gaps(chunks, gaps, first_byte), deque[int]()
    if work.replaces_records:
        chunks = note_line_starts(chunks, first_byte, line_starts)
    blocks, chunks = _open_documents(chunks, work, rules)
    if blocks is None:
        return _open_lines(chunks, work, rules, last_modified_ms, gaps, line_starts, sequential=sequential)
    first, blocks = _take_first(blocks, bool, work)
    take_samples = cache(partial(sample_documents, first))
    decision = choose_format(work, rules, lambda: take_samples()[:SAMPLE_RECORDS], last_modified_ms)
    dating = choose_dating(work, rules, decision.format, take_samples, last_modified_ms)
    sequential |= rules.redaction is not None  # a reader state would hold root fields that may have to be hidden
    return RangeRecords(
        decision,
        blocks,
        None,
        sequential=sequential,
        divisible=False,
        kind="documents",
        dating=dating,
        gaps=gaps,
        line_starts=line_starts,
    )


def _find_first_line_byte(work: ObjectRange, rules: ReadingRules) -> int:
    """Return the first byte to split into lines; only a sequential object is fetched from before it, from byte 0."""
    known = None if isinstance(work.state, InDocument) else get_known_format(work, rules)
    if known is not None and known.read_stream_line is not None and rules.start is None:
        return max(0, work.start - LOOKBACK_BYTES)
    if rules.redaction is not None:
        return max(0, work.start - REACH_BYTES)
    return max(0, work.start - GAP_BYTES)


def _open_documents(chunks: Chunks, work: ObjectRange, rules: ReadingRules) -> tuple[Blocks | None, Chunks]:
    """Return the records of the documents in the stream; if it holds lines instead, None and the whole stream."""
    if isinstance(work.state, InDocument):
        chunks = _skip_bytes(chunks, work.start - find_first_byte(work, rules))
        return documents.resume_documents(chunks, work.state, work.start, rules.expansions), iter(())
    if find_first_byte(work, rules) > 0:
        return None, chunks
    blocks, chunks = documents.read_documents(chunks, rules.expansions, kind=work.plan.kind if work.plan else None)
    if blocks is not None and work.start > 0:
        blocks = ([raw for raw in block if raw.offset >= work.start] for block in blocks)
    return blocks, chunks


def _open_lines(
    chunks: Chunks,
    work: ObjectRange,
    rules: ReadingRules,
    last_modified_ms: int,
    gaps: GapCount,
    line_starts: deque[int],
    *,
    sequential: bool,
) -> RangeRecords:
    """Return the records of a stream that holds lines, from the first line that `work` needs on."""
    offset = _find_first_line_byte(work, rules)
    if work.sequential:
        chunks = _skip_bytes(chunks, offset)
    if not work.aligned and work.end is not None:
        chunks = stop_without_line_start(chunks, offset, work.start, work.end)
    blocks = split_lines(chunks, offset)
    preceding: list[Line] = []
    if rules.redaction is not None and work.start > 0:
        blocks = keep_preceding(blocks, work.start, preceding)
    first, blocks = _take_first(blocks, _has_text, work)
    take_samples = cache(partial(sample_lines, first))
    decision = choose_format(work, rules, take_samples, last_modified_ms)
    dating = choose_dating(work, rules, decision.format, take_samples, last_modified_ms)
    border = RangeBorder()
    records = _find_records(blocks, work, decision.format, rules, border)
    # a header line may stand in the middle of the object and change the columns: read such an object in order
    divisible = not sequential and decision.format.header_lines is None
    return RangeRecords(
        decision, records, work.state, sequential, divisible, "lines", dating, gaps, line_starts, border, preceding
    )


def _has_text(block: list[Line]) -> bool:
    return any(line.data and not line.data.isspace() for line in block)


def _take_first(
    blocks: Iterator[list[T]], is_wanted: Callable[[list[T]], bool], work: ObjectRange
) -> tuple[list[T], Iterator[list[T]]]:
    """Return the first block that is wanted, which is empty if there is none, and the blocks from it on.

    Damage before it is raised when the blocks are read, if the plan of `work` is decided: the range has no record then,
    and what earlier attempts stored of it may have to be removed.
    """
    try:
        first = next(filter(is_wanted, blocks), [])
    except DAMAGES as error:
        if work.plan is None:
            raise
        return [], map(_raise, [error])
    return first, chain([first], blocks) if first else blocks


def _raise(error: PipelineError) -> NoReturn:
    raise error


def _find_records(
    blocks: Iterator[list[Line]], work: ObjectRange, chosen: Format, rules: ReadingRules, border: RangeBorder
) -> Blocks:
    """Return the raw records of lines: of one line each, or of several; `border` is told if ranges share theirs.

    The route's own record start comes first. If it has none, the format says how its lines are joined, if at all.
    """
    declared = work.plan.declared if work.plan else rules.format is not None
    read_stream_line = chosen.read_stream_line if declared else choose_stream_reader(chosen)
    if read_stream_line is not None and rules.start is None:
        return join_stream_records(blocks, work.start, work.end, read_stream_line)
    if chosen.breaks_off is not None and rules.start is None:
        blocks = join_quoted_lines(blocks, work.start, chosen.breaks_off)
    starts = choose_starts(chosen, rules.start, declared=declared, joins_all=rules.joins_all)
    if starts is None:
        return read_single_lines(blocks, work.start, work.end)
    resumed = get_cut_record(work.state)
    border.is_shared = True
    return join_records(blocks, work.start, work.end, starts, aligned=work.aligned, resumed=resumed, border=border)


def _skip_bytes(chunks: Chunks, skipped_bytes: int) -> Chunks:
    """Yield the chunks of a stream without its first `skipped_bytes`."""
    for chunk in chunks:
        if skipped_bytes < len(chunk):
            yield chunk[skipped_bytes:]
        skipped_bytes = max(0, skipped_bytes - len(chunk))
