"""Search records: a line in the grammar of `ops query`, a histogram, facets and rows, also live."""

from collections.abc import Sequence
from functools import partial

from ops.errors import CommandError, TooMuchError
from ops.frame.aws_errors import translate_errors
from ops.reading.asking import build_question, open_query
from ops.reading.combined import list_parts
from ops.reading.selected import build_condition, build_span
from ops.reading.selection import DEFAULT_BEGIN, Selection
from ops.reading.store import Record
from ops.view.cache.answers import Bars, Selected
from ops.view.cache.records import Asked, Reading
from ops.view.lib.larger_read import describe_read, write_limit
from ops.view.lib.page import Facts, Visit
from ops.view.lib.texts import make_link
from ops.view.lib.where_line import add_term

ROWS, VALUES = 100, 8
MAX_PAGES = 10_000
FACETS = ("source", "format", "level", "status")
FIELD_FACETS = ("url.path",)
"""Fields whose values are counted without being asked for, if records have them."""
LIVE_S = 3
NOW = "now"


def load(visit: Visit) -> Facts:
    """Read the records of the span if that is allowed, or a page of them, and say what all would cost."""
    selection = read_selection(visit)
    span, condition = build_span(selection, visit.clock), build_condition(selection)
    reading = Reading(visit.environment, visit.clock, visit.budget)
    shown = _describe(visit, selection)
    try:
        visit.cache.hold(
            reading, Asked(selection.sources, span, selection.end == NOW, frozenset(list_parts(condition)))
        )
    except TooMuchError as error:
        return {**shown, **_read_page(visit, selection, error)}
    revision = str(visit.cache.revision)
    if visit.get("seen") == revision:
        return {"unchanged": True}
    selected = Selected(visit.cache.table, selection.sources, span, condition)
    bars = selected.draw()
    fields = selected.list_fields()
    common = (name for name in FIELD_FACETS if name in fields)
    facets = dict.fromkeys((*FACETS, *common, *filter(None, [visit.get("facet")])))
    number, is_newest_first = _read_number(visit), visit.get("order") != "oldest"
    return {
        **shown,
        "count": selected.count(),
        "chart": describe_chart(visit.zone, bars),
        "bars": bars,
        "facets": {name: selected.list_values(name, VALUES) for name in facets},
        "fields": fields,
        "records": selected.list_records(ROWS, (number - 1) * ROWS, newest_first=is_newest_first),
        "revision": revision,
    }


def read_selection(visit: Visit) -> Selection:
    """Return what the address asks for, as the options of `ops query` would."""
    return Selection(
        sources=visit.list("source"),
        level=visit.get("level") or None,
        errors=bool(visit.get("errors")),
        where=visit.list("q"),
        contains=visit.list("text"),
        begin=visit.get("from", DEFAULT_BEGIN),
        end=visit.get("to", NOW),
    )


def _describe(visit: Visit, selection: Selection) -> dict[str, object]:
    """Return what is shown whatever is read; a part of the page changes the address of the whole."""
    line = " and ".join(selection.where)
    return {
        "change": partial(_change_address, visit),
        "add_term": partial(add_term, line),
        "is_live": bool(visit.get("live")) and selection.end == NOW,
        "is_newest_first": visit.get("order") != "oldest",
        "number": _read_number(visit),
        "rows": ROWS,
        "live_s": LIVE_S,
        "offer": "",
        "count": None,
        "bars": None,
        "facets": {},
        "fields": [],
    }


def _read_page(visit: Visit, selection: Selection, refusal: TooMuchError) -> dict[str, object]:
    """Return the first page, if the index alone decides which records are on it; raises `refusal` if it does not."""
    is_newest_first = visit.get("order") != "oldest"
    question = build_question(selection, visit.clock, limit=ROWS, newest_first=is_newest_first)
    if not question.is_indexed:
        raise refusal
    environment = visit.environment
    with translate_errors(f"the log table {environment.config.log_table_name}", environment.config):
        records: list[Record] = list(open_query(question, environment, visit.clock, visit.budget).read())
    return {
        "records": records,
        "revision": "",
        "is_live": False,
        "offer": describe_read(refusal.wanted_bytes),
        "offer_link": _change_address(visit, max_read=write_limit(refusal.wanted_bytes)),
    }


def describe_chart(zone: str, bars: Bars) -> Facts:
    """Return what the script of the page draws."""
    series = [{"name": level, "values": counts} for level, counts in bars.levels.items()]
    return {
        "kind": "bars",
        "times": bars.times,
        "step": bars.step_s,
        "tz": zone,
        "series": series,
        "zoom": {"from": "from", "to": "to"},
    }


def _change_address(visit: Visit, path: str = "/search", **changes: object) -> str:
    """Return the address of the visit with some parameters changed; another question begins at its first page."""
    kept = {name: values for name, values in visit.parameters.items() if name not in ("seen", "max_read", "page")}
    renamed = {name.rstrip("_"): value for name, value in changes.items()}
    return make_link(path, **{**kept, **renamed})


def _read_number(visit: Visit) -> int:
    text = visit.get("page", "1")
    if not text.isdecimal() or not 1 <= int(text) <= MAX_PAGES:
        raise CommandError(f"page {text}: write a number from 1 to {MAX_PAGES:,}")
    return int(text)


def name_command(visit: Visit) -> Sequence[str]:
    """Return `ops query` with the same selection."""
    selection = read_selection(visit)
    words = ["query"]
    for option, values in (
        ("--source", selection.sources),
        ("--level", (selection.level,) if selection.level else ()),
        ("--where", selection.where),
        ("--contains", selection.contains),
        ("--from", (selection.begin,)),
        ("--to", (selection.end,) if selection.end != NOW else ()),
        ("--tz", visit.list("tz")),
    ):
        words += [word for value in values for word in (option, value)]
    return (
        *words,
        *(["--errors"] if selection.errors else []),
        *([] if visit.get("order") == "oldest" else ["--newest"]),
    )
