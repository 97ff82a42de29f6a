"""Learn from the ledger which sources have records in a span, and about how many: eight queries a day."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from ops.errors import CommandError
from ops.reading.ledger_days import RangeRow, list_ranges
from ops.reading.span import Span
from ops.reading.spending import Spend, ignore_bytes

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

MAX_DAYS = 400
ENTRY_BYTES, RECORD_BYTES = 150, 4 * 1024
"""What DynamoDB counts for an entry of the index, and at least for a record that is fetched by its key."""
CLOCK_SKEW = timedelta(days=1)
"""How much earlier than its records' times an object may be uploaded, as when times have another zone."""


@dataclass(frozen=True, slots=True)
class SourceSurvey:
    """The sources with records in a span, and how many records their ranges hold at most.

    `unknown` counts the ranges of versions whose rows say neither source nor times of their records.
    """

    sources: tuple[str, ...]
    records: int
    unknown: int

    @property
    def entry_bytes(self) -> int:
        """Return what reading their entries of the index costs, in bytes as DynamoDB counts them."""
        return self.records * ENTRY_BYTES

    @property
    def record_bytes(self) -> int:
        """Return what fetching all of them as a whole costs more."""
        return self.records * RECORD_BYTES


def survey_sources(
    dynamodb: "DynamoDBClient",
    ledger: str,
    span: Span,
    now: datetime,
    named: Collection[str] = (),
    spend: Spend = ignore_bytes,
) -> SourceSurvey:
    """Return what the ledger knows of the records of a span: of all sources, or of those that are `named`.

    Their objects were begun after the span's first moment, but for a day that clocks may differ. Raises `CommandError`
    if that is more than 400 days ago.
    """
    first = datetime.fromtimestamp(span.first_ms / 1000, UTC)
    since, days = first - CLOCK_SKEW, round((now - first) / timedelta(days=1))
    if days > MAX_DAYS:
        raise CommandError(
            f"the span begins {days} days ago, and sources are looked for in {MAX_DAYS} days of the "
            "ledger at most: write --source NAME with --limit, or --from with a later time"
        )
    rows = list_ranges(dynamodb, ledger, since, now + timedelta(seconds=1), spend=spend)
    return summarise_rows([one for one in rows if not named or one.row.source in named], span, named)


def summarise_rows(rows: Sequence[RangeRow], span: Span, named: Collection[str]) -> SourceSurvey:
    """Return the sources of the rows that may have records in the span, and the sum of what these stored."""
    touching = [one for one in rows if may_touch(one, span)]
    return SourceSurvey(
        sources=tuple(sorted(named or {one.row.source for one in touching if one.row.source})),
        records=sum(one.row.stored + one.row.rejected for one in touching),
        unknown=sum(one.row.status == "done" and not one.knows_counts for one in rows),
    )


def may_touch(one: RangeRow, span: Span) -> bool:
    """Tell whether a range may have records in the span; what has no time of its own has that of its object."""
    row = one.row
    if row.first_time is None or row.last_time is None:
        return True
    uploaded_ms = row.event_time
    return span.overlaps(row.first_time, row.last_time) or (
        uploaded_ms is None or span.first_ms <= uploaded_ms <= span.last_ms
    )
