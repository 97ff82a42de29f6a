"""Answer questions on records from those that are held, and read before what is not."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from threading import RLock
from time import monotonic
from typing import TYPE_CHECKING

from ops.errors import TooMuchError
from ops.frame.aws_errors import translate_errors
from ops.frame.environment import Environment
from ops.frame.read_budget import ReadBudget
from ops.frame.times import ZonedClock
from ops.reading.asking import open_query
from ops.reading.combined import join_all
from ops.reading.conditions import ENTRY_NAMES, Condition
from ops.reading.record_lines import build_object
from ops.reading.span import Span, count_ms
from ops.reading.store import Question
from ops.view.cache.spans import HeldSpan
from ops.view.cache.table import CacheTable

if TYPE_CHECKING:
    from ops.view.cache.additions import Additions

MAX_AGE_MS = 3_600_000
"""After so long everything is read anew: a record that was removed since, as by `ops forget`, is gone then."""
INDEXED_SHARE = 0.75
"""How much of a budget goes into what the index finds, if all would be too much."""
MIN_WAIT_S = 1.0
"""How long what is finished is not looked for again."""


@dataclass(frozen=True, slots=True)
class Reading:
    """With what an environment is read for a page."""

    environment: Environment
    clock: ZonedClock
    budget: ReadBudget


@dataclass(frozen=True, slots=True)
class Asked:
    """Which records are asked for: of these sources, or of all, in a span that may go on until now, with conditions."""

    sources: Collection[str]
    span: Span
    is_open: bool
    conditions: frozenset[Condition] = frozenset()

    @property
    def indexed(self) -> frozenset[Condition]:
        """Return the conditions that the index alone decides."""
        return frozenset(one for one in self.conditions if one.names <= ENTRY_NAMES)


class RecordCache:
    """The records of some spans, whole; those that are finished later are added when they are asked for."""

    def __init__(self) -> None:
        self.table = CacheTable()
        self.revision = 0
        self._lock = RLock()
        self._spans: list[HeldSpan] = []
        self._additions: Additions | None = None
        self._looked_s = 0.0

    def hold(self, reading: Reading, asked: Asked) -> None:
        """Read what is not held of what is asked for.

        If all records of its span would be too much, those alone are read that the index decides to fulfil its
        conditions. What that costs is said before; raises `TooMuchError` if that is too much, too, and holds nothing
        more.
        """
        with self._lock:
            self._forget_old(reading)
            if not any(one.covers(asked.sources, asked.span, asked.conditions) for one in self._spans):
                self._fill(reading, asked)
            if any(one.is_open for one in self._spans) and monotonic() - self._looked_s >= MIN_WAIT_S:
                self._add_finished(reading)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self.table.clear()
            self._spans, self._additions = [], None
            self.revision += 1

    def _forget_old(self, reading: Reading) -> None:
        """Forget everything if some of it is old, or of a session that is not used any more."""
        now_ms = count_ms(reading.clock.now)
        is_old = any(now_ms - one.read_ms > MAX_AGE_MS for one in self._spans)
        is_other = self._additions is not None and self._additions.environment is not reading.environment
        if is_old or is_other:
            self.clear()

    def _fill(self, reading: Reading, asked: Asked) -> None:
        try:
            self._read(reading, replace(asked, conditions=frozenset()))
        except TooMuchError as error:
            if not asked.indexed:
                raise
            self._fill_in_part(reading, asked, error)

    def _fill_in_part(self, reading: Reading, asked: Asked, refusal: TooMuchError) -> None:
        """Read what the index finds, with most of the budget: with the rest a page can be read if that is too much."""
        max_bytes = int(reading.budget.left_bytes * INDEXED_SHARE)
        budget = replace(reading.budget, max_bytes=max_bytes, spent_bytes=0)
        try:
            self._read(replace(reading, budget=budget), replace(asked, conditions=asked.indexed))
        except TooMuchError:
            raise refusal from None
        finally:
            reading.budget.spent_bytes += budget.spent_bytes

    def _read(self, reading: Reading, asked: Asked) -> None:
        environment, now = reading.environment, reading.clock.now
        condition = join_all(list(asked.conditions))
        with translate_errors(f"the log table {environment.config.log_table_name}", environment.config):
            question = Question(tuple(asked.sources), asked.span, condition)
            query = open_query(question, environment, reading.clock, reading.budget)
            if query.question.sources:
                self.table.add(map(build_object, query.read()))
            query.check()
        self._spans.append(
            HeldSpan(frozenset(asked.sources), asked.span, count_ms(now), asked.is_open, asked.conditions)
        )
        if self._additions is None:
            from ops.view.cache.additions import Additions

            self._additions = Additions(environment, now)
        self.revision += 1

    def _add_finished(self, reading: Reading) -> None:
        if self._additions is None:
            return
        try:
            added = self.table.add(self._additions.read(reading.budget))
        except BaseException:
            self.clear()  # which ranges were added is not known any more
            raise
        self._looked_s = monotonic()
        self.revision += bool(added)
