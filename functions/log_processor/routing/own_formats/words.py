"""Split the text of a record into the words of its columns or groups, or say where that is impossible."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from log_processor.formats.lib.format import Mismatch
from log_processor.routing.own_formats.group_spans import NO_SPAN, FindSpans
from log_processor.routing.own_formats.stops import find_stop


class Splitting(Protocol):
    """A way to split a record into words."""

    def split(self, text: str) -> Sequence[str] | None:
        """Return the words of a record, empty ones for what is absent; None if it does not have them."""

    def explain(self, text: str) -> Mismatch:
        """Return why `split` returns None."""


@dataclass(frozen=True, slots=True)
class GroupSplitting:
    """Split a record by the named groups of an expression, which matches all of it; `groups` are their numbers.

    `find_spans` is made of the expression.
    """

    expression: str
    groups: tuple[int, ...]
    find_spans: FindSpans

    def split(self, text: str) -> Sequence[str] | None:
        """Return what the groups match; RE2 takes time linear in the text, whatever the expression is."""
        data = text.encode("utf-8", "replace")
        spans = self.find_spans(data)
        if spans[0] == NO_SPAN:
            return None
        if len(data) == len(text):
            return [text[start:end] for start, end in map(spans.__getitem__, self.groups)]
        return [data[start:end].decode() for start, end in map(spans.__getitem__, self.groups)]

    def explain(self, text: str) -> Mismatch:
        """Return at which character the expression stops, and what would have to stand there."""
        return find_stop(self.expression, text)


@dataclass(frozen=True, slots=True)
class DelimitedSplitting:
    """Split a record at each delimiter into `columns` words, at least `min_columns`; blanks around a word go.

    If `is_quoted`, a word may stand in quotes, and a doubled quote in it is one.
    """

    delimiter: str
    columns: int
    min_columns: int
    is_quoted: bool

    def split(self, text: str) -> Sequence[str] | None:
        """Return the words, with an empty one for each column that is missing."""
        words = self._divide(text)
        if words is None or not self.min_columns <= len(words) <= self.columns:
            return None
        return words + [""] * (self.columns - len(words))

    def explain(self, text: str) -> Mismatch:
        """Return how many columns the record has."""
        words = self._divide(text)
        if words is None:
            return Mismatch("its quotes are not in order, or a column is longer than 128 KiB")
        asked = f"{self.min_columns} to {self.columns}" if self.min_columns < self.columns else str(self.columns)
        return Mismatch(f"it has {len(words)} columns between {self.delimiter!r}, not {asked}")

    def _divide(self, text: str) -> list[str] | None:
        if not self.is_quoted:
            return [word.strip() for word in text.split(self.delimiter)]
        try:
            (row,) = csv.reader([text], delimiter=self.delimiter, skipinitialspace=True, strict=True)
        except (csv.Error, ValueError):
            return None
        return [word.strip() for word in row]
