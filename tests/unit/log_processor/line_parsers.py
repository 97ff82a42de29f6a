"""Parsers for tests, which disagree about where records begin: letters in a line say for whom it begins one."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import pytest
from hypothesis import strategies as st
from log_processor import attempt, beginning, planning
from log_processor.formats.lib.format import StreamLine
from log_processor.packs import pack_items
from log_processor.reading import range_records
from log_processor.reading.assembly import join_records, read_single_lines
from log_processor.reading.container_streams import join_stream_records
from log_processor.reading.lines import Line
from log_processor.reading.range_border import RangeBorder
from log_processor.reading.records import ReadRecord, read_records
from log_processor.state import Below, get_cut_record
from log_processor.storing.items import DAY_MS
from log_processor.work.ranges import ObjectRange

from tests.unit.log_processor import edges

REACH_BYTES = 80
"""How far before a line its stream is looked for."""


@dataclass(frozen=True)
class LineParser:
    """A parser of lines.

    - `letter`: the lines that hold it begin a record.
    - `joins`: whether a line is a record, or lines are joined to the start above them, of the object or of their
      stream. The stream of a line is its last character.
    - `below`: what may stand below the first line of a record.
    - `days`: by how many days it dates some of the records otherwise.
    - `keep`: of four records, so many are kept.
    """

    letter: str
    joins: Literal["none", "lines", "streams"]
    below: Below
    days: int
    keep: int

    def match(self, line: bytes) -> object:
        return True if self.letter.encode() in line else None

    def choose_below(self, _first: bytes) -> Below:
        return self.below

    choose_below_other = choose_below

    def is_trace_free(self, _lines: list[bytes]) -> bool:
        return False

    def read_stream_line(self, line: bytes) -> StreamLine:
        """Tell what joins a line to others of its stream."""
        return StreamLine(line[-1:], partial=b"p" in line, begins_event=self.match(line) is not None)

    def find_records(
        self, blocks: Iterator[list[Line]], work: ObjectRange, _chosen: object, _rules: object, border: RangeBorder
    ) -> range_records.Blocks:
        """Return the raw records of a range, in place of those that its format tells."""
        if self.joins == "none":
            return read_single_lines(blocks, work.start, work.end)
        if self.joins == "streams":
            return join_stream_records(blocks, work.start, work.end, self.read_stream_line, REACH_BYTES)
        resumed = get_cut_record(work.state)
        border.is_shared = True
        return join_records(blocks, work.start, work.end, self, aligned=work.aligned, resumed=resumed, border=border)

    def find_first_line_byte(self, work: ObjectRange, _rules: object) -> int:
        """Return the byte from which on lines are read."""
        return max(0, work.start - (3 * REACH_BYTES + 8 if self.joins == "streams" else 8))

    def read_records(self, *arguments: Any) -> Iterator[ReadRecord]:
        """Yield records on other days, and a part of them filtered out."""
        for raw, record in read_records(*arguments):
            if record is not None and raw.offset % 3:
                record.timestamp_ms += DAY_MS * self.days * (raw.offset % 5)
            yield raw, None if raw.offset % 4 >= self.keep else record

    def use(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Read with this parser from now on."""
        monkeypatch.setattr(range_records, "_find_records", self.find_records)
        monkeypatch.setattr(range_records, "_find_first_line_byte", self.find_first_line_byte)
        monkeypatch.setattr(attempt, "read_records", self.read_records)
        for module in (edges, beginning, planning, pack_items):
            monkeypatch.setattr(module, "get_parser_version", lambda: str(self))


def line_parsers(letter: str, *, min_keep: int = 1) -> st.SearchStrategy[LineParser]:
    """Draw a parser for which lines with the letter begin a record."""
    return st.builds(
        LineParser,
        letter=st.just(letter),
        joins=st.sampled_from(["none", "lines", "streams"]),
        below=st.sampled_from(Below),
        days=st.integers(0, 1),
        keep=st.integers(min_keep, 4),
    )


@st.composite
def bodies(draw: st.DrawFn) -> bytes:
    """Draw lines that begin records for some parsers, blank ones among them, and cells that begin with any of them."""
    kinds = st.sampled_from(["a", "b", "c", "ab", "abc", "", "", "p", "ap", "blank"])
    lines = []
    for number in range(draw(st.integers(0, 30))):
        kind = draw(kinds)
        stream, size = draw(st.sampled_from("xy")), draw(st.sampled_from([0, 0, 0, 7, 30, 60]))
        tab = draw(st.sampled_from(["", "", "\tat "]))
        lines.append("" if kind == "blank" else f"{tab}{number:02d}{kind} {'-' * size}{stream}")
    return "\n".join(lines).encode() + draw(st.sampled_from([b"", b"\n"]))
