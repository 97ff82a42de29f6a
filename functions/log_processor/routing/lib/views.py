r"""View a record's text as its readers do: decoded, level by level, with the place of each byte in the record.

Example: the record `{"log":"pw=\"a b\"\n"}` has a view `pw="a b"⏎`, whose bytes `a b` stand at 12 to 15 of the record.
"""

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

Span = tuple[int, int]
PERCENT, PLUS, AMPERSAND, BACKSLASH, ESC, LINE_END = b"%+&\\\x1b\n"
"""Signs as numbers: a number is found in bytes in a third of the time that bytes of one sign take."""
STRING_BODY = rb'[^"\\]*+(?:\\.[^"\\]*+)*+'
LITERAL = re.compile(rb'(?<![^\s=:,(\[{>|;])"(' + STRING_BODY + rb')(?:"|\\?\Z)', re.DOTALL)
"""A text in double quotes, which may be missing at the end of what was cut."""


class Segments:
    """Where the bytes of a view stand in its parent: piece by piece, at the same distances or together as one escape.

    A piece ends where the next one begins. They are arrays of numbers, since a text may have a million escapes.
    """

    __slots__ = ("escapes", "parent_starts", "parent_stops", "starts")

    def __init__(self) -> None:
        self.starts, self.parent_starts, self.parent_stops = array("L"), array("L"), array("L")
        self.escapes = bytearray()

    def add(self, start: int, parent_start: int, parent_stop: int, *, is_escape: bool) -> None:
        """Add the piece that begins at `start`."""
        self.starts.append(start)
        self.parent_starts.append(parent_start)
        self.parent_stops.append(parent_stop)
        self.escapes.append(is_escape)

    def locate(self, start: int, stop: int) -> Iterator[Span]:
        """Yield the spans of the parent that the bytes of the view between `start` and `stop` were decoded from."""
        for index in range(max(0, bisect_right(self.starts, start) - 1), bisect_left(self.starts, stop)):
            first, parent_stop = self.parent_starts[index], self.parent_stops[index]
            if self.escapes[index]:
                yield first, parent_stop
            else:
                shift = first - self.starts[index]
                yield max(start + shift, first), min(stop + shift, parent_stop)


NO_SEGMENTS = Segments()


@dataclass(slots=True)
class View:
    """Decoded text; `pieces` say where it stands in `parent`. The record's own text has no parent.

    `quote` and `backslash` are how these two characters of the view are signs in the record. `depth` counts the
    views around this one. If it `is_framed`, each line of it has a container runtime's words before the message.
    """

    data: bytes
    parent: "View | None" = None
    pieces: Segments = NO_SEGMENTS
    quote: bytes = b'"'
    backslash: bytes = b"\\"
    depth: int = 0
    is_framed: bool = False
    _literals: list[Span] | None = None

    @property
    def literals(self) -> list[Span]:
        """Return where the contents of the texts in quotes begin and end."""
        if self._literals is None:
            self._literals = [match.span(1) for match in LITERAL.finditer(self.data)] if b'"' in self.data else []
        return self._literals

    def find_literal(self, index: int) -> Span | None:
        """Return the content of the text in quotes in which the byte at `index` stands; its opening quote counts."""
        literals = self.literals
        position = bisect_right(literals, (index + 1, len(self.data) + 1)) - 1
        if position < 0:
            return None
        start, stop = literals[position]
        return (start, stop) if start - 1 <= index < stop else None

    def locate(self, start: int, stop: int) -> list[Span]:
        """Return the spans of the record that the bytes of the view between `start` and `stop` were decoded from."""
        spans = [(start, stop)]
        view = self
        while view.parent is not None:
            spans = _join_spans(above for span in spans for above in view.pieces.locate(*span))
            view = view.parent
        return spans


def _join_spans(spans: Iterable[Span]) -> list[Span]:
    """Return the spans without those that are empty, and with those that touch as one."""
    joined: list[Span] = []
    for start, stop in spans:
        if joined and start == joined[-1][1]:
            joined[-1] = joined[-1][0], stop
        elif start < stop:
            joined.append((start, stop))
    return joined


class ViewBuilder:
    """Collect the pieces of a view of `parent`, whose text is `data`."""

    def __init__(self, parent: View) -> None:
        self.data = parent.data
        self._parent = parent
        self._decoded = bytearray()
        self._pieces = Segments()

    def add_run(self, start: int, stop: int) -> None:
        """Add bytes of the parent as they are."""
        if start < stop:
            self._put(self.data[start:stop], start, stop, is_escape=False)

    def add_escape(self, decoded: bytes, start: int, stop: int) -> None:
        """Add what the bytes of the parent between `start` and `stop` stand for."""
        if decoded:
            self._put(decoded, start, stop, is_escape=True)

    def build(self, quote: bytes, backslash: bytes) -> View:
        """Return the view; its `quote` and `backslash` are those in the parent's text."""
        parent = self._parent
        signs = {b'"': parent.quote, b"\\": parent.backslash}
        quote, backslash = (
            b"".join(signs.get(sign[at : at + 1], sign[at : at + 1]) for at in range(len(sign)))
            for sign in (quote, backslash)
        )
        return View(bytes(self._decoded), parent, self._pieces, quote, backslash, parent.depth + 1)

    def _put(self, decoded: bytes, start: int, stop: int, *, is_escape: bool) -> None:
        self._pieces.add(len(self._decoded), start, stop, is_escape=is_escape)
        self._decoded += decoded
