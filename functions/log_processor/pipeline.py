"""One range, end to end: open, decompress, split, parse, store, account; the only module that knows every stage."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from log_processor.attempt import Attempt
from log_processor.errors import (
    NoProgressError,
    PermanentError,
    PipelineError,
    ServiceUnavailableError,
    ThrottledError,
)
from log_processor.opening import entry, opened
from log_processor.reading.decompress import ExpansionLimits
from log_processor.reading.source import ObjectSource, OpenObject
from log_processor.routing.routes import Routes
from log_processor.settings import Settings
from log_processor.storing.batches import Batch, Checkpoint
from log_processor.storing.error_archive import ErrorArchive
from log_processor.storing.ledger import Ending, Ledger, Row
from log_processor.storing.rejects import RejectSpool
from log_processor.storing.table import WINDOW_BATCHES, TableWriter
from log_processor.storing.wire import BatchWriteWire
from log_processor.work.continuation import BATCH_MESSAGES, MOST_STALLS, WorkQueue, stall_delay_s
from log_processor.work.deadline import Deadline, OutOfTimeError
from log_processor.work.ranges import ObjectRange, piece_bytes, split


@dataclass(frozen=True, slots=True)
class Services:
    """The edges of the pipeline."""

    source: ObjectSource
    wire: BatchWriteWire
    ledger: Ledger
    archive: ErrorArchive
    queue: WorkQueue


class Pipeline:
    """Processes ranges; one instance lives as long as the function's process."""

    def __init__(self, settings: Settings, services: Services, routes: Routes) -> None:
        self._settings = settings
        self._services = services
        self._routes = routes
        self._limits = ExpansionLimits(settings.expansion_ratio_limit, settings.expanded_bytes_limit)
        self._pool = ThreadPoolExecutor(WINDOW_BATCHES, thread_name_prefix="batch-write")

    def process(self, work: ObjectRange, deadline: Deadline) -> None:
        """Store every record of `work` and account for it; raises the sorted error of a failed range, archived."""
        if deadline.near:  # the ranges before it in the event took the time
            self._services.queue.send([work])
            return
        with RejectSpool() as rejects:
            attempt = self._begin(work, deadline, rejects)
            if attempt.row.status == "done":
                return
            if attempt.row.status == "continued":
                self._hand_on(attempt.work, attempt.row)
                return
            self._settle(attempt)

    def _begin(self, work: ObjectRange, deadline: Deadline, rejects: RejectSpool) -> Attempt:
        """Learn the version where the event names none, and write the first of the ledger's two words."""
        opened: OpenObject | None = None
        refusal: PipelineError | None = None
        if not work.version:
            try:
                opened = self._services.source.open(work, 0)
                work = replace(work, version_id=opened.version_id, etag=opened.etag)
            except PipelineError as error:
                refusal = error
        row = self._services.ledger.begin(work)
        fresh = deadline.fresh
        return Attempt(work, row, deadline, rejects, opened, refusal, fresh=fresh, route=self._routes.of(work.key))

    def _settle(self, attempt: Attempt) -> None:
        """Run the attempt, and see that the ledger says how it ended, whatever happens."""
        try:
            try:
                self._run(attempt)
            except OutOfTimeError:
                self._continue(attempt, None)
            except ServiceUnavailableError as error:
                self._continue(attempt, error)
        except PipelineError as error:
            shown = attempt.route.shown_error(error, attempt.work.uri)
            shown.attempts = attempt.row.attempts
            self._fail(attempt, shown)
            raise shown from None
        finally:
            if not attempt.ended:
                self._end(attempt, attempt.ending("failed", reason="an unexpected error; see the function's log"))

    def _run(self, attempt: Attempt) -> None:
        if attempt.refusal is not None:
            raise attempt.refusal
        work, watched = attempt.work, attempt.deadline.watched
        begin = entry(work, attempt.route)
        if attempt.opened is None or begin:
            attempt.opened = self._services.source.open(work, begin)
        found = attempt.opened
        opening = opened(watched(found.chunks), work, attempt.route, found.last_modified_ms, self._limits, watched)
        attempt.opening = opening
        if opening.divisible and self._is_large(work, found.size_bytes):
            self._fan_out(attempt, found.size_bytes)
        else:
            self._read(attempt, attempt.batches(found, opening, self._settings))

    def _is_large(self, work: ObjectRange, size_bytes: int) -> bool:
        """Whether to fan out: a large object, or what an earlier invocation had no time to fan out of one."""
        if work.end is not None:
            return work.end - work.start > piece_bytes(size_bytes, self._settings.range_bytes)
        return work.start == 0 and size_bytes > self._settings.split_threshold_bytes

    def _fan_out(self, attempt: Attempt, size_bytes: int) -> None:
        """Send the ranges, as many as there is time for, and the others as one that is to be fanned out further."""
        work = attempt.work
        whole = replace(work, end=size_bytes, format=attempt.format_name, stalls=0)
        ranges = split(whole, size_bytes, self._settings.range_bytes)
        for first in range(0, len(ranges), BATCH_MESSAGES):
            if first and attempt.deadline.near:
                self._services.queue.send([replace(ranges[first], end=size_bytes)])
                break
            self._services.queue.send(ranges[first : first + BATCH_MESSAGES])
        reason = f"split into {len(ranges)} ranges"
        counted = len(ranges) if work.end is None else 0  # the object's own row counts them all
        self._end(attempt, replace(attempt.ending("done", reason=reason), ranges=counted))

    def _read(self, attempt: Attempt, found: Iterator[tuple[Batch, Checkpoint]]) -> None:
        attempt.writer = writer = TableWriter(
            self._services.wire,
            self._settings.dynamodb_table,
            self._pool,
            remaining_s=attempt.deadline.write_s,
            start=Checkpoint(attempt.work.start),
            rejected=attempt.keep_rejects,
        )
        try:
            for number, (batch, checkpoint) in enumerate(found):
                if number and batch.puts and (attempt.deadline.near or attempt.rejects.full):
                    raise OutOfTimeError
                writer.write(batch, checkpoint)
        finally:
            writer.flush()
        key = self._keep_rejects(attempt, attempt.work.end)
        self._end(attempt, attempt.ending("done", rejects_key=key))

    def _continue(self, attempt: Attempt, error: ServiceUnavailableError | None) -> None:
        """Hand on what is not stored: to begin where the stored part ends, or later where the table is throttled."""
        if not attempt.progress:
            self._hand_back(attempt, error)
            return
        resume = attempt.totals.position
        key = self._keep_rejects(attempt, resume)
        row = self._end(attempt, attempt.ending("continued", resume=resume, rejects_key=key))
        if row.status == "continued":  # by this attempt, or by one at the same time whose word came first
            self._hand_on(attempt.work, row)

    def _hand_back(self, attempt: Attempt, error: ServiceUnavailableError | None) -> None:
        """Send the whole range again where another time may help; raises where it would not."""
        work = attempt.work
        throttled = isinstance(error, ThrottledError)
        if error is not None and not (throttled and work.stalls < MOST_STALLS):
            raise error
        if error is None and attempt.fresh and work.stalls >= MOST_STALLS:
            raise NoProgressError(
                f"{work.uri}: {MOST_STALLS + 1} invocations in a row ended before the first record after byte "
                f"{work.start} was reached and stored: give the function more time or memory"
            )
        again = replace(work, stalls=work.stalls + (throttled or attempt.fresh))
        self._services.queue.send([again], delay_s=stall_delay_s(work.stalls) if throttled else 0)
        attempt.ended = True

    def _hand_on(self, work: ObjectRange, row: Row) -> None:
        """Send the rest that `row` speaks of; sent twice, it is done once."""
        if row.resume is not None:
            rest = work.resumed(row.resume, format_name=row.format, header=row.header, sequential=row.sequential)
            self._services.queue.send([rest])

    def _keep_rejects(self, attempt: Attempt, stop: int | None) -> str | None:
        rejects = attempt.rejects.finished()
        if rejects is None or attempt.last_modified_ms is None:
            return None
        return self._services.archive.keep_rejects(attempt.work, stop, attempt.last_modified_ms, rejects)

    def _end(self, attempt: Attempt, ending: Ending) -> Row:
        attempt.ended = True
        return self._services.ledger.end(attempt.work, ending)

    def _fail(self, attempt: Attempt, error: PipelineError) -> None:
        key: str | None = None
        try:
            key = self._keep_rejects(attempt, attempt.totals.position)
            if isinstance(error, PermanentError):
                self._services.archive.keep(attempt.work, attempt.failure(error))
        finally:
            reason = f"{error.code}: {error}"[:2000]
            self._end(attempt, attempt.ending("failed", reason=reason, rejects_key=key))
