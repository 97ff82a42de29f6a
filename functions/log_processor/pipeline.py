"""One range, end to end: open, decompress, split, parse, store, account; the only module that knows every stage."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import chain

from log_processor import formats
from log_processor.errors import NoProgressError, PermanentError, PipelineError, ServiceUnavailableError
from log_processor.formats.base import Format
from log_processor.reading import documents
from log_processor.reading.assembly import RawRecord
from log_processor.reading.charset import text_stream
from log_processor.reading.decompress import ExpansionLimits, decompressed
from log_processor.reading.documents import Element
from log_processor.reading.lines import lines
from log_processor.reading.source import ObjectSource, OpenObject
from log_processor.records import Batch, assembled, batches, choose_format
from log_processor.settings import Settings
from log_processor.storing.error_archive import ErrorArchive, Failure
from log_processor.storing.items import ItemEncoder, ObjectFacts
from log_processor.storing.ledger import Ending, Ledger, Row
from log_processor.storing.table import WINDOW_BATCHES, Checkpoint, TableWriter
from log_processor.storing.wire import BatchWriteWire
from log_processor.work.continuation import WorkQueue
from log_processor.work.deadline import Deadline
from log_processor.work.ranges import ObjectRange, split


@dataclass(frozen=True, slots=True)
class Services:
    """The edges of the pipeline."""

    source: ObjectSource
    wire: BatchWriteWire
    ledger: Ledger
    archive: ErrorArchive
    queue: WorkQueue


@dataclass(slots=True)
class _Attempt:
    """What one attempt at a range learns on its way."""

    work: ObjectRange
    row: Row
    deadline: Deadline
    started_s: float
    opened: OpenObject | None = None
    writer: TableWriter | None = None
    format: Format | None = None
    sequential: bool = False

    @property
    def totals(self) -> Checkpoint:
        return self.writer.committed if self.writer else Checkpoint(self.work.start)

    def ending(self, status: str, *, reason: str | None = None, resume: int | None = None) -> Ending:
        return Ending(
            status=status,
            totals=self.totals,
            duration_ms=int((time.monotonic() - self.started_s) * 1000),
            format=self.format.name if self.format else self.work.format,
            reason=reason,
            resume=resume,
            header=self.totals.header or self.work.header,
            sequential=self.sequential,
        )


class Pipeline:
    """Processes ranges; one instance lives as long as the function's process."""

    def __init__(self, settings: Settings, services: Services) -> None:
        self._settings = settings
        self._services = services
        self._limits = ExpansionLimits(settings.expansion_ratio_limit, settings.expanded_bytes_limit)
        self._pool = ThreadPoolExecutor(WINDOW_BATCHES, thread_name_prefix="batch-write")

    def process(self, work: ObjectRange, deadline: Deadline) -> None:
        """Store every record of `work` and account for it; raises the sorted error of a failed range, archived."""
        opened = None
        if not work.version:
            opened = self._services.source.open(work, 0)
            work = replace(work, version_id=opened.version_id, etag=opened.etag)
        row = self._services.ledger.begin(work)
        if row.status == "done":
            return
        attempt = _Attempt(work, row, deadline, time.monotonic(), opened)
        if row.status == "continued":
            self._hand_on(attempt)
            return
        try:
            self._run(attempt)
        except ServiceUnavailableError as error:
            if attempt.totals.position > work.start:
                self._continue(attempt)
                return
            self._fail(attempt, error)
            raise
        except PipelineError as error:
            self._fail(attempt, error)
            raise

    def _run(self, attempt: _Attempt) -> None:
        work = attempt.work
        position = 0 if work.sequential else max(0, work.start - (0 if work.aligned else 1))
        if attempt.opened is None or position:
            attempt.opened = self._services.source.open(work, position)
        chunks = attempt.opened.chunks
        if position == 0:
            plain = decompressed(chunks, self._limits)
            text = text_stream(plain.chunks)
            chunks = text.chunks
            attempt.sequential = plain.compressed or text.transcoded
            content, chunks = documents.hold(chunks)
            if content is not None and (found := documents.elements(content)) is not None:
                self._read_document(attempt, content, found)
                return
            if work.sequential:
                position = work.start
                chunks = _skip(chunks, work.start)
        blocks = lines(chunks, position)
        first = next(blocks, [])
        attempt.format = choose_format(work, first, attempt.opened.last_modified_ms)
        if position == 0 and self._is_large(attempt):
            self._fan_out(attempt, attempt.opened.size_bytes)
            return
        every = chain([first] if first else [], blocks)
        self._read(attempt, assembled(every, work, attempt.format), self._writer(attempt))

    def _read_document(self, attempt: _Attempt, content: bytes, found: list[Element]) -> None:
        """Store the elements of a JSON document; it is read from its beginning again where it is continued."""
        attempt.sequential = True
        samples = [
            raw.text for raw in chain.from_iterable(documents.records_of(content, found[: formats.SAMPLE_RECORDS], 0))
        ]
        assert attempt.opened is not None  # noqa: S101 - for the type checker
        attempt.format = formats.detect(samples, attempt.opened.last_modified_ms)
        self._read(attempt, documents.records_of(content, found, attempt.work.start), self._writer(attempt))

    def _is_large(self, attempt: _Attempt) -> bool:
        work, opened = attempt.work, attempt.opened
        whole = work.start == 0 and work.end is None and not attempt.sequential
        if not whole or opened is None or (attempt.format and attempt.format.header):
            return False  # what a header says may change in the middle: such an object is read in its order
        return opened.size_bytes > self._settings.split_threshold_bytes

    def _fan_out(self, attempt: _Attempt, size_bytes: int) -> None:
        chosen = attempt.format.name if attempt.format else None
        whole = replace(attempt.work, end=size_bytes, format=chosen)
        ranges = split(whole, size_bytes, self._settings.range_bytes)
        self._services.queue.send(ranges)
        self._services.ledger.end(attempt.work, attempt.ending("done", reason=f"split into {len(ranges)} ranges"))

    def _writer(self, attempt: _Attempt) -> TableWriter:
        attempt.writer = TableWriter(
            self._services.wire,
            self._settings.dynamodb_table,
            self._pool,
            attempt.deadline.write_s,
            Checkpoint(attempt.work.start),
        )
        return attempt.writer

    def _read(self, attempt: _Attempt, records: Iterator[list[RawRecord]], writer: TableWriter) -> None:
        stopped = False
        try:
            for number, batch in enumerate(self._batches(attempt, records)):
                if number and attempt.deadline.near:
                    stopped = True
                    break
                writer.write(batch.puts, batch.checkpoint)
        finally:
            writer.flush()
        if stopped:
            self._continue(attempt)
        else:
            self._services.ledger.end(attempt.work, attempt.ending("done"))

    def _batches(self, attempt: _Attempt, blocks: Iterator[list[RawRecord]]) -> Iterator[Batch]:
        assert attempt.opened is not None  # noqa: S101 - for the type checker
        assert attempt.format is not None  # noqa: S101
        last_modified_ms = attempt.opened.last_modified_ms
        reader = formats.Reader(attempt.format, last_modified_ms, attempt.work.header)
        return batches(blocks, attempt.work, reader, self._encoder(attempt), last_modified_ms)

    def _encoder(self, attempt: _Attempt) -> ItemEncoder:
        work = attempt.work
        source = work.key.split("/", 1)[0] if "/" in work.key else "default"
        facts = ObjectFacts(work.uri, source, work.version, attempt.row.processed_at)
        return ItemEncoder(
            facts, index_shards=self._settings.index_shards, record_ttl_days=self._settings.record_ttl_days
        )

    def _continue(self, attempt: _Attempt) -> None:
        resume = attempt.totals.position
        if resume == attempt.work.start:
            raise NoProgressError(
                f"{attempt.work.uri}: one invocation ended before the first record after byte {resume} was stored: "
                "give the function more time or memory"
            )
        ending = attempt.ending("continued", resume=resume)
        if self._services.ledger.end(attempt.work, ending):
            self._services.queue.send([self._rest(attempt, ending.format, resume, ending.header)])

    def _hand_on(self, attempt: _Attempt) -> None:
        """Send the rest again: the attempt that stored the first part may have ended before it could."""
        row = attempt.row
        if row.resume is not None:
            attempt.sequential = row.sequential
            self._services.queue.send([self._rest(attempt, row.format, row.resume, row.header)])

    def _rest(self, attempt: _Attempt, format_name: str | None, resume: int, header: str | None) -> ObjectRange:
        return attempt.work.resumed(resume, format_name=format_name, header=header, sequential=attempt.sequential)

    def _fail(self, attempt: _Attempt, error: PipelineError) -> None:
        opened = attempt.opened
        last_modified_ms = opened.last_modified_ms if opened else None
        try:
            if isinstance(error, PermanentError):
                failure = Failure(error, attempt.row.attempts, last_modified_ms, attempt.totals.position)
                self._services.archive.keep(attempt.work, failure)
        finally:
            self._services.ledger.end(attempt.work, attempt.ending("failed", reason=f"{error.code}: {error}"[:2000]))


def _skip(chunks: Iterator[bytes], skipped_bytes: int) -> Iterator[bytes]:
    """The stream without its first `skipped_bytes`."""
    for chunk in chunks:
        if skipped_bytes < len(chunk):
            yield chunk[skipped_bytes:]
        skipped_bytes = max(0, skipped_bytes - len(chunk))
