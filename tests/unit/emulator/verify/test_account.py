"""The account finds every way in which a table can differ from its source files."""

import json
from pathlib import Path
from typing import Any

import pytest

from emulator.verify.account import StoredRecord, Tally, tally_object, tally_objects
from emulator.verify.source_bytes import SourceStream

TEXT = "first\nsecond, café\r\n\n  \nsame\nsame\nlast".encode()


def records_of(content: bytes, start: int = 0) -> list[StoredRecord]:
    """The table as it should be: one record a line that is not blank."""
    records, offset = [], start
    for line in content[start:].split(b"\n"):
        data = line.removesuffix(b"\r")
        if data.strip():
            records.append(StoredRecord(offset, offset + len(data), data.decode()))
        offset += len(line) + 1
    return records


def test_a_whole_table_has_no_difference() -> None:
    """Blank lines are no records, identical lines are two records, a carriage return belongs to the line's end."""
    records = records_of(TEXT)
    assert len(records) == 5
    assert tally_object(SourceStream(TEXT), records) == Tally()


@pytest.mark.parametrize("index", range(5))
def test_a_removed_item_is_one_lost_record(index: int) -> None:
    """Wherever the item stood, one of two identical lines included."""
    records = records_of(TEXT)
    del records[index]
    assert tally_object(SourceStream(TEXT), records) == Tally(lost=1)


@pytest.mark.parametrize("index", range(5))
def test_a_doubled_item_is_one_duplicate(index: int) -> None:
    """The second item that stands for the same bytes."""
    records = records_of(TEXT)
    assert tally_object(SourceStream(TEXT), [*records, records[index]]) == Tally(duplicates=1)


def test_a_changed_text_is_wrong_and_lost() -> None:
    """What was read stands nowhere, even though its bytes have an item."""
    records = records_of(TEXT)
    records[1] = StoredRecord(records[1].start, records[1].end, "second, cafe")
    assert tally_object(SourceStream(TEXT), records) == Tally(lost=1, wrong=1)


def test_a_shifted_offset_is_noticed() -> None:
    """An item whose offset is one byte off has the wrong text and leaves a byte of its line uncovered."""
    records = records_of(TEXT)
    first = records[0]
    records[0] = StoredRecord(first.start + 1, first.end + 1, first.text)
    assert tally_object(SourceStream(TEXT), records).lost >= 1


def test_an_item_behind_the_end_is_wrong() -> None:
    """A record that stands for bytes which the source does not have."""
    records = [*records_of(TEXT), StoredRecord(10_000, 10_004, "more")]
    assert tally_object(SourceStream(TEXT), records).wrong == 1


def test_a_record_may_span_lines() -> None:
    """A stack trace is one record: its bytes are covered, its inner line ends are newlines."""
    content = b"boom\r\n\tat a\r\n\n\tat b\r\nnext\n"
    end = content.index(b"\r\nnext")
    trace = StoredRecord(0, end, "boom\n\tat a\n\n\tat b")
    assert tally_object(SourceStream(content), [trace, StoredRecord(end + 2, end + 6, "next")]) == Tally()


def test_a_cut_record_begins_like_its_bytes() -> None:
    """A record marked as truncated holds a prefix; another text is still wrong."""
    stream = SourceStream(b"abcdefgh")
    assert tally_object(stream, [StoredRecord(0, 8, "abc", truncated=True)]) == Tally()
    assert tally_object(stream, [StoredRecord(0, 8, "abc")]).wrong == 1
    assert tally_object(stream, [StoredRecord(0, 8, "abx", truncated=True)]).wrong == 1


@pytest.mark.parametrize(
    "header",
    [b"#Version: 1.0\n#Fields: date time\n", b"version account-id interface-id srcaddr\n", b"srcaddr dstaddr\n"],
)
def test_header_lines_are_not_lost(header: bytes) -> None:
    """Directives and the first line of flow logs name fields; they are counted apart."""
    content = header + b"1 2\n"
    tally = tally_object(SourceStream(content), records_of(content, len(header)))
    assert tally == Tally(headers=header.count(b"\n"))


def test_a_comment_that_is_no_directive_is_a_record() -> None:
    """Only header lines may be missing."""
    assert tally_object(SourceStream(b"# just words\n"), []) == Tally(lost=1)


def test_field_names_in_the_middle_are_a_record() -> None:
    """A line of names is a header only where a flow log begins."""
    content = b"one\nversion account-id interface-id\n"
    assert tally_object(SourceStream(content), records_of(b"one")) == Tally(lost=1)


def elements_of(*values: object) -> list[StoredRecord]:
    return [StoredRecord(index, index + 1, json.dumps(value)) for index, value in enumerate(values)]


@pytest.mark.parametrize(
    "document", ['[{"a": 1}, {"a": 1}, {"b": [2]}]', '{"Records": [{"a": 1}, {"a": 1}, {"b": [2]}]}']
)
def test_the_elements_of_an_expanded_document_are_counted(document: str) -> None:
    """Brackets and commas are no records; every element is, as often as it stands there."""
    stream = SourceStream(document.encode())
    whole = elements_of({"a": 1}, {"a": 1}, {"b": [2]})
    assert tally_object(stream, whole) == Tally()
    assert tally_object(stream, whole[1:]) == Tally(lost=1)
    assert tally_object(stream, [*whole, whole[2]]) == Tally(duplicates=1)
    assert tally_object(stream, elements_of({"a": 1}, {"a": 1}, {"b": [3]})) == Tally(lost=1, duplicates=1)
    assert tally_object(stream, []) == Tally(lost=3)


def test_a_document_may_stand_as_one_record() -> None:
    """Where it is not expanded, it is a line like any other."""
    content = b'{"Records": [1, 2]}\n'
    assert tally_object(SourceStream(content), records_of(content)) == Tally()


def test_a_refused_object_is_kept_not_lost() -> None:
    """An object that stands whole in the archive is not lost, unless records before its damage are missing."""
    assert tally_object(SourceStream(b"x\0y\n"), [], refused=True) == Tally()
    assert tally_object(SourceStream(b"x\0y\n"), []) == Tally(lost=1)
    assert tally_object(SourceStream(b"one\n", damaged=True), [], refused=True) == Tally(lost=1)
    two = SourceStream(b"one\ntwo\n")
    assert tally_object(two, records_of(b"one"), refused=True) == Tally(lost=1)


def item(source: str, record: StoredRecord) -> dict[str, dict[str, Any]]:
    return {
        "source_file": {"S": source},
        "log_data": {"S": record.text},
        "offset": {"N": str(record.start)},
        "length": {"N": str(record.end - record.start)},
    }


def test_items_are_told_apart_by_object(tmp_path: Path) -> None:
    """Each object has its own tally; items of an object that nobody uploaded are duplicates."""
    (tmp_path / "a").write_bytes(b"same\n")
    (tmp_path / "b").write_bytes(b"same\n")
    record = StoredRecord(0, 4, "same")
    tallies = tally_objects(
        {"s3://logs/a": tmp_path / "a", "s3://logs/b": tmp_path / "b"},
        [item("s3://logs/a", record), item("s3://logs/c", record)],
    )
    assert tallies == {"s3://logs/a": Tally(), "s3://logs/b": Tally(lost=1), "s3://logs/c": Tally(duplicates=1)}


def test_a_cut_item_is_recognised() -> None:
    """The attribute `truncated` says that the text is only a beginning."""
    record = StoredRecord(0, 4, "sa", truncated=True)
    assert StoredRecord.of_item(item("s3://logs/a", record) | {"truncated": {"BOOL": True}}) == record
