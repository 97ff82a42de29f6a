"""List what commands have changed in the environment: who, when, what and how many."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict

from ops.acting.act_log import ActLog, ActRow
from ops.acting.steps import describe_counts
from ops.frame.aws_errors import translate_errors
from ops.frame.environment import open_environment
from ops.frame.output import build_page_table, print_json, print_lines
from ops.frame.times import ZonedClock, open_clock
from ops.reading.begun_ranges import CLOCK_SKEW

HEADINGS = ("begun", "who", "command", "state", "what became of it")


def run(ledger: str | None, *, since: str, tz: str, as_json: bool) -> int:
    """Print the acts that were begun since a time, the newest last; return 0."""
    clock = open_clock(tz)
    begin = clock.parse("--since", since)
    environment = open_environment()
    table = ledger or environment.config.ledger_table_name
    log = ActLog(environment.session.client("dynamodb"), table)
    with translate_errors(f"the log of acts in the ledger {table}", environment.config):
        acts = log.list_acts(begin, clock.now + CLOCK_SKEW)
    if as_json:
        for row in acts:
            print_json(asdict(row))
    else:
        print_lines(_format_page(acts, clock))
    return 0


def _format_page(acts: Sequence[ActRow], clock: ZonedClock) -> Iterator[str]:
    if not acts:
        yield "no command has changed anything since then"
        return
    yield from build_page_table(HEADINGS, [_build_cells(row, clock) for row in acts])


def _build_cells(row: ActRow, clock: ZonedClock) -> tuple[str, ...]:
    arguments = " ".join(f"{name}={value}" for name, value in row.arguments.items())
    became = f"{describe_counts(row.counts) or 'nothing'} of {row.planned:,} {row.unit}"
    reason = f": {row.reason}" if row.reason else ""
    command = f"{row.command} {arguments}".rstrip()
    return clock.format(row.begun_at), row.who, command, row.state, became + reason
