"""One range, end to end: begin it in the ledger, run an attempt, record its outcome; the only module that does so."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import assert_never

from log_processor.attempt import Attempt, Begun, Tools
from log_processor.errors import PermanentError, PipelineError, PlanError
from log_processor.reading.source import ObjectSource, OpenObject
from log_processor.routing.routes import Routes
from log_processor.settings import Settings
from log_processor.storing.error_archive import ErrorArchive, Failure
from log_processor.storing.ledger import Ledger
from log_processor.storing.ledger_row import Row
from log_processor.storing.rejects import RejectSpool
from log_processor.storing.table import WINDOW_BATCHES
from log_processor.storing.wire import BatchWriteWire
from log_processor.work.continuation import BATCH_MESSAGES, RangeQueue
from log_processor.work.deadline import Deadline
from log_processor.work.outcome import Continued, Done, Failed, Outcome, Requeued
from log_processor.work.plan import decode_plan
from log_processor.work.ranges import ObjectRange

UNEXPECTED = "an unexpected error; see the function's log"
MAX_REASON = 2000


@dataclass(frozen=True, slots=True)
class Services:
    """The edges of the pipeline."""

    source: ObjectSource
    wire: BatchWriteWire
    ledger: Ledger
    archive: ErrorArchive
    queue: RangeQueue


class Pipeline:
    """Processes ranges; one instance lives as long as the function's process."""

    def __init__(self, settings: Settings, services: Services, routes: Routes) -> None:
        self._source, self._ledger = services.source, services.ledger
        self._archive, self._queue = services.archive, services.queue
        self._routes = routes
        pool = ThreadPoolExecutor(WINDOW_BATCHES, thread_name_prefix="batch-write")
        self._tools = Tools(settings, services.source, services.wire, pool, services.ledger.decide)

    def process(self, work: ObjectRange, deadline: Deadline) -> None:
        """Store every record of `work` and account for it; raises the sorted error of a failed range, archived."""
        if deadline.near:  # the ranges before it in the event took the time
            self._queue.send([work])
            return
        begun = self._begin(work, deadline)
        match begun.row.status:
            case "done":
                return
            case "continued" if begun.refusal is None:
                self._hand_on(begun.work, begun.row)
            case _:
                with RejectSpool() as rejects:
                    attempt = Attempt(begun, self._tools, deadline, rejects)
                    with self._last_word(attempt):
                        self._settle(attempt)

    def _begin(self, work: ObjectRange, deadline: Deadline) -> Begun:
        """Learn the version if the event names none, and write the first of the ledger's two words."""
        opened: OpenObject | None = None
        refusal: PipelineError | None = None
        if not work.version:
            try:
                opened = self._source.open(work, 0)
                work = replace(work, version_id=opened.version_id, etag=opened.etag)
            except PipelineError as error:
                refusal = error
        row = self._ledger.begin(work)
        try:
            work = replace(work, plan=decode_plan(row.plan) or work.plan)
        except PlanError as error:
            refusal = refusal or error
        return Begun(work, row, self._routes.find(work.key), deadline.fresh, opened, refusal)

    @contextmanager
    def _last_word(self, attempt: Attempt) -> Iterator[None]:
        """See that the row says `failed` if what ends the attempt is no error that the pipeline knows."""
        try:
            yield
        except PipelineError:
            raise
        except BaseException:
            self._ledger.end(attempt.work, replace(attempt.ending("failed"), reason=UNEXPECTED))
            raise

    def _settle(self, attempt: Attempt) -> None:
        """Run the attempt and record its outcome; where a service refuses that, the outcome which is left then."""
        outcome = attempt.run()
        while True:
            try:
                self._record(attempt, outcome)
            except PipelineError as refusal:
                if isinstance(outcome, Failed):
                    raise
                outcome = attempt.stopped(refusal) if isinstance(outcome, Done) else attempt.failed(refusal)
            else:
                return

    def _record(self, attempt: Attempt, outcome: Outcome) -> None:
        """Say in the ledger how the attempt ended, and send what is left to do; raises the error of a failure."""
        work = attempt.work
        match outcome:
            case Done(parts) if parts:
                self._hand_out(parts, attempt.deadline)
                counted = len(parts) if work.end is None else 0  # the object's own row counts them all
                self._ledger.end(
                    work, replace(attempt.ending("done"), reason=f"split into {len(parts)} ranges", ranges=counted)
                )
            case Done():
                key = self._keep_rejects(attempt, work.end)
                self._ledger.end(work, replace(attempt.ending("done"), rejects_key=key))
            case Continued(resume):
                key = self._keep_rejects(attempt, resume)
                row = self._ledger.end(work, replace(attempt.ending("continued"), resume=resume, rejects_key=key))
                if row.status == "continued":  # by this attempt, or by one at the same time whose word came first
                    self._hand_on(work, row)
            case Requeued(again, delay_s):
                self._queue.send([again], delay_s)
            case Failed(error):
                self._record_failure(attempt, error)
                raise error from None
            case _:
                assert_never(outcome)

    def _record_failure(self, attempt: Attempt, error: PipelineError) -> None:
        """Archive what failed for good, then say so in the ledger, which hears of it even if the archive refuses."""
        key: str | None = None
        try:
            key = self._keep_rejects(attempt, attempt.totals.position)
            if isinstance(error, PermanentError):
                self._archive.keep(attempt.work, _failure(attempt, error))
        finally:
            reason = f"{error.code}: {error}"[:MAX_REASON]
            self._ledger.end(attempt.work, replace(attempt.ending("failed"), reason=reason, rejects_key=key))

    def _hand_out(self, parts: Sequence[ObjectRange], deadline: Deadline) -> None:
        """Send the ranges, as many as there is time for, and the others as one that is to be fanned out further."""
        for first in range(0, len(parts), BATCH_MESSAGES):
            if first and deadline.near:
                self._queue.send([replace(parts[first], end=parts[-1].end)])
                return
            self._queue.send(parts[first : first + BATCH_MESSAGES])

    def _hand_on(self, work: ObjectRange, row: Row) -> None:
        """Send the rest that `row` speaks of; sent twice, it is done once."""
        if row.resume is not None:
            rest = work.resumed(row.resume, format_name=row.format, state=row.state, sequential=row.sequential)
            self._queue.send([rest])

    def _keep_rejects(self, attempt: Attempt, stop: int | None) -> str | None:
        """Archive what was rejected before the byte `stop`; returns the archive's key, or None if there is nothing."""
        rejects = attempt.rejects.finish()
        if rejects is None or attempt.last_modified_ms is None:
            return None
        return self._archive.keep_rejects(attempt.work, stop, attempt.last_modified_ms, rejects)


def _failure(attempt: Attempt, error: PipelineError) -> Failure:
    """Return what the error document says of the attempt."""
    return Failure(
        error=error,
        attempts=attempt.begun.row.attempts,
        last_modified_ms=attempt.last_modified_ms,
        position=attempt.totals.position,
        remaining_s=attempt.deadline.write_s,
        withheld_reason=attempt.route.withheld_reason,
    )
