"""Find records by source, time and condition; print, count or draw them."""

import shutil
import sys
from dataclasses import replace

from ops.errors import CommandError
from ops.frame.aws_errors import translate_errors
from ops.frame.environment import open_environment
from ops.frame.output import print_json, print_lines, print_table
from ops.frame.read_budget import ReadBudget, parse_size
from ops.frame.times import ZonedClock, open_clock
from ops.notes import print_note
from ops.reading.asking import REMEDY, RecordQuery, build_question, open_query
from ops.reading.counts import count_records, draw_bars, needs_whole, order_counts, plot_records
from ops.reading.cursor import decode_cursor, encode_cursor
from ops.reading.neighbours import Group, NeighbourFinder
from ops.reading.record_lines import BETWEEN_GROUPS, build_object, format_record
from ops.reading.selection import Selection
from ops.reading.store import Position, Question, Record
from ops.reading.view import ResultView

PLOT_COLUMNS = 100
MATCH, NEIGHBOUR = "> ", "  "


def run(selection: Selection, view: ResultView, *, zone: str, max_read: str, as_json: bool) -> int:
    """Print what the selection finds as the view says; return 0, also if that is nothing.

    Raises `CommandError` if an option makes no sense, or if more would be read than `max_read`.
    """
    clock = open_clock(zone)
    budget = ReadBudget(parse_size("--max-read", max_read), remedy=REMEDY)
    question = _build_question(selection, view, clock)
    environment = open_environment()
    with translate_errors(f"the log table {environment.config.log_table_name}", environment.config):
        query = open_query(question, environment, clock, budget)
        if view.plot:
            count = _plot(query, clock, as_json=as_json)
        elif view.is_summary:
            count = _count(query, view, clock, as_json=as_json)
        elif view.neighbours:
            count = _print_groups(query, view, clock, as_json=as_json)
        else:
            count = _print_page(query, view, clock, as_json=as_json)
    query.check()
    if not count and not view.cursor:  # behind a cursor, nothing is the end of the pages
        print_note(_explain_nothing(selection, question, clock))
    return 0


def _explain_nothing(selection: Selection, question: Question, clock: ZonedClock) -> str:
    """Return why a selection may find nothing: a wrong source, an early time, or a name that no record has."""
    if selection.sources:
        return f"nothing is found in {', '.join(selection.sources)}: ops status names the sources that there are"
    span = f"from {clock.format(question.span.first_ms)} to {clock.format(question.span.last_ms + 1)}"
    names = ", or check the names and values of --where" if selection.where else ""
    return f"nothing is found {span}: name another time by --from and --to{names}"


def _build_question(selection: Selection, view: ResultView, clock: ZonedClock) -> Question:
    for option, number in (("--limit", view.limit), ("-C", view.neighbours)):
        if number < 0:
            raise CommandError(f"{option} {number}: write a whole number from 0")
    view.check()
    after = decode_cursor(view.cursor, newest_first=view.newest_first) if view.cursor else None
    return build_question(
        selection,
        clock,
        whole=needs_whole(view.by) if view.is_summary else True,
        limit=None if view.is_summary else view.limit or None,
        newest_first=view.newest_first,
        after=after,
    )


def _print_page(query: RecordQuery, view: ResultView, clock: ZonedClock, *, as_json: bool) -> int:
    """Print the records and return how many they are, as all of these do with what they find."""
    printed, last = 0, None
    for record in query.read():
        if as_json:
            print_json(build_object(record))
        else:
            print_lines(format_record(record, clock, with_id=view.with_id))
        printed, last = printed + 1, record.position
    if last is not None and printed == view.limit:
        _print_cursor(last, view)
    return printed


def _print_cursor(position: Position, view: ResultView) -> None:
    cursor = encode_cursor(position, newest_first=view.newest_first)
    print_note(f"{view.limit:,} are printed; for more, repeat the command with --cursor {cursor}")


def _print_groups(query: RecordQuery, view: ResultView, clock: ZonedClock, *, as_json: bool) -> int:
    """Print each match with its neighbours, which are looked for among all records of the span."""
    question = query.question
    finder = NeighbourFinder(question.holds, view.neighbours, view.limit or None)
    everything = replace(question, condition=None, limit=None, whole=not question.is_indexed, reads_ahead=False)
    with query.watch() as spend:
        for number, group in enumerate(finder.read(query.store.read(everything, spend))):
            records = query.store.complete(group.records, spend)
            if number and not as_json:
                print_lines([BETWEEN_GROUPS])
            _print_group(records, group, view, clock, as_json=as_json)
    if finder.last_match is not None and finder.matched == view.limit:
        _print_cursor(finder.last_match, view)
    return finder.matched


def _print_group(records: list[Record], group: Group, view: ResultView, clock: ZonedClock, *, as_json: bool) -> None:
    for record in records:
        is_match = record.log_id in group.matches
        if as_json:
            print_json(build_object(record, match=is_match))
        else:
            mark = MATCH if is_match else NEIGHBOUR
            print_lines(format_record(record, clock, with_id=view.with_id, mark=mark))


def _plot(query: RecordQuery, clock: ZonedClock, *, as_json: bool) -> int:
    bars = plot_records(query.read(), query.question.span, clock)
    if as_json:
        for time, count in bars:
            print_json({"time": time, "count": count})
    else:
        width = shutil.get_terminal_size((PLOT_COLUMNS, 0)).columns
        print_lines(draw_bars(bars, width, sys.stdout.encoding))
    return sum(count for _, count in bars)


def _count(query: RecordQuery, view: ResultView, clock: ZonedClock, *, as_json: bool) -> int:
    counts = count_records(query.read(), view.by, clock)
    total = counts.total()
    if view.by is None:
        if as_json:
            print_json({"count": total})
        else:
            print_lines([f"{total:,} records"])
        return total
    rows = order_counts(counts, view.by)
    if not as_json:
        print_table([view.by, "records"], rows)
        return total
    for value, count in rows:
        print_json({view.by: value, "count": count})
    return total
