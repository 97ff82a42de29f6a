"""Add the records of ranges that were finished since a time, read from their objects as `ops tail` does."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from log_processor.errors import PipelineError
from log_processor.routing.routes import FILE
from log_processor.storing.ledger_row import LedgerItem

from ops.accounts import read_ledger_rows
from ops.frame.aws_errors import translate_errors
from ops.frame.environment import Environment
from ops.frame.read_budget import ReadBudget
from ops.notes import print_note
from ops.parse import load_routes
from ops.reading.begun_ranges import LEDGER
from ops.reading.counted_source import CountedSource
from ops.reading.finished_ranges import FAILED, FinishedRanges
from ops.reading.follower import Follower, OtherRulesError
from ops.reading.ledger_days import RangeRow
from ops.reading.object_reader import ObjectReader
from ops.reading.plain import count_read_bytes
from ops.reading.record_lines import build_object


@dataclass(slots=True)
class Additions:
    """What is finished after `since` in an environment, each range once."""

    environment: Environment
    since: datetime
    _finished: FinishedRanges | None = field(default=None, init=False)

    def read(self, budget: ReadBudget) -> Iterator[Mapping[str, Any]]:
        """Yield the attributes of the records of the ranges that were finished since the last time.

        A range that this machine's rules would show otherwise than the function stored it is left out, with a note.
        """
        config = self.environment.config
        follower = self._make_follower(budget)
        with translate_errors(f"the ledger {config.ledger_table_name}", config):
            for one in self._list_ranges(budget):
                if one.row.status != FAILED:
                    yield from _read_range(follower, one)

    def _list_ranges(self, budget: ReadBudget) -> list[RangeRow]:
        if self._finished is None:
            dynamodb = self.environment.session.client("dynamodb")
            self._finished = FinishedRanges(dynamodb, self.environment.config.ledger_table_name, self.since)
        self._finished.spend = lambda read_bytes: budget.spend(read_bytes, LEDGER)
        return list(self._finished.look(datetime.now(UTC)))

    def _make_follower(self, budget: ReadBudget) -> Follower:
        session, config = self.environment.session, self.environment.config
        dynamodb = session.client("dynamodb")

        def read_rows(name: str) -> list[LedgerItem]:
            return read_ledger_rows(
                dynamodb, config.ledger_table_name, name, lambda page: budget.spend(count_read_bytes(page), LEDGER)
            )

        source = CountedSource(session.client("s3"), budget, announces=False)
        return Follower(ObjectReader(source, load_routes(FILE), config), read_rows)


def _read_range(follower: Follower, one: RangeRow) -> Iterator[Mapping[str, Any]]:
    try:
        yield from map(build_object, follower.read(one))
    except (OtherRulesError, PipelineError) as error:
        print_note(f"{one.object} cannot be read again: {error}")
