"""Print what came in since a time, what it used, and what that costs: once, every month, and for each GB."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ops.errors import CommandError
from ops.exit_codes import ExitCode
from ops.frame.aws_errors import translate_errors
from ops.frame.environment import Environment, open_environment
from ops.frame.output import print_json, print_lines, print_table
from ops.frame.read_budget import ReadBudget, format_size, parse_size
from ops.frame.times import ZonedClock, describe_span, open_clock
from ops.pricing.bill import build_json, format_dollars, print_bill, sum_dollars
from ops.pricing.ledger_usage import SourceUsage, sample_sizes, sum_usage
from ops.pricing.usage import BilledUsage
from ops.reading.begun_ranges import read_ranges
from ops.reading.item_store import ItemStore
from ops.reading.ledger_days import RangeRow, has_ranges

MONTH, MIN_PACE = timedelta(days=30), timedelta(hours=1)
"""How long a month is, and the shortest time from which one is told."""
MAX_LOOK_BACK = timedelta(days=7)
"""How long before `--since` the ledger is asked whether it was filled already."""
SOURCE_HEADINGS = ("source", "objects", "records", "lines", "$ to take in", "$ to keep, a month")


def run(since: str, *, tz: str, max_read: str, as_json: bool) -> int:
    """Print the cost of all ranges that were begun since a time; raises `CommandError` if there is none."""
    clock = open_clock(tz)
    begin = clock.parse("--since", since)
    if begin >= clock.now:
        raise CommandError(f"--since {since}: that is not before now: write an earlier time, such as 1d")
    environment = open_environment()
    budget = ReadBudget(parse_size("--max-read", max_read), "name a shorter time by --since")
    table = environment.config.ledger_table_name
    with translate_errors(f"the ledger {table}", environment.config):
        rows = read_ranges(environment.session.client("dynamodb"), table, begin, clock, budget)
    if not rows:
        raise CommandError(f"--since {since}: no range was begun after {clock.format(begin)}: name an earlier time")
    sources = sum_costs(environment, rows)
    total = add_up(sources)
    pace = _find_pace(environment, rows, begin, clock.now)
    if as_json:
        _print_json(sources, total, pace)
    else:
        print_lines([f"since {clock.format(begin)}, {describe_span((clock.now - begin).total_seconds())}:"])
        _print_page(sources, total, pace, clock)
    return ExitCode.WELL


@dataclass(frozen=True, slots=True)
class Pace:
    """The time in which the ledger was filled with what is summed up; `months` is how often a month has it."""

    begin: datetime
    months: float

    @property
    def is_known(self) -> bool:
        """Tell whether it is long enough for a month to be told from it."""
        return self.months <= MONTH / MIN_PACE


def _find_pace(environment: Environment, rows: list[RangeRow], begin: datetime, now: datetime) -> Pace:
    """Return the pace since `begin`, or since the first of the `rows` if the ledger has none of the time before."""
    table = environment.config.ledger_table_name
    before = begin - min(now - begin, MAX_LOOK_BACK)
    with translate_errors(f"the ledger {table}", environment.config):
        if not has_ranges(environment.session.client("dynamodb"), table, before, begin):
            begin = max(begin, datetime.fromisoformat(rows[0].row.processed_at))
    return Pace(begin, MONTH / max(now - begin, timedelta(seconds=1)))


def add_up(sources: Mapping[str, SourceUsage]) -> SourceUsage:
    """Return the usage of all sources together."""
    return SourceUsage(
        set().union(*(one.objects for one in sources.values())),
        sum(one.records for one in sources.values()),
        sum(one.text_bytes for one in sources.values()),
        sum((one.used for one in sources.values()), BilledUsage()),
        sum((one.expected for one in sources.values()), BilledUsage()),
    )


def sum_costs(environment: Environment, rows: Sequence[RangeRow]) -> dict[str, SourceUsage]:
    """Return what the ranges of each source have used; a sample of the records is read for their sizes."""
    config = environment.config
    table = config.log_table_name
    dynamodb = environment.session.client("dynamodb")
    store = ItemStore(dynamodb, table, config.index_shards) if config.index_shards else None
    with translate_errors(f"the log table {table}", config):
        sizes = sample_sizes(dynamodb, table, store, [one.row for one in rows])
    named = ((one.object, one.row) for one in rows)
    return sum_usage(named, sizes, config)


def _print_page(sources: dict[str, SourceUsage], total: SourceUsage, pace: Pace, clock: ZonedClock) -> None:
    print_table(
        SOURCE_HEADINGS,
        [
            (name or "-", len(one.objects), one.records, format_size(one.text_bytes), *_format_sums(one.used))
            for name, one in sorted(sources.items(), key=lambda named: -named[1].records)
        ],
    )
    print_lines([""])
    print_bill(total.used, total.text_bytes, total.expected)
    print_lines(
        [
            _describe_month(total.used, pace, clock),
            "the model: each range read once, at the pace that docs/capacity.md measures",
        ]
    )


def _describe_month(used: BilledUsage, pace: Pace, clock: ZonedClock) -> str:
    since = f"since {clock.format(pace.begin)}"
    if not pace.is_known:
        return f"a month at this pace: not known yet, as the ledger has ranges {since} alone"
    month = [format_dollars(sum_dollars(used, monthly=monthly) * pace.months) for monthly in (False, True)]
    return f"a month at the pace {since}: ${month[0]} to take in, and ${month[1]} a month to keep that"


def _format_sums(usage: BilledUsage) -> tuple[str, str]:
    return format_dollars(sum_dollars(usage, monthly=False)), format_dollars(sum_dollars(usage, monthly=True))


def _print_json(sources: dict[str, SourceUsage], total: SourceUsage, pace: Pace) -> None:
    for name, one in (*sources.items(), (None, total)):
        print_json(
            {
                "source": name,
                "objects": len(one.objects),
                "records": one.records,
                "used": build_json(one.used, one.text_bytes),
                "model": build_json(one.expected, one.text_bytes),
                "pace_since": pace.begin.isoformat(),
                "months": pace.months if pace.is_known else None,
            }
        )
