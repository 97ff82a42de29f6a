"""What one attempt at a range learns on its way, and the ledger's words for how it ended."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from log_processor.errors import PipelineError
from log_processor.formats.reader import Reader
from log_processor.opening import Opening
from log_processor.reading import documents
from log_processor.reading.source import OpenObject
from log_processor.records import batches
from log_processor.routing.route import DEFAULT, Route
from log_processor.settings import Settings
from log_processor.storing.batches import Batch, Checkpoint
from log_processor.storing.error_archive import Failure
from log_processor.storing.items import ItemEncoder, ObjectFacts
from log_processor.storing.ledger import Ending, Row
from log_processor.storing.rejects import RejectOrigin, RejectSpool, reject_line
from log_processor.storing.table import Refused, TableWriter
from log_processor.work.deadline import Deadline
from log_processor.work.ranges import ObjectRange


@dataclass(slots=True)
class Attempt:
    """One attempt at `work`; `refusal` is why its object could not be opened, where that was tried already."""

    work: ObjectRange
    row: Row
    deadline: Deadline
    rejects: RejectSpool
    opened: OpenObject | None = None
    refusal: PipelineError | None = None
    started_s: float = field(default_factory=time.monotonic)
    fresh: bool = True
    route: Route = DEFAULT
    writer: TableWriter | None = None
    opening: Opening | None = None
    ended: bool = False

    @property
    def totals(self) -> Checkpoint:
        """How far the range is stored."""
        return self.writer.committed if self.writer else Checkpoint(self.work.start)

    @property
    def progress(self) -> bool:
        """Whether a following attempt may begin further on."""
        return self.totals.position > self.work.start

    @property
    def format_name(self) -> str | None:
        """The format that the object is read as, once it is known."""
        return self.opening.format.name if self.opening else self.work.format

    @property
    def last_modified_ms(self) -> int | None:
        """The object's last-modified time, once it is known."""
        return self.opened.last_modified_ms if self.opened else None

    def batches(self, opened: OpenObject, opening: Opening, settings: Settings) -> Iterator[tuple[Batch, Checkpoint]]:
        """The range's records as they will be stored, from an object that is open."""
        work, route = self.work, self.route
        facts = ObjectFacts(work.uri, route.source_of(work.key), work.version, self.row.processed_at)
        encoder = ItemEncoder(facts, index_shards=settings.index_shards, record_ttl_days=settings.record_ttl_days)
        near_ms = opened.last_modified_ms
        reader = Reader(opening.format, near_ms, opening.header, declared=route.format is not None)
        around = route.redaction is None
        blocks = self.deadline.watched(opening.blocks)  # of records that are all filtered there is no batch
        return batches(blocks, work, reader, encoder, near_ms, route.treatment, around=around)

    def keep_rejects(self, batch: Batch, refused: Refused) -> None:
        """Spool the rejects of a batch that is committed."""
        work, redacted = self.work, self.route.redaction is not None
        origin = RejectOrigin(work.bucket, work.key, work.version, self.format_name or "text", redacted)
        places = sorted(refused)
        self.rejects.add(reject_line(origin, batch.puts[at], batch.raws[at], refused[at]) for at in places)

    def failure(self, error: PipelineError) -> Failure:
        """What the error document says of this attempt."""
        return Failure(
            error=error,
            attempts=self.row.attempts,
            last_modified_ms=self.last_modified_ms,
            position=self.totals.position,
            remaining_s=self.deadline.write_s,
            withheld=self.route.withheld,
        )

    def ending(
        self, status: str, *, reason: str | None = None, resume: int | None = None, rejects_key: str | None = None
    ) -> Ending:
        """The ledger's words for how this attempt ended."""
        return Ending(
            status=status,
            totals=self.totals,
            duration_ms=int((time.monotonic() - self.started_s) * 1000),
            format=self.format_name,
            reason=reason,
            resume=resume,
            header=self._header(status),
            sequential=self.opening is not None and self.opening.sequential,
            rejects_key=rejects_key,
        )

    def _header(self, status: str) -> str | None:
        """What a range that goes on has to know; of a document, only such a range."""
        header = self.totals.header if self.progress else self.work.header
        return header if status == "continued" or documents.place_of(header) is None else None
