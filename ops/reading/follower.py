"""Read the records of a finished range from its object, as its row and its object's plan say."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from log_processor.storing.ledger_row import LedgerItem, Row, parse_row

from ops.errors import CommandError
from ops.reading.ledger_days import RangeRow
from ops.reading.object_reader import ObjectReader
from ops.reading.row_ranges import make_range, make_version, split_uri
from ops.reading.store import Record

if TYPE_CHECKING:
    from collections.abc import Callable

    from log_processor.work.ranges import ObjectRange

MAX_OBJECTS = 100
"""Of how many objects the rows are remembered: the ranges of one end near each other."""


class OtherRulesError(CommandError):
    """An object would be read with other filters or redaction than the function had."""


@dataclass(frozen=True, slots=True)
class Follower:
    """Reads ranges that the ledger lists; `read_rows` returns all rows of an object, which is asked when one is new."""

    reader: ObjectReader
    read_rows: "Callable[[str], Sequence[LedgerItem]]"
    _rows: "dict[str, dict[str, Row]]" = field(default_factory=dict)
    _members: "dict[tuple[str, str], dict[int, ObjectRange]]" = field(default_factory=dict)

    def read(self, one: RangeRow) -> Iterator[Record]:
        """Yield the records of a range, from one request to S3; of one that was split into others, none.

        Raises `OtherRulesError` if the rules of its route are others here than those that the function had: what it
        hides might be shown.
        """
        work = self.find_range(one)
        if work is not None:
            yield from self.reader.read(work)

    def find_range(self, one: RangeRow) -> "ObjectRange | None":
        """Return a finished range as the function read it; None if it was split into others. Raises as `read` does."""
        rows = self._find_rows(one)
        row = rows.get(one.label)
        work = make_range(one.object, row, list(rows.values()), self._list_members(one.object, row)) if row else None
        if row is None or work is None:
            return None
        if not self.reader.has_rules_of(row, work):
            raise OtherRulesError(
                f"{one.object}: routes.toml says other filters or redaction here than the function had: use the "
                "version that is deployed"
            )
        return work

    def _find_rows(self, one: RangeRow) -> "dict[str, Row]":
        """Return the rows of the object of a range by their labels; they are read if that of the range is not known."""
        known = self._rows.pop(one.object, {})
        row = known.get(one.label)
        if row is None or (row.status, row.finished_at) != (one.row.status, one.row.finished_at):
            known = {item["range"]["S"]: parse_row(item) for item in self.read_rows(one.object)}
        self._rows[one.object] = known  # the last one used stands at the end
        if len(self._rows) > MAX_OBJECTS:
            del self._rows[next(iter(self._rows))]
        return known

    def _list_members(self, uri: str, row: Row) -> "dict[int, ObjectRange]":
        """Return the members of a zip by their numbers, if the row is of one; the zip is asked once."""
        if row.member is None:
            return {}
        key = (uri, row.version)
        if key not in self._members:
            work = make_version(*split_uri(uri), row.version)
            whole_object = self.reader.source.open(work, 0)
            whole_object.close()
            members = self.reader.list_members(work, whole_object.size_bytes)
            self._members[key] = {range_.member.number: range_ for range_ in members if range_.member}
        return self._members[key]
