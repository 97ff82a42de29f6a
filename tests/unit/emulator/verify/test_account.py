"""The tally shows each way in which a table can differ from its source files."""

import json
from pathlib import Path
from typing import Any

import pytest

from emulator.verify.account import StoredRecord, Tally, tally_object, tally_objects
from emulator.verify.source_bytes import SourceStream

TEXT = "first\nsecond, café\r\n\n  \nsame\nsame\nlast".encode()


def make_records(content: bytes, start: int = 0) -> list[StoredRecord]:
    """Return the table as it should be: one record for each line that is not blank."""
    records, offset = [], start
    for line in content[start:].split(b"\n"):
        data = line.removesuffix(b"\r")
        if data.strip():
            records.append(StoredRecord(offset, offset + len(data), data.decode()))
        offset += len(line) + 1
    return records


def test_a_whole_table_has_no_difference() -> None:
    """Blank lines are no records, equal lines are two records, a carriage return belongs to the line's end."""
    records = make_records(TEXT)
    assert len(records) == 5
    assert tally_object(SourceStream(TEXT), records) == Tally()


@pytest.mark.parametrize("index", range(5))
def test_a_removed_item_is_one_lost_record(index: int) -> None:
    """This holds for each item, also for one of two equal lines."""
    records = make_records(TEXT)
    del records[index]
    assert tally_object(SourceStream(TEXT), records) == Tally(lost=1)


@pytest.mark.parametrize("index", range(5))
def test_a_doubled_item_is_one_duplicate(index: int) -> None:
    """A second item for the same bytes is a duplicate."""
    records = make_records(TEXT)
    assert tally_object(SourceStream(TEXT), [*records, records[index]]) == Tally(duplicates=1)


def test_a_changed_text_is_wrong_and_lost() -> None:
    """An item has the bytes' offset, but the text that was read is not in the table."""
    records = make_records(TEXT)
    records[1] = StoredRecord(records[1].start, records[1].end, "second, cafe")
    assert tally_object(SourceStream(TEXT), records) == Tally(lost=1, wrong=1)


def test_a_shifted_offset_is_noticed() -> None:
    """An item whose offset is one byte off has the wrong text and leaves a byte of its line uncovered."""
    records = make_records(TEXT)
    first = records[0]
    records[0] = StoredRecord(first.start + 1, first.end + 1, first.text)
    assert tally_object(SourceStream(TEXT), records).lost >= 1


def test_an_item_after_the_end_is_wrong() -> None:
    """The source does not have the bytes that the record names."""
    records = [*make_records(TEXT), StoredRecord(10_000, 10_004, "more")]
    assert tally_object(SourceStream(TEXT), records).wrong == 1


def test_a_record_may_span_lines() -> None:
    """A stack trace is one record: it covers all its bytes, and its line ends become newlines."""
    content = b"boom\r\n\tat a\r\n\n\tat b\r\nnext\n"
    end = content.index(b"\r\nnext")
    trace = StoredRecord(0, end, "boom\n\tat a\n\n\tat b")
    assert tally_object(SourceStream(content), [trace, StoredRecord(end + 2, end + 6, "next")]) == Tally()


def test_a_cut_record_begins_like_its_bytes() -> None:
    """A record marked as truncated holds a prefix of its bytes; any other text is wrong."""
    stream = SourceStream(b"abcdefgh")
    assert tally_object(stream, [StoredRecord(0, 8, "abc", truncated=True)]) == Tally()
    assert tally_object(stream, [StoredRecord(0, 8, "abc")]).wrong == 1
    assert tally_object(stream, [StoredRecord(0, 8, "abx", truncated=True)]).wrong == 1


@pytest.mark.parametrize(
    "header",
    [b"#Version: 1.0\n#Fields: date time\n", b"version account-id interface-id srcaddr\n", b"srcaddr dstaddr\n"],
)
def test_header_lines_are_not_lost(header: bytes) -> None:
    """Directives and the first line of flow logs name fields, and are counted as headers."""
    content = header + b"1 2\n"
    tally = tally_object(SourceStream(content), make_records(content, len(header)))
    assert tally == Tally(headers=header.count(b"\n"))


def test_a_comment_that_is_no_directive_is_a_record() -> None:
    """Only header lines may have no record."""
    assert tally_object(SourceStream(b"# just words\n"), []) == Tally(lost=1)


def test_field_names_in_the_middle_are_a_record() -> None:
    """A line of field names is a header line only at the beginning of a flow log."""
    content = b"one\nversion account-id interface-id\n"
    assert tally_object(SourceStream(content), make_records(b"one")) == Tally(lost=1)


def make_elements(*values: object) -> list[StoredRecord]:
    return [StoredRecord(index, index + 1, json.dumps(value)) for index, value in enumerate(values)]


@pytest.mark.parametrize(
    "document", ['[{"a": 1}, {"a": 1}, {"b": [2]}]', '{"Records": [{"a": 1}, {"a": 1}, {"b": [2]}]}']
)
def test_the_elements_of_an_expanded_document_are_counted(document: str) -> None:
    """Each element is a record, as often as it occurs; brackets and commas are not."""
    stream = SourceStream(document.encode())
    whole = make_elements({"a": 1}, {"a": 1}, {"b": [2]})
    assert tally_object(stream, whole) == Tally()
    assert tally_object(stream, whole[1:]) == Tally(lost=1)
    assert tally_object(stream, [*whole, whole[2]]) == Tally(duplicates=1)
    assert tally_object(stream, make_elements({"a": 1}, {"a": 1}, {"b": [3]})) == Tally(lost=1, duplicates=1)
    assert tally_object(stream, []) == Tally(lost=3)


def test_a_document_may_stand_as_one_record() -> None:
    """If it was not expanded, it is a line like any other."""
    content = b'{"Records": [1, 2]}\n'
    assert tally_object(SourceStream(content), make_records(content)) == Tally()


def test_a_refused_object_is_kept_not_lost() -> None:
    """An object that the archive has as a whole is not lost, unless records before its damage are missing."""
    assert tally_object(SourceStream(b"x\0y\n"), [], refused=True) == Tally()
    assert tally_object(SourceStream(b"x\0y\n"), []) == Tally(lost=1)
    assert tally_object(SourceStream(b"one\n", damaged=True), [], refused=True) == Tally(lost=1)
    two = SourceStream(b"one\ntwo\n")
    assert tally_object(two, make_records(b"one"), refused=True) == Tally(lost=1)


def make_item(source: str, record: StoredRecord) -> dict[str, dict[str, Any]]:
    return {
        "source_file": {"S": source},
        "log_data": {"S": record.text},
        "log_id": {"S": f"{'0' * 30}-{record.start:x}"},
        "length": {"N": str(record.end - record.start)},
        "format": {"S": "text"},
        "timestamp": {"N": "0"},
    }


def test_each_object_has_its_own_tally(tmp_path: Path) -> None:
    """Items of an object that was not uploaded are duplicates."""
    (tmp_path / "a").write_bytes(b"same\n")
    (tmp_path / "b").write_bytes(b"same\n")
    record = StoredRecord(0, 4, "same")
    tallies = tally_objects(
        {"s3://logs/a": tmp_path / "a", "s3://logs/b": tmp_path / "b"},
        [make_item("s3://logs/a", record), make_item("s3://logs/c", record)],
    )
    assert tallies == {"s3://logs/a": Tally(), "s3://logs/b": Tally(lost=1), "s3://logs/c": Tally(duplicates=1)}


def test_a_cut_item_is_recognised() -> None:
    """The attribute `truncated` says that the text is only a prefix."""
    record = StoredRecord(0, 4, "sa", truncated=True, format="text")
    assert StoredRecord.parse_item(make_item("s3://logs/a", record) | {"truncated": {"BOOL": True}}) == record
