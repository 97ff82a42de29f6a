"""The interface of what holds records: a question by source and time, and what is found."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from ops.reading.conditions import ENTRY_NAMES, Condition, find_attribute, find_in_entry
from ops.reading.span import Span
from ops.reading.spending import Spend


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """Where a record stands in the order of all: by its timestamp, then by the partition that it is read from.

    Within a partition, records of one timestamp have DynamoDB's own order, which their `log_id` does not tell.
    """

    timestamp: int
    partition: str
    log_id: str = field(compare=False)


@dataclass(frozen=True, slots=True)
class Record:
    """A record with its attributes as plain values: all of them if it is `whole`, else those that the index holds."""

    position: Position
    attributes: Mapping[str, Any]
    whole: bool

    @property
    def log_id(self) -> str:
        """Return the record's id."""
        return self.position.log_id

    @property
    def timestamp(self) -> int:
        """Return the record's time in epoch milliseconds."""
        return self.position.timestamp

    @property
    def version_digest(self) -> str:
        """Return what names the object version that the record is of; records of one object have the same."""
        return self.log_id.partition("-")[0]

    def get(self, name: str) -> Any:
        """Return an attribute, or a field by its name (`user.name`); None if the record has none."""
        return find_attribute(self.attributes, name)


@dataclass(frozen=True, slots=True)
class Question:
    """Which records are asked for, and how.

    - `sources`, `span`: the records of these sources in this span.
    - `condition`: what else holds of each; None if nothing has to.
    - `newest_first`: the order is that of time, or its reverse.
    - `after`: only what stands after this place in that order.
    - `whole`: whole records are wanted; otherwise what the index says of each is enough.
    - `limit`: how many are wanted at most, so that no more is read than these take; None if all are.
    - `reads_ahead`: more is read while the reader uses what there is, if all is wanted.
    """

    sources: tuple[str, ...]
    span: Span
    condition: Condition | None = None
    newest_first: bool = False
    after: Position | None = None
    whole: bool = True
    limit: int | None = None
    reads_ahead: bool = True

    @property
    def is_eager(self) -> bool:
        """Tell whether to read more than is wanted at the moment."""
        return self.reads_ahead and self.limit is None

    @property
    def is_indexed(self) -> bool:
        """Tell whether the index alone decides the condition."""
        return self.condition is None or self.condition.names <= ENTRY_NAMES

    def list_days(self) -> list[date]:
        """Return the days to read, in order; those that the place to go on after has left behind are left out."""
        days = list(self.span.days())
        if self.after is not None:
            (reached,) = Span(self.after.timestamp, self.after.timestamp).days()
            days = [day for day in days if (day <= reached if self.newest_first else day >= reached)]
        return days[::-1] if self.newest_first else days

    def test(self, record: Record) -> bool | None:
        """Tell whether the condition holds of a record; None if its entry of the index does not tell."""
        if self.condition is None:
            return True
        if record.whole:
            return self.condition.test(record.get)
        return self.condition.test(lambda name: find_in_entry(record.attributes, name))

    def holds(self, record: Record) -> bool:
        """Tell whether the condition is known to hold of a record."""
        return self.test(record) is True


class RecordStore(Protocol):
    """What holds records in one way of storing them."""

    def read(self, question: Question, spend: Spend) -> Iterator[Record]:
        """Yield the records that `question` asks for, in its order, as they are found."""

    def complete(self, records: Sequence[Record], spend: Spend, /) -> list[Record]:
        """Return some records as a whole, in their order; one that is gone meanwhile is left out."""

    def find(self, log_id: str) -> Record | None:
        """Return a whole record by its id, or None."""

    def check(self) -> None:
        """Raise `CommandError` if something that was met cannot be read; all others were read."""
