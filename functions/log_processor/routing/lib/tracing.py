"""Trace hidden values from a record's text into its fields.

The record is read a second time with each value disguised. A field that reads otherwise then holds a part of a value.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_to_bytes

from log_processor.routing.lib.escapes import unescape
from log_processor.routing.lib.views import Span

MAX_FORMS = 256
"""How many forms of values are looked for in a field; beyond that, all of a field that holds one is hidden."""
MAX_GAP = 3
"""The most bytes between two that differ which are hidden with them."""
MISSING = object()


@dataclass(frozen=True, slots=True)
class HiddenForm:
    """A hidden value in one of the forms in which a field may have it: the index of its rule, and its token."""

    form: bytes
    rule: int
    value: bytes
    token: str


Trace = tuple[Span, HiddenForm]
"""A span of a field that holds a hidden value, or a part of it, and the value."""


def list_forms(values: Iterable[tuple[int, bytes, bytes]]) -> list[HiddenForm]:
    """Return the forms of values that are given with their rules and tokens, the longest first."""
    forms: dict[bytes, HiddenForm] = {}
    for rule, value, token in values:
        for form in (value, unescape(value), unquote_to_bytes(value), value.replace(b'""', b'"')):
            if form:
                forms.setdefault(form, HiddenForm(form, rule, value, token.decode()))
    return sorted(forms.values(), key=lambda one: len(one.form), reverse=True)


def find_traces(text: bytes, other: bytes, forms: Sequence[HiddenForm]) -> list[Trace]:
    """Return the spans of `text` that hold parts of values, with what they are of; `other` is what was read instead.

    A span is that of a whole value if one of its forms stands there, else of the bytes that differ.
    """
    begin = _count_equal(text, other)
    end = _count_equal(text[begin:][::-1], other[begin:][::-1])
    differing = sorted({begin, max(begin, len(text) - end - 1)}) if begin < len(text) else []
    if len(text) == len(other) and len(forms) <= MAX_FORMS:
        differing = [index for index in range(begin, len(text) - end) if text[index] != other[index]]
    elif len(forms) > MAX_FORMS:
        return [((0, len(text)), forms[0])]
    traces: list[Trace] = []
    position = 0
    while position < len(differing):
        if len(traces) >= MAX_FORMS:
            return [((0, len(text)), forms[0])]
        index = differing[position]
        span, form = _find_form(text, index, forms) or ((index, _end_run(differing, position, text)), forms[0])
        traces.append((span, form))
        position = bisect_left(differing, span[1])
    return traces


def _count_equal(text: bytes, other: bytes) -> int:
    """Return how many bytes at the beginning of two texts are equal."""
    low, high = 0, min(len(text), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if text[:middle] == other[:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _find_form(text: bytes, index: int, forms: Sequence[HiddenForm]) -> Trace | None:
    """Return the span of the longest form that stands over the byte at `index`, with the form."""
    for form in forms:
        length = len(form.form)
        at = text.find(form.form, max(0, index + 1 - length), index + length)
        if at >= 0:
            return (at, at + length), form
    return None


def _end_run(differing: Sequence[int], position: int, text: bytes) -> int:
    """Return the index after the bytes that differ from `position` on, with those between two of them."""
    if len(differing) == 2 and differing[1] > differing[0] + 1:
        return differing[1] + 1
    while position + 1 < len(differing) and differing[position + 1] <= differing[position] + MAX_GAP:
        position += 1
    return min(len(text), differing[position] + 1)


def pair_members(fields: dict[str, Any], other: dict[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """Yield the name of each member, and the name and value that were read instead of it.

    A name that is in neither or both is the same; those that are missing are paired in their order.
    """
    changed = iter([name for name in other if name not in fields])
    for name in fields:
        instead = name if name in other else next(changed, None)
        yield name, name if instead is None else instead, MISSING if instead is None else other[instead]
