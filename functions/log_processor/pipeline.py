"""Process a range from end to end: begin it in the ledger, run an attempt, and record its outcome."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import assert_never

from log_processor.attempt import Attempt
from log_processor.beginning import Begun, begin
from log_processor.collector import collect_young
from log_processor.errors import AccessDeniedError, PermanentError, PipelineError, RetryableError
from log_processor.reading.source import ObjectSource
from log_processor.report import AttemptReport
from log_processor.reporting import Reporter
from log_processor.routing.routes import Routes
from log_processor.settings import Settings
from log_processor.storing.ending import Ending
from log_processor.storing.error_archive import ErrorArchive, Failure
from log_processor.storing.ledger import Ledger
from log_processor.storing.ledger_row import Row
from log_processor.storing.rejects import RejectSpool
from log_processor.storing.stored_keys import StoredKeys
from log_processor.storing.wire import TableWire
from log_processor.storing.write_window import WINDOW_BATCHES
from log_processor.tools import Tools
from log_processor.work.access import choose_access_delay_s, make_final_denial, postpone_denied
from log_processor.work.continuation import BATCH_MESSAGES, RangeQueue
from log_processor.work.deadline import Deadline
from log_processor.work.outcome import Continued, Denied, Done, Failed, Outcome, Requeued
from log_processor.work.ranges import ObjectRange

UNEXPECTED = "an unexpected error; see the function's log"
MAX_REASON = 2000


@dataclass(frozen=True, slots=True)
class Services:
    """The clients of AWS services that the pipeline uses, and the reporter of its attempts."""

    source: ObjectSource
    wire: TableWire
    queries: TableWire
    ledger: Ledger
    archive: ErrorArchive
    queue: RangeQueue
    reporter: Reporter


class Pipeline:
    """The pipeline of ranges; one instance lives as long as the function's process."""

    def __init__(self, settings: Settings, services: Services, routes: Routes) -> None:
        self._source, self._ledger = services.source, services.ledger
        self._archive, self._queue = services.archive, services.queue
        self._routes, self._reporter = routes, services.reporter
        pool = ThreadPoolExecutor(WINDOW_BATCHES, thread_name_prefix="batch-write")
        stored_keys = StoredKeys(services.queries, settings.dynamodb_table)
        ledger = services.ledger
        self._tools = Tools(
            settings, services.source, services.wire, pool, ledger.keep_plan, stored_keys, ledger.forgotten
        )

    def process(self, work: ObjectRange, deadline: Deadline) -> None:
        """Store the records of the range `work`, and record the outcome; raise the error of a range that failed.

        A range that the ledger has as `done` is not read again. If the deadline is near, the range is requeued. If
        access is denied, it is requeued too, until that has lasted for `denied_wait_hours`.
        """
        collect_young()
        try:
            self._process(work, deadline)
        except AccessDeniedError as denial:  # outside an attempt, such as by the ledger
            later = postpone_denied(work, self._tools.settings.denied_wait_hours)
            if later is None:
                raise denial if denial.attempts is not None else make_final_denial(work, denial) from None
            self._requeue_denied(later, denial)

    def _process(self, work: ObjectRange, deadline: Deadline) -> None:
        if deadline.near:  # earlier ranges of the event took the time
            self._queue.send([work])
            return
        begun = self._begin(work, deadline)
        if begun is None:
            return  # a later replay reads the whole object
        if isinstance(begun, Requeued):
            self._queue.send([begun.work], begun.delay_s)
            return
        match begun.row.status:
            case "done":
                begun.close()
            case "continued" if begun.refusal is None:
                begun.close()
                self._send_continuation(begun.work, begun.row, may_have_begun=True)
            case _:
                with RejectSpool() as rejects:
                    attempt = Attempt(begun, self._tools, deadline, rejects)
                    with self._record_unexpected(attempt):
                        self._run(attempt)

    def _begin(self, work: ObjectRange, deadline: Deadline) -> Begun | Requeued | None:
        """Begin the range; if it cannot be begun, such as without the ledger, report that and raise the error."""
        try:
            return begin(work, self._source, self._ledger, self._routes, deadline, self._tools.settings)
        except PipelineError as error:
            route, is_denied = self._routes.find(work.key, work.bucket), isinstance(error, AccessDeniedError)
            later = postpone_denied(work, self._tools.settings.denied_wait_hours) if is_denied else None
            hidden = route.redact_error(error, work.uri)
            outcome = Denied(later, hidden) if later else Failed(hidden)
            self._reporter.report(AttemptReport(work=work, outcome=outcome, source=route.get_source(work.key)))
            raise

    @contextmanager
    def _record_unexpected(self, attempt: Attempt) -> Iterator[None]:
        """Write `failed` into the ledger row if an exception other than `PipelineError` ends the attempt."""
        try:
            yield
        except PipelineError:
            raise
        except BaseException:
            self._end(attempt, replace(attempt.make_ending("failed"), reason=UNEXPECTED))
            self._report(attempt, Failed(RetryableError(UNEXPECTED)))
            raise

    def _run(self, attempt: Attempt) -> None:
        """Run the attempt, record its outcome and report it; raise the error of an attempt that failed.

        If a service refuses to have the outcome recorded, record the one that follows from that.
        """
        outcome = attempt.run()
        while True:
            try:
                self._record_outcome(attempt, outcome)
            except PipelineError as refusal:
                if isinstance(outcome, Failed | Denied):
                    hidden = attempt.route.redact_error(refusal, attempt.work.uri)
                    self._report(attempt, Failed(hidden))
                    raise hidden from None
                outcome = (
                    attempt.decide_outcome(refusal) if isinstance(outcome, Done) else attempt.make_failure(refusal)
                )
            else:
                break
        self._report(attempt, outcome)
        if isinstance(outcome, Failed):
            raise outcome.error from None

    def _report(self, attempt: Attempt, outcome: Outcome) -> None:
        """Report what became of the attempt."""
        report = AttemptReport(
            work=attempt.work,
            outcome=outcome,
            source=attempt.route.get_source(attempt.work.key),
            totals=attempt.committed,
            is_final=attempt.is_final,
            number=attempt.begun.row.attempts,
            format=attempt.format_name,
            duration_ms=attempt.duration_ms,
            throttles=attempt.throttles,
        )
        self._reporter.report(report)

    def _end(self, attempt: Attempt, ending: Ending) -> Row:
        """Write how the attempt ended into its ledger row, and return that."""
        row = self._ledger.end(attempt.work, ending)
        attempt.is_final |= ending.status != "failed" and not row.is_refused
        return row

    def _record_outcome(self, attempt: Attempt, outcome: Outcome) -> None:
        """Write the outcome into the ledger, and send what is left to do."""
        work = attempt.work
        match outcome:
            case Done(parts) if parts:
                self._send_parts(parts, attempt.deadline)
                counted = len(parts) if work.end is None else 0  # only the object's own row counts them
                ending = replace(attempt.make_ending("done"), reason=outcome.reason, ranges=counted)
                self._end(attempt, ending)
            case Done():
                key = self._archive_rejects(attempt, work.end)
                self._end(attempt, replace(attempt.make_ending("done"), reason=outcome.reason, rejects_key=key))
            case Continued(resume):
                key = self._archive_rejects(attempt, resume)
                row = self._end(attempt, replace(attempt.make_ending("continued"), resume=resume, rejects_key=key))
                if row.status == "continued":  # who ended it first may have failed since, and both have one message
                    self._send_continuation(work, row, may_have_begun=row.is_refused)
            case Requeued(whole, delay_s):
                self._queue.send([whole], delay_s)
            case Denied(later, error):
                with suppress(PipelineError):  # the ledger may be what denies access
                    self._ledger.note_denial(work, later.denied_since, f"{error.code}: {error}"[:MAX_REASON])
                self._requeue_denied(later, error)
            case Failed(error):
                self._record_failure(attempt, error)
            case _:
                assert_never(outcome)

    def _record_failure(self, attempt: Attempt, error: PipelineError) -> None:
        """Archive a range that failed for good, then write `failed` into the ledger, even if archiving fails."""
        key: str | None = None
        try:
            key = self._archive_rejects(attempt, attempt.committed.position)
            if isinstance(error, PermanentError):
                self._archive.keep(attempt.work, _describe_failure(attempt, error))
        finally:
            reason = f"{error.code}: {error}"[:MAX_REASON]
            self._end(attempt, replace(attempt.make_ending("failed"), reason=reason, rejects_key=key))

    def _requeue_denied(self, work: ObjectRange, denial: PipelineError) -> None:
        """Send a range that is denied access as a fresh message; raise a retryable error if that is refused too."""
        try:
            self._queue.send([work], choose_access_delay_s(work))
        except PipelineError as refusal:
            raise RetryableError(f"{denial}; and it cannot wait on the work queue: {refusal}") from refusal

    def _send_parts(self, parts: Sequence[ObjectRange], deadline: Deadline) -> None:
        """Send the ranges; if the deadline is near, send the others as one, to be split by another attempt."""
        for first in range(0, len(parts), BATCH_MESSAGES):
            if first and deadline.near and parts[0].member is None:  # members are no stretch that could be one
                self._queue.send([replace(parts[first], end=parts[-1].end)])
                return
            self._queue.send(parts[first : first + BATCH_MESSAGES])

    def _send_continuation(self, work: ObjectRange, row: Row, *, may_have_begun: bool = False) -> None:
        """Send the rest of a range that `row` says is continued; if it is sent twice, it is stored once.

        A rest that has begun is not sent again: its own message is delivered until it is done, or a dead letter. Each
        copy of a message would else become a copy of all that follow in the chain.
        """
        if row.resume is not None:
            rest = work.resume(row.resume, format_name=row.format, state=row.state, sequential=row.sequential)
            if not (may_have_begun and self._ledger.has_begun(rest)):
                self._queue.send([rest])

    def _archive_rejects(self, attempt: Attempt, stop: int | None) -> str | None:
        """Archive the rejects before the byte `stop`, and return their key, or None if there are none."""
        rejects = attempt.rejects.finish()
        if rejects is None or attempt.last_modified_ms is None:
            return None
        return self._archive.keep_rejects(attempt.work, stop, attempt.last_modified_ms, rejects)


def _describe_failure(attempt: Attempt, error: PipelineError) -> Failure:
    """Return what the error document says of the attempt."""
    return Failure(
        error=error,
        attempts=attempt.begun.row.attempts,
        last_modified_ms=attempt.last_modified_ms,
        position=attempt.committed.position,
        remaining_s=attempt.deadline.get_write_s,
        withheld_reason=attempt.route.withheld_reason,
    )
