"""Make one attempt at a range: open it, read its records, store them, and return the outcome."""

import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from log_processor.beginning import Begun
from log_processor.errors import (
    AccessDeniedError,
    OutOfTimeError,
    PipelineError,
    ServiceUnavailableError,
    ThrottledError,
)
from log_processor.formats.reader import Reader
from log_processor.opener import Opener
from log_processor.packs.cell_places import CellPlaces
from log_processor.packs.pack_items import build_pack_encoder
from log_processor.packs.portions import PackPortions
from log_processor.places import Places
from log_processor.reading.range_records import RangeRecords
from log_processor.reading.records import GetState, ReadRecord, build_state, read_records
from log_processor.routing.lib.route import Route
from log_processor.state import Columns, ReaderState
from log_processor.storing.batch_store import RejectReasons
from log_processor.storing.batches import Batch, Checkpoint, Portion, make_portions
from log_processor.storing.ending import Ending
from log_processor.storing.forgotten import leave_out
from log_processor.storing.items import ItemEncoder, ObjectFacts
from log_processor.storing.record_counts import FALLBACK, RecordCounter
from log_processor.storing.rejects import RejectOrigin, RejectSpool, read_reject, render_reject
from log_processor.storing.table import TableWriter
from log_processor.tools import Tools
from log_processor.work.access import make_final_denial, postpone_denied
from log_processor.work.chain import (
    MAX_HOPS,
    MAX_STALLS,
    choose_stall_delay_s,
    make_chain_error,
    make_no_progress_error,
)
from log_processor.work.deadline import Deadline
from log_processor.work.outcome import Continued, Denied, Done, Failed, Outcome, Requeued
from log_processor.work.ranges import ObjectRange


class Attempt:
    """One attempt at the range of `begun`; the records that the table or the format rejects are added to `rejects`.

    `is_final` is whether the ledger took its word on the records of the range as the last one.
    """

    def __init__(self, begun: Begun, tools: Tools, deadline: Deadline, rejects: RejectSpool) -> None:
        self.begun, self.deadline, self.rejects = begun, deadline, rejects
        self._tools, self._settings = tools, tools.settings
        self._opener = Opener(begun, tools, deadline.check)
        self._writer: TableWriter | None = None
        self.is_final = False

    @property
    def work(self) -> ObjectRange:
        """Return the range, with the object's plan once that is decided."""
        return self._opener.work

    @property
    def route(self) -> Route:
        """Return the object's route, with the rules of the object's plan."""
        return self._opener.route

    @property
    def committed(self) -> Checkpoint:
        """Return how far the range is stored, with the counts of its records."""
        return self._writer.committed if self._writer else Checkpoint(self.work.start)

    @property
    def has_progress(self) -> bool:
        """Tell whether something is stored, so that the next attempt may begin after it."""
        return self.committed.position > self.work.start

    @property
    def throttles(self) -> int:
        """Return how many tries of a batch the table did not take whole."""
        return self._writer.throttles if self._writer else 0

    @property
    def format_name(self) -> str | None:
        """Return the name of the object's format; None if it is not known yet."""
        return self._opener.format_name

    @property
    def duration_ms(self) -> int:
        """Return the time since the attempt began."""
        return int((time.monotonic() - self.begun.started_s) * 1000)

    @property
    def last_modified_ms(self) -> int | None:
        """Return the object's last-modified time in epoch milliseconds, that of its plan if it has one."""
        facts = self._opener.facts
        return facts.last_modified_ms if facts else None

    def run(self) -> Outcome:
        """Read and store the range, or split it if it is large, and return the outcome; raise no `PipelineError`."""
        if self.begun.refusal is not None:
            return self.decide_outcome(self.begun.refusal)
        try:
            content = self._opener.open()
            if isinstance(content, Done):
                return content
            error = self._store(self._read_portions(content))
        except PipelineError as raised:
            error = raised
        finally:
            self._opener.close()
        return Done() if error is None else self.decide_outcome(error)

    def decide_outcome(self, error: PipelineError) -> Outcome:
        """Return the outcome of an attempt that `error` ended.

        - `Continued` if something is stored, and the time is up, a service is not available or access is denied: what
          waits for access is then the rest.
        - `Requeued` if nothing is stored, and the time is up or the table throttles the writes.
        - `Failed` for any other error, instead of `Requeued` after `MAX_STALLS` invocations that stored nothing, and
          instead of both after `MAX_HOPS` hops.
        """
        outcome = self._choose_outcome(error)
        if isinstance(outcome, Continued | Requeued) and self.work.hops >= MAX_HOPS:
            return self.make_failure(make_chain_error(self.work, self.committed.position))
        return outcome

    def _choose_outcome(self, error: PipelineError) -> Outcome:
        """Return the outcome of an attempt that `error` ended, however often its range was handed on."""
        work = self.work
        match error:
            case OutOfTimeError() | ServiceUnavailableError() | AccessDeniedError() if self.has_progress:
                return Continued(self.committed.position)
            case OutOfTimeError() if self.begun.has_half_the_time and work.stalls >= MAX_STALLS:
                return self.make_failure(make_no_progress_error(work))
            case OutOfTimeError():
                return Requeued(replace(work, stalls=work.stalls + self.begun.has_half_the_time))
            case ThrottledError() if work.stalls < MAX_STALLS:
                return Requeued(replace(work, stalls=work.stalls + 1), choose_stall_delay_s(work.stalls))
        return self.make_failure(error)

    def make_failure(self, error: PipelineError) -> Failed | Denied:
        """Return the outcome of a failed attempt, with the route's redaction applied to the message of `error`.

        It is `Denied` if access was denied, until that has lasted for `denied_wait_hours`.
        """
        if self.work.member is not None:
            error = self.work.member.add_name(error)
        error = self.route.redact_error(error, self.work.uri).add_attempts(self.begun.row.attempts)
        if not isinstance(error, AccessDeniedError):
            return Failed(error)
        later = postpone_denied(self.work, self._settings.denied_wait_hours)
        return Denied(later, error) if later else Failed(make_final_denial(self.work, error))

    def make_ending(self, status: str) -> Ending:
        """Return what the ledger row says of the attempt, without the attributes that depend on the outcome."""
        opener = self._opener
        return Ending(
            status=status,
            totals=self.committed,
            size_bytes=opener.facts.size_bytes if opener.facts and self.work.is_object else None,
            duration_ms=self.duration_ms,
            format=self.format_name,
            state=self._get_state(status),
            sequential=opener.range_records is not None and opener.range_records.sequential,
        )

    def _get_state(self, status: str) -> ReaderState | None:
        """Return the reader state for the ledger row: of a range that is continued, or the columns of any range."""
        state = self.committed.state if self.has_progress else self.work.state
        return state if status == "continued" or isinstance(state, Columns) else None

    def _read_portions(self, range_records: RangeRecords) -> Iterator[Portion]:
        """Return the range's records in batches, encoded as they will be stored, with what they replace.

        No record is read before the portions are iterated; an error of reading comes with the last one.
        """
        work, route, last_modified_ms = self.work, self.route, self.last_modified_ms or 0
        reader = Reader(
            range_records.format,
            last_modified_ms,
            range_records.state,
            declared=work.plan.declared if work.plan else route.format is not None,
            dating=range_records.dating,
            hide=route.hide,
        )
        # checked here as well: if all records are filtered out, there is no batch before which to check
        blocks = self.deadline.check(range_records.blocks)
        transform = route.make_transform(work.key, range_records.preceding)
        get_state = partial(build_state, reader=reader, with_root_fields=route.redaction is None)
        read = read_records(blocks, reader, work.digest, last_modified_ms, transform, route.is_sampled)
        if forgotten := self._tools.forgotten.find(work):
            read = leave_out(read, forgotten)
        if work.replaces is None:
            return self._make_portions(read, range_records, get_state)
        elements = self._opener.list_earlier_elements()
        places = Places(work, range_records.line_starts, range_records.border, elements)
        return places.attach(self._make_portions(places.follow(read), range_records, get_state, places.cells))

    def _make_portions(
        self,
        read: Iterator[ReadRecord],
        range_records: RangeRecords,
        get_state: GetState,
        cells: CellPlaces | None = None,
    ) -> Iterator[Portion]:
        """Return the records in batches: each as an item, or packed; `cells` are those in which packs are replaced."""
        work, settings, start = self.work, self._settings, self.work.start
        source, processed_at = self.route.get_source(work.key), self.begun.row.processed_at
        facts = ObjectFacts(work.uri, source, work.version, processed_at, self.last_modified_ms or 0, work.member_name)
        counter = RecordCounter(is_text=range_records.format.name == FALLBACK)
        count_skipped = range_records.gaps.count_before
        if work.is_packed and work.plan is not None:
            packs = build_pack_encoder(facts, work.digest, work.plan, settings)
            return PackPortions(packs, start, get_state, count_skipped, counter, cells).make(read)
        encoder = ItemEncoder(
            facts,
            index_shards=settings.index_shards,
            record_ttl_days=settings.record_ttl_days,
            names_version=not settings.ledger_outlives_records,
        )
        return make_portions(read, encoder, start, get_state, count_skipped, counter)

    def _store(self, portions: Iterator[Portion]) -> PipelineError | None:
        """Store the batches while there is time, and room for rejects; return the error that ended that, or None."""
        writer = self._writer = TableWriter(
            self._tools.wire,
            self._settings.dynamodb_table,
            self._tools.pool,
            deadline=self.deadline,
            start=Checkpoint(self.work.start),
            stored_keys=self._tools.stored_keys,
            on_rejects=self._spool_rejects,
        )
        error: PipelineError | None = None
        with writer:
            for number, portion in enumerate(portions):
                if number and not portion.batch.is_empty and (self.deadline.near or self.rejects.is_full):
                    return OutOfTimeError()
                writer.write(portion.batch, portion.checkpoint)
                error = portion.error
        return error

    def _spool_rejects(self, batch: Batch, reasons: RejectReasons) -> None:
        """Add the rejects of a committed batch to the spool."""
        work, redacted = self.work, self.route.redaction is not None
        format_name = self.format_name or "text"
        origin = RejectOrigin(work.bucket, work.key, work.version, format_name, redacted, work.member_name)
        rejects = [read_reject(batch.puts[index], batch.raws[index], reasons[index]) for index in sorted(reasons)]
        self.rejects.add(render_reject(origin, reject) for reject in rejects + batch.rejects)
