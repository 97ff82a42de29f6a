"""Tell which lines of an object begin a record, and what may stand below a record's first line.

A line begins a record by itself if the object's format says so (`Format.starts`), or if it has the strong start of any
format: see `docs/adr/0011-strong-starts.md`. What else begins a record depends on the first line of the record above it
alone. So no reader needs anything from before a record's first line.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable

from log_processor.formats.generic import json_lines
from log_processor.formats.lib.format import Format, LineStarts, Parsed, StreamLine
from log_processor.formats.lib.traces import CONTINUES, STARTS
from log_processor.formats.registry import MIXED, STRONG, TEXT
from log_processor.state import Below

TAB = ord("\t")
NOTHING, TRACE, ANYTHING = Below
NO_TRACES = frozenset(bytes([byte]) for byte in b"0123456789{<")
"""The bytes with which most lines of one-line formats begin, and no line of a trace."""
Match = Callable[[bytes], object]
Candidate = tuple[bytes, Match, Callable[[bytes], bool] | None, Format]
"""Bytes without which a line has no strong start, the pattern and the function that show it, and the format."""
Candidates = dict[int, tuple[Candidate, ...]]


def _index_by_begin(formats: Iterable[Format]) -> Candidates:
    """Return, by the first byte of a line, the formats of which it may have the strong start, with what shows it."""
    by_begin: defaultdict[int, list[Candidate]] = defaultdict(list)
    for known in formats:
        for strong in known.strong:
            for begin in strong.begins:
                by_begin[begin].append((strong.needs, strong.pattern.match, strong.accepts, known))
    return {begin: tuple(candidates) for begin, candidates in by_begin.items()}


ANY = _index_by_begin(STRONG)
BOUND = _index_by_begin(known for known in STRONG if known.below is not ANYTHING)
"""The strong starts of records below whose first line not every line may stand."""


def find_strong(line: bytes, candidates: Candidates = ANY) -> Format | None:
    """Return the format whose strong start `line` has, the first in the order of formats; None if it has none."""
    for needed, match, accepts, known in candidates.get(line[0], ()):
        if needed in line and match(line) is not None and (accepts is None or accepts(line)):
            return known
    return None


def choose_starts(
    chosen: Format, own: LineStarts | None, *, declared: bool, joins_all: bool = False
) -> "StrictStarts | RecordStarts | None":
    """Return the starts of an object of the format `chosen`; None if each line is a record.

    - `own` is the route's own pattern. It is strict: no other line begins a record.
    - A format that the route `declared` is strict too. `mixed` is not, since it says nothing about a record.
    """
    if own is not None:
        return StrictStarts(own.match)
    if declared and chosen is not MIXED and (chosen.starts or not joins_all):
        return StrictStarts(chosen.starts.match) if chosen.starts else None
    return RecordStarts(chosen, joins_all=joins_all)


def choose_stream_reader(chosen: Format) -> Callable[[bytes], StreamLine] | None:
    """Return what tells how lines join within streams, None if the format does not join them so.

    Where all lines are of one stream, a line with the strong start of another format begins an event.
    """
    read_own = chosen.read_stream_line
    if read_own is None:
        return None

    def read_stream_line(line: bytes) -> StreamLine:
        stream_line = read_own(line)
        if stream_line.begins_event or stream_line.stream or find_strong(line) is None:
            return stream_line
        return stream_line._replace(begins_event=True)

    return read_stream_line


class StrictStarts:
    """The starts of a route's own pattern, or of a declared format: what matches begins a record, and no other line."""

    def __init__(self, match: Match) -> None:
        self.match = match

    def choose_below(self, _first: bytes) -> Below:
        """Return what may stand below a first line: anything."""
        return ANYTHING

    choose_below_other = choose_below

    def is_trace_free(self, _lines: list[bytes]) -> bool:
        """Return False: nothing is known of lines but what the pattern says of each."""
        return False


class RecordStarts:
    """The starts of an object of the format `chosen`.

    - `match(line)` returns None if the line, which is not blank, does not begin a record by itself.
    - `is_joining` says that lines of any kind may continue a record of `chosen`, and not traces alone.
    """

    def __init__(self, chosen: Format, *, joins_all: bool = False) -> None:
        self._chosen = chosen
        self._joins_all = joins_all and chosen.name not in {TEXT.name, MIXED.name}
        self.is_joining = self._joins_all or (chosen.starts is not None and chosen.starts is not STARTS)
        self._is_of_lines = chosen.starts is None
        starts = chosen.starts or STARTS
        self._own = self._reads if self._joins_all and starts is STARTS else starts.match
        self.match = self._build_match()

    def choose_below(self, first: bytes) -> Below:
        """Return what may stand below a record's first line, which `match` matches.

        - A line that names columns: nothing. It is no record, so what stood in it would be lost.
        - A line that the format reads, if its records have one line: what the format says.
        - Another line with a strong start of a format that does not allow anything: what that format says.
        - Any other line: anything if the format joins lines, nothing if it is a JSON object, else a trace.
        """
        below = self._find_below(first)
        return ANYTHING if self._joins_all and below is TRACE else below

    def _find_below(self, first: bytes) -> Below:
        header_lines = self._chosen.header_lines
        if header_lines is not None and header_lines.read(first.decode("utf-8", "replace"), None) is not None:
            return NOTHING
        if self._is_of_lines and self._reads(first):
            return self._chosen.below
        if (strong := find_strong(first, BOUND)) is not None:
            return strong.below
        if self.is_joining:
            return ANYTHING
        return NOTHING if json_lines.is_object(first) else TRACE

    def choose_below_other(self, first: bytes) -> Below:
        """Return what may stand below a record's first line that begins none by itself: text, behind a whole record."""
        if self._joins_all:
            return ANYTHING
        return TRACE if self.is_joining else self.choose_below(first)

    def _reads(self, line: bytes) -> Parsed | None:
        return self._chosen.parse(line.decode("utf-8", "replace"), 0)

    def is_trace_free(self, lines: list[bytes]) -> bool:
        """Tell whether each of `lines` that is not blank is known to begin a record, as most lines of most objects."""
        if self.is_joining:
            return False
        return {line[:1] for line in lines} <= NO_TRACES or not any(map(CONTINUES.match, lines))

    def _build_match(self) -> Match:
        own = self._own
        if not self.is_joining:  # whatever is no line of a trace begins a record
            return own
        if self._chosen.is_tabbed:
            return lambda line: own(line) or find_strong(line)
        return lambda line: None if line[0] == TAB else own(line) or find_strong(line)
