"""One attempt at a range: open its object, read and store it; how that ended is an outcome, and nothing is raised."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial

from log_processor.errors import (
    NoProgressError,
    OutOfTimeError,
    PipelineError,
    PlanError,
    ServiceUnavailableError,
    ThrottledError,
)
from log_processor.formats.reader import Reader
from log_processor.parser_version import get_parser_version
from log_processor.reading.decompress import ExpansionLimits
from log_processor.reading.range_records import RangeRecords, find_first_byte, open_records
from log_processor.reading.records import build_state, read_records
from log_processor.reading.source import ObjectSource, OpenObject
from log_processor.routing.lib.route import Route
from log_processor.settings import Settings
from log_processor.state import Columns, ReaderState
from log_processor.storing.batches import Batch, Checkpoint, Portion, make_portions
from log_processor.storing.items import ItemEncoder, ObjectFacts
from log_processor.storing.ledger import Ending
from log_processor.storing.ledger_row import Row
from log_processor.storing.rejects import RejectOrigin, RejectSpool, render_reject
from log_processor.storing.table import RejectReasons, TableWriter
from log_processor.storing.wire import BatchWriteWire
from log_processor.work.continuation import MAX_STALLS, stall_delay_s
from log_processor.work.deadline import Deadline
from log_processor.work.outcome import Continued, Done, Failed, Outcome, Requeued
from log_processor.work.plan import Plan
from log_processor.work.ranges import ObjectRange, choose_piece_bytes, split


@dataclass(frozen=True, slots=True)
class Tools:
    """What every attempt works with."""

    settings: Settings
    source: ObjectSource
    wire: BatchWriteWire
    pool: ThreadPoolExecutor
    decide: Callable[[ObjectRange, Plan], Plan]
    """Keeps the plan of an object, unless it has one already; returns the one that holds."""


@dataclass(frozen=True, slots=True)
class Begun:
    """What is known of a range if an attempt at it begins.

    `opened` is its object, if that had to be opened to learn its version; `refusal` is why it could not be.
    `fresh` says that the attempt has at least half of an invocation to itself.
    """

    work: ObjectRange
    row: Row
    route: Route
    fresh: bool
    opened: OpenObject | None = None
    refusal: PipelineError | None = None
    started_s: float = field(default_factory=time.monotonic)


class Attempt:
    """One attempt at the range that `begun` tells of; what the table and the formats reject goes to `rejects`."""

    def __init__(self, begun: Begun, tools: Tools, deadline: Deadline, rejects: RejectSpool) -> None:
        self.begun, self.work, self.route = begun, begun.work, begun.route
        self.deadline, self.rejects = deadline, rejects
        self._tools, self._settings = tools, tools.settings
        self._object = begun.opened
        self._range_records: RangeRecords | None = None
        self._writer: TableWriter | None = None

    @property
    def totals(self) -> Checkpoint:
        """How far the range is stored."""
        return self._writer.committed if self._writer else Checkpoint(self.work.start)

    @property
    def progress(self) -> bool:
        """Whether a following attempt may begin further on."""
        return self.totals.position > self.work.start

    @property
    def format_name(self) -> str | None:
        """The format that the object is read as, once it is known."""
        return self._range_records.format.name if self._range_records else self.work.format

    @property
    def last_modified_ms(self) -> int | None:
        """The object's last-modified time, of its plan if it has one, once it is known."""
        if self.work.plan is not None:
            return self.work.plan.last_modified_ms
        return self._object.last_modified_ms if self._object else None

    def run(self) -> Outcome:
        """Read the range and store it, or find the parts in which it is to be read."""
        if self.begun.refusal is not None:
            return self.stopped(self.begun.refusal)
        try:
            found = self._open()
            range_records = self._range_records = self._open_records(found)
            if self.work.plan is None and self.work.is_whole:
                found, range_records = self._agree(found, range_records)
            if range_records.divisible and (parts := self._parts(found.size_bytes)):
                return Done(parts)
            error = self._store(self._portions(range_records))
        except PipelineError as met:
            error = met
        return Done() if error is None else self.stopped(error)

    def stopped(self, error: PipelineError) -> Outcome:
        """Return what becomes of the range if `error` ends the attempt."""
        work = self.work
        match error:
            case OutOfTimeError() | ServiceUnavailableError() if self.progress:
                return Continued(self.totals.position)
            case OutOfTimeError() if self.begun.fresh and work.stalls >= MAX_STALLS:
                return self.failed(_no_progress(work))
            case OutOfTimeError():
                return Requeued(replace(work, stalls=work.stalls + self.begun.fresh))
            case ThrottledError() if work.stalls < MAX_STALLS:
                return Requeued(replace(work, stalls=work.stalls + 1), stall_delay_s(work.stalls))
        return self.failed(error)

    def failed(self, error: PipelineError) -> Failed:
        """Return the failure that `error` is, in words that may leave the function."""
        return Failed(self.route.redact_error(error, self.work.uri).of_attempt(self.begun.row.attempts))

    def ending(self, status: str) -> Ending:
        """Return the ledger's words for how the attempt ended, without those that its outcome adds."""
        return Ending(
            status=status,
            totals=self.totals,
            duration_ms=int((time.monotonic() - self.begun.started_s) * 1000),
            format=self.format_name,
            state=self._state(status),
            sequential=self._range_records is not None and self._range_records.sequential,
        )

    def _state(self, status: str) -> ReaderState | None:
        """Return what a range that goes on has to know; columns are told of any range."""
        state = self.totals.state if self.progress else self.work.state
        return state if status == "continued" or isinstance(state, Columns) else None

    def _open(self) -> OpenObject:
        begin = find_first_byte(self.work, self.route)
        if self._object is None or begin:
            self._object = self._tools.source.open(self.work, begin)
        return self._object

    def _open_records(self, found: OpenObject) -> RangeRecords:
        watched, settings = self.deadline.watched, self._settings
        limits = ExpansionLimits(settings.expansion_ratio_limit, settings.expanded_bytes_limit)
        plan, last_modified_ms = self.work.plan, self.last_modified_ms or found.last_modified_ms
        if plan is not None and plan.size_bytes != found.size_bytes:
            sizes = f"the plan in its ledger row is for {plan.size_bytes} bytes and it has {found.size_bytes}"
            raise PlanError(f"{self.work.uri}: {sizes}: upload it again, or remove the row")
        return open_records(watched(found.chunks), self.work, self.route, last_modified_ms, limits, watched)

    def _agree(self, found: OpenObject, range_records: RangeRecords) -> tuple[OpenObject, RangeRecords]:
        """Decide how the object is read, or learn what another attempt decided and open it again as that says."""
        proposed = self._propose(found, range_records)
        agreed = self._tools.decide(self.work, proposed)
        self.work = replace(self.work, plan=agreed)
        if agreed != proposed:
            found = self._object = self._tools.source.open(self.work, 0)
            range_records = self._range_records = self._open_records(found)
        return found, range_records

    def _propose(self, found: OpenObject, range_records: RangeRecords) -> Plan:
        """Return the plan that this attempt would follow, by the object's beginning and the settings of now."""
        settings, size_bytes = self._settings, found.size_bytes
        is_split = range_records.divisible and size_bytes > settings.split_threshold_bytes
        return Plan(
            format=range_records.format.name,
            declared=self.route.format is not None,
            kind=range_records.kind,
            size_bytes=size_bytes,
            piece_bytes=choose_piece_bytes(size_bytes, settings.range_bytes) if is_split else 0,
            last_modified_ms=found.last_modified_ms,
            parser=get_parser_version(),
        )

    def _parts(self, size_bytes: int) -> tuple[ObjectRange, ...]:
        """Return the ranges in which to read a large object, or what an earlier invocation had no time to hand out."""
        work, plan = self.work, self.work.plan
        piece_bytes = plan.piece_bytes if plan else choose_piece_bytes(size_bytes, self._settings.range_bytes)
        is_large = piece_bytes > 0 and (work.is_whole or (work.end or 0) - work.start > piece_bytes)
        if not is_large:
            return ()
        whole = replace(work, end=work.end or size_bytes, format=self.format_name, stalls=0)
        return tuple(split(whole, size_bytes, piece_bytes))

    def _portions(self, range_records: RangeRecords) -> Iterator[Portion]:
        """Return the range's records as they will be stored."""
        work, route, settings, last_modified_ms = self.work, self.route, self._settings, self.last_modified_ms or 0
        facts = ObjectFacts(work.uri, route.get_source(work.key), work.version, self.begun.row.processed_at)
        encoder = ItemEncoder(facts, index_shards=settings.index_shards, record_ttl_days=settings.record_ttl_days)
        declared = work.plan.declared if work.plan else route.format is not None
        reader = Reader(range_records.format, last_modified_ms, range_records.columns, declared=declared)
        blocks = self.deadline.watched(range_records.blocks)  # of records that are all filtered there is no batch
        read = read_records(blocks, reader, work.digest, last_modified_ms, route.transform)
        return make_portions(
            read, encoder, work.start, partial(build_state, reader=reader, with_root_fields=route.redaction is None)
        )

    def _store(self, portions: Iterator[Portion]) -> PipelineError | None:
        """Store the range as far as there is time and room for its rejects; return what stopped that, if anything."""
        writer = self._writer = TableWriter(
            self._tools.wire,
            self._settings.dynamodb_table,
            self._tools.pool,
            remaining_s=self.deadline.write_s,
            start=Checkpoint(self.work.start),
            on_rejects=self._keep_rejects,
        )
        stopped: PipelineError | None = None
        with writer:
            for number, portion in enumerate(portions):
                if number and portion.batch.puts and (self.deadline.near or self.rejects.is_full):
                    return OutOfTimeError()
                writer.write(portion.batch, portion.checkpoint)
                stopped = portion.error
        return stopped

    def _keep_rejects(self, batch: Batch, refused: RejectReasons) -> None:
        """Spool the rejects of a batch that is committed."""
        work, redacted = self.work, self.route.redaction is not None
        origin = RejectOrigin(work.bucket, work.key, work.version, self.format_name or "text", redacted)
        self.rejects.add(render_reject(origin, batch.puts[at], batch.raws[at], refused[at]) for at in sorted(refused))


def _no_progress(work: ObjectRange) -> NoProgressError:
    return NoProgressError(
        f"{work.uri}: {MAX_STALLS + 1} invocations in a row ended before the first record after byte "
        f"{work.start} was reached and stored: give the function more time or memory"
    )
