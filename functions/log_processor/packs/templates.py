"""Write the texts of a shape as a form that is filled in: much faster to check than to cut each text."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

from log_processor.packs.shapes import TextShape

Words = Sequence[str]
Pick = Callable[[Words], tuple[str, ...]]
Chunk = tuple[str, Pick]


@dataclass(frozen=True, slots=True)
class TextSegment:
    """A segment of each text: the word of a `leaf`, what is the same in all (`constant`), or a gap between words."""

    leaf: int | None = None
    constant: str | None = None

    @property
    def is_gap(self) -> bool:
        """Tell whether texts differ there and no leaf says how."""
        return self.leaf is None and self.constant is None


class Template:
    """The form of texts: their segments, and what stands between two gaps as a format of words.

    `others` are the segments of the leaves whose words are no segment; there is no gap among them.
    """

    def __init__(self, segments: Sequence[TextSegment], others: Mapping[int, slice]) -> None:
        self.segments = segments
        self._chunks: list[Chunk] = [("", _pick([]))]
        for is_gap, group in groupby(segments, key=lambda segment: segment.is_gap):
            if is_gap:
                self._chunks.append(("", _pick([])))
            else:
                self._chunks[-1] = _make_chunk(list(group))
        self._form, self._pick = self._chunks[0]
        chunks = {leaf: _make_chunk(segments[span]) for leaf, span in others.items()}
        same = {leaf: chunk for leaf, chunk in chunks.items() if chunk[0] == "%s"}
        self._has_others = bool(others)
        self._longer = [(leaf, *chunk) for leaf, chunk in chunks.items() if leaf not in same]
        self._pick_copies = _pick(list(same))
        copied = [each.leaf for leaf in same for each in segments[others[leaf]] if each.leaf is not None]
        self._pick_copied = _pick(copied)

    def fill(self, text: str, words: Words) -> tuple[str, ...] | None:
        """Return what stands in the gaps of `text`; None if the form, filled with `words`, is another text."""
        if self._has_others and not self._fits(words):
            return None
        head = self._form % self._pick(words)
        if len(self._chunks) == 1:
            return () if head == text else None
        form, pick = self._chunks[-1]
        tail = form % pick(words)
        if len(head) + len(tail) > len(text) or not (text.startswith(head) and text.endswith(tail)):
            return None
        return self._find_gaps(text, words, len(head), len(text) - len(tail))

    def _fits(self, words: Words) -> bool:
        """Tell whether the words that are no segment are what their segments say."""
        if self._pick_copies(words) != self._pick_copied(words):
            return False
        return all(form % pick(words) == words[leaf] for leaf, form, pick in self._longer)

    def _find_gaps(self, text: str, words: Words, start: int, stop: int) -> tuple[str, ...] | None:
        """Return the gaps of `text` between `start` and `stop`, where all chunks but the first and the last stand."""
        gaps = []
        for form, pick in self._chunks[1:-1]:
            chunk = form % pick(words)
            at = text.find(chunk, start, stop)
            if at < 0:
                return None
            gaps.append(text[start:at])
            start = at + len(chunk)
        return (*gaps, text[start:stop])

    def build_columns(self, words: Sequence[Words], gaps: Sequence[Words]) -> list[Any]:
        """Return the columns of segments, given the columns of the words of all leaves, and those of the gaps."""
        left = iter(gaps)
        return [
            {"=": each.constant}
            if each.constant is not None
            else make_column(next(left) if each.leaf is None else words[each.leaf])
            for each in self.segments
        ]


def make_column(values: Sequence[Any]) -> Any:
    """Return the values; if all are equal, one of them."""
    return {"=": values[0]} if values.count(values[0]) == len(values) else values


def _make_chunk(segments: Sequence[TextSegment]) -> Chunk:
    """Return segments without a gap as a format, and what takes its words."""
    form = "".join("%s" if each.leaf is not None else str(each.constant).replace("%", "%%") for each in segments)
    return form, _pick([each.leaf for each in segments if each.leaf is not None])


def _pick(leaves: Sequence[int]) -> Pick:
    """Return what takes the words of `leaves` out of all words, as a tuple."""
    if len(leaves) > 1:
        pick: Pick = itemgetter(*leaves)
        return pick
    return (lambda words: (words[leaves[0]],)) if leaves else (lambda _words: ())


def make_template(shape: TextShape, samples: Sequence[tuple[str, Words]]) -> Template | None:
    """Return the form of texts of a shape, as the samples have it; None if a leaf has a gap in it."""
    rows = [row for text, words in samples if (row := shape.cut(text, words)) is not None]
    if not rows:
        return None
    columns = list(zip(*rows, strict=True))
    segments = [TextSegment(constant=column[0] if len(set(column)) == 1 else None) for column in columns]
    spans, others = shape.list_spans(), {}
    for leaf, (first, stop) in spans.items():
        filled = [number for number in range(first, stop) if any(columns[number])]
        if len(filled) == 1 and segments[filled[0]].leaf is None:
            segments[filled[0]] = TextSegment(leaf=leaf)
        else:
            others[leaf] = slice(first, stop)
    if any(each.is_gap for span in others.values() for each in segments[span]):
        return None
    return Template(segments, others)
