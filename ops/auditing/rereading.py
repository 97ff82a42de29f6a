"""Read the records of an object version again with the function's own code, as its rows say that it was read."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from log_processor.record import LogRecord
from log_processor.storing.forgotten import ForgottenRecords
from log_processor.storing.ledger_row import LedgerItem, parse_row
from log_processor.work.plan import decode_plan
from log_processor.work.ranges import ObjectRange

from ops.errors import CommandError
from ops.reading.listed_versions import ListedVersion
from ops.reading.object_reader import ObjectReader


@dataclass(frozen=True, slots=True)
class VersionReader:
    """Reads whole object versions, each with one request to S3; of a zip, one a member."""

    reader: ObjectReader
    forgotten: ForgottenRecords

    def read(self, listed: ListedVersion, items: Sequence[LedgerItem]) -> Iterator[LogRecord | None]:
        """Yield the records of a version; `items` are its rows. None stands for each that is filtered out or forgotten.

        Raises `CommandError` if the rules of its route are others here than those that the function had, and
        `PipelineError` if the object cannot be read.
        """
        for work in self.list_parts(listed, items):
            forgotten = self.forgotten.find(work)
            for record in self.reader.read_logs(work):
                yield None if record is not None and forgotten.has(record) else record

    def count_forgotten(self, listed: ListedVersion, items: Sequence[LedgerItem]) -> int:
        """Return how many records of a version are forgotten."""
        return sum(len(self.forgotten.find(work).list_all()) for work in self.list_parts(listed, items))

    def list_parts(self, listed: ListedVersion, items: Sequence[LedgerItem]) -> Iterator[ObjectRange]:
        """Yield the whole of a version with its plan; of a zip, the whole of each member."""
        rows = [parse_row(item) for item in items]
        plans = {row.member: row.plan for row in rows if row.plan}
        if not all(self.reader.has_rules_of(row, listed.work) for row in rows):
            raise CommandError(
                "routes.toml says other filters or redaction here than the function had: use the version that is "
                "deployed, or replay it"
            )
        if any(row.member is not None for row in rows):
            for part in self.reader.list_members(listed.work, listed.size_bytes):
                number = part.member.number if part.member else None
                yield replace(part, plan=decode_plan(plans.get(number)))
        else:
            yield replace(listed.work, plan=decode_plan(plans.get(None)))
