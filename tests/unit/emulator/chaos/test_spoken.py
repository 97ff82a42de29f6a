"""What the ledger says of the records of an object is compared with what they say themselves."""

from typing import Any

from emulator.chaos.spoken import Spoken, add_records, add_rows, list_text_members
from emulator.verify.account import StoredRecord


def make_row(**numbers: int) -> dict[str, Any]:
    levels = numbers.pop("error", 0)
    row = {name: {"N": str(number)} for name, number in numbers.items()}
    return {"format": {"S": "json_lines"}, "levels": {"M": {"error": {"N": str(levels)}} if levels else {}}, **row}


def make_record(format_name: str, level: str = "", time_ms: int = 5, member: str = "", **facts: Any) -> StoredRecord:
    return StoredRecord(0, 1, "x", False, format_name, time_ms, member, level, **facts)


def test_rows_are_added_up() -> None:
    """Rows of earlier versions say nothing, and a range without times has none."""
    rows = [make_row(text_fallbacks=2, error=3, first_time=7, last_time=9), make_row(text_fallbacks=1, error=1), {}]
    assert add_rows(rows) == Spoken((("error", 4),), 3, 7, 9)
    assert add_rows([{}]) == Spoken((), 0, None, None)


def test_records_say_the_same() -> None:
    """Text in an object of another format is a fallback; in one that is text itself, or such a member, it is none."""
    records = [
        make_record("json_lines", "error", 9),
        make_record("text", time_ms=7),
        make_record("text", time_ms=1, is_dated=False),
        make_record("text", member="notes.txt"),
    ]
    assert add_records(records, {"notes.txt"}) == Spoken((("error", 1),), 2, 5, 9)
    assert add_records(records, {"notes.txt", ""}).fallbacks == 0


def test_which_members_are_text() -> None:
    """An object that is no zip has one without a name."""
    text = {"format": {"S": "text"}}
    assert list_text_members([make_row(), text | {"member_name": {"S": "notes.txt"}}]) == {"notes.txt"}
    assert list_text_members([text]) == {""}
