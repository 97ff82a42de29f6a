"""`ops status` says which bytes of an object are in no range, and which are in several."""

from typing import Any

import pytest
from log_processor.work.plan import Plan, encode_plan

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
    plan = Plan("text", False, "lines", size_bytes, "etag", 100, 0, "1", {}, "")
    return make_row(0, None, plan=encode_plan(plan), ranges=ranges, read=0, stored=0)


def test_each_member_of_a_zip_is_covered_by_itself() -> None:
    """The row of the zip has no bytes; a member's ranges have nothing to do with those of another."""
    rows = [
        make_split(2, 900),
        {**make_row(0, None, "continued", resume=50), "member": {"N": "0"}},
        {**make_row(50, None), "member": {"N": "0"}},
        {**make_row(0, None), "member": {"N": "1"}},
    ]
    (account,) = accounts(rows)
    assert (account.status, account.ranges, account.covers, account.read) == ("done", 3, True, 30)
    (account,) = accounts([*rows[:2], rows[3]])
    assert (account.status, account.missing, account.gaps) == ("waiting", 1, ("bytes 50 to the end",))
    (account,) = accounts(rows[:3])
    assert (account.status, account.missing) == ("waiting", 1)


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
        (
            [
                make_split(16, 1_600),
                *(make_row(at, at + 100) for at in range(0, 1_600, 100) if at not in {300, 400, 900}),
            ],
            ("bytes 300 to 500", "bytes 900 to 1,000"),
            (),
        ),
        (
            [
                make_split(10, 1_000),
                *(make_row(at, at + 100) for at in range(0, 1_000, 100)),
                *(make_row(at, at + 60) for at in range(0, 360, 60)),
            ],
            (),
            (
                *("bytes 0 to 60", "bytes 60 to 100", "bytes 100 to 120", "bytes 120 to 180"),
                *("bytes 180 to 200", "bytes 200 to 240", "bytes 240 to 300", "bytes 300 to 360"),
            ),
        ),
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
        "three of sixteen ranges missing",
        "136 % of the bytes",
    ],
)
def test_what_the_ranges_cover(rows: list[Item], gaps: tuple[str, ...], overlaps: tuple[str, ...]) -> None:
    """Only an object whose bytes are each in one range is covered; with a gap it waits."""
    (account,) = accounts(rows)
    assert (account.gaps, account.overlaps) == (gaps, overlaps)
    assert account.covers == (not gaps and not overlaps)
    assert account.status == ("waiting" if gaps else "overlapping" if overlaps else "done")
