"""Write the texts of a shape as a form that is filled in: much faster to check than to cut each text."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import add, eq, le, sub
from typing import Any, NamedTuple

from log_processor.packs.shapes import TextShape

Words = Sequence[str]
Chunk = tuple[str, Sequence[int]]
"""A format, and the leaves whose words it takes."""


@dataclass(frozen=True, slots=True)
class TextSegment:
    """A segment of each text: the word of a `leaf`, what is the same in all (`constant`), or a gap between words."""

    leaf: int | None = None
    constant: str | None = None

    @property
    def is_gap(self) -> bool:
        """Tell whether texts differ there and no leaf says how."""
        return self.leaf is None and self.constant is None


class Filled(NamedTuple):
    """The gaps of texts, a column for each; each of the `signs` is true of the texts that have the form."""

    gaps: Sequence[Words]
    signs: Sequence[Iterable[bool]]


class TextForm:
    """A form of texts: what stands between two gaps, as a format of words."""

    def __init__(self, segments: Sequence[TextSegment]) -> None:
        self._chunks: list[Chunk] = [("", ())]
        for is_gap, group in groupby(segments, key=lambda segment: segment.is_gap):
            if is_gap:
                self._chunks.append(("", ()))
            else:
                self._chunks[-1] = _make_chunk(list(group))

    def fill(self, texts: Words, columns: Sequence[Words]) -> Filled:
        """Return what stands in the gaps of texts, and which of them the form is, filled with the words of `columns`.

        All texts are looked at in each step, so that no step is a call of Python's own for each text.
        """
        count = len(texts)
        first, *middle = self._chunks
        heads = _fill_chunk(first, columns, count)
        if not middle:
            return Filled([], [map(eq, heads, texts)])
        *middle, last = middle
        tails = _fill_chunk(last, columns, count)
        signs: list[Iterable[bool]] = [map(str.startswith, texts, heads), map(str.endswith, texts, tails)]
        starts: Sequence[int] = list(map(len, heads))
        stops = list(map(sub, map(len, texts), map(len, tails)))
        gaps = []
        for chunk in middle:
            filled = _fill_chunk(chunk, columns, count)
            places = list(map(str.find, texts, filled, starts, stops))
            signs.append(map(le, starts, places))
            gaps.append([text[start:stop] for text, start, stop in zip(texts, starts, places, strict=True)])
            starts = list(map(add, places, map(len, filled)))
        signs.append(map(le, starts, stops))
        gaps.append([text[start:stop] for text, start, stop in zip(texts, starts, stops, strict=True)])
        return Filled(gaps, signs)


class Template:
    """The form of texts, and those of the leaves whose words are several segments of it (`leaf_forms`).

    What stands in the gaps of a leaf is a word more in the forms after it.
    """

    def __init__(self, segments: Sequence[TextSegment], leaf_forms: Sequence[tuple[int, TextForm]]) -> None:
        self._segments, self._leaf_forms, self._form = segments, leaf_forms, TextForm(segments)

    def fill(self, texts: Words, columns: Sequence[Words]) -> tuple[list[Words], Sequence[bool] | None]:
        """Return the segments of texts, a column each, and which texts have the form; None if all of them have it."""
        known, signs = list(columns), list[Iterable[bool]]()
        for leaf, form in self._leaf_forms:
            filled = form.fill(columns[leaf], known)
            known += filled.gaps
            signs += filled.signs
        filled = self._form.fill(texts, known)
        segments = self._list_segments(known, filled.gaps, len(texts))
        return segments, _join_signs([*signs, *filled.signs])

    def _list_segments(self, columns: Sequence[Words], gaps: Sequence[Words], count: int) -> list[Words]:
        """Return the columns of segments, given those of words and of gaps."""
        left = iter(gaps)
        segments: list[Words] = []
        for each in self._segments:
            if each.constant is not None:
                segments.append([each.constant] * count)
            else:
                segments.append(next(left) if each.leaf is None else columns[each.leaf])
        return segments


def _fill_chunk(chunk: Chunk, columns: Sequence[Words], count: int) -> Words:
    """Return a format, filled with the words of each text."""
    form, leaves = chunk
    if not leaves:
        return [form % ()] * count
    if form == "%s":
        return columns[leaves[0]]
    return list(map(form.__mod__, zip(*(columns[leaf] for leaf in leaves), strict=True)))


def _join_signs(signs: Sequence[Iterable[bool]]) -> Sequence[bool] | None:
    """Return whether all signs of a text are true; None if those of all texts are."""
    columns = list(map(list, signs))
    if all(map(all, columns)):
        return None
    return [False not in row for row in zip(*columns, strict=True)]


def make_column(values: Sequence[Any]) -> Any:
    """Return the values; if all are equal, one of them."""
    return {"=": values[0]} if are_equal(values) else values


def are_equal(values: Sequence[Any]) -> bool:
    """Tell whether all values of a column are equal; of most that are not, the last one differs from the first."""
    return bool(values[0] == values[-1]) and values.count(values[0]) == len(values)


def _make_chunk(segments: Sequence[TextSegment]) -> Chunk:
    """Return segments without a gap as a format, and the leaves whose words it takes."""
    form = "".join("%s" if each.leaf is not None else str(each.constant).replace("%", "%%") for each in segments)
    return form, [each.leaf for each in segments if each.leaf is not None]


def make_template(shape: TextShape, samples: Sequence[tuple[str, Words]]) -> Template | None:
    """Return the form of texts of a shape, as the samples have it; None if none of these has the shape."""
    rows = [row for text, words in samples if (row := shape.cut(text, words)) is not None]
    if not rows:
        return None
    columns = list(zip(*rows, strict=True))
    segments = [TextSegment(constant=column[0] if len(set(column)) == 1 else None) for column in columns]
    others: list[tuple[int, range]] = []
    for leaf, (first, stop) in shape.list_spans().items():
        filled = [number for number in range(first, stop) if any(columns[number])]
        if len(filled) == 1 and segments[filled[0]].leaf is None:
            segments[filled[0]] = TextSegment(leaf=leaf)
        else:
            others.append((leaf, range(first, stop)))
    leaf_forms, known = [], len(samples[0][1])
    for leaf, span in sorted(others, key=lambda other: len(other[1])):
        leaf_forms.append((leaf, TextForm(segments[span.start : span.stop])))
        for number in span:
            if segments[number].is_gap:
                segments[number] = TextSegment(leaf=known)
                known += 1
    return Template(segments, leaf_forms)
