"""Read the raw records of one object with its format."""

from collections.abc import Callable
from dataclasses import replace

from log_processor.formats.generic import text
from log_processor.formats.lib.colours import strip_colours
from log_processor.formats.lib.dating import AS_WRITTEN, Dating
from log_processor.formats.lib.format import Format, HeaderLines, Parsed
from log_processor.formats.named import read_named
from log_processor.formats.registry import BY_NAME, MIXED, ORDER, TEXT, TIMED
from log_processor.record import Piece
from log_processor.state import Columns, InRecord, ReaderState, get_columns, get_cut_record, measure_in_message

MAX_HEADER_CHARS = 32 * 1024
"""A longer line names no columns: they would have to fit into a ledger row and a message."""
MAX_COLUMNS_BYTES = 128 * 1024
"""The most of the names of columns in a message, where a control character has seven bytes."""
SEPARATORS = " ,;\t|"
Hide = Callable[[str], str]
"""Returns a text without the values that a route hides."""


class Reader:
    """Read the raw records of one object in their order; `state` is the reader state with which they begin.

    `columns` is what the header lines named, and `record` what the pieces of the last record that was cut share.
    If the format was `declared`, a record that it cannot parse is text with a `parse_error`; no other format is tried.
    `dating` decides what a line does not say of its time; if it is None, the time is as the line alone gives it.
    `hide` is used on the names of columns, which messages and ledger rows hold.
    """

    def __init__(
        self,
        chosen: Format,
        last_modified_ms: int,
        state: ReaderState | None = None,
        *,
        declared: bool = False,
        dating: Dating | None = AS_WRITTEN,
        hide: Hide | None = None,
    ) -> None:
        self._chosen = chosen
        self._declared = declared and chosen is not MIXED  # mixed says nothing about a record
        self._asks_named = not declared and chosen in {TEXT, TIMED}
        self._last_modified_ms = last_modified_ms
        self._dating, self._undecided_types = dating, dating.undecided_types if dating else ()
        self._hide = hide
        columns = get_columns(state)
        self.columns = self._hide_names(columns) if columns else None
        self.record = get_cut_record(state)
        self._header_lines = chosen.header_lines
        self._parse = self._header_lines.bind(self.columns) if self._header_lines else chosen.parse

    @property
    def reads_alone(self) -> bool:
        """Tell whether no record says how others are read, as lines that name columns do."""
        return self._header_lines is None

    def read(self, raw: str) -> tuple[str, Parsed] | None:
        """Return the name of the format that reads `raw`, and what it read; None for a header line, which is no record.

        The chosen format is tried first, then the others in their order, then text. Plain and timed text read any line:
        there the named formats are tried first of which the line shows the signs.
        """
        if "\x1b[" in raw:
            raw = strip_colours(raw)
        if self._header_lines is not None and self._follow_header(self._header_lines, raw):
            return None
        match = read_named(raw, self._last_modified_ms) if self._asks_named else None
        if match is None:
            parsed = self._parse(raw, self._last_modified_ms)
            match = self._read_foreign(raw) if parsed is None else (self._chosen.name, parsed)
        if self._dating and isinstance(moment := match[1].timestamp_ms, self._undecided_types):
            match[1].timestamp_ms = self._dating.decide(moment, self._last_modified_ms)
        return match

    def _read_foreign(self, raw: str) -> tuple[str, Parsed]:
        """Return what is read from a line that is not of the chosen format."""
        if self._declared:
            parsed = text.parse(raw, self._last_modified_ms)
            parsed.parse_error = self._explain(raw)
            return TEXT.name, parsed
        for other in ORDER:
            if other is not self._chosen and (read := other.parse(raw, self._last_modified_ms)) is not None:
                return other.name, read
        return TEXT.name, text.parse(raw, self._last_modified_ms)

    def _explain(self, raw: str) -> str:
        """Return why a record is not of the declared format, as far as that can say."""
        error, explain = f"the record is not of the declared format {self._chosen.name}", self._chosen.explain
        return error if explain is None else f"{error}: {explain(raw, self._last_modified_ms).reason}"

    def _follow_header(self, header_lines: HeaderLines, raw: str) -> bool:
        """Read the rows below by the columns that `raw` names; return whether it is a header line."""
        columns = header_lines.read(raw, self.columns) if len(raw) <= MAX_HEADER_CHARS else None
        columns = columns and self._hide_names(columns)
        if columns is None or measure_in_message(columns.names) > MAX_COLUMNS_BYTES:
            return False
        self.columns, self._parse = columns, header_lines.bind(columns)
        return True

    def _hide_names(self, columns: Columns) -> Columns:
        """Return the columns with hidden names; with none if a hidden value goes on over several of them."""
        names = columns.names if self._hide is None else self._hide(columns.names)
        is_whole = all(names.count(sign) == columns.names.count(sign) for sign in SEPARATORS)
        return replace(columns, names=names if is_whole else "")

    def read_piece(self, raw: str, offset: int, piece: Piece) -> tuple[str, Parsed] | None:
        """Return what `read` returns for a piece of a cut record, whose first byte is at `offset`.

        A later piece has the format, time and level of the first one, and no fields.
        """
        if self.record is not None and self.record.offset == piece.first_offset and offset != piece.first_offset:
            return self.record.format, Parsed({}, self.record.timestamp_ms, self.record.level)
        match = self.read(raw)
        if match is not None:
            name, parsed = match
            self.record = InRecord(piece.first_offset, piece.below, name, parsed.timestamp_ms, parsed.level)
        return match

    def read_as(self, name: str, raw: str) -> Parsed | None:
        """Return what the format `name` reads from `raw`, or None; what it reads names no columns."""
        raw = strip_colours(raw)
        if name == TEXT.name:
            return text.parse(raw, self._last_modified_ms)
        parse = self._parse if name == self._chosen.name else BY_NAME[name].parse
        return parse(raw, self._last_modified_ms)
