"""Check what must hold for any bytes: nothing raises, every byte is in a record, and `log_data` is its own bytes."""

import tempfile
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import orjson
from log_processor.errors import PipelineError
from log_processor.formats.lib.dating import LocalTime, UndecidedTime
from log_processor.formats.lib.format import Format, Parse, Parsed
from log_processor.formats.lib.levels import LEVELS
from log_processor.formats.reader import Reader
from log_processor.formats.registry import BY_NAME, HEADER_DRIVEN
from log_processor.reading.charset import transcode_text
from log_processor.reading.decompress import decompress
from log_processor.reading.gaps import GapCount, blank_gaps
from log_processor.reading.json import documents
from log_processor.reading.zip_directory import is_zip
from log_processor.record import LogRecord
from log_processor.record_text import decode_record
from log_processor.state import Columns
from log_processor.storing.items import ItemEncoder, ObjectFacts, encode_attribute

from ops import parse
from ops.errors import UnreadableError
from ops.summary import Summary
from tests.support.fixtures import LAST_MODIFIED_MS

NAMES = tuple(BY_NAME)
ENCODER = ItemEncoder(ObjectFacts("s3://b/a.log", "a", "1", "2026-05-04T10:00:00Z"), index_shards=4, record_ttl_days=30)


def check_line(known: Format, raw: str) -> None:
    """Read a text in every way of a format: by its parser, below this text as header line, as an object's format."""
    _check_parsed(known.parse, raw)
    state = None
    if known.header_lines is not None:
        state = known.header_lines.read(raw, None)
        for bound in {None, state, Columns(raw)}:
            _check_parsed(known.header_lines.bind(bound), raw)
    if known.read_stream_line is not None:
        known.read_stream_line(raw.encode("utf-8", "replace"))
    for declared in (False, True):
        records = Reader(known, LAST_MODIFIED_MS, state, declared=declared).read(raw)
        assert records is None or records[0] in BY_NAME


def _check_parsed(parse_text: Parse, raw: str) -> None:
    parsed = parse_text(raw, LAST_MODIFIED_MS)
    if parsed is not None:
        _check_values(parsed)


def _check_values(parsed: Parsed | LogRecord) -> None:
    orjson.dumps(encode_attribute(parsed.fields))
    assert type(parsed.timestamp_ms) in {int, LocalTime, UndecidedTime, type(None)}
    assert parsed.level is None or parsed.level in LEVELS


def check_object(data: bytes, declared: str | None = None) -> list[LogRecord]:
    """Read bytes to records as the function does; an object that is no log, or is damaged, may raise its error."""
    records: list[LogRecord] = []
    summary = Summary("a.log")
    with tempfile.NamedTemporaryFile() as file:
        Path(file.name).write_bytes(data)
        if is_zip(data):
            return _check_members(Path(file.name), declared, summary)
        try:
            plain = b"".join(
                blank_gaps(transcode_text(decompress(iter([data]), parse.LIMITS).chunks).chunks, GapCount(0, None), 0)
            )
            records += parse.parse_records(Path(file.name), declared, summary)
        except (PipelineError, UnreadableError):
            return records
    for record in records:
        _check_values(record)
        _check_text(record, plain, woven=BY_NAME[summary.format].read_stream_line is not None)
        orjson.loads(ENCODER.encode(replace(record)))
    if not documents.is_document(plain):
        _check_whole(records, plain)
    return records


def _check_members(path: Path, declared: str | None, summary: Summary) -> list[LogRecord]:
    """Read a zip member by member; its directory, or what is behind it, may be damaged."""
    records: list[LogRecord] = []
    with suppress(PipelineError, UnreadableError):
        records += parse.parse_records(path, declared, summary)
    for record in records:
        _check_values(record)
    return records


def _check_text(record: LogRecord, plain: bytes, *, woven: bool) -> None:
    """Check that the text of a record is its bytes, decoded.

    Lines of other streams may stand between its own, which then keep their order.
    """
    own = plain[record.offset : record.offset + record.length]
    if record.truncated or record.log_data in {decode_record(own)[0], own.decode("utf-8", "replace")}:
        return
    assert woven, (record.log_data, own)
    texts = (own.decode(encoding, "replace") for encoding in ("utf-8", "cp1252"))
    assert any(_has_lines(text, record.log_data) for text in texts), (record.log_data, own)


def _has_lines(text: str, chosen: str) -> bool:
    """Tell whether each line of `chosen` is one of `text`, in the same order."""
    lines = iter([line.removesuffix("\r") for line in text.split("\n")])
    return all(any(line == other for other in lines) for line in chosen.split("\n"))


def _check_whole(records: list[LogRecord], plain: bytes) -> None:
    """Check that there are only blank lines and header lines outside of the records."""
    position = 0
    for record in sorted(records, key=lambda record: record.offset):
        _check_passed(plain[position : record.offset])
        position = max(position, record.offset + record.length)
    _check_passed(plain[position:])


def _check_passed(passed: bytes) -> None:
    for line in passed.removeprefix(b"\xef\xbb\xbf").split(b"\n"):
        if line.strip():
            text = decode_record(line.removesuffix(b"\r"))[0]
            columns = [known.header_lines.read(text, None) for known in HEADER_DRIVEN if known.header_lines]
            assert any(named is not None for named in columns), passed
