"""Say how the whole environment is: what waits, how far behind it is, what came in, and what fails and why.

It reads the attributes of two queues, which alarms ring, the ledger's index by day, and by their keys the rows of what
failed: no scan.
"""

import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from ops.day_totals import Lag, SourceTotals, measure_lag, sum_sources
from ops.exit_codes import ExitCode
from ops.failing import MENDED_BY, FailureGroup, group_failures
from ops.frame.aws_errors import translate_errors
from ops.frame.environment import Environment, open_environment
from ops.frame.output import build_page_table, print_json, print_lines, show_screen
from ops.frame.read_budget import ReadBudget, format_size, parse_size
from ops.frame.times import ZonedClock, describe_span, open_clock
from ops.queues import QueueDepth, read_depth
from ops.reading.begun_ranges import read_ranges
from ops.reading.ledger_days import RangeRow
from ops.ringing import Ringing, read_ringing

REFRESH_S = 5.0
LOOK_BACK = timedelta(days=1)
"""How far back what failed or is unfinished is looked for, so that midnight does not take it from the page."""


@dataclass(frozen=True, slots=True)
class Overview:
    """The state of an environment at `at`.

    What came in is counted from `since` on; what fails or is unfinished, from a day before `at`.
    """

    at: str
    since: str
    work: QueueDepth
    dead_letters: QueueDepth
    alarms: Ringing
    lag: Lag
    unfinished: int
    sources: list[SourceTotals]
    failing: list[FailureGroup]

    @property
    def is_well(self) -> bool:
        """Tell whether nothing failed, nothing waits for access, and there is no dead letter."""
        return not (self.failing or self.dead_letters.waiting or self.dead_letters.in_flight)


def run(ledger: str | None, *, since: str, tz: str, max_read: str, watch: bool, as_json: bool) -> int:
    """Print the overview, again and again if `watch`; return 1 if something failed, else 0."""
    budget = ReadBudget(parse_size("--max-read", max_read), remedy="name a shorter time with --since")
    open_clock(tz).parse("--since", since)
    environment = open_environment()
    table = ledger or environment.config.ledger_table_name
    screen: AbstractContextManager[Any] = nullcontext()
    if watch and not as_json and sys.stdout.isatty():
        screen = show_screen()
    with screen as draw:
        while True:
            clock = open_clock(tz)
            budget.begin_round()
            overview = read_overview(environment, table, clock, since, budget)
            if as_json:
                print_json(asdict(overview))
            elif draw is not None:
                draw(list(_format_page(overview, clock)))
            else:
                print_lines(_format_page(overview, clock))
            sys.stdout.flush()
            if not watch:
                return ExitCode.WELL if overview.is_well else ExitCode.WRONG
            time.sleep(REFRESH_S)


def read_overview(environment: Environment, table: str, clock: ZonedClock, since: str, budget: ReadBudget) -> Overview:
    """Return the state of an environment; raises `CommandError` if it cannot be read."""
    begin = clock.parse("--since", since)
    ranges = read_day(environment, table, begin, clock, budget)
    return build_overview(environment, table, begin, clock, ranges)


def read_day(
    environment: Environment, table: str, begin: datetime, clock: ZonedClock, budget: ReadBudget
) -> list[RangeRow]:
    """Return the ranges that were begun since a time, and those of the last day, whatever that time is."""
    with translate_errors(f"the ledger {table}", environment.config):
        dynamodb = environment.session.client("dynamodb")
        return read_ranges(dynamodb, table, min(begin, clock.now - LOOK_BACK), clock, budget)


def build_overview(
    environment: Environment, table: str, begin: datetime, clock: ZonedClock, ranges: list[RangeRow]
) -> Overview:
    """Return the state of an environment of whose ledger these ranges were read."""
    config = environment.config
    with translate_errors(f"a queue of {environment.stack}", config):
        work = read_depth(environment, config.work_queue_name)
        letters = read_depth(environment, config.dead_letter_queue_name)
    with translate_errors(f"the alarms of {environment.stack}", config):
        alarms = read_ringing(environment)
    with translate_errors(f"the ledger {table}", config):
        failing = group_failures(environment.session.client("dynamodb"), table, ranges)
    return Overview(
        at=clock.format(clock.now),
        since=clock.format(begin),
        work=work,
        dead_letters=letters,
        alarms=alarms,
        lag=measure_lag(ranges, clock.now),
        unfinished=sum(one.row.status == "running" for one in ranges),
        sources=sum_sources(list_begun(ranges, begin)),
        failing=failing,
    )


def list_begun(ranges: Iterable[RangeRow], begin: datetime) -> Iterator[RangeRow]:
    """Yield the ranges that were begun since a time."""
    return (one for one in ranges if datetime.fromisoformat(one.row.processed_at) >= begin)


def _format_page(overview: Overview, clock: ZonedClock) -> Iterator[str]:
    yield f"at {overview.at}, since {overview.since}"
    yield f"backlog     {describe_work(overview.work)}; {overview.unfinished:,} ranges begun and not ended"
    yield f"lag         {describe_lag(overview.lag)}"
    yield f"dead        {describe_letters(overview.dead_letters)}"
    yield f"alarms      {overview.alarms.describe()}"
    yield ""
    yield from _format_sources(overview.sources)
    for group in overview.failing:
        yield ""
        yield from _format_failure(group, clock)


def describe_work(depth: QueueDepth) -> str:
    """Return a sentence on the work queue."""
    return f"{depth.waiting:,} messages wait, {depth.delayed:,} are delayed, {depth.in_flight:,} are in flight"


def describe_letters(depth: QueueDepth) -> str:
    """Return a sentence on the dead letters."""
    received = f", {depth.in_flight:,} more are being looked at" if depth.in_flight else ""
    return f"{depth.waiting:,} dead letters{received}"


def describe_lag(lag: Lag) -> str:
    """Return a sentence on how late records are."""
    if lag.median_ms is None or lag.max_ms is None:
        text = "unknown: no range that has ended says when its event was"
    else:
        spans = f"median {describe_span(lag.median_ms / 1000)}, longest {describe_span(lag.max_ms / 1000)}"
        unknown = f", {lag.unknown:,} do not say" if lag.unknown else ""
        text = f"from event to stored: {spans} (the last {lag.ranges:,} ranges{unknown})"
    if lag.oldest_ms is None:
        return f"{text}; nothing is unfinished"
    return f"{text}; the oldest that is unfinished is {describe_span(lag.oldest_ms / 1000)} old"


def _format_sources(sources: list[SourceTotals]) -> Iterator[str]:
    if not sources:
        yield "nothing has come in since then"
        return
    headings = ("source", "format", "objects", "records", "stored", "filtered", "rejected", "bytes", "levels")
    yield from build_page_table(headings, map(_build_cells, sources))
    for total in sources:
        if total.text_fallbacks:
            yield f"{total.source}, {total.format}: {total.text_fallbacks:,} records fell back to text"


def _build_cells(total: SourceTotals) -> tuple[str | int, ...]:
    levels = "  ".join(f"{level} {count:,}" for level, count in sort_counts(total.levels))
    if total.uncounted_ranges:
        levels = f"{levels}  unknown of {total.uncounted_ranges:,} ranges of an earlier version".strip()
    counts = (total.objects, total.read, total.stored, total.filtered, total.rejected)
    return total.source, total.format, *counts, format_size(total.bytes), levels or "none"


def sort_counts(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Return names with their counts, the largest first."""
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def _format_failure(group: FailureGroup, clock: ZonedClock) -> Iterator[str]:
    objects = f"{group.objects:,} {'object' if group.objects == 1 else 'objects'}"
    yield f"{objects}, {group.mending}: {group.cause} ({MENDED_BY[group.mending]})"
    yield f"  newest: {group.newest}, begun at {clock.format(group.began_at)}"
    if group.reason:
        yield f"  {group.reason}"
