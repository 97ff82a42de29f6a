"""`ops status` says which bytes of an object are in no range, and which are in several."""

import random
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from log_processor.work.plan import Plan, encode_plan

from emulator.chaos.ledger import sum_ranges
from ops.accounts import accounts

Item = dict[str, dict[str, Any]]


def make_row(start: int, end: int | None, status: str = "done", plan: str = "", **numbers: int) -> Item:
    stop = start + 100 if end is None else end
    counts = {"read": 10, "stored": 10, "filtered": 0, "rejected": 0, "attempts": 1, "bytes": stop - start}
    texts = {"object": "s3://b/k", "version": "v", "status": status, "plan": plan, "parser_version": "1"}
    texts |= {"started_at": "2026-05-04T10:00:00Z", "finished_at": "2026-05-04T10:00:01Z"}
    named = counts | {"start": start} | ({} if end is None else {"end": end}) | numbers
    return {name: {"S": text} for name, text in texts.items() if text} | {
        name: {"N": str(number)} for name, number in named.items()
    }


def make_split(ranges: int, size_bytes: int) -> Item:
    plan = Plan("text", False, "lines", size_bytes, "etag", 100, 0, "1")
    return make_row(0, None, plan=encode_plan(plan), ranges=ranges, read=0, stored=0)


@pytest.mark.parametrize(
    ("rows", "gaps", "overlaps"),
    [
        ([make_row(0, None)], (), ()),
        ([make_row(500, None)], ("bytes 0 to 500",), ()),
        ([make_row(0, None, "continued", resume=500)], ("bytes 500 to the end",), ()),
        ([make_row(0, None, "continued", resume=500), make_row(500, None)], (), ()),
        (
            [make_split(3, 300), make_row(0, 100), make_row(50, 100), make_row(200, 300)],
            ("bytes 100 to 200",),
            ("bytes 50 to 100",),
        ),
        ([make_split(3, 300), make_row(0, 100), make_row(100, 200)], ("bytes 200 to 300",), ()),
        ([make_split(16, 1_600)], ("bytes 0 to 1,600",), ()),
        (
            [make_row(0, 100, "continued", resume=130), make_row(130, 100), make_row(100, 200), make_split(2, 200)],
            (),
            (),
        ),
        ([make_row(0, None), make_row(0, None)], (), ("bytes 0 to the end",)),
    ],
    ids=[
        "one range",
        "the second half alone",
        "continued, the rest missing",
        "continued",
        "a gap behind an overlap",
        "the last range missing",
        "every range missing",
        "a record over the border",
        "twice",
    ],
)
def test_what_the_ranges_cover(rows: list[Item], gaps: tuple[str, ...], overlaps: tuple[str, ...]) -> None:
    """Only an object whose bytes are each in one range is covered; with a gap it waits."""
    (account,) = accounts(rows)
    assert (account.gaps, account.overlaps) == (gaps, overlaps)
    assert account.covers == (not gaps and not overlaps)
    assert account.status == ("waiting" if gaps else "overlapping" if overlaps else "done")


def cut(draw: st.DrawFn, start: int, end: int | None) -> list[Item]:
    """Return the rows of a range that was continued any number of times."""
    rows = []
    last = start + 100 if end is None else end
    for resume in sorted(draw(st.sets(st.integers(start + 1, last - 1), max_size=3))):
        rows.append(make_row(start, end, "continued", resume=resume))
        start = resume
    return [*rows, make_row(start, end)]


@st.composite
def ledgers(draw: st.DrawFn) -> tuple[list[Item], bool]:
    """Return the rows of an object, split or not, perhaps with one of them lost, moved or doubled."""
    pieces = draw(st.integers(0, 6))
    rows = [row for at in range(pieces) for row in cut(draw, at * 100, at * 100 + 100)] or cut(draw, 0, None)
    change = draw(st.sampled_from(["none", "drop", "move", "double"]))
    victim = draw(st.integers(0, len(rows) - 1))
    changes: dict[str, Callable[[], list[Item]]] = {
        "none": lambda: rows,
        "drop": lambda: rows[:victim] + rows[victim + 1 :],
        "move": lambda: [
            *rows[:victim],
            move(rows[victim]),
            *rows[victim + 1 :],
        ],
        "double": lambda: [*rows, rows[victim]],
    }
    changed = changes[change]()
    assume(changed or pieces)
    random.Random(victim).shuffle(changed)
    return [*changed, *([make_split(pieces, pieces * 100)] if pieces else [])], change == "none"


def move(row: Item) -> Item:
    return row | {"start": {"N": str(int(row["start"]["N"]) + 1)}}


@settings(max_examples=1_000, deadline=None)
@given(ledgers())
def test_two_judges_agree(drawn: tuple[list[Item], bool]) -> None:
    """The chaos run's judge, which shares no code, finds fault with the ledgers that `ops status` finds fault with.

    It does not know an object's size: a last range that is missing it finds by the records.
    """
    rows, is_whole = drawn
    (account,) = accounts(rows)
    assert (account.status == "done" and account.covers) == is_whole
    (totals,) = sum_ranges(rows).values()
    size_bytes = sum(100 * int(row["ranges"]["N"]) for row in rows if "ranges" in row)
    is_end_missing = len(account.gaps) == 1 and account.gaps[0].endswith(f"to {size_bytes:,}") and not account.overlaps
    if not is_end_missing:
        assert (totals.unaccounted > 0) == (not is_whole)
