"""Print what came in since a time, what it used, and what that costs: once, every month, and for each GB."""

from datetime import timedelta

from ops.errors import CommandError
from ops.exit_codes import ExitCode
from ops.frame.aws_errors import translate_errors
from ops.frame.environment import Environment, open_environment
from ops.frame.output import print_json, print_lines, print_table
from ops.frame.read_budget import ReadBudget, format_size, parse_size
from ops.frame.times import describe_span, open_clock
from ops.pricing.bill import build_json, format_dollars, print_bill, sum_dollars
from ops.pricing.ledger_usage import SourceUsage, sample_sizes, sum_usage
from ops.pricing.usage import BilledUsage
from ops.reading.begun_ranges import read_ranges
from ops.reading.item_store import ItemStore
from ops.reading.ledger_days import RangeRow

MONTH = timedelta(days=30)
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
    sources = _sum_sources(environment, rows)
    total = SourceUsage(
        set().union(*(one.objects for one in sources.values())),
        sum(one.records for one in sources.values()),
        sum(one.text_bytes for one in sources.values()),
        sum((one.used for one in sources.values()), BilledUsage()),
        sum((one.expected for one in sources.values()), BilledUsage()),
    )
    months = MONTH / (clock.now - begin)
    if as_json:
        _print_json(sources, total, months)
    else:
        print_lines([f"since {clock.format(begin)}, {describe_span((clock.now - begin).total_seconds())}:"])
        _print_page(sources, total, months)
    return ExitCode.WELL


def _sum_sources(environment: Environment, rows: list[RangeRow]) -> dict[str, SourceUsage]:
    config = environment.config
    table = config.log_table_name
    dynamodb = environment.session.client("dynamodb")
    store = ItemStore(dynamodb, table, config.index_shards) if config.index_shards else None
    with translate_errors(f"the log table {table}", config):
        sizes = sample_sizes(dynamodb, table, store, [one.row for one in rows])
    named = ((one.object, one.row) for one in rows)
    return sum_usage(named, sizes, config)


def _print_page(sources: dict[str, SourceUsage], total: SourceUsage, months: float) -> None:
    print_table(
        SOURCE_HEADINGS,
        [
            (name or "-", len(one.objects), one.records, format_size(one.text_bytes), *_format_sums(one.used))
            for name, one in sorted(sources.items(), key=lambda named: -named[1].records)
        ],
    )
    print_lines([""])
    print_bill(total.used, total.text_bytes, total.expected)
    month = [format_dollars(sum_dollars(total.used, monthly=monthly) * months) for monthly in (False, True)]
    print_lines(
        [
            f"a month at this pace: ${month[0]} to take in, and ${month[1]} a month to keep that",
            "the model: each range read once, at the pace that docs/capacity.md measures",
        ]
    )


def _format_sums(usage: BilledUsage) -> tuple[str, str]:
    return format_dollars(sum_dollars(usage, monthly=False)), format_dollars(sum_dollars(usage, monthly=True))


def _print_json(sources: dict[str, SourceUsage], total: SourceUsage, months: float) -> None:
    for name, one in (*sources.items(), (None, total)):
        print_json(
            {
                "source": name,
                "objects": len(one.objects),
                "records": one.records,
                "used": build_json(one.used, one.text_bytes),
                "model": build_json(one.expected, one.text_bytes),
                "months": months,
            }
        )
