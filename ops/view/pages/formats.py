"""In which formats the records came, day by day, and in which shapes their messages are."""

import shlex
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ops.day_totals import UNKNOWN
from ops.errors import CommandError, TooMuchError
from ops.format_changes import find_changes, measure_shares
from ops.format_days import divide_days
from ops.frame.aws_errors import translate_errors
from ops.patterns import MessageShape, count_patterns
from ops.reading.asking import build_question, open_query
from ops.reading.begun_ranges import read_ranges
from ops.reading.selection import Selection
from ops.reading.span import count_ms
from ops.view.lib.larger_read import describe_read, write_limit
from ops.view.lib.page import Facts, Visit
from ops.view.lib.texts import make_link

SINCE, NEW_SINCE = "1d", "1h"
MAX_SHAPES = 50
SAMPLE = 1_000
"""Of so many records, the newest ones, shapes are shown if all of them would be too much."""
COLOURS = 6


@dataclass(frozen=True, slots=True)
class ShapeList:
    """The commonest shapes, those that are new first; `error` says why there are none.

    They are those of the newest records alone if `wanted_bytes` says how much the others would be to read; which are
    new is not known then.
    """

    shapes: Sequence[tuple[MessageShape, bool]] = ()
    total: int = 0
    kinds: int = 0
    error: str = ""
    wanted_bytes: int = 0


def load(visit: Visit) -> Facts:
    """Read the ledger's index for the formats, and the records for their shapes."""
    environment, clock = visit.environment, visit.clock
    table, source = environment.config.ledger_table_name, visit.get("source")
    begin = clock.parse("since", visit.get("since", SINCE))
    with translate_errors(f"the ledger {table}", environment.config):
        ranges = read_ranges(environment.session.client("dynamodb"), table, begin, clock, visit.budget)
    shapes = _list_shapes(visit)
    chosen = [one for one in ranges if source in ("", one.row.source or UNKNOWN)]
    return {
        "shares": measure_shares([one for one in chosen if one.row.format]),
        "changes": find_changes(chosen),
        "sources": divide_days(chosen, clock),
        "colours": COLOURS,
        "shapes": shapes,
        "since": visit.get("since", SINCE),
        "new_since": visit.get("new_since", NEW_SINCE),
        "shapes_command": shlex.join(_name_patterns(visit, shapes.wanted_bytes)),
        "offer": describe_read(shapes.wanted_bytes),
        "offer_link": make_link("/formats", **{**visit.parameters, "max_read": write_limit(shapes.wanted_bytes)}),
    }


def _list_shapes(visit: Visit) -> ShapeList:
    """Return the shapes; what stands in their way is said in their place, and the formats are shown all the same."""
    try:
        return _count_all(visit)
    except TooMuchError as error:
        return replace(_count_newest(visit), wanted_bytes=error.wanted_bytes)
    except CommandError as error:
        return ShapeList(error=str(error))


def _count_all(visit: Visit) -> ShapeList:
    new_ms = count_ms(visit.clock.parse("new_since", visit.get("new_since", NEW_SINCE)))
    return _count_shapes(visit, new_ms, None)


def _count_newest(visit: Visit) -> ShapeList:
    try:
        return _count_shapes(visit, sys.maxsize, SAMPLE)
    except CommandError as error:
        return ShapeList(error=str(error))


def _count_shapes(visit: Visit, new_ms: int, limit: int | None) -> ShapeList:
    """Return the shapes of the newest records up to a limit, or of all; those that begin at `new_ms` or later are new.

    Raises `TooMuchError` before it reads what the visit may not, and `CommandError` if the question makes no sense.
    """
    config, clock = visit.environment.config, visit.clock
    source = visit.get("source")
    selection = Selection(sources=(source,) if source else (), begin=visit.get("since", SINCE))
    question = build_question(selection, clock, limit=limit, newest_first=limit is not None)
    with translate_errors(f"the log table {config.log_table_name}", config):
        query = open_query(question, visit.environment, clock, visit.budget)
        patterns, others = count_patterns(query.read())
    query.check()
    ordered = sorted(patterns, key=lambda one: (one.first_ms < new_ms, -one.count, one.shape))
    shown = [(one, one.first_ms >= new_ms) for one in ordered[:MAX_SHAPES]]
    return ShapeList(shown, sum(one.count for one in patterns) + others, len(patterns))


def _name_patterns(visit: Visit, wanted_bytes: int) -> Sequence[str]:
    source = ("--source", visit.get("source")) if visit.get("source") else ()
    times = ("--from", visit.get("since", SINCE), "--new-since", visit.get("new_since", NEW_SINCE))
    limit = ("--max-read", write_limit(wanted_bytes)) if wanted_bytes else ()
    return ("ops", "patterns", *times, *source, *limit)


def name_command(visit: Visit) -> Sequence[str]:
    """Return `ops formats` of the same time and source."""
    source, zone = visit.get("source"), visit.get("tz")
    more = (("--source", source) if source else (), ("--tz", zone) if zone else ())
    return ("formats", "--since", visit.get("since", SINCE), *(word for pair in more for word in pair))
