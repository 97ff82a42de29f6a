"""Rows of CSV with line ends in a text in quotes are whole records, however the object is read."""

from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from log_processor.formats.generic.csv_rows import NOT_CLOSED, breaks_off
from log_processor.reading import quoted_lines
from log_processor.reading.lines import Line
from log_processor.reading.quoted_lines import join_quoted_lines
from log_processor.storing import batches

from tests.unit.log_processor.edges import World, asks, find_offset
from tests.unit.log_processor.test_delivery import assert_same, one_pass, run_until_done

HEADER = b"time,level,message,count\n"
ROWS = (
    b"2026-05-04 10:00:00,INFO,ready,1\n",
    b'2026-05-04 10:00:01,ERROR,"no room\n\tat a.B.c\n2026-05-04 10:00:01,INFO,within,2",2\n',
    b'2026-05-04 10:00:02,WARN,"a ""quoted""\r\n\r\nword",3\r\n',
    b'2026-05-04 10:00:03,INFO,a disk of 5" size,4\n',
    b'2026-05-04 10:00:04,ERROR,"never closed\n',
    b'"2026-05-04 10:00:05",INFO,"one, line",5\n',
)
SETTINGS = settings(
    max_examples=40, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None
)
DRAW_BODIES = st.lists(st.sampled_from(ROWS), min_size=1, max_size=12).map(lambda rows: HEADER + b"".join(rows))


def list_items(world: World) -> list[dict[str, Any]]:
    """Return the stored records, in the order of the object."""
    return sorted(world.wire.items.values(), key=find_offset)


def test_a_text_in_quotes_may_hold_line_ends() -> None:
    """Also lines that look like rows, doubled quotes and blank lines; a quote within a plain text opens nothing."""
    rows = [row.decode().rstrip() for row in ROWS[:4]]
    world = one_pass(HEADER + b"".join(ROWS[:4]))
    assert [item["log_data"]["S"] for item in list_items(world)] == rows
    assert [item["fields"]["M"]["count"] for item in list_items(world)] == [{"N": str(n)} for n in (1, 2, 3, 4)]


@pytest.mark.parametrize("behind", [b"2026-05-04 10:00:06,INFO,plain,6\n" * 3, ROWS[1] + ROWS[0], b""])
def test_a_quote_that_is_not_closed_joins_nothing(behind: bytes) -> None:
    """The row is a reject that says so, and keeps what it has; the rows behind it are as without it."""
    world = one_pass(HEADER + ROWS[4] + behind)
    first, *others = list_items(world)
    assert first["parse_error"] == {"S": NOT_CLOSED}
    assert first["fields"]["M"]["message"] == {"S": "never closed"}
    alone = list_items(one_pass(HEADER + behind))
    assert [item["log_data"] for item in others] == [item["log_data"] for item in alone]


@SETTINGS
@given(body=DRAW_BODIES, range_bytes=st.integers(20, 400), chunk_bytes=st.integers(3, 300), max_lines=st.integers(2, 5))
def test_rows_are_the_same_however_the_object_is_read(
    body: bytes, range_bytes: int, chunk_bytes: int, max_lines: int
) -> None:
    """Split at any byte, fetched in any pieces, and resumed after each record."""
    with patch.object(quoted_lines, "MAX_RECORD_LINES", max_lines), patch.object(batches, "BATCH_ITEMS", 1):
        whole = one_pass(body)
        world = World(split_threshold_bytes=1, range_bytes=range_bytes)
        world.s3.chunk_bytes = chunk_bytes
        run_until_done(world, world.put(body), iter(()))
        assert_same(world, whole)
        world = World()
        run_until_done(world, world.put(body), (asks(4) for _ in range(200)))
        assert_same(world, whole)


def test_lines_before_the_start_open_no_row() -> None:
    """A reader that resumes, and hides values, is given lines of the rows before it."""
    lines = [Line(0, b'2,b"', 4), Line(5, b'3,"c', 4), Line(10, b'd"', 2), Line(13, b"4,e", 3)]
    assert list(join_quoted_lines(iter([lines]), 13, breaks_off)) == [lines]
    assert list(join_quoted_lines(iter([lines]), 5, breaks_off)) == [[lines[0], Line(5, b'3,"c\nd"', 7), lines[3]]]
