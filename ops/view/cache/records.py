"""Answer questions on records from those that are held, and read before what is not."""

from collections.abc import Collection
from dataclasses import dataclass
from threading import RLock
from time import monotonic
from typing import TYPE_CHECKING

from ops.frame.aws_errors import translate_errors
from ops.frame.environment import Environment
from ops.frame.read_budget import ReadBudget
from ops.frame.times import ZonedClock
from ops.reading.asking import open_query
from ops.reading.record_lines import build_object
from ops.reading.span import Span, count_ms
from ops.reading.store import Question
from ops.view.cache.spans import HeldSpan
from ops.view.cache.table import CacheTable

if TYPE_CHECKING:
    from ops.view.cache.additions import Additions

MAX_AGE_MS = 3_600_000
"""After so long everything is read anew: a record that was removed since, as by `ops forget`, is gone then."""
MIN_WAIT_S = 1.0
"""How long what is finished is not looked for again."""


@dataclass(frozen=True, slots=True)
class Reading:
    """With what an environment is read for a page."""

    environment: Environment
    clock: ZonedClock
    budget: ReadBudget


class RecordCache:
    """The records of some spans, whole; those that are finished later are added when they are asked for."""

    def __init__(self) -> None:
        self.table = CacheTable()
        self.revision = 0
        self._lock = RLock()
        self._spans: list[HeldSpan] = []
        self._additions: Additions | None = None
        self._looked_s = 0.0

    def hold(self, reading: Reading, sources: Collection[str], span: Span, *, is_open: bool) -> None:
        """Read what is not held of the sources, or of all if none are named, in a span that may go on until now.

        What that costs is said before; raises `TooMuchError` if it is more than the budget has, and holds nothing more.
        """
        with self._lock:
            self._forget_old(reading)
            if not any(one.covers(sources, span) for one in self._spans):
                self._fill(reading, sources, span, is_open=is_open)
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

    def _fill(self, reading: Reading, sources: Collection[str], span: Span, *, is_open: bool) -> None:
        environment, now = reading.environment, reading.clock.now
        with translate_errors(f"the log table {environment.config.log_table_name}", environment.config):
            query = open_query(Question(tuple(sources), span), environment, reading.clock, reading.budget)
            if query.question.sources:
                self.table.add(map(build_object, query.read()))
            query.check()
        self._spans.append(HeldSpan(frozenset(sources), span, count_ms(now), is_open))
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
