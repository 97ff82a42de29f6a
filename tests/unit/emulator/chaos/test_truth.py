"""The chaos run knows the records of objects that it wrote record by record, and names each that differs."""

import random

import pytest

from emulator.chaos.mixed import (
    BANNER,
    FOREIGN_LINES,
    WRITERS,
    choose_alternating,
    choose_foreign_head,
    place_records,
    write_banner,
    write_records,
)
from emulator.chaos.truth import TrueRecord, find_untrue
from emulator.verify.account import StoredRecord

TRUTH = (TrueRecord(0, 4, "text", None), TrueRecord(5, 9, "java", 1_000))
STORED = [StoredRecord(0, 4, "", format="text", time_ms=77), StoredRecord(5, 9, "", format="java", time_ms=1_000)]


def test_what_is_stored_as_it_was_written_is_true() -> None:
    """A record without a time of its own may have any."""
    assert find_untrue(TRUTH, STORED) == []


@pytest.mark.parametrize(
    ("stored", "count"),
    [
        ([StoredRecord(0, 9, "", format="text", time_ms=77)], 3),
        ([STORED[0], StoredRecord(5, 9, "", format="text", time_ms=1_000)], 2),
        ([STORED[0], StoredRecord(5, 9, "", format="java", time_ms=2_000)], 2),
        (STORED[:1], 1),
        ([*STORED, STORED[1]], 1),
    ],
    ids=["joined", "another format", "another time", "missing", "twice"],
)
def test_each_difference_is_named(stored: list[StoredRecord], count: int) -> None:
    """Both what was written and is not stored, and what is stored and was never written."""
    assert len(find_untrue(TRUTH, stored)) == count


def test_the_truth_has_the_bytes_of_each_record() -> None:
    """The text at each place is the one that was written there, with its trace."""
    names = [name for name in WRITERS for _ in range(30)]
    records = list(write_records(random.Random(1), names))
    content, truth = place_records(records)
    assert [content[record.start : record.end].decode() for record in truth] == [record.text for record in records]
    assert any("\tat " in record.text for record in records)
    assert all(record.time_ms for record in truth)


def test_a_foreign_head_is_of_one_other_format() -> None:
    """Its first 25 lines are longer than what a decision by twenty lines would see."""
    names = choose_foreign_head(random.Random(1), 100)
    assert len(set(names[:FOREIGN_LINES])) == len(set(names[FOREIGN_LINES:])) == len({*names}) - 1 == 1


def test_two_formats_take_turns() -> None:
    """None has more than three records in a row."""
    names = choose_alternating(random.Random(1), 100)
    assert len(set(names)) == 2
    assert all(len(set(names[at : at + 4])) == 2 for at in range(len(names) - 4))


def test_a_banner_is_plain_text() -> None:
    """Each of its lines is a record without a time."""
    banner = list(write_banner(random.Random(1)))
    assert {record.text for record in banner} <= set(BANNER)
    assert {(record.format, record.time_ms) for record in banner} == {("text", None)}
