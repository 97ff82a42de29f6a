"""One object: what became of each of its bytes, by the ledger, and of its rejects."""

import shlex
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from log_processor.storing.ledger_row import LedgerItem, Row, parse_row

from ops.accounts import VersionAccount, accounts, read_ledger_rows
from ops.byte_bar import ByteBar, build_bars
from ops.frame.aws_errors import translate_errors
from ops.frame.environment import Environment
from ops.frame.times import open_clock
from ops.object_name import parse_object_name
from ops.object_rejects import ObjectRejects, read_rejects
from ops.reading.begun_ranges import CLOCK_SKEW, LEDGER, read_ranges
from ops.reading.ledger_days import RangeRow, list_ranges
from ops.reading.plain import count_read_bytes
from ops.record_facts import describe_facts
from ops.status import check_known
from ops.view.lib.page import Facts, Visit

MAX_ROWS = 200
"""So many ranges of a version are listed below its bar."""
MAX_BARS = 20
MAX_OBJECTS = 100
SINCE = "today"
LEGEND = (
    ("stored", "stored"),
    ("filtered", "filtered by a route"),
    ("rejected", "rejected: kept as text"),
    ("running", "not ended"),
    ("missing", "in no range"),
    ("failed", "failed, or in two ranges"),
)
"""The classes of the drawing, and what they mean."""


@dataclass(frozen=True, slots=True)
class DrawnVersion:
    """A version of the object: its account, its ranges in order, their bars, and its rejects."""

    account: VersionAccount
    facts: Sequence[tuple[str, str]]
    rows: Sequence[Row]
    bars: Sequence[ByteBar]
    rejects: ObjectRejects


def load(visit: Visit) -> Facts:
    """Read the object that the address names; without one, list those that were begun last."""
    name = visit.get("name")
    if not name:
        return {"objects": _list_objects(visit)}
    return {
        "name": name,
        "versions": _read_versions(name, visit),
        "replay": shlex.join(("ops", "replay", name)),
        "mend": shlex.join(("ops", "replay", "--rejects", name)),
        "legend": LEGEND,
        "max_rows": MAX_ROWS,
        "max_bars": MAX_BARS,
    }


def _read_versions(name: str, visit: Visit) -> list[DrawnVersion]:
    """Return the versions of an object, the newest first."""
    parse_object_name(name)
    environment, table = visit.environment, visit.environment.config.ledger_table_name
    with translate_errors(f"the ledger {table}", environment.config):
        items = read_ledger_rows(
            environment.session.client("dynamodb"),
            table,
            name,
            lambda page: visit.budget.spend(count_read_bytes(page), LEDGER),
        )
        versions = accounts(items)
        check_known(name, table, versions)
        return [_draw_version(name, account, items, visit) for account in reversed(versions)]


def _draw_version(name: str, account: VersionAccount, items: list[LedgerItem], visit: Visit) -> DrawnVersion:
    rows = [row for row in map(parse_row, items) if row.version == account.version]
    rows.sort(key=lambda row: (row.member or 0, row.start))
    rejected = read_rejects(name, account.version, items, visit.environment, visit.budget)
    facts = list(describe_facts(account.facts, visit.clock))
    bars = build_bars(rows)
    if len(bars) == 1:
        bars = [bars[0].mark(reject.offset for reject in rejected.rejects)]
    return DrawnVersion(account, facts, rows, bars, rejected)


def _list_objects(visit: Visit) -> list[RangeRow]:
    """Return a range of each of the objects that were begun last, the newest first."""
    environment = visit.environment
    begin = visit.clock.parse("since", visit.get("since", SINCE))
    dynamodb = environment.session.client("dynamodb")
    ranges = read_ranges(dynamodb, environment.config.ledger_table_name, begin, visit.clock, visit.budget)
    newest = {one.object: one for one in ranges}
    return sorted(newest.values(), key=lambda one: one.row.processed_at, reverse=True)[:MAX_OBJECTS]


def choose_object(environment: Environment) -> str:
    """Return the object of the last day with the most rejects, else with the most ranges; empty if there is none."""
    clock, table = open_clock("UTC"), environment.config.ledger_table_name
    begin, end = clock.parse("since", "1d"), clock.parse("until", "now") + CLOCK_SKEW
    with translate_errors(f"the ledger {table}", environment.config):
        ranges = list_ranges(environment.session.client("dynamodb"), table, begin, end)
    weights: Counter[str] = Counter()
    for one in ranges:
        weights[one.object] += 1 + one.row.rejected * 1_000 + (one.row.ranges or 0) * 10
    return next((name for name, _ in weights.most_common(1)), "")


def name_command(visit: Visit) -> Sequence[str]:
    """Return `ops status` of the object."""
    zone = visit.get("tz")
    return ("status", *filter(None, (visit.get("name"),)), *(("--tz", zone) if zone else ()))
