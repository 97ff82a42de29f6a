"""Count the shapes of messages, and say which of them are new since a time."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from ops.errors import CommandError
from ops.exit_codes import ExitCode
from ops.frame.aws_errors import translate_errors
from ops.frame.environment import open_environment
from ops.frame.output import print_json, print_lines, print_table
from ops.frame.read_budget import ReadBudget, parse_size
from ops.frame.times import ZonedClock, open_clock
from ops.reading.asking import build_question, open_query
from ops.reading.selection import Selection
from ops.reading.span import count_ms
from ops.reading.store import Record
from ops.shapes import find_message, find_shape

REMEDY = "name a source, a level or a shorter time"
MAX_SHAPES = 20_000
"""So many shapes are told apart; records of further ones are counted together."""
HEADINGS = ("records", "share", "level", "first", "last", "shape")


@dataclass(slots=True)
class MessageShape:
    """A shape of messages: its records, their levels, their first and last time, and the id of the first one."""

    shape: str
    first_ms: int
    last_ms: int
    example: str
    count: int = 0
    levels: Counter[str] = field(default_factory=Counter)

    def add(self, record: Record) -> None:
        """Count a record of this shape."""
        self.count += 1
        self.last_ms = max(self.last_ms, record.timestamp)
        self.first_ms = min(self.first_ms, record.timestamp)
        self.levels[str(record.get("level") or "-")] += 1

    def name_level(self) -> str:
        """Return the level that most of its records have; a dash for none."""
        return self.levels.most_common(1)[0][0]


def run(selection: Selection, *, new_since: str | None, limit: int, zone: str, max_read: str, as_json: bool) -> int:
    """Print the commonest shapes of the selection's records; with `new_since`, those alone that begin after it.

    Raises `CommandError` if an option makes no sense, or if more would be read than `max_read`.
    """
    clock = open_clock(zone)
    budget = ReadBudget(parse_size("--max-read", max_read), remedy=REMEDY)
    question = build_question(selection, clock)
    since_ms = _parse_since(new_since, clock, question.span.first_ms, selection.begin)
    if limit < 1:
        raise CommandError(f"--limit {limit}: write a whole number from 1")
    environment = open_environment()
    with translate_errors(f"the log table {environment.config.log_table_name}", environment.config):
        query = open_query(question, environment, clock, budget)
        patterns, others = count_patterns(query.read())
    total = sum(pattern.count for pattern in patterns) + others
    wanted = [pattern for pattern in patterns if since_ms is None or pattern.first_ms >= since_ms]
    shown = sorted(wanted, key=lambda pattern: (-pattern.count, pattern.shape))[:limit]
    if as_json:
        for pattern in shown:
            print_json(_build_object(pattern, total, clock))
    else:
        _print_page(shown, total, others, clock, kept=len(wanted))
    query.check()
    return ExitCode.WELL


def _parse_since(new_since: str | None, clock: ZonedClock, first_ms: int, begin: str) -> int | None:
    if new_since is None:
        return None
    since_ms = count_ms(clock.parse("--new-since", new_since))
    if since_ms <= first_ms:
        raise CommandError(
            f"--new-since {new_since} is not after --from {begin}: name an earlier --from, since what is new is told "
            "by what was there before"
        )
    return since_ms


def count_patterns(records: Iterable[Record]) -> tuple[list[MessageShape], int]:
    """Return the shapes of the records, and how many records are of shapes beyond `MAX_SHAPES`."""
    patterns: dict[str, MessageShape] = {}
    others = 0
    for record in records:
        shape = find_shape(find_message(record.attributes))
        pattern = patterns.get(shape)
        if pattern is None:
            if len(patterns) >= MAX_SHAPES:
                others += 1
                continue
            pattern = patterns[shape] = MessageShape(shape, record.timestamp, record.timestamp, record.log_id)
        pattern.add(record)
    return list(patterns.values()), others


def _print_page(shown: list[MessageShape], total: int, others: int, clock: ZonedClock, kept: int) -> None:
    rows = [
        (
            pattern.count,
            f"{pattern.count / total:.1%}",
            pattern.name_level(),
            clock.format(pattern.first_ms),
            clock.format(pattern.last_ms),
            pattern.shape,
        )
        for pattern in shown
    ]
    if rows:
        print_table(HEADINGS, rows)
    print_lines([f"{len(shown):,} of {kept:,} shapes; {total:,} records were read"])
    if others:
        print_lines([f"{others:,} records have further shapes, which are not told apart: {REMEDY}"])


def _build_object(pattern: MessageShape, total: int, clock: ZonedClock) -> dict[str, object]:
    return {
        "shape": pattern.shape,
        "records": pattern.count,
        "share": pattern.count / total,
        "levels": dict(pattern.levels),
        "first": clock.format(pattern.first_ms),
        "last": clock.format(pattern.last_ms),
        "example": pattern.example,
    }
