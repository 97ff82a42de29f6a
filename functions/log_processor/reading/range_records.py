"""Open the records of one range: decompress its bytes, tell documents from lines, choose the format, find the records.

An object is read as JSON documents or as lines. Its first bytes decide which of the two, and in which format, unless
the route or an earlier attempt has decided it. A range that begins in the middle of an object follows that decision.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from itertools import chain

from log_processor.cutting import REACH_BYTES
from log_processor.errors import PlanError
from log_processor.formats.date_orders import find_date_orders
from log_processor.formats.detection import Decision, decide
from log_processor.formats.evidence import SAMPLE_RECORDS
from log_processor.formats.lib.dating import DATE_KINDS, Dating
from log_processor.formats.lib.format import Format
from log_processor.formats.reader import Reader
from log_processor.formats.registry import BY_NAME
from log_processor.formats.starts import choose_starts, choose_stream_reader
from log_processor.reading.assembly import join_records, read_single_lines
from log_processor.reading.charset import transcode_text
from log_processor.reading.container_streams import LOOKBACK_BYTES, join_stream_records
from log_processor.reading.decompress import ExpansionLimits, decompress
from log_processor.reading.gaps import GAP_BYTES, GapCount, blank_gaps
from log_processor.reading.head import HEAD_BYTES
from log_processor.reading.json import documents
from log_processor.reading.lines import Line, keep_preceding, split_lines, stop_without_line_start
from log_processor.reading.reading_rules import ReadingRules
from log_processor.record import RawRecord
from log_processor.record_text import decode_record
from log_processor.state import InDocument, ReaderState, get_cut_record
from log_processor.work.plan import Kind, Plan
from log_processor.work.ranges import ObjectRange

SAMPLE_BYTES = 1024 * 1024
Chunks = Iterator[bytes]
Blocks = Iterator[list[RawRecord]]
TakeSamples = Callable[[], Sequence[str]]


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

    Decompress gzip within `limits`, and pass the decompressed chunks through `check_deadline`, since few compressed
    bytes may expand to many. `last_modified_ms` is the object's last-modified time in epoch milliseconds; times
    without a year lie near it. Raise `NotALogError` if the object holds no text, and `PlanError` if its plan names an
    unknown format. Damage after the first block is raised when the blocks are read, after the records before it.
    """
    sequential, first_byte = False, find_first_byte(work, rules)
    if first_byte == 0:
        plain = decompress(chunks, limits)
        text = transcode_text(check_deadline(plain.chunks), rules.encoding)
        chunks, sequential = text.chunks, plain.compressed or text.transcoded
    gaps = GapCount(work.start, work.end)
    blocks, chunks = _open_documents(blank_gaps(chunks, gaps, first_byte), work, rules)
    if blocks is None:
        return _open_lines(chunks, work, rules, last_modified_ms, gaps, sequential=sequential)
    first = next((block for block in blocks if block), [])
    take_samples = partial(_list_samples, first)
    decision = _choose_format(work, rules, lambda: take_samples()[:SAMPLE_RECORDS], last_modified_ms)
    dating = _choose_dating(work, rules, decision.format, take_samples, last_modified_ms)
    sequential |= rules.redaction is not None  # a reader state would hold root fields that may have to be hidden
    return RangeRecords(
        decision,
        chain([first], blocks),
        None,
        sequential=sequential,
        divisible=False,
        kind="documents",
        dating=dating,
        gaps=gaps,
    )


def _find_first_line_byte(work: ObjectRange, rules: ReadingRules) -> int:
    """Return the first byte to split into lines; only a sequential object is fetched from before it, from byte 0."""
    known = None if isinstance(work.state, InDocument) else _get_known_format(work, rules)
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
    first = next((block for block in blocks if any(line.data and not line.data.isspace() for line in block)), [])
    take_samples = cache(partial(_take_samples, first))
    decision = _choose_format(work, rules, take_samples, last_modified_ms)
    dating = _choose_dating(work, rules, decision.format, take_samples, last_modified_ms)
    records = _find_records(chain([first] if first else [], blocks), work, decision.format, rules)
    # a header line may stand in the middle of the object and change the columns: read such an object in order
    divisible = not sequential and decision.format.header_lines is None
    return RangeRecords(decision, records, work.state, sequential, divisible, "lines", dating, gaps, preceding)


def _list_samples(first: list[RawRecord]) -> list[str]:
    """Return the texts of the first records of a document, as far as they begin in the head."""
    return [raw.text for raw in first if raw.offset < first[0].offset + HEAD_BYTES]


def _take_samples(first: list[Line]) -> list[str]:
    """Return the texts of the lines of the head that are not blank, each up to `SAMPLE_BYTES`."""
    in_head = (line for line in first if line.offset < first[0].offset + HEAD_BYTES)
    texts = (line.data[:SAMPLE_BYTES] for line in in_head if line.data and not line.data.isspace())
    return [decode_record(data)[0] for data in texts]


def _get_known_format(work: ObjectRange, rules: ReadingRules) -> Format | None:
    """Return the format of the object's plan; without a plan, the one that the route declares, or else the message."""
    if work.plan is not None:
        return _find_planned_format(work.plan, work)
    return rules.format or BY_NAME.get(work.format or "")


def _find_planned_format(plan: Plan, work: ObjectRange) -> Format:
    planned = BY_NAME.get(plan.format)
    if planned is None:
        remedy = "deploy the version that wrote it, or remove it from the object's ledger row"
        raise PlanError(f"{work.uri}: the plan names the format {plan.format!r}, which is not known here: {remedy}")
    return planned


def _choose_format(
    work: ObjectRange, rules: ReadingRules, take_samples: TakeSamples, last_modified_ms: int
) -> Decision:
    """Return the decision for the known format if there is one, or else decide by the key and the sample records."""
    known = _get_known_format(work, rules)
    if known is not None:
        return Decision(known)
    return decide(take_samples(), last_modified_ms, work.key, joins_all=rules.joins_all)


def _choose_dating(
    work: ObjectRange, rules: ReadingRules, chosen: Format, take_samples: TakeSamples, last_modified_ms: int
) -> Dating:
    """Return how undecided times are read: as the object's plan says; without a plan, as the route or the sample does.

    A range of an object that was begun without a plan has no sample of its beginning.
    """
    if work.plan is not None:
        return Dating(work.plan.date_orders, rules.time_zone)
    if rules.date_order is not None:
        return Dating(dict.fromkeys(DATE_KINDS, rules.date_order), rules.time_zone)
    if not work.is_whole:
        return Dating(zone=rules.time_zone)
    reader = Reader(chosen, last_modified_ms, declared=rules.format is not None)
    return Dating(find_date_orders(take_samples(), reader, last_modified_ms), rules.time_zone)


def _find_records(blocks: Iterator[list[Line]], work: ObjectRange, chosen: Format, rules: ReadingRules) -> Blocks:
    """Return the raw records of lines: of one line each, or of several.

    The route's own record start comes first. If it has none, the format says how its lines are joined, if at all.
    """
    declared = work.plan.declared if work.plan else rules.format is not None
    read_stream_line = chosen.read_stream_line if declared else choose_stream_reader(chosen)
    if read_stream_line is not None and rules.start is None:
        return join_stream_records(blocks, work.start, work.end, read_stream_line)
    starts = choose_starts(chosen, rules.start, declared=declared, joins_all=rules.joins_all)
    if starts is None:
        return read_single_lines(blocks, work.start, work.end)
    resumed = get_cut_record(work.state)
    return join_records(blocks, work.start, work.end, starts, aligned=work.aligned, resumed=resumed)


def _skip_bytes(chunks: Chunks, skipped_bytes: int) -> Chunks:
    """Yield the chunks of a stream without its first `skipped_bytes`."""
    for chunk in chunks:
        if skipped_bytes < len(chunk):
            yield chunk[skipped_bytes:]
        skipped_bytes = max(0, skipped_bytes - len(chunk))
